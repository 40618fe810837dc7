//! What two schemas say of one value, side by side: which parts of the one stand for which parts of the other.
//!
//! Any pairing is sound, because what is concluded from it holds for whatever the parts accept as long as each part of
//! the one is within its partner. A good pairing only saves work.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use crate::formula::Classes;
use crate::schema::{Assertion, NodeId, Nodes};

/// Most schema objects that are looked at for one value.
const MOST: usize = 400;

/// How a part is reached from the value that it is a part of.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Step {
    /// An alternative of the value itself.
    Alternative,
    Member(String),
    Matching(String),
    Others {
        names: Vec<String>,
        patterns: Vec<String>,
    },
    Item(usize),
    Items(usize),
}

/// Parts of two schemas that are in the same place.
#[derive(Clone, Debug)]
pub(super) struct Link {
    pub(super) step: Step,
    pub(super) left: NodeId,
    pub(super) right: NodeId,
}

/// Both schemas, as far as they speak of one value.
#[derive(Debug, Default)]
pub(crate) struct Pairing {
    /// Parts that differ.
    pub(super) links: Vec<Link>,
    /// By part of the right schema, the part of the left one that it is taken to be.
    pub(in crate::contain) parts: HashMap<NodeId, NodeId>,
    /// Nodes of the right schema that apply to the value itself.
    pub(in crate::contain) within: HashSet<NodeId>,
    /// Lists of alternatives on the right of which exactly one has to hold, and some of which differ.
    pub(super) exclusive: Vec<Vec<NodeId>>,
}

/// The nodes of two schemas.
#[derive(Clone, Copy)]
pub(super) struct Sides<'s> {
    pub(super) left: &'s Nodes,
    pub(super) right: &'s Nodes,
    pub(super) classes: (&'s Classes, &'s Classes),
}

impl<'s> Sides<'s> {
    /// Whether two nodes say the same, with all that they refer to.
    pub(super) fn same(&self, left: NodeId, right: NodeId) -> bool {
        self.classes.0[left.0] == self.classes.1[right.0]
    }

    pub(super) fn pair(self, left: NodeId, right: NodeId) -> Pairing {
        let mut pairing = Pairing::default();
        self.value(&mut pairing, left, right);
        // What is in two places at once isn't told apart. What speaks of the value itself is compared here, but for the
        // schema as a whole, which may be one of its own parts.
        let mut partners: HashMap<NodeId, HashSet<NodeId>> = HashMap::new();
        for link in &pairing.links {
            partners.entry(link.right).or_default().insert(link.left);
        }
        let within = std::mem::take(&mut pairing.within);
        pairing.links.retain(|link| {
            let elsewhere = link.right == right || !within.contains(&link.right);
            elsewhere && partners[&link.right].len() == 1
        });
        pairing.within = within;
        pairing.parts = pairing.links.iter().map(|link| (link.right, link.left)).collect();
        pairing.links.retain(|link| !self.same(link.left, link.right));
        pairing
    }

    /// Schemas of the same value.
    fn value(&self, pairing: &mut Pairing, left: NodeId, right: NodeId) {
        let (before, after) = (always(self.left, left), always(self.right, right));
        if pairing.within.len() + after.len() > MOST {
            return;
        }
        pairing.within.extend(after.iter().copied());
        let unions = (unions(self.left, &before), unions(self.right, &after));
        let alone = unions.1.len() == 1 && is_only_a_choice(self.right, &after);
        if alone && unions.0.len() == 1 && is_only_a_choice(self.left, &before) {
            let (left, right) = (unions.0[0].0, unions.1[0].0);
            let found = self.alternatives(left, right);
            self.chosen(pairing, &found, unions.1[0]);
            return;
        }
        if alone && unions.0.is_empty() {
            let found = self.alternatives(&[left], unions.1[0].0);
            self.chosen(pairing, &found, unions.1[0]);
            return;
        }
        self.parts(pairing, &before, &after);
        for (old, new) in unions.0.iter().zip(&unions.1) {
            let found = self.alternatives(old.0, new.0);
            if new.1 && found.iter().any(|(left, right)| !self.same(*left, *right)) {
                pairing.exclusive.push(new.0.to_vec());
            }
            for (left, right) in found {
                if !self.same(left, right) {
                    self.value(pairing, left, right);
                }
            }
        }
    }

