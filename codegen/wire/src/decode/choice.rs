//! Unions: by tag, or by trying.

use super::enumeration::listing;
use super::{Decode, Decoder, Posture};
use crate::json::{Any, Json};
use crate::violation::{Code, Fault, Violations};

impl Decoder {
    /// The text of the property that tells the variants of a union apart.
    pub fn tag<'j>(&mut self, json: &'j Json<'_>, property: &'static str) -> Option<&'j str> {
        let Json::Object(object) = json else {
            return self.mismatch("an object", json);
        };
        self.within(property, |d| match object.get(property) {
            Some(tag) => d.text(tag),
            None => d.fault(Fault::new(Code::Missing, "is required")),
        })
    }

    /// Records that the tag of a union chooses none of its variants. Always `None`.
    pub fn unknown_tag<T>(&mut self, property: &'static str, known: &[&'static str]) -> Option<T> {
        let message = format!("must be one of {}", listing(known.iter().map(|tag| format!("`{tag}`"))));
        self.within(property, |d| d.fault(Fault::new(Code::Enum, message)))
    }

    /// The text of the property that tells the variants of a union apart, if it is there; nothing is recorded.
    pub fn choice<'j>(&mut self, json: &'j Json<'_>, property: &str) -> Option<&'j str> {
        json.get(property).and_then(Json::as_str)
    }

    /// An object whose tag chooses none of a union's variants: kept by a reader in open posture, a violation
    /// otherwise.
    pub fn other_choice<T>(
        &mut self,
        json: &Json<'_>,
        property: &'static str,
        known: &[&'static str],
        keep: impl FnOnce(Any) -> T,
    ) -> Option<T> {
        if self.posture() == Posture::Open && json.as_object().is_some() {
            return Some(keep(json.to_any()));
        }
        self.tag(json, property)?;
        self.unknown_tag(property, known)
    }

    /// A union without a tag of which exactly one variant may match (`oneOf`).
    pub fn exactly_one<'d, 'j, 'a, T>(&'d mut self, json: &'j Json<'a>) -> Choice<'d, 'j, 'a, T> {
        Choice::new(self, json, true)
    }

    /// A union without a tag of which the first variant that matches counts (`anyOf`).
    pub fn first_of<'d, 'j, 'a, T>(&'d mut self, json: &'j Json<'a>) -> Choice<'d, 'j, 'a, T> {
        Choice::new(self, json, false)
    }
}

/// A union while its variants are tried.
///
/// A variant is first tried in closed posture, also by a reader: what is exactly one of the variants today must not
/// become ambiguous because a reader would overlook a property. Only if none matches does a reader in open posture
/// take the first one that fits when unknown properties are ignored.
#[derive(Debug)]
pub struct Choice<'d, 'j, 'a, T> {
    decoder: &'d mut Decoder,
    json: &'j Json<'a>,
    exactly_one: bool,
    /// Names of the variants that matched, and the value of the first.
    matched: Vec<&'static str>,
    strict: Option<T>,
    lenient: Option<T>,
    /// In a tree of text: the first variant that takes text for what it is.
    mere_text: Option<T>,
    /// The variant that was nearest to matching, with what it lacks.
    closest: Option<(&'static str, Violations)>,
}

impl<'d, 'j, 'a, T> Choice<'d, 'j, 'a, T> {
    fn new(decoder: &'d mut Decoder, json: &'j Json<'a>, exactly_one: bool) -> Self {
        let (strict, lenient, mere_text) = (None, None, None);
        Choice { decoder, json, exactly_one, matched: Vec::new(), strict, lenient, mere_text, closest: None }
    }

    /// Tries a variant. `name` is for messages.
    pub fn variant<V: Decode>(mut self, name: &'static str, wrap: impl FnOnce(V) -> T) -> Self {
        if self.strict.is_some() && !self.exactly_one {
            return self;
        }
        match self.decoder.attempt_as::<V>(Posture::Closed, self.json) {
            // Any text is text: what it could stand for besides counts more.
            Ok(value) if self.decoder.textual && self.decoder.is_mere_text::<V>(self.json) => {
                if self.strict.is_none() && self.mere_text.is_none() {
                    self.mere_text = Some(wrap(value));
                }
            }
            Ok(value) => {
                self.matched.push(name);
                if self.strict.is_none() {
                    self.strict = Some(wrap(value));
                }
            }
            Err(violations) => {
                let open = self.decoder.posture() == Posture::Open;
                if open && self.strict.is_none() && self.lenient.is_none() {
                    let lenient = self.decoder.attempt_as::<V>(Posture::Open, self.json);
                    self.lenient = lenient.ok().map(wrap);
                }
                self.remember(name, violations);
            }
        }
        self
    }

    fn remember(&mut self, name: &'static str, violations: Violations) {
        let nearer = match &self.closest {
            Some((_, closest)) => remoteness(&violations) < remoteness(closest),
            None => true,
        };
        if nearer {
            self.closest = Some((name, violations));
        }
    }

    /// The variant that matched; or what `keep` makes of the document, if a reader in open posture knows none that
    /// fits. A server records why none did.
    pub fn or_keep(self, keep: impl FnOnce(Any) -> T) -> Option<T> {
        let is_none = self.strict.is_none() && self.mere_text.is_none() && self.lenient.is_none();
        let unknown = is_none && self.decoder.posture() == Posture::Open;
        if unknown { Some(keep(self.json.to_any())) } else { self.finish() }
    }

    /// The variant that matched, or `None` after recording why none did, or more than one. A reader in open posture
    /// takes the first of several: the sender's contract may tell them apart where this version doesn't yet.
    pub fn finish(self) -> Option<T> {
        if self.matched.len() > 1 && self.decoder.posture() == Posture::Closed && !self.decoder.textual {
            let message =
                format!("must match exactly one of its alternatives, but matches {}", and(&self.matched));
            return self.decoder.fault(Fault::new(Code::Union, message));
        }
        if let Some(value) = self.strict.or(self.mere_text).or(self.lenient) {
            return Some(value);
        }
        match self.closest {
            Some((name, violations)) => {
                let message = format!(
                    "matches none of its alternatives; the closest is {name}, which fails as follows"
                );
                self.decoder.record(Fault::new(Code::Union, message).at_root());
                self.decoder.truncated |= violations.truncated;
                violations.list.into_iter().for_each(|violation| self.decoder.record(violation));
                None
            }
            None => self.decoder.fault(Fault::new(Code::Union, "has no alternatives to match")),
        }
    }
}

/// Another type altogether is further away than any number of faults inside the right one.
fn remoteness(violations: &Violations) -> (bool, usize) {
    let other_type = violations.list.iter().any(|v| v.pointer.is_empty() && v.code == Code::Type);
    (other_type, violations.list.len())
}

fn and(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
