//! Numbers with limits.

use std::borrow::Cow;
use std::fmt::Display;

use crate::decimal_multiple::is_multiple;
use crate::decode::{Decode, Decoder, through_serde};
use crate::json::Json;
use crate::plain::Plain;
use crate::violation::{Code, Fault};

/// An integer from `MIN` to `MAX`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ranged<const MIN: i64, const MAX: i64>(i64);

impl<const MIN: i64, const MAX: i64> Ranged<MIN, MAX> {
    /// What it is limited to.
    pub const LIMITS: IntegerLimits = IntegerLimits::NONE.min(MIN).max(MAX);

    /// An integer within the limits.
    ///
    /// # Errors
    /// [`Code::Range`].
    pub fn new(value: i64) -> Result<Self, Fault> {
        Self::LIMITS.check(value).map(|()| Ranged(value))
    }

    /// The integer.
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl<const MIN: i64, const MAX: i64> Decode for Ranged<MIN, MAX> {
    fn decode(json: &Json<'_>, d: &mut Decoder) -> Option<Self> {
        let value = i64::decode(json, d)?;
        d.check(Self::new(value))
    }
}

impl<const MIN: i64, const MAX: i64> Plain for Ranged<MIN, MAX> {
    fn from_text(text: &str) -> Result<Self, Fault> {
        Self::new(i64::from_text(text)?)
    }

    fn to_text(&self) -> Cow<'_, str> {
        Cow::Owned(self.0.to_string())
    }
}

impl<const MIN: i64, const MAX: i64> TryFrom<i64> for Ranged<MIN, MAX> {
    type Error = Fault;

    fn try_from(value: i64) -> Result<Self, Fault> {
        Self::new(value)
    }
}

impl<const MIN: i64, const MAX: i64> From<Ranged<MIN, MAX>> for i64 {
    fn from(value: Ranged<MIN, MAX>) -> Self {
        value.0
    }
}

impl<const MIN: i64, const MAX: i64> Display for Ranged<MIN, MAX> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl<const MIN: i64, const MAX: i64> serde::Serialize for Ranged<MIN, MAX> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.0)
    }
}

impl<'de, const MIN: i64, const MAX: i64> serde::Deserialize<'de> for Ranged<MIN, MAX> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        through_serde(deserializer)
    }
}

/// Limits of an integer, as a contract gives them. An exclusive limit is the next integer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IntegerLimits {
    /// Smallest value.
    pub min: i64,
    /// Largest value.
    pub max: i64,
    /// What it must be a multiple of; 1 for no limit.
    pub multiple_of: i64,
}

impl IntegerLimits {
    /// No limits but those of 64 bits.
    pub const NONE: IntegerLimits = IntegerLimits { min: i64::MIN, max: i64::MAX, multiple_of: 1 };

    /// The same with a smallest value.
    pub const fn min(self, min: i64) -> Self {
        IntegerLimits { min, ..self }
    }

    /// The same with a largest value.
    pub const fn max(self, max: i64) -> Self {
        IntegerLimits { max, ..self }
    }

    /// The same for multiples of a positive integer alone.
    ///
    /// # Panics
    /// When the divisor isn't positive.
    pub const fn multiple_of(self, multiple_of: i64) -> Self {
        assert!(multiple_of > 0, "JSON Schema asks for a divisor above zero");
        IntegerLimits { multiple_of, ..self }
    }

    /// Whether an integer is within the limits.
    ///
    /// # Errors
    /// The first rule that it breaks.
    pub fn check(&self, value: i64) -> Result<(), Fault> {
        self.range_fault(value).or_else(|| self.multiple_fault(value)).map_or(Ok(()), Err)
    }

    /// As [`check`](Self::check), but every broken rule is recorded.
    pub fn decode(&self, value: i64, d: &mut Decoder) -> Option<()> {
        record([self.range_fault(value), self.multiple_fault(value)], d)
    }

    fn range_fault(&self, value: i64) -> Option<Fault> {
        if (self.min..=self.max).contains(&value) {
            return None;
        }
        let message = match (self.min, self.max) {
            (min, max) if min == max => format!("must be {min}"),
            (i64::MIN, max) => format!("must be at most {max}"),
            (min, i64::MAX) => format!("must be at least {min}"),
            (min, max) => format!("must be from {min} to {max}"),
        };
        Some(Fault::new(Code::Range, message))
    }

