//! Splitting a goal, for values of one kind, until only assertions about that kind are left.

use std::collections::{BTreeSet, HashSet};
use std::rc::Rc;

use serde_json::Value;

use super::tags::{Tags, values};
use super::{Outcome, Solver};
use crate::formula::{Arena, Literal, Node, ValueId};
use crate::value::{Kind, Kinds};

/// Alternatives: in each, all literals must hold.
type Options = Vec<Vec<Literal>>;

/// Literals that are assumed together.
#[derive(Clone, Debug)]
struct Branch {
    kind: Kind,
    assumed: HashSet<Literal>,
    /// Assertions about the kind.
    atoms: Vec<Literal>,
    /// Of each, one must hold.
    choices: Vec<Options>,
    /// The only values there may be.
    values: Option<BTreeSet<ValueId>>,
    /// Of an object, the members that tell it from others.
    tags: Rc<Tags>,
    /// Something that isn't understood is among the literals.
    opaque: bool,
}

/// The literals contradict each other.
#[derive(Debug)]
struct Contradiction;

impl Solver {
    /// Decides a goal for values of one kind.
    pub(super) fn of_kind(&mut self, goal: &[Literal], kind: Kind) -> Outcome {
        let mut branch = Branch {
            kind,
            assumed: HashSet::new(),
            atoms: Vec::new(),
            choices: Vec::new(),
            values: None,
            tags: Rc::default(),
            opaque: false,
        };
        if self.assume(&mut branch, goal.to_vec()).is_err() {
            return Outcome::Empty;
        }
        self.branch(goal, branch, 0)
    }

    fn branch(&mut self, goal: &[Literal], mut branch: Branch, depth: usize) -> Outcome {
        // Many alternatives take long to go through, whatever becomes of them.
        let alternatives: usize = branch.choices.iter().map(Vec::len).sum();
        if !self.spend(1 + alternatives as u64 / 4) || depth > 200 {
            return Outcome::Unknown;
        }
        self.tally.branches += 1;
        if self.propagate(&mut branch).is_err() {
            return Outcome::Empty;
        }
        if let Some(values) = &branch.values {
            return self.among(goal, branch.kind, values);
        }
        let narrowest = (0..branch.choices.len()).min_by_key(|index| branch.choices[*index].len());
        let Some(narrowest) = narrowest else { return self.leaf(&branch) };
        let options = branch.choices.swap_remove(narrowest);
        let mut unknown = false;
        for option in options {
            let mut next = branch.clone();
            if self.assume(&mut next, option).is_err() {
                continue;
            }
            match self.branch(goal, next, depth + 1) {
                Outcome::Empty => {}
                Outcome::Unknown => unknown = true,
                witness @ Outcome::Witness(_) => return witness,
            }
            if self.left == 0 {
                return Outcome::Unknown;
            }
        }
        if unknown { Outcome::Unknown } else { Outcome::Empty }
    }

    /// Adds literals and whatever follows from them alone.
    fn assume(&mut self, branch: &mut Branch, mut open: Vec<Literal>) -> Result<(), Contradiction> {
        while let Some(literal) = open.pop() {
            if branch.assumed.contains(&!literal) {
                return Err(Contradiction);
            }
            if !branch.assumed.insert(literal) {
                continue;
            }
            let positive = literal.is_positive();
            match self.arena.node(literal).clone() {
                Node::True if positive => {}
                Node::Kinds(kinds) if kinds.contains(branch.kind) == positive => {}
                Node::True | Node::Kinds(_) => return Err(Contradiction),
                Node::Enum(values) if positive => {
                    let of_kind = |id: &ValueId| Kind::of(self.arena.value(*id)) == branch.kind;
                    let values: BTreeSet<ValueId> = values.into_iter().filter(of_kind).collect();
                    let values = match &branch.values {
                        Some(others) => values.intersection(others).copied().collect(),
                        None => values,
                    };
                    if values.is_empty() {
                        return Err(Contradiction);
                    }
                    branch.values = Some(values);
                }
                Node::Enum(values) => self.unlike(branch, literal, &values),
                Node::All(parts) if positive => open.extend(parts),
                Node::All(parts) => branch.choices.push(parts.into_iter().map(|part| vec![!part]).collect()),
                Node::One(parts) => {
                    let overlaps = self.overlaps(if positive { literal } else { !literal }, &parts);
                    branch.choices.push(one_of(&parts, &overlaps, positive));
                }
                Node::Slot(slot) => {
                    let bound = self.arena.bound(slot);
                    open.push(if positive { bound } else { !bound });
                }
                Node::Opaque(_) => branch.opaque = true,
                node if Arena::kind(&node) == Some(branch.kind) => {
                    branch.atoms.push(literal);
                    if branch.kind == Kind::Object && !self.note(branch, &node, positive) {
                        return Err(Contradiction);
                    }
                }
                _ if positive => {}
                _ => return Err(Contradiction),
            }
        }
        Ok(())
    }

