//! Whether a document is valid against a schema as it is written: the judge of every witness.
//!
//! It knows nothing of the formulas that the solver works on, so that an error of one shows against the other.

mod applied;
mod blame;
mod evaluated;
mod keyword;

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

use serde_json::Value;

pub(crate) use blame::Failure;
use evaluated::Evaluated;

use crate::pattern::Patterns;
use crate::schema::{Body, Checks, NodeId, Schema};

/// Deepest nesting of schemas within schemas, references counted; beyond it nothing is said.
const DEEPEST: usize = 300;

/// Keywords, by their pointer, that are taken to hold.
pub(crate) type Waived = BTreeSet<String>;

/// Judges documents by one schema.
#[derive(Debug)]
pub(crate) struct Evaluator<'s> {
    schema: &'s Schema,
    waived: &'s Waived,
    checks: Checks,
    patterns: Patterns,
    /// Schema objects being applied, each with the place of the value in memory.
    applied: RefCell<Vec<(NodeId, *const Value)>>,
    /// Evaluations left before nothing more is said: a schema of few lines can ask for exponential work.
    left: Cell<u32>,
}

/// Most schema objects that are evaluated for one document.
const MOST_EVALUATIONS: u32 = 50_000;

/// `None`: nobody knows.
type Holds = Option<bool>;

impl<'s> Evaluator<'s> {
    /// `checks`: which formats are assertions.
    pub(crate) fn new(schema: &'s Schema, waived: &'s Waived, checks: Checks) -> Self {
        let left = Cell::new(MOST_EVALUATIONS);
        Evaluator { schema, waived, checks, patterns: Patterns::default(), applied: RefCell::default(), left }
    }

    /// Whether the document is valid; `None` where something that isn't understood decides.
    pub(crate) fn valid(&self, value: &Value) -> Option<bool> {
        self.left.set(MOST_EVALUATIONS);
        self.node(self.schema.root, value, 0).0
    }

    fn node(&self, id: NodeId, value: &Value, depth: usize) -> (Holds, Evaluated) {
        let left = self.left.get();
        let here = (id, std::ptr::from_ref(value));
        // A schema that applies itself to the same value means nothing.
        if depth > DEEPEST || left == 0 || self.applied.borrow().contains(&here) {
            return (None, Evaluated::default());
        }
        self.left.set(left - 1);
        self.applied.borrow_mut().push(here);
        let found = self.body(id, value, depth);
        self.applied.borrow_mut().pop();
        found
    }

    fn body(&self, id: NodeId, value: &Value, depth: usize) -> (Holds, Evaluated) {
        let mut evaluated = Evaluated::default();
        let node = self.schema.node(id);
        let keywords = match &node.body {
            Body::Bool(value) => return (Some(*value || self.waived.contains(&node.pointer)), evaluated),
            Body::Keywords(keywords) => keywords,
        };
        let mut holds = Some(true);
        // What is unevaluated is known when everything beside it is.
        for late in [false, true] {
            for keyword in keywords.iter().filter(|keyword| keyword.assertion.is_late() == late) {
                let one = self.keyword(keyword, value, &mut evaluated, depth + 1);
                holds = both(holds, one);
                if holds == Some(false) {
                    return (holds, Evaluated::default());
                }
            }
        }
        (holds, evaluated)
    }

    /// How many schema objects were evaluated for the last document.
    pub(crate) fn spent(&self) -> u32 {
        MOST_EVALUATIONS - self.left.get()
    }

    /// Whether so much work was done for the last document that nothing more is said about it.
    pub(crate) fn is_exhausted(&self) -> bool {
        self.left.get() == 0
    }

    fn is_waived(&self, pointer: &str) -> bool {
        !self.waived.is_empty() && self.waived.contains(pointer)
    }

    fn matches(&self, pattern: &str, text: &str) -> Holds {
        self.patterns.matches(pattern, text)
    }
}

/// Both hold.
fn both(one: Holds, two: Holds) -> Holds {
    match (one, two) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

/// All hold.
fn all(each: impl IntoIterator<Item = Holds>) -> Holds {
    each.into_iter().fold(Some(true), both)
}
