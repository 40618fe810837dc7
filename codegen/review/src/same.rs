//! Places of two versions in which the same is written, with everything that they refer to.

use std::collections::HashMap;

use serde_json::Value;

use crate::documents::Documents;

/// A place before and after.
type Place = (String, String);

/// Finds out which places are the same. What refers to itself is the same unless something in it differs.
pub(crate) struct Same<'d> {
    base: &'d Documents<'d>,
    revision: &'d Documents<'d>,
    known: HashMap<Place, usize>,
    /// By place, whether the same is written there.
    same: Vec<bool>,
    /// By place, those that refer to it.
    users: Vec<Vec<usize>>,
    open: Vec<(usize, Place)>,
}

impl<'d> Same<'d> {
    /// For each place, whether there is nothing to find between its versions.
    pub(crate) fn of(base: &'d Documents<'d>, revision: &'d Documents<'d>, places: &[Place]) -> Vec<bool> {
        let (same, users) = (Vec::new(), Vec::new());
        let mut search = Same { base, revision, known: HashMap::new(), same, users, open: Vec::new() };
        let asked: Vec<usize> = places.iter().map(|place| search.place(place.clone())).collect();
        while let Some((index, place)) = search.open.pop() {
            search.same[index] = search.look(index, &place).is_some();
        }
        let mut open: Vec<usize> = (0..search.same.len()).filter(|index| !search.same[*index]).collect();
        while let Some(index) = open.pop() {
            for user in std::mem::take(&mut search.users[index]) {
                if std::mem::replace(&mut search.same[user], false) {
                    open.push(user);
                }
            }
        }
        asked.into_iter().map(|index| search.same[index]).collect()
    }

    fn place(&mut self, place: Place) -> usize {
        let next = self.same.len();
        let index = *self.known.entry(place.clone()).or_insert(next);
        if index == next {
            self.same.push(true);
            self.users.push(Vec::new());
            self.open.push((index, place));
        }
        index
    }

    /// Nothing if something else is written, or a reference leads nowhere.
    fn look(&mut self, index: usize, (before, after): &Place) -> Option<()> {
        let (value, other) = (self.base.at(before)?, self.revision.at(after)?);
        let same = value == other && self.base.dialect_at(before) == self.revision.dialect_at(after);
        let mut references = Vec::new();
        collect(value, 0, &mut references).filter(|()| same)?;
        for reference in references {
            let target = (self.base.follow(reference, before)?, self.revision.follow(reference, after)?);
            let target = self.place(target);
            self.users[target].push(index);
        }
        Some(())
    }
}

/// Deepest nesting that is looked at.
const DEEPEST: usize = 150;

/// References within a value; nothing if it nests too deep, or names parts of itself, so that what a reference means
/// depends on where it stands.
fn collect<'v>(value: &'v Value, depth: usize, found: &mut Vec<&'v str>) -> Option<()> {
    match value {
        _ if depth > DEEPEST => return None,
        Value::Object(members) => {
            for (name, member) in members {
                match (name.as_str(), member) {
                    ("$ref" | "$dynamicRef" | "$recursiveRef", Value::String(reference)) => {
                        found.push(reference);
                    }
                    ("$id" | "id" | "$anchor" | "$dynamicAnchor", Value::String(_)) => return None,
                    // Alternatives may be named without being referred to.
                    ("discriminator", Value::Object(_)) => return None,
                    _ => collect(member, depth + 1, found)?,
                }
            }
        }
        Value::Array(items) => items.iter().try_for_each(|item| collect(item, depth + 1, found))?,
        _ => {}
    }
    Some(())
}