    fn chosen(&self, pairing: &mut Pairing, found: &[(NodeId, NodeId)], (of, exclusive): (&[NodeId], bool)) {
        let differing = found.iter().any(|(left, right)| !self.same(*left, *right));
        if exclusive && differing {
            pairing.exclusive.push(of.to_vec());
        }
        let links =
            found.iter().map(|(left, right)| Link { step: Step::Alternative, left: *left, right: *right });
        pairing.links.extend(links);
    }

    /// Members and items.
    fn parts(&self, pairing: &mut Pairing, before: &[NodeId], after: &[NodeId]) {
        let mut old: HashMap<Key, Vec<NodeId>> = HashMap::new();
        for (key, _, id) in parts(self.left, before) {
            old.entry(key).or_default().push(id);
        }
        let mut new: Vec<(Key, Step, Vec<NodeId>)> = Vec::new();
        let mut known: HashMap<Key, usize> = HashMap::new();
        for (key, step, id) in parts(self.right, after) {
            match known.get(&key) {
                Some(index) => new[*index].2.push(id),
                None => {
                    known.insert(key.clone(), new.len());
                    new.push((key, step, vec![id]));
                }
            }
        }
        for (key, step, ids) in new {
            let Some(others) = old.get(&key).filter(|others| others.len() == ids.len()) else { continue };
            for (left, right) in others.iter().zip(ids) {
                // The first node accepts everything, wherever it stands.
                if *left != NodeId(0) && right != NodeId(0) {
                    pairing.links.push(Link { step: step.clone(), left: *left, right });
                }
            }
        }
    }

    /// Alternatives that stand for each other: the same, of the same name, with the same mark, or in the same place.
    fn alternatives(&self, before: &[NodeId], after: &[NodeId]) -> Vec<(NodeId, NodeId)> {
        let mut found = Vec::new();
        let mut left: Vec<NodeId> = before.to_vec();
        let mut right: Vec<NodeId> = after.to_vec();
        let mut take =
            |alike: &dyn Fn(NodeId, NodeId) -> bool, left: &mut Vec<NodeId>, right: &mut Vec<NodeId>| {
                right.retain(|new| {
                    let Some(at) = left.iter().position(|old| alike(*old, *new)) else { return true };
                    found.push((left.remove(at), *new));
                    false
                });
            };
        take(&|old, new| self.same(old, new), &mut left, &mut right);
        let names = (names(self.left, &left), names(self.right, &right));
        take(
            &|old, new| names.0.get(&old).is_some_and(|name| names.1.get(&new) == Some(name)),
            &mut left,
            &mut right,
        );
        let marks = (marks(self.left, &left), marks(self.right, &right));
        take(
            &|old, new| {
                marks
                    .0
                    .get(&old)
                    .zip(marks.1.get(&new))
                    .is_some_and(|(old, new)| old.iter().any(|mark| new.contains(mark)))
            },
            &mut left,
            &mut right,
        );
        if left.len() == right.len() {
            found.extend(left.into_iter().zip(right));
        }
        found
    }
}

/// Which part it is, whatever is said of the others.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    Member(String),
    Matching(String),
    Others,
    Item(usize),
    Items(usize),
}

/// The nodes that apply to the value of a node whatever it is.
fn always(nodes: &Nodes, start: NodeId) -> Vec<NodeId> {
    let mut found = Vec::new();
    let mut open = vec![start];
    while let Some(id) = open.pop() {
        if found.contains(&id) || found.len() > MOST {
            continue;
        }
        found.push(id);
        for keyword in nodes[id.0].keywords().iter().rev() {
            match &keyword.assertion {
                Assertion::Ref(id) => open.push(*id),
                Assertion::AllOf(ids) => open.extend(ids.iter().rev()),
                _ => {}
            }
        }
    }
    found
}