    fn multiple_fault(&self, value: i64) -> Option<Fault> {
        // `wrapping_rem`: a limit of -1 can't be built, but the struct's fields are public; zero stands for none.
        let fine = self.multiple_of == 0 || value.wrapping_rem(self.multiple_of) == 0;
        (!fine).then(|| Fault::new(Code::MultipleOf, format!("must be a multiple of {}", self.multiple_of)))
    }
}

/// Limits of a number, as a contract gives them. A limit that isn't given is an infinity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NumberLimits {
    /// Smallest value.
    pub min: f64,
    /// Largest value.
    pub max: f64,
    /// What it must be above.
    pub above: f64,
    /// What it must be below.
    pub below: f64,
    /// Decimal text of what it must be a multiple of, as written in the contract; empty for no limit. Reckoned in
    /// decimal: 0.3 is a multiple of 0.1.
    pub multiple_of: &'static str,
}

impl NumberLimits {
    /// No limits but those of a double.
    pub const NONE: NumberLimits = NumberLimits {
        min: f64::NEG_INFINITY,
        max: f64::INFINITY,
        above: f64::NEG_INFINITY,
        below: f64::INFINITY,
        multiple_of: "",
    };

    /// The same with a smallest value (`minimum`).
    pub const fn min(self, min: f64) -> Self {
        NumberLimits { min, ..self }
    }

    /// The same with a largest value (`maximum`).
    pub const fn max(self, max: f64) -> Self {
        NumberLimits { max, ..self }
    }

    /// The same with a value that it must be above (`exclusiveMinimum`).
    pub const fn above(self, above: f64) -> Self {
        NumberLimits { above, ..self }
    }

    /// The same with a value that it must be below (`exclusiveMaximum`).
    pub const fn below(self, below: f64) -> Self {
        NumberLimits { below, ..self }
    }

    /// The same for multiples alone.
    pub const fn multiple_of(self, multiple_of: &'static str) -> Self {
        NumberLimits { multiple_of, ..self }
    }

    /// Whether a number is finite and within the limits.
    ///
    /// # Errors
    /// The first rule that it breaks.
    pub fn check(&self, value: f64) -> Result<(), Fault> {
        self.range_fault(value).or_else(|| self.multiple_fault(value)).map_or(Ok(()), Err)
    }

    /// As [`check`](Self::check), but every broken rule is recorded.
    pub fn decode(&self, value: f64, d: &mut Decoder) -> Option<()> {
        record([self.range_fault(value), self.multiple_fault(value)], d)
    }

    fn range_fault(&self, value: f64) -> Option<Fault> {
        if !value.is_finite() {
            return Some(Fault::new(Code::Range, "must be a finite number"));
        }
        let above_all = value > self.above || self.above == f64::NEG_INFINITY;
        let below_all = value < self.below || self.below == f64::INFINITY;
        if value >= self.min && value <= self.max && above_all && below_all {
            return None;
        }
        let rules = [
            (self.min.is_finite(), "at least", self.min),
            (self.above.is_finite(), "above", self.above),
            (self.max.is_finite(), "at most", self.max),
            (self.below.is_finite(), "below", self.below),
        ];
        let said: Vec<_> =
            rules.iter().filter(|rule| rule.0).map(|rule| format!("{} {}", rule.1, rule.2)).collect();
        Some(Fault::new(Code::Range, format!("must be {}", said.join(" and "))))
    }

    fn multiple_fault(&self, value: f64) -> Option<Fault> {
        let fine = self.multiple_of.is_empty() || is_multiple(value, self.multiple_of);
        (!fine).then(|| Fault::new(Code::MultipleOf, format!("must be a multiple of {}", self.multiple_of)))
    }
}

fn record<const N: usize>(faults: [Option<Fault>; N], d: &mut Decoder) -> Option<()> {
    let mut fine = Some(());
    for fault in faults.into_iter().flatten() {
        fine = d.fault(fault);
    }
    fine
}
