//! Conditions on stored items: `reserved <= $max_reserved and status in ('PENDING', 'PAID')`.
//!
//! Grammar, from weak to strong:
//!
//! ```text
//! any     = all { "or" all }
//! all     = one { "and" one }
//! one     = "not" one | "(" any ")" | test
//! test    = "exists" "(" path ")" | "missing" "(" path ")"
//!         | "begins_with" "(" path "," term ")" | "contains" "(" path "," term ")"
//!         | term operator term
//!         | term ["not"] "between" term "and" term
//!         | term ["not"] "in" ( "$" argument | "(" term { "," term } ")" )
//! operator = "=" | "<>" | "<" | "<=" | ">" | ">="
//! term    = path | "size" "(" path ")" | "$" argument | 'text' | number | "true" | "false" | "null"
//! path    = name { "." name }
//! name    = letters, digits, "_", "-" | "`" anything "`"
//! ```
//!
//! The form is decided first ([`parse`]), with places as byte ranges of the text; then what the names mean
//! ([`path`]) and whether the sides can be compared ([`judge`]).

mod judge;
mod parse;
mod path;
mod scalar;
#[cfg(test)]
mod tests;
mod token;

use std::ops::Range;

use stipule_ir::table::{Comparison, Literal};

pub(super) use judge::{Used, lower, same_form};

/// A condition as written.
#[derive(Clone, Debug, PartialEq)]
enum Expression {
    All(Vec<Expression>),
    Any(Vec<Expression>),
    Not(Box<Expression>),
    Compare { left: Term, operator: Comparison, right: Term },
    Between { value: Term, low: Term, high: Term },
    In { value: Term, among: Choices },
    Exists(Path),
    Missing(Path),
    BeginsWith { text: Path, start: Term },
    Contains { whole: Path, part: Term },
}

/// What stands behind `in`.
#[derive(Clone, Debug, PartialEq)]
enum Choices {
    These(Vec<Term>),
    List(String, Range<usize>),
}

/// One side of a test.
#[derive(Clone, Debug, PartialEq)]
struct Term {
    kind: TermKind,
    range: Range<usize>,
}

#[derive(Clone, Debug, PartialEq)]
enum TermKind {
    Field(Path),
    Size(Path),
    Argument(String),
    Literal(Literal),
}

/// `address.city`
#[derive(Clone, Debug, PartialEq)]
struct Path {
    steps: Vec<(String, Range<usize>)>,
    range: Range<usize>,
}

impl Path {
    /// As it is written.
    fn shown(&self) -> String {
        self.steps.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(".")
    }
}

/// Where the text stops being a condition, and what was expected there.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Fault {
    range: Range<usize>,
    message: String,
}
