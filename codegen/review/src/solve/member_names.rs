//! Names of members: known ones, and fresh ones for each way in which patterns tell names apart.

use std::collections::BTreeSet;

use serde_json::Value;

use super::object::{Entries, Members};
use super::{Outcome, Solver};
use crate::formula::{Literal, Node};
use crate::value::Kind;

/// Most patterns whose combinations are gone through.
const MOST_PATTERNS: usize = 7;

/// Names that a demand may be answered by.
#[derive(Clone, Debug, Default)]
pub(super) struct Class {
    pub(super) pattern: Option<String>,
    pub(super) not: Vec<String>,
    pub(super) not_matching: Vec<String>,
    /// What the name itself must satisfy.
    pub(super) name: Option<Literal>,
}

impl Solver {
    /// Names of a class that are worth trying, one of each sort: fresh ones, known ones, those that are there already.
    /// Also whether there may be others.
    pub(super) fn candidates(
        &mut self,
        members: &Members,
        class: &Class,
        entries: &Entries,
    ) -> (Vec<String>, bool) {
        let known = known_names(members, class, entries);
        let (mut candidates, mut unknown) = self.fresh(members, class, &known);
        for name in known {
            if members.absent.contains(&name) {
                continue;
            }
            let fits = self.fits(class, &name).zip(self.allows(members, &name));
            match fits {
                Some((true, true)) => candidates.push(name),
                Some(_) => {}
                None => unknown = true,
            }
        }
        (candidates, unknown)
    }

    /// A name for each combination of patterns that it matches and doesn't.
    fn fresh(&mut self, members: &Members, class: &Class, known: &BTreeSet<String>) -> (Vec<String>, bool) {
        let mut patterns: BTreeSet<&String> = members.matching.iter().map(|(pattern, _)| pattern).collect();
        patterns.extend(members.others.iter().flat_map(|(_, patterns, _)| patterns));
        patterns.extend(class.pattern.iter().chain(&class.not_matching));
        let patterns: Vec<&String> = patterns.into_iter().collect();
        if patterns.len() > MOST_PATTERNS {
            return (Vec::new(), true);
        }
        let listed: Vec<Value> = known.iter().map(|name| Value::String(name.clone())).collect();
        let mut base = vec![self.only(Kind::String)];
        if !listed.is_empty() {
            base.push(!self.arena.values(&listed));
        }
        base.extend(members.names.iter().copied().chain(class.name));
        let (mut names, mut unknown) = (Vec::new(), false);
        for combination in 0..1usize << patterns.len() {
            let matches = |index: usize| combination >> index & 1 == 1;
            let contradicts = patterns.iter().enumerate().any(|(index, pattern)| {
                class.pattern.as_ref() == Some(*pattern) && !matches(index)
                    || class.not_matching.contains(*pattern) && matches(index)
            });
            if contradicts {
                continue;
            }
            let mut goal = base.clone();
            for (index, pattern) in patterns.iter().enumerate() {
                let literal = self.arena.add(Node::Pattern((*pattern).clone()));
                goal.push(if matches(index) { literal } else { !literal });
            }
            match self.goal(goal) {
                Outcome::Witness(Value::String(name)) => names.push(name),
                Outcome::Witness(_) | Outcome::Empty => {}
                Outcome::Unknown => unknown = true,
            }
        }
        (names, unknown)
    }

    fn fits(&self, class: &Class, name: &String) -> Option<bool> {
        let mut fits = !class.not.contains(name);
        if let Some(pattern) = &class.pattern {
            fits &= self.patterns.matches(pattern, name)?;
        }
        for pattern in &class.not_matching {
            fits &= !self.patterns.matches(pattern, name)?;
        }
        if let Some(literal) = class.name {
            fits &= self.arena.holds(literal, &Value::String(name.clone()), &self.patterns)?;
        }
        Some(fits)
    }

    /// Whether a member may have a name.
    pub(super) fn allows(&self, members: &Members, name: &str) -> Option<bool> {
        let name = Value::String(name.to_owned());
        let mut allowed = true;
        for literal in &members.names {
            allowed &= self.arena.holds(*literal, &name, &self.patterns)?;
        }
        Some(allowed)
    }

    /// What the member of a name has to satisfy.
    pub(super) fn value_literals(&self, members: &Members, name: &str) -> Option<Vec<Literal>> {
        let mut literals = members.named.get(name).cloned().unwrap_or_default();
        for (pattern, schema) in &members.matching {
            if self.patterns.matches(pattern, name)? {
                literals.push(*schema);
            }
        }
        for (names, patterns, schema) in &members.others {
            let mut spoken_of = names.iter().any(|known| known == name);
            for pattern in patterns {
                spoken_of |= self.patterns.matches(pattern, name)?;
            }
            if !spoken_of {
                literals.push(*schema);
            }
        }
        Some(literals)
    }
}

/// All names that are written somewhere.
fn known_names(members: &Members, class: &Class, entries: &Entries) -> BTreeSet<String> {
    let mut names: BTreeSet<String> = members.named.keys().chain(entries.keys()).cloned().collect();
    names.extend(members.required.iter().chain(&members.absent).cloned());
    names.extend(members.others.iter().flat_map(|(names, _, _)| names.iter().cloned()));
    names.extend(class.not.iter().cloned());
    names.extend(members.demands.iter().flat_map(|(class, _)| class.not.iter().cloned()));
    names
}
