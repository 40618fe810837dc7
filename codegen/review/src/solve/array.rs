//! Arrays: how long, and what has to be where.

use std::collections::BTreeMap;

use serde_json::Value;

use super::item_places::{Demand, Duty, Places};
use super::{Outcome, Solver};
use crate::formula::{Literal, Node};

/// Longest array that is written out.
const LONGEST: usize = 2_000;

/// Most lengths that are tried.
const MOST_LENGTHS: usize = 40;

/// Assertions about an array.
#[derive(Clone, Debug, Default)]
pub(super) struct Items {
    pub(super) at: BTreeMap<usize, Vec<Literal>>,
    pub(super) rest: Vec<(usize, Literal)>,
    pub(super) least: u64,
    pub(super) most: Option<u64>,
    pub(super) unique: bool,
    pub(super) duplicate: bool,
    pub(super) demands: Vec<Demand>,
    /// At most so many items may satisfy a literal.
    pub(super) at_most: Vec<(u64, Literal)>,
}

impl Solver {
    pub(super) fn array(&mut self, atoms: &[Literal]) -> Outcome {
        let items = self.items(atoms);
        let fixed = items.at.keys().next_back().map_or(0, |last| last + 1);
        let fixed = items.rest.iter().map(|(from, _)| *from).max().unwrap_or(0).max(fixed);
        if items.most.is_some_and(|most| most < items.least) {
            return Outcome::Empty;
        }
        let Ok(least) = usize::try_from(items.least) else { return Outcome::Unknown };
        if least > LONGEST || items.demands.len() > 50 {
            return Outcome::Unknown;
        }
        // More items than are asked for only add what must hold.
        let enough = least.max(fixed.min(LONGEST)) + items.demands.len() + 2 * usize::from(items.duplicate);
        let longest =
            items.most.map_or(enough, |most| usize::try_from(most).map_or(enough, |most| most.min(enough)));
        let mut unknown = longest - least >= MOST_LENGTHS;
        for length in (least..=longest).take(MOST_LENGTHS) {
            if !self.spend(1 + length as u64 / 8) {
                return Outcome::Unknown;
            }
            match self.of_length(&items, length) {
                Outcome::Empty => {}
                Outcome::Unknown => unknown = true,
                witness @ Outcome::Witness(_) => return witness,
            }
        }
        if unknown { Outcome::Unknown } else { Outcome::Empty }
    }

    fn items(&self, atoms: &[Literal]) -> Items {
        let mut items = Items::default();
        for atom in atoms {
            let node = self.arena.node(*atom);
            if atom.is_positive() { items.affirm(node) } else { items.deny(node) }
        }
        items
    }

    /// Tries one length.
    fn of_length(&mut self, items: &Items, length: usize) -> Outcome {
        let mut places = Places { items, slots: Vec::new() };
        for index in 0..length {
            let mut literals = items.at.get(&index).cloned().unwrap_or_default();
            literals.extend(items.rest.iter().filter(|(from, _)| *from <= index).map(|(_, schema)| *schema));
            literals.sort_unstable();
            places.slots.push((literals, Vec::new()));
        }
        if items.demands.is_empty() && !items.duplicate && !items.unique && items.at_most.is_empty() {
            let goals = places.slots.into_iter().map(|(literals, _)| literals).collect();
            return self.each(goals);
        }
        self.assign(&mut places, 0)
    }

    /// One value for each goal.
    pub(super) fn each(&mut self, goals: Vec<Vec<Literal>>) -> Outcome {
        let mut values = Vec::with_capacity(goals.len());
        let mut unknown = false;
        for goal in goals {
            match self.goal(goal) {
                Outcome::Witness(value) => values.push(value),
                Outcome::Empty => return Outcome::Empty,
                Outcome::Unknown => unknown = true,
            }
        }
        if unknown { Outcome::Unknown } else { Outcome::Witness(Value::Array(values)) }
    }
}

impl Items {
    fn affirm(&mut self, node: &Node) {
        match node {
            Node::Item(index, schema) => self.at.entry(*index).or_default().push(*schema),
            Node::Rest(from, schema) => self.rest.push((*from, *schema)),
            Node::UniqueItems => self.unique = true,
            Node::MinItems(least) => self.at_least(*least),
            Node::MaxItems(most) => self.at_most(*most),
            Node::ContainsMin(count, schema) => self.contains(*count, *schema),
            Node::ContainsMax(count, schema) => self.contains_at_most(*count, *schema),
            _ => {}
        }
    }

    fn deny(&mut self, node: &Node) {
        match node {
            Node::Item(index, schema) => {
                self.at_least(*index as u64 + 1);
                self.at.entry(*index).or_default().push(!*schema);
            }
            Node::Rest(from, schema) => {
                self.demands.push(Demand { from: *from, schema: !*schema, duty: Duty::Alone });
            }
            Node::UniqueItems => {
                self.duplicate = true;
                self.at_least(2);
            }
            // Bounds of 0 that nothing can break are never written.
            Node::MinItems(least) => self.at_most(least.saturating_sub(1)),
            Node::MaxItems(most) => self.at_least(most.saturating_add(1)),
            Node::ContainsMin(count, schema) => self.contains_at_most(count.saturating_sub(1), *schema),
            Node::ContainsMax(count, schema) => self.contains(count.saturating_add(1), *schema),
            _ => {}
        }
    }

    fn contains(&mut self, count: u64, schema: Literal) {
        self.at_least(count);
        // Those that are asked for already count too. More than can be assigned are refused by their number.
        let known = self.demands.iter().filter(|demand| demand.duty == Duty::Count(schema)).count() as u64;
        for _ in known..count.min(100) {
            self.demands.push(Demand { from: 0, schema, duty: Duty::Count(schema) });
        }
    }

    /// Of two limits of one kind of item, the tighter counts.
    fn contains_at_most(&mut self, count: u64, schema: Literal) {
        match self.at_most.iter_mut().find(|(_, known)| *known == schema) {
            Some((known, _)) => *known = count.min(*known),
            None => self.at_most.push((count, schema)),
        }
    }

    fn at_least(&mut self, least: u64) {
        self.least = self.least.max(least);
    }

    fn at_most(&mut self, most: u64) {
        self.most = Some(self.most.map_or(most, |known| known.min(most)));
    }
}
