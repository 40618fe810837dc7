//! JSON numbers with exact integers.

use std::fmt;
use std::hash::{Hash, Hasher};

/// A JSON number: an exact integer where it fits 64 bits, a finite double otherwise.
///
/// `1.0`, `1e0` and `1` are the same number, as in JSON Schema.
#[derive(Clone, Copy, PartialEq)]
pub struct Number(Repr);

/// Each value has one representation, so that derived equality is equality of numbers.
#[derive(Clone, Copy, PartialEq)]
enum Repr {
    /// Fits `i64`.
    Signed(i64),
    /// Beyond `i64::MAX`, fits `u64`.
    Unsigned(u64),
    /// Finite; has a fraction or is out of the range of both.
    Double(f64),
}

/// 2⁶³ and 2⁶⁴: exact as doubles, unlike `i64::MAX as f64`.
const TWO_63: f64 = 9_223_372_036_854_775_808.0;
const TWO_64: f64 = 18_446_744_073_709_551_616.0;

impl Number {
    /// From a double; none for an infinity or not-a-number, which JSON can't say.
    pub fn from_f64(value: f64) -> Option<Self> {
        if !value.is_finite() {
            return None;
        }
        Some(Number(if value.fract() != 0.0 || !(-TWO_63..TWO_64).contains(&value) {
            Repr::Double(value)
        } else if value < TWO_63 {
            // In range and without a fraction: the casts are exact.
            Repr::Signed(value as i64)
        } else {
            Repr::Unsigned(value as u64)
        }))
    }

    /// The value as a signed 64-bit integer, if it is one.
    pub fn as_i64(self) -> Option<i64> {
        match self.0 {
            Repr::Signed(value) => Some(value),
            Repr::Unsigned(_) | Repr::Double(_) => None,
        }
    }

    /// The value as an unsigned 64-bit integer, if it is one.
    pub fn as_u64(self) -> Option<u64> {
        match self.0 {
            Repr::Signed(value) => u64::try_from(value).ok(),
            Repr::Unsigned(value) => Some(value),
            Repr::Double(_) => None,
        }
    }

    /// The nearest double.
    pub fn as_f64(self) -> f64 {
        match self.0 {
            Repr::Signed(value) => value as f64,
            Repr::Unsigned(value) => value as f64,
            Repr::Double(value) => value,
        }
    }

    /// Whether it has no fraction, whatever its size.
    pub fn is_integer(self) -> bool {
        match self.0 {
            Repr::Signed(_) | Repr::Unsigned(_) => true,
            Repr::Double(value) => value.fract() == 0.0,
        }
    }
}

impl From<i64> for Number {
    fn from(value: i64) -> Self {
        Number(Repr::Signed(value))
    }
}

impl From<u64> for Number {
    fn from(value: u64) -> Self {
        Number(i64::try_from(value).map_or(Repr::Unsigned(value), Repr::Signed))
    }
}

impl Eq for Number {}

impl Hash for Number {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self.0 {
            Repr::Signed(value) => value.hash(state),
            Repr::Unsigned(value) => value.hash(state),
            Repr::Double(value) => value.to_bits().hash(state),
        }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Repr::Signed(value) => value.fmt(f),
            Repr::Unsigned(value) => value.fmt(f),
            Repr::Double(value) => write!(f, "{value:?}"),
        }
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl serde::Serialize for Number {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Repr::Signed(value) => serializer.serialize_i64(value),
            Repr::Unsigned(value) => serializer.serialize_u64(value),
            Repr::Double(value) => serializer.serialize_f64(value),
        }
    }
}
