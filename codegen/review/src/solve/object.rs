//! Objects: which members, and what each has to satisfy.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::member_names::Class;
use super::{Outcome, Solver};
use crate::formula::{Literal, Node};

/// Assertions about an object.
#[derive(Clone, Debug, Default)]
pub(super) struct Members {
    pub(super) named: BTreeMap<String, Vec<Literal>>,
    pub(super) matching: Vec<(String, Literal)>,
    pub(super) others: Vec<(Vec<String>, Vec<String>, Literal)>,
    /// What each name must satisfy.
    pub(super) names: Vec<Literal>,
    pub(super) required: BTreeSet<String>,
    pub(super) absent: BTreeSet<String>,
    pub(super) least: u64,
    pub(super) most: Option<u64>,
    /// Members that must be there: of which name, and what they must satisfy.
    pub(super) demands: Vec<(Class, Literal)>,
}

/// What each member that will be there has to satisfy.
pub(super) type Entries = BTreeMap<String, Vec<Literal>>;

impl Solver {
    pub(super) fn object(&mut self, atoms: &[Literal]) -> Outcome {
        let mut members = Members::default();
        let mut broken = Vec::new();
        for atom in atoms {
            let node = self.arena.node(*atom);
            if atom.is_positive() { members.affirm(node) } else { members.deny(node, &mut broken) }
        }
        if members.required.intersection(&members.absent).next().is_some()
            || members.most.is_some_and(|most| most < members.least.max(members.required.len() as u64))
        {
            return Outcome::Empty;
        }
        let mut entries = Entries::new();
        let mut unknown = false;
        for name in &members.required {
            let Some(allowed) = self.allows(&members, name) else { return Outcome::Unknown };
            let Some(literals) = self.value_literals(&members, name) else { return Outcome::Unknown };
            if !allowed {
                return Outcome::Empty;
            }
            entries.insert(name.clone(), literals);
        }
        for (name, literal) in broken {
            entries.entry(name).or_default().push(literal);
        }
        for literals in entries.values() {
            match self.goal(literals.clone()) {
                Outcome::Empty => return Outcome::Empty,
                Outcome::Unknown => unknown = true,
                Outcome::Witness(_) => {}
            }
        }
        if unknown {
            return Outcome::Unknown;
        }
        self.demand(&members, entries, 0)
    }

    /// Finds a member for each demand from the `next` on.
    fn demand(&mut self, members: &Members, entries: Entries, next: usize) -> Outcome {
        let Some((class, schema)) = members.demands.get(next) else { return self.filled(members, entries) };
        if !self.step() {
            return Outcome::Unknown;
        }
        let (candidates, mut unknown) = self.candidates(members, class, &entries);
        for name in candidates {
            let literals = match entries.get(&name) {
                Some(literals) => Some(literals.clone()),
                None => self.value_literals(members, &name),
            };
            let Some(mut literals) = literals else {
                unknown = true;
                continue;
            };
            literals.push(*schema);
            let outcome = match self.goal(literals.clone()) {
                Outcome::Witness(_) => {
                    let mut entries = entries.clone();
                    entries.insert(name, literals);
                    self.demand(members, entries, next + 1)
                }
                other => other,
            };
            match outcome {
                Outcome::Empty => {}
                Outcome::Unknown => unknown = true,
                witness @ Outcome::Witness(_) => return witness,
            }
        }
        if unknown { Outcome::Unknown } else { Outcome::Empty }
    }

    /// Adds members until there are enough, and finds their values.
    fn filled(&mut self, members: &Members, mut entries: Entries) -> Outcome {
        if members.most.is_some_and(|most| entries.len() as u64 > most) {
            return Outcome::Empty;
        }
        if members.least > 500 {
            return Outcome::Unknown;
        }
        let mut unknown = false;
        while (entries.len() as u64) < members.least {
            if !self.step() {
                return Outcome::Unknown;
            }
            let (candidates, unsure) = self.candidates(members, &Class::default(), &entries);
            unknown |= unsure;
            let before = entries.len();
            for name in candidates {
                if entries.contains_key(&name) || entries.len() as u64 >= members.least {
                    continue;
                }
                let Some(literals) = self.value_literals(members, &name) else {
                    unknown = true;
                    continue;
                };
                match self.goal(literals.clone()) {
                    Outcome::Witness(_) => {
                        entries.insert(name, literals);
                    }
                    Outcome::Empty => {}
                    Outcome::Unknown => unknown = true,
                }
            }
            if entries.len() == before {
                return if unknown { Outcome::Unknown } else { Outcome::Empty };
            }
        }
        let mut object = serde_json::Map::new();
        for (name, literals) in entries {
            match self.goal(literals) {
                Outcome::Witness(value) => object.insert(name, value),
                other => return other,
            };
        }
        Outcome::Witness(Value::Object(object))
    }
}

impl Members {
    fn affirm(&mut self, node: &Node) {
        match node {
            Node::Member(name, schema) => self.named.entry(name.clone()).or_default().push(*schema),
            Node::Matching(pattern, schema) => self.matching.push((pattern.clone(), *schema)),
            Node::Others { names, patterns, schema } => {
                self.others.push((names.clone(), patterns.clone(), *schema));
            }
            Node::Names(schema) => self.names.push(*schema),
            Node::Required(name) => {
                self.required.insert(name.clone());
            }
            Node::MinProperties(least) => self.at_least(*least),
            Node::MaxProperties(most) => self.at_most(*most),
            _ => {}
        }
    }

    /// `broken`: members of a known name, and what they must satisfy besides.
    fn deny(&mut self, node: &Node, broken: &mut Vec<(String, Literal)>) {
        match node {
            Node::Member(name, schema) => {
                self.required.insert(name.clone());
                broken.push((name.clone(), !*schema));
            }
            Node::Matching(pattern, schema) => {
                let class = Class { pattern: Some(pattern.clone()), ..Class::default() };
                self.demands.push((class, !*schema));
            }
            Node::Others { names, patterns, schema } => {
                let class = Class { not: names.clone(), not_matching: patterns.clone(), ..Class::default() };
                self.demands.push((class, !*schema));
            }
            Node::Names(schema) => {
                let class = Class { name: Some(!*schema), ..Class::default() };
                self.demands.push((class, Literal::TRUE));
            }
            Node::Required(name) => {
                self.absent.insert(name.clone());
            }
            Node::MinProperties(least) => self.at_most(least.saturating_sub(1)),
            Node::MaxProperties(most) => self.at_least(most.saturating_add(1)),
            _ => {}
        }
    }

    fn at_least(&mut self, least: u64) {
        self.least = self.least.max(least);
    }

    fn at_most(&mut self, most: u64) {
        self.most = Some(self.most.map_or(most, |known| known.min(most)));
    }
}
