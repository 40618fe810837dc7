//! Goals: remembered, and recognised when they come back within themselves.

use super::tags::{differ, marks};
use super::{DEEPEST, NOTHING, Outcome, Overlaps, Solver};
use crate::formula::{Literal, Node};
use crate::value::Kind;

/// Most pairs of alternatives that are looked at for what satisfies both.
const MOST_PAIRS: usize = 5_000;

/// Literals that one value has to satisfy together, sorted.
pub(super) type Goal = Vec<Literal>;

impl Solver {
    /// Decides a goal.
    pub(super) fn goal(&mut self, literals: Vec<Literal>) -> Outcome {
        let Some(goal) = self.normal(literals) else { return Outcome::Empty };
        if let Some(known) = self.known.get(&goal) {
            return known.clone();
        }
        let conditional = self.open.get(&goal).or_else(|| self.provisional.get(&goal)).copied();
        if let Some(depth) = conditional {
            self.tally.recursions += 1;
            self.rest_on(depth);
            return Outcome::Empty;
        }
        let depth = self.open.len();
        if depth > DEEPEST || !self.step() {
            return Outcome::Unknown;
        }
        self.tally.goals += 1;
        self.open.insert(goal.clone(), depth);
        self.rests_on.push(NOTHING);
        let outcome = self.of_any_kind(&goal);
        self.open.remove(&goal);
        let rests_on = self.rests_on.pop().unwrap_or(NOTHING);
        self.conclude(goal, depth, rests_on, &outcome);
        outcome
    }

    fn rest_on(&mut self, depth: usize) {
        if let Some(rests_on) = self.rests_on.last_mut() {
            *rests_on = depth.min(*rests_on);
        }
    }

    /// Flat, sorted; `None` if it contradicts itself.
    fn normal(&self, literals: Vec<Literal>) -> Option<Goal> {
        // Seen before anything is taken apart: most of two schemas is the same.
        if literals.iter().any(|literal| literals.contains(&!*literal)) {
            return None;
        }
        let mut flat = Vec::with_capacity(literals.len());
        for literal in literals {
            match self.arena.node(literal) {
                Node::All(parts) if literal.is_positive() => flat.extend_from_slice(parts),
                _ if literal == Literal::FALSE => return None,
                _ if literal == Literal::TRUE => {}
                _ => flat.push(literal),
            }
        }
        flat.sort_unstable();
        flat.dedup();
        flat.windows(2).all(|pair| pair[0] != !pair[1]).then_some(flat)
    }

    fn of_any_kind(&mut self, goal: &Goal) -> Outcome {
        let mut unknown = false;
        for kind in Kind::ALL {
            match self.of_kind(goal, kind) {
                Outcome::Empty => {}
                Outcome::Unknown => unknown = true,
                witness @ Outcome::Witness(_) => return witness,
            }
        }
        if unknown { Outcome::Unknown } else { Outcome::Empty }
    }

    /// Remembers what was found, and settles what rested on it.
    fn conclude(&mut self, goal: Goal, depth: usize, rests_on: usize, outcome: &Outcome) {
        let rested_here: Vec<Goal> = self
            .provisional
            .iter()
            .filter(|(_, rests_on)| **rests_on >= depth)
            .map(|(goal, _)| goal.clone())
            .collect();
        if *outcome != Outcome::Empty {
            // What was empty only if this is, is open again.
            for goal in rested_here {
                self.provisional.remove(&goal);
            }
            // Out of steps is no property of the goal.
            if *outcome != Outcome::Unknown || self.left > 0 && rests_on == NOTHING {
                self.known.insert(goal, outcome.clone());
            }
        } else if rests_on >= depth {
            for goal in rested_here {
                self.provisional.remove(&goal);
                self.known.insert(goal, Outcome::Empty);
            }
            self.known.insert(goal, Outcome::Empty);
        } else {
            for goal in rested_here {
                self.provisional.insert(goal, rests_on);
            }
            self.provisional.insert(goal, rests_on);
            self.rest_on(rests_on);
        }
    }

    /// The pairs of alternatives of a `oneOf` that aren't proved to exclude each other.
    pub(super) fn overlaps(&mut self, one: Literal, parts: &[Literal]) -> Overlaps {
        if let Some(known) = self.overlaps.get(&one) {
            return known.clone();
        }
        let pairs =
            (0..parts.len()).flat_map(|first| (first + 1..parts.len()).map(move |second| (first, second)));
        let arena = &self.arena;
        let marks: Vec<_> = parts.iter().map(|part| marks(arena, *part)).collect();
        let pairs: Vec<(usize, usize)> =
            pairs.filter(|(first, second)| !differ(&marks[*first], &marks[*second])).collect();
        // Asked for while it is being found out: nothing is known yet.
        if pairs.len() > MOST_PAIRS || !self.open_overlaps.insert(one) {
            return pairs.into();
        }
        // Nothing here may rest on goals that are open now: what is learnt is for all of them.
        let around = (
            std::mem::take(&mut self.open),
            std::mem::take(&mut self.provisional),
            std::mem::take(&mut self.rests_on),
        );
        let mut overlapping = Vec::new();
        for (first, second) in pairs {
            if self.goal(vec![parts[first], parts[second]]) != Outcome::Empty {
                overlapping.push((first, second));
            }
        }
        (self.open, self.provisional, self.rests_on) = around;
        self.open_overlaps.remove(&one);
        let overlapping: Overlaps = overlapping.into();
        if self.left > 0 {
            self.overlaps.insert(one, overlapping.clone());
        }
        overlapping
    }
}