    /// Remembers which values a member may have; false if it must be there and has none.
    fn note(&self, branch: &mut Branch, node: &Node, positive: bool) -> bool {
        match node {
            Node::Required(name) if positive => Rc::make_mut(&mut branch.tags).require(name),
            Node::Member(name, _) if !positive => Rc::make_mut(&mut branch.tags).require(name),
            Node::Member(name, schema) => match values(&self.arena, *schema) {
                Some(values) => Rc::make_mut(&mut branch.tags).narrow(name, values),
                None => true,
            },
            _ => true,
        }
    }

    /// None of these values: for arrays and objects, some part differs.
    fn unlike(&mut self, branch: &mut Branch, literal: Literal, values: &[ValueId]) {
        match branch.kind {
            Kind::Array | Kind::Object => {
                for id in values {
                    let options = match self.arena.value(*id).clone() {
                        Value::Array(items) if branch.kind == Kind::Array => self.unlike_array(&items),
                        Value::Object(members) if branch.kind == Kind::Object => self.unlike_object(&members),
                        _ => continue,
                    };
                    branch.choices.push(options.into_iter().map(|option| vec![option]).collect());
                }
            }
            Kind::Null | Kind::Boolean | Kind::Number | Kind::String => branch.atoms.push(literal),
        }
    }

    fn unlike_array(&mut self, items: &[Value]) -> Vec<Literal> {
        let count = items.len() as u64;
        let mut options = vec![!self.arena.add(Node::MaxItems(count))];
        if count > 0 {
            options.push(!self.arena.add(Node::MinItems(count)));
        }
        for (index, item) in items.iter().enumerate() {
            let same = self.arena.values([item]);
            options.push(!self.arena.add(Node::Item(index, same)));
        }
        options
    }

    fn unlike_object(&mut self, members: &serde_json::Map<String, Value>) -> Vec<Literal> {
        let mut names: Vec<String> = members.keys().cloned().collect();
        names.sort_unstable();
        let mut options = Vec::new();
        for name in &names {
            let same = self.arena.values([&members[name]]);
            options.push(!self.arena.add(Node::Required(name.clone())));
            options.push(!self.arena.add(Node::Member(name.clone(), same)));
        }
        let others = Node::Others { names, patterns: Vec::new(), schema: Literal::FALSE };
        options.push(!self.arena.add(others));
        options
    }

    /// Drops alternatives that can't hold, until nothing more follows.
    fn propagate(&mut self, branch: &mut Branch) -> Result<(), Contradiction> {
        loop {
            let mut forced = Vec::new();
            let mut left = Vec::new();
            for mut options in std::mem::take(&mut branch.choices) {
                options.retain(|option| {
                    option.iter().all(|literal| self.glance(branch, *literal, 3) != Some(false))
                });
                let satisfied = options.iter().any(|option| {
                    option.iter().all(|literal| self.glance(branch, *literal, 3) == Some(true))
                });
                match options.as_slice() {
                    _ if satisfied => {}
                    [] => return Err(Contradiction),
                    [single] => forced.extend_from_slice(single),
                    _ => left.push(options),
                }
            }
            branch.choices = left;
            if forced.is_empty() {
                return Ok(());
            }
            self.assume(branch, forced)?;
        }
    }

