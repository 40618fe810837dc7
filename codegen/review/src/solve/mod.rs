//! Whether any value satisfies a conjunction of literals, and if so, one that does.
//!
//! A goal is tried per kind of value: its alternatives are split until only assertions about that kind are left
//! (`tableau`), which then are decided together (`number`, `text`, `array`, `object`). Items and members are goals of
//! their own. A goal met again within itself has no value there: a smallest value never contains one of the same
//! goal. That makes proofs for recursive schemas finite.

mod array;
mod automaton;
mod goal;
mod item_places;
mod member_names;
mod number;
mod object;
mod tableau;
mod tags;
mod text;

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use serde_json::Value;

use crate::formula::{Arena, Literal, Node};
use crate::pattern::Patterns;
use automaton::Automata;
use goal::Goal;

/// What became of a goal.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Outcome {
    /// A value that satisfies it.
    Witness(Value),
    /// No value does.
    Empty,
    /// It took too long, or something isn't understood.
    Unknown,
}

/// How much was done for a proof.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Goals decided.
    pub(crate) goals: usize,
    /// Combinations of alternatives looked at.
    pub(crate) branches: usize,
    /// Times that a goal was met within itself.
    pub(crate) recursions: usize,
}

/// Pairs of alternatives of a `oneOf` that a value may satisfy both.
type Overlaps = Rc<Vec<(usize, usize)>>;

/// Decides goals over one arena; what it has learnt stays valid as long as the arena does.
#[derive(Debug)]
pub(crate) struct Solver {
    pub(crate) arena: Arena,
    pub(crate) patterns: Patterns,
    pub(crate) tally: Tally,
    automata: Automata,
    /// Steps left.
    left: u64,
    known: HashMap<Goal, Outcome>,
    /// Goals that are empty if a goal that is still open is: by the depth of the outermost such goal.
    provisional: HashMap<Goal, usize>,
    /// Goals being decided, with their depth.
    open: HashMap<Goal, usize>,
    /// For each open goal, the outermost goal that its emptiness rests on so far.
    rests_on: Vec<usize>,
    overlaps: HashMap<Literal, Overlaps>,
    open_overlaps: HashSet<Literal>,
}

/// Rests on nothing.
const NOTHING: usize = usize::MAX;

/// Deepest nesting of goals.
const DEEPEST: usize = 300;

impl Solver {
    /// `steps`: how much work may be done altogether.
    pub(crate) fn new(steps: u64) -> Self {
        Solver {
            arena: Arena::default(),
            patterns: Patterns::default(),
            tally: Tally::default(),
            automata: Automata::default(),
            left: steps,
            known: HashMap::new(),
            provisional: HashMap::new(),
            open: HashMap::new(),
            rests_on: Vec::new(),
            overlaps: HashMap::new(),
            open_overlaps: HashSet::new(),
        }
    }

    /// Grants steps for another search.
    pub(crate) fn grant(&mut self, steps: u64) {
        self.left = steps;
    }

    /// Steps that weren't taken.
    pub(crate) fn left(&self) -> u64 {
        self.left
    }

    /// Whether no value satisfies two of some literals.
    pub(crate) fn exclude_each_other(&mut self, literals: &[Literal]) -> bool {
        let one = self.arena.add(Node::One(literals.to_vec()));
        self.overlaps(one, literals).is_empty()
    }

    /// A value that satisfies all literals, if there is one.
    pub(crate) fn solve(&mut self, literals: &[Literal]) -> Outcome {
        self.goal(literals.to_vec())
    }

    /// One step of work; false when none is left.
    fn step(&mut self) -> bool {
        self.spend(1)
    }

    fn spend(&mut self, steps: u64) -> bool {
        let enough = self.left >= steps;
        self.left = self.left.saturating_sub(steps);
        enough
    }
}
