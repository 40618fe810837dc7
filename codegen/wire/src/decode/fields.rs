//! An object, property by property.

use std::collections::BTreeMap;

use super::{Decode, Decoder, Posture, key};
use crate::json::{Json, Object};
use crate::patch::Patch;
use crate::violation::{Code, Fault};

/// The properties of an object while a struct is read from them.
///
/// Take each property once, in the order of the contract, then say what happens to the rest with
/// [`refuse_rest`](Self::refuse_rest), [`ignore_rest`](Self::ignore_rest) or [`rest`](Self::rest).
#[derive(Debug)]
pub struct Fields<'d, 'j, 'a> {
    decoder: &'d mut Decoder,
    object: &'j Object<'a>,
    /// Names asked for so far, and how many of them were there.
    asked: Vec<&'static str>,
    found: usize,
    /// Where the next name probably stands.
    next: usize,
}

impl<'d, 'j, 'a> Fields<'d, 'j, 'a> {
    pub(super) fn new(decoder: &'d mut Decoder, object: &'j Object<'a>) -> Self {
        Fields { decoder, object, asked: Vec::new(), found: 0, next: 0 }
    }

    fn take(&mut self, name: &'static str) -> Option<&'j Json<'a>> {
        self.asked.push(name);
        let at = self.object.position(name, self.next)?;
        self.found += 1;
        self.next = at + 1;
        Some(self.object.at(at))
    }

    // Compiled for every type of every contract: what doesn't depend on the type stands in functions of its own.
    fn read<T: Decode>(&mut self, name: &'static str, json: &Json<'_>) -> Option<T> {
        let before = self.decoder.recorded();
        let value = T::decode(json, self.decoder);
        self.decoder.belongs(before, &name);
        value
    }

    fn missing(&mut self, name: &'static str) {
        self.decoder.within(name, |d| d.fault::<()>(Fault::new(Code::Missing, "is required")));
    }

    /// A property that must be there. `null` counts if `T` is an `Option`.
    pub fn required<T: Decode>(&mut self, name: &'static str) -> Option<T> {
        match self.take(name) {
            Some(json) => self.read(name, json),
            None => {
                self.missing(name);
                None
            }
        }
    }

    /// A property that must be there and may be `null`.
    pub fn nullable<T: Decode>(&mut self, name: &'static str) -> Option<Option<T>> {
        self.required(name)
    }

    /// A property that may be absent, but not `null`.
    pub fn optional<T: Decode>(&mut self, name: &'static str) -> Option<Option<T>> {
        match self.take(name) {
            Some(json) => self.read(name, json).map(Some),
            None => Some(None),
        }
    }

    /// A property that has a value of its own when it is absent. `null` counts if `T` is an `Option`.
    pub fn defaulted<T: Decode>(&mut self, name: &'static str, default: impl FnOnce() -> T) -> Option<T> {
        match self.take(name) {
            Some(json) => self.read(name, json),
            None => Some(default()),
        }
    }

    /// A property that may be absent or `null`, which are different things.
    pub fn patch<T: Decode>(&mut self, name: &'static str) -> Option<Patch<T>> {
        match self.take(name) {
            None => Some(Patch::Absent),
            Some(Json::Null) => Some(Patch::Null),
            Some(json) => self.read(name, json).map(Patch::Value),
        }
    }

    /// Limits the number of properties, declared or not (`minProperties`, `maxProperties`).
    pub fn count(&mut self, least: usize, most: usize) -> Option<()> {
        self.decoder.check(crate::map::check_count(self.object.len(), least, most))
    }

    /// Closes the object: any other property is a violation. A reader in open posture ignores it.
    pub fn refuse_rest(self) {
        if self.found == self.object.len() || self.decoder.posture() == Posture::Open {
            return;
        }
        for (name, _) in self.object.iter().filter(|(name, _)| !self.asked.contains(name)) {
            let message = match nearest(name, &self.asked) {
                Some(known) => format!("is not a known property; did you mean `{known}`?"),
                None => String::from("is not a known property"),
            };
            let fault = Fault::new(Code::UnknownField, message);
            self.decoder.within(name, |d| d.fault::<()>(fault));
        }
    }

    /// Any other property is allowed and not kept.
    pub fn ignore_rest(self) {}

    /// All other properties, each of one type, under names that fit `K`: `String`, or text with limits.
    pub fn rest<K: Decode + Ord, T: Decode>(self) -> Option<BTreeMap<K, T>> {
        let mut rest = Some(BTreeMap::new());
        for (name, json) in self.object.iter().filter(|(name, _)| !self.asked.contains(name)) {
            let entry = self.decoder.within(name, |d| {
                let (key, value) = (key(name, d), T::decode(json, d));
                key.zip(value)
            });
            match (entry, &mut rest) {
                (Some((key, value)), Some(rest)) => {
                    rest.insert(key, value);
                }
                _ => rest = None,
            }
        }
        rest
    }
}

/// The known name that a misspelt one probably means: equal but for case and separators, or one or two slips away.
fn nearest<'k>(name: &str, known: &[&'k str]) -> Option<&'k str> {
    // Longer names aren't slips of the pen, and comparing them would cost.
    if name.len() > 64 {
        return None;
    }
    let plain = |text: &str| -> Vec<char> {
        text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let wanted = plain(name);
    known
        .iter()
        .map(|candidate| (distance(&wanted, &plain(candidate)), *candidate))
        .filter(|(distance, candidate)| *distance <= (candidate.chars().count() / 4).min(2))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Levenshtein's distance.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_of_the_pen_finds_the_name_and_another_word_does_not() {
        let known = ["title", "shelf_mark", "isbn"];
        assert_eq!(nearest("tilte", &known), None, "two slips in five letters are too many to guess");
        assert_eq!(nearest("titel", &["titles"]), None);
        assert_eq!(nearest("titl", &known), Some("title"));
        assert_eq!(nearest("shelfMark", &known), Some("shelf_mark"));
        assert_eq!(nearest("colour", &known), None);
    }
}
