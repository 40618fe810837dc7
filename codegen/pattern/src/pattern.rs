//! A compiled pattern.

use std::cmp::Ordering;

use crate::compile;
use crate::consistency;
use crate::event::Event;
use crate::explain::{self, Outcome};
use crate::fault::CompileError;
use crate::test::Test;

/// A pattern, ready to match any number of events.
#[derive(Debug, Clone)]
pub struct Pattern {
    fields: Vec<Field>,
    /// The combinations that `$or` makes, each with its fields in document order; one without `$or`.
    combinations: Vec<Vec<usize>>,
    /// The same combinations with their fields in the order that they are decided in.
    ordered: Vec<Vec<usize>>,
    cautions: Vec<CompileError>,
}

/// One field of a pattern: a path and the tests of which a value there must pass one.
#[derive(Debug, Clone)]
pub struct Field {
    pub(crate) path: String,
    pub(crate) tests: Vec<Test>,
    pub(crate) pointer: String,
    pub(crate) line: usize,
    pub(crate) column: usize,
    /// Whether `{"exists": false}` is among the tests.
    pub(crate) absence: bool,
}

impl Field {
    /// The dotted path in an event, such as `detail.state`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The entries of the field's list; any of them suffices.
    pub fn tests(&self) -> &[Test] {
        &self.tests
    }

    /// Where the field stands in the pattern: a JSON pointer.
    pub fn pointer(&self) -> &str {
        &self.pointer
    }

    /// Where the field stands in the pattern's text: line and column from 1.
    pub fn position(&self) -> (usize, usize) {
        (self.line, self.column)
    }
}

impl Pattern {
    pub(crate) fn new(
        fields: Vec<Field>,
        combinations: Vec<Vec<usize>>,
        cautions: Vec<CompileError>,
    ) -> Self {
        let ordered = combinations
            .iter()
            .map(|combination| {
                let mut ordered = combination.clone();
                ordered.sort_by(|left, right| path_order(&fields[*left].path, &fields[*right].path));
                ordered
            })
            .collect();
        Self { fields, combinations, ordered, cautions }
    }

    /// Compiles a pattern from JSON text. Refuses what EventBridge refuses, with every fault found.
    pub fn compile(text: &str) -> Result<Self, Vec<CompileError>> {
        compile::compile(text)
    }

    /// Like [`Pattern::compile`], and refuses also what EventBridge takes but what may not mean what it says.
    pub fn compile_strict(text: &str) -> Result<Self, Vec<CompileError>> {
        let pattern = Self::compile(text)?;
        if pattern.cautions.is_empty() { Ok(pattern) } else { Err(pattern.cautions) }
    }

    /// What EventBridge takes but what may not mean what it says: repeated fields, undocumented numbers and the like.
    pub fn cautions(&self) -> &[CompileError] {
        &self.cautions
    }

    /// Whether the event matches. Fields that share an array must find their values in the same element.
    pub fn matches(&self, event: &Event) -> bool {
        (0..self.ordered.len()).any(|combination| self.combination_matches(combination, event))
    }

    /// Whether the event matches, or else the first condition that failed.
    pub fn explain(&self, event: &Event) -> Outcome {
        explain::explain(self, event)
    }

    /// The fields in document order, those of every `$or` alternative included.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The combinations of fields that `$or` makes: the event must satisfy all fields of one of them.
    pub fn combinations(&self) -> impl Iterator<Item = impl Iterator<Item = &Field>> {
        self.combinations.iter().map(|combination| combination.iter().map(|field| &self.fields[*field]))
    }

    pub(crate) fn combination_count(&self) -> usize {
        self.ordered.len()
    }

    pub(crate) fn combination_fields(&self, combination: usize) -> &[usize] {
        &self.ordered[combination]
    }

    pub(crate) fn combination_matches(&self, combination: usize, event: &Event) -> bool {
        let fields = self.ordered[combination].iter().map(|field| &self.fields[*field]);
        consistency::holds(fields, event)
    }
}

/// The order in which fields are decided: by path, compared in UTF-16 units. It shows only where `"exists": false`
/// meets arrays: absence is judged within the elements that earlier fields have settled on.
pub(crate) fn path_order(left: &str, right: &str) -> Ordering {
    left.encode_utf16().cmp(right.encode_utf16())
}