/// Lists of alternatives, and whether only one may hold.
fn unions<'s>(nodes: &'s Nodes, of: &[NodeId]) -> Vec<(&'s [NodeId], bool)> {
    let keywords = of.iter().flat_map(|id| nodes[id.0].keywords());
    let lists = keywords.filter_map(|keyword| match &keyword.assertion {
        Assertion::AnyOf(ids) => Some((ids.as_slice(), false)),
        Assertion::OneOf(ids) => Some((ids.as_slice(), true)),
        _ => None,
    });
    lists.collect()
}

/// Whether nothing is said but which alternatives there are.
fn is_only_a_choice(nodes: &Nodes, of: &[NodeId]) -> bool {
    of.iter().flat_map(|id| nodes[id.0].keywords()).all(|keyword| {
        matches!(
            keyword.assertion,
            Assertion::Ref(_)
                | Assertion::AllOf(_)
                | Assertion::AnyOf(_)
                | Assertion::OneOf(_)
                | Assertion::Type { .. }
        )
    })
}

fn parts(nodes: &Nodes, of: &[NodeId]) -> Vec<(Key, Step, NodeId)> {
    let mut found = Vec::new();
    for keyword in of.iter().flat_map(|id| nodes[id.0].keywords()) {
        match &keyword.assertion {
            Assertion::Properties(named) => found.extend(
                named.iter().map(|(name, id)| (Key::Member(name.clone()), Step::Member(name.clone()), *id)),
            ),
            Assertion::PatternProperties(named) => found.extend(
                named
                    .iter()
                    .map(|(name, id)| (Key::Matching(name.clone()), Step::Matching(name.clone()), *id)),
            ),
            Assertion::AdditionalProperties { names, patterns, schema } => {
                let (names, patterns) = (names.clone(), patterns.clone());
                found.push((Key::Others, Step::Others { names, patterns }, *schema));
            }
            Assertion::PrefixItems(ids) => found
                .extend(ids.iter().enumerate().map(|(index, id)| (Key::Item(index), Step::Item(index), *id))),
            Assertion::Items { from, schema } => found.push((Key::Items(*from), Step::Items(*from), *schema)),
            _ => {}
        }
    }
    found
}

/// What alternatives refer to, by the last part of its place.
fn names<'s>(nodes: &'s Nodes, of: &[NodeId]) -> HashMap<NodeId, &'s str> {
    let named = of.iter().filter_map(|id| {
        let [keyword] = nodes[id.0].keywords() else { return None };
        let Assertion::Ref(target) = &keyword.assertion else { return None };
        let pointer = nodes[target.0].pointer.as_str();
        Some((*id, pointer.rsplit('/').next().unwrap_or(pointer)))
    });
    named.collect()
}

/// The members of alternatives that can have one value only, with that value, and the kinds that they are of.
fn marks(nodes: &Nodes, of: &[NodeId]) -> HashMap<NodeId, Vec<(String, String)>> {
    let single = |id: NodeId| {
        let every = always(nodes, id);
        let mut keywords = every.iter().flat_map(|id| nodes[id.0].keywords());
        keywords.find_map(|keyword| match &keyword.assertion {
            Assertion::Enum(values) if values.len() == 1 => values.first().map(Value::to_string),
            _ => None,
        })
    };
    let mut found = HashMap::new();
    for id in of {
        let every = always(nodes, *id);
        let mut marks = Vec::new();
        for keyword in every.iter().flat_map(|id| nodes[id.0].keywords()) {
            if let Assertion::Properties(named) = &keyword.assertion {
                marks.extend(named.iter().filter_map(|(name, part)| Some((name.clone(), single(*part)?))));
            }
        }
        if !marks.is_empty() {
            found.insert(*id, marks);
        }
    }
    found
}