    /// Whether a literal holds, as far as that can be seen at once.
    fn glance(&self, branch: &Branch, literal: Literal, depth: usize) -> Option<bool> {
        if branch.assumed.contains(&literal) {
            return Some(true);
        }
        if branch.assumed.contains(&!literal) {
            return Some(false);
        }
        let node = self.arena.node(literal);
        let holds = match node {
            Node::True => Some(true),
            Node::Kinds(kinds) => Some(kinds.contains(branch.kind)),
            Node::Enum(values) => {
                let possible = values.iter().any(|id| Kind::of(self.arena.value(*id)) == branch.kind);
                if possible { None } else { Some(false) }
            }
            Node::Slot(slot) if depth > 0 => self.glance(branch, self.arena.bound(*slot), depth - 1),
            Node::Member(name, schema) if branch.kind == Kind::Object && branch.tags.required(name) => {
                let excluded = |values: &[ValueId]| branch.tags.exclude(name, values).then_some(false);
                values(&self.arena, *schema).and_then(excluded)
            }
            Node::Required(name) if branch.kind == Kind::Object && branch.tags.required(name) => Some(true),
            Node::All(parts) if depth > 0 => {
                let mut sure = Some(true);
                for part in parts {
                    match self.glance(branch, *part, depth - 1) {
                        Some(true) => {}
                        Some(false) => {
                            sure = Some(false);
                            break;
                        }
                        None => sure = None,
                    }
                }
                sure
            }
            other => Arena::kind(other).filter(|kind| *kind != branch.kind).map(|_| true),
        };
        if literal.is_positive() { holds } else { holds.map(|holds| !holds) }
    }

    /// Looks for a value among a few.
    fn among(&self, goal: &[Literal], kind: Kind, values: &BTreeSet<ValueId>) -> Outcome {
        let mut unknown = false;
        for value in values.iter().map(|id| self.arena.value(*id)).filter(|value| Kind::of(value) == kind) {
            let mut holds = Some(true);
            for literal in goal {
                match self.arena.holds(*literal, value, &self.patterns) {
                    Some(true) => {}
                    Some(false) => {
                        holds = Some(false);
                        break;
                    }
                    None => holds = None,
                }
            }
            match holds {
                Some(true) => return Outcome::Witness(value.clone()),
                Some(false) => {}
                None => unknown = true,
            }
        }
        if unknown { Outcome::Unknown } else { Outcome::Empty }
    }

    /// Decides assertions about one kind.
    fn leaf(&mut self, branch: &Branch) -> Outcome {
        let outcome = match branch.kind {
            Kind::Null => self.simple(branch, &[Value::Null]),
            Kind::Boolean => self.simple(branch, &[Value::Bool(true), Value::Bool(false)]),
            Kind::Number => self.number(&branch.atoms),
            Kind::String => self.text(&branch.atoms),
            Kind::Array => self.array(&branch.atoms),
            Kind::Object => self.object(&branch.atoms),
        };
        if branch.opaque && outcome != Outcome::Empty { Outcome::Unknown } else { outcome }
    }

    fn simple(&self, branch: &Branch, values: &[Value]) -> Outcome {
        let fits = |value: &&Value| {
            branch.atoms.iter().all(|atom| self.arena.holds(*atom, value, &self.patterns) == Some(true))
        };
        values.iter().find(fits).map_or(Outcome::Empty, |value| Outcome::Witness(value.clone()))
    }

    /// Values of one kind only.
    pub(super) fn only(&mut self, kind: Kind) -> Literal {
        self.arena.kinds(Kinds::only(kind))
    }
}

/// The ways in which exactly one of several holds, or not exactly one.
fn one_of(parts: &[Literal], overlaps: &[(usize, usize)], positive: bool) -> Options {
    if positive {
        // What excludes the one that holds needn't be denied.
        let rivals = |index: usize| {
            overlaps.iter().filter_map(move |(first, second)| {
                (*first == index).then_some(*second).or((*second == index).then_some(*first))
            })
        };
        let holds = |index: usize| {
            let denied = rivals(index).map(|rival| !parts[rival]);
            std::iter::once(parts[index]).chain(denied).collect()
        };
        (0..parts.len()).map(holds).collect()
    } else {
        let none = parts.iter().map(|part| !*part).collect();
        let two = overlaps.iter().map(|(first, second)| vec![parts[*first], parts[*second]]);
        std::iter::once(none).chain(two).collect()
    }
}
