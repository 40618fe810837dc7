//! The values of one type, and which tests of a pattern they can pass.

use std::sync::LazyLock;

use stipule_ir::types::{Bound, Enum, EnumLiteral, Limits, Scalar};
use stipule_pattern::{Except, Range, Test};
use stipule_wire::{Date, DateTime, Plain, Ulid, Uuid};

use crate::language::automaton::{Machine, walk};
use crate::language::texts::Texts;

/// The values that may stand at a place.
pub(super) enum Domain {
    /// These, as the bus spells them: JSON, strings in quotes without escapes.
    Values(Vec<String>),
    /// Texts.
    Text(Box<Texts>, Form),
    /// Numbers.
    Number(Numbers),
    /// Any value, or one of which little is known.
    Anything,
}

/// What a text reads like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Nothing but what its limits say.
    Free,
    Uuid,
    Ulid,
    Date,
    DateTime,
    Decimal,
}

/// Numbers of a type.
pub(super) struct Numbers {
    /// The range.
    pub(super) range: Range,
    /// Whether only whole ones.
    pub(super) whole: bool,
}

impl Domain {
    pub(super) fn scalar(base: Scalar, limits: &Limits) -> Self {
        match base {
            Scalar::Boolean => Self::Values(["true", "false"].map(str::to_owned).to_vec()),
            Scalar::Null => Self::null(),
            Scalar::Any => Self::Anything,
            Scalar::Int32 | Scalar::Int64 | Scalar::Float64 => {
                Self::Number(Numbers { range: range(limits), whole: base != Scalar::Float64 })
            }
            _ => Self::text(base, limits),
        }
    }

    pub(super) fn text(base: Scalar, limits: &Limits) -> Self {
        let form = match base {
            Scalar::Uuid => Form::Uuid,
            Scalar::Ulid => Form::Ulid,
            Scalar::Date => Form::Date,
            Scalar::DateTime => Form::DateTime,
            Scalar::Decimal => Form::Decimal,
            _ => Form::Free,
        };
        Self::Text(Box::new(Texts::of(base, limits)), form)
    }

    pub(super) fn one_text(text: &str) -> Self {
        Self::texts([text].into_iter())
    }

    pub(super) fn texts<'t>(texts: impl Iterator<Item = &'t str>) -> Self {
        Self::Values(texts.map(|text| format!("\"{text}\"")).collect())
    }

    pub(super) fn null() -> Self {
        Self::Values(vec!["null".to_owned()])
    }

    /// Whole numbers from 1.
    pub(super) fn count() -> Self {
        let range = Range { low: 1.0, low_included: true, high: f64::INFINITY, high_included: true };
        Self::Number(Numbers { range, whole: true })
    }

    pub(super) fn of_enum(it: &Enum) -> Self {
        let spelt = |literal: &EnumLiteral| match literal {
            EnumLiteral::String(text) => format!("\"{text}\""),
            EnumLiteral::Integer(number) => number.to_string(),
            EnumLiteral::Boolean(value) => value.to_string(),
        };
        Self::Values(it.values.iter().map(|value| spelt(&value.value)).collect())
    }

    /// Whether one of the values passes the test. Yes where that can't be decided.
    pub(super) fn can_pass(&self, test: &Test) -> bool {
        match self {
            Self::Values(values) => values.iter().any(|value| test.takes(value)),
            Self::Anything => !matches!(test, Test::Absent),
            Self::Number(numbers) => numbers.can_pass(test),
            Self::Text(texts, form) => text_can_pass(texts, *form, test),
        }
    }

    /// Whether each of the values passes one of the tests. No where that can't be decided.
    pub(super) fn all_pass(&self, tests: &[Test]) -> bool {
        match self {
            Self::Values(values) => values.iter().all(|value| tests.iter().any(|test| test.takes(value))),
            _ => tests.iter().any(|test| match test {
                Test::Exists => true,
                Test::AnythingBut(except) => {
                    excluded(except).is_some_and(|them| !them.iter().any(|it| self.can_pass(it)))
                }
                Test::Range(range) => matches!(self, Self::Number(numbers) if covers(range, &numbers.range)),
                _ => false,
            }),
        }
    }
}

/// Tests for what an `anything-but` leaves out; `None` where it can't be said by tests.
fn excluded(except: &Except) -> Option<Vec<Test>> {
    match except {
        Except::Texts(texts) => Some(texts.iter().cloned().map(Test::Text).collect()),
        Except::Numbers(numbers) => Some(numbers.iter().copied().map(Test::Number).collect()),
        Except::Prefixes(texts) => Some(texts.iter().cloned().map(Test::Prefix).collect()),
        Except::Suffixes(texts) => Some(texts.iter().cloned().map(Test::Suffix).collect()),
        Except::IgnoreCase(folds) => Some(folds.iter().cloned().map(Test::IgnoreCase).collect()),
        Except::Wildcards(globs) => Some(globs.iter().cloned().map(Test::Wildcard).collect()),
        _ => None,
    }
}

fn range(limits: &Limits) -> Range {
    let read = |bound: &Option<Bound>| {
        bound.as_ref().and_then(|bound| Some((bound.value.parse::<f64>().ok()?, !bound.exclusive)))
    };
    let (low, low_included) = read(&limits.minimum).unwrap_or((f64::NEG_INFINITY, true));
    let (high, high_included) = read(&limits.maximum).unwrap_or((f64::INFINITY, true));
    Range { low, low_included, high, high_included }
}

fn covers(outer: &Range, inner: &Range) -> bool {
    let below =
        outer.low < inner.low || (outer.low == inner.low && (outer.low_included || !inner.low_included));
    let above = outer.high > inner.high
        || (outer.high == inner.high && (outer.high_included || !inner.high_included));
    below && above
}

impl Numbers {
    fn can_pass(&self, test: &Test) -> bool {
        match test {
            Test::Exists | Test::AnythingBut(_) => true,
            Test::Number(number) => self.range.contains(*number) && (!self.whole || number.fract() == 0.0),
            Test::Range(range) => self.meets(range),
            // A number that no double holds, as it is spelt; never a string.
            Test::Text(text) => text.starts_with(|first: char| first == '-' || first.is_ascii_digit()),
            _ => false,
        }
    }

    fn meets(&self, other: &Range) -> bool {
        let own = &self.range;
        let (low, low_included) = match own.low.total_cmp(&other.low) {
            std::cmp::Ordering::Less => (other.low, other.low_included),
            std::cmp::Ordering::Greater => (own.low, own.low_included),
            std::cmp::Ordering::Equal => (own.low, own.low_included && other.low_included),
        };
        let (high, high_included) = match own.high.total_cmp(&other.high) {
            std::cmp::Ordering::Greater => (other.high, other.high_included),
            std::cmp::Ordering::Less => (own.high, own.high_included),
            std::cmp::Ordering::Equal => (own.high, own.high_included && other.high_included),
        };
        if !self.whole {
            return low < high || (low == high && low_included && high_included);
        }
        let first = if low.fract() == 0.0 && !low_included { low + 1.0 } else { low.ceil() };
        let last = if high.fract() == 0.0 && !high_included { high - 1.0 } else { high.floor() };
        first <= last
    }
}

fn text_can_pass(texts: &Texts, form: Form, test: &Test) -> bool {
    if let Test::AnythingBut(_) | Test::Exists = test {
        return true;
    }
    if let Test::Text(exact) = test {
        let inner = exact.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        return inner.is_some_and(|text| texts.admits(text) && form.admits(text));
    }
    let Some(outline) = test.outline() else { return false };
    let (Some(mut machines), Some(asked)) = (texts.machines(), Machine::of(&outline)) else { return true };
    if let Some(outline) = form.outline() {
        let Some(outline) = outline.as_ref() else { return true };
        machines.push(outline);
    }
    machines.push(&asked);
    let found = walk(&machines, texts.least, texts.most, 1);
    !found.complete || !found.words.is_empty()
}

impl Form {
    fn admits(self, text: &str) -> bool {
        match self {
            Self::Free | Self::Decimal => true,
            Self::Uuid => Uuid::from_text(text).is_ok_and(|it| it.to_text() == text),
            Self::Ulid => Ulid::from_text(text).is_ok_and(|it| it.to_text() == text),
            Self::Date => Date::from_text(text).is_ok_and(|it| it.to_text() == text),
            Self::DateTime => DateTime::from_text(text).is_ok_and(|it| it.to_text() == text),
        }
    }

    /// Accepts at least its texts, as the platform writes them.
    fn outline(self) -> Option<&'static LazyLock<Option<Machine>>> {
        static UUID: LazyLock<Option<Machine>> = LazyLock::new(|| {
            Machine::of(r"\A[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\z")
        });
        static ULID: LazyLock<Option<Machine>> = LazyLock::new(|| Machine::of(r"\A[0-7][0-9A-Z]{25}\z"));
        static DATE: LazyLock<Option<Machine>> =
            LazyLock::new(|| Machine::of(r"\A[0-9]{4}-[01][0-9]-[0-3][0-9]\z"));
        static DATE_TIME: LazyLock<Option<Machine>> = LazyLock::new(|| {
            Machine::of(
                r"\A[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9](?:\.[0-9]{3,9})?Z\z",
            )
        });
        static DECIMAL: LazyLock<Option<Machine>> = LazyLock::new(|| Machine::of(r"\A[-+0-9.eE]+\z"));
        match self {
            Self::Free => None,
            Self::Uuid => Some(&UUID),
            Self::Ulid => Some(&ULID),
            Self::Date => Some(&DATE),
            Self::DateTime => Some(&DATE_TIME),
            Self::Decimal => Some(&DECIMAL),
        }
    }
}
