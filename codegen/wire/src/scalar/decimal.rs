//! `format: decimal`.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use super::not_a;
use crate::plain::{Plain, text_in_json};
use crate::violation::Fault;

/// A decimal number of any size as text: `-12.340`. No exponent, no leading zeros, no plus sign.
///
/// It is written as it was read; it compares as the number: `12.340` equals `12.34`, and `-0` equals `0`.
#[derive(Clone)]
pub struct Decimal(String);

impl Decimal {
    /// `unscaled / 10^scale`, written with `scale` digits after the point: 1234 and 2 is `12.34`.
    pub fn from_scaled(unscaled: i128, scale: u8) -> Self {
        let scale = usize::from(scale);
        let digits = format!("{:0>width$}", unscaled.unsigned_abs(), width = scale + 1);
        let (whole, fraction) = digits.split_at(digits.len() - scale);
        let sign = if unscaled < 0 { "-" } else { "" };
        let point = if scale == 0 { "" } else { "." };
        Decimal(format!("{sign}{whole}{point}{fraction}"))
    }

    /// The number times `10^scale`, if that is an integer that fits: `12.34` at scale 2 is 1234, at scale 1 nothing.
    pub fn to_scaled(&self, scale: u8) -> Option<i128> {
        let parts = self.parts();
        let zeros = usize::from(scale).checked_sub(parts.fraction.len())?;
        let digits = format!("{}{}{}", parts.whole, parts.fraction, "0".repeat(zeros));
        let sign = if parts.negative { "-" } else { "" };
        format!("{sign}{digits}").parse().ok()
    }

    /// The text, as it was read.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn parts(&self) -> Parts<'_> {
        let (negative, number) = self.0.strip_prefix('-').map_or((false, &*self.0), |number| (true, number));
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let fraction = fraction.trim_end_matches('0');
        let zero = whole == "0" && fraction.is_empty();
        Parts { negative: negative && !zero, whole, fraction }
    }
}

/// What makes two decimals equal.
#[derive(PartialEq, Eq, Hash)]
struct Parts<'a> {
    negative: bool,
    whole: &'a str,
    /// Without zeros at the end.
    fraction: &'a str,
}

impl Plain for Decimal {
    fn from_text(text: &str) -> Result<Self, Fault> {
        let number = text.strip_prefix('-').unwrap_or(text);
        let (whole, fraction) = match number.split_once('.') {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (number, None),
        };
        let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let fine =
            all_digits(whole) && (whole == "0" || !whole.starts_with('0')) && fraction.is_none_or(all_digits);
        if fine {
            Ok(Decimal(text.to_owned()))
        } else {
            Err(not_a("must be a decimal number as in -12.34, without exponent"))
        }
    }

    fn to_text(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.0)
    }
}

text_in_json!(Decimal);

impl From<i64> for Decimal {
    fn from(value: i64) -> Self {
        Decimal(value.to_string())
    }
}

impl Default for Decimal {
    fn default() -> Self {
        Decimal::from(0)
    }
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        self.parts() == other.parts()
    }
}

impl Eq for Decimal {}

impl Hash for Decimal {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.parts().hash(state);
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let (a, b) = (self.parts(), other.parts());
        // Without leading zeros the longer whole is the larger; fractions without trailing zeros compare as text.
        let size = |x: &Parts<'_>, y: &Parts<'_>| {
            let whole = x.whole.len().cmp(&y.whole.len()).then_with(|| x.whole.cmp(y.whole));
            whole.then_with(|| x.fraction.cmp(y.fraction))
        };
        match (a.negative, b.negative) {
            (false, false) => size(&a, &b),
            (true, true) => size(&b, &a),
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
        }
    }
}

impl fmt::Debug for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Decimal({})", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Decimal;

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn decimals_compare_as_numbers_and_keep_their_spelling() {
        let ascending = [
            "-100",
            "-12.35",
            "-12.34",
            "-0.5",
            "0",
            "0.05",
            "0.5",
            "9",
            "10",
            "10.01",
            "123456789012345678901",
        ];
        for pair in ascending.windows(2) {
            assert!(decimal(pair[0]) < decimal(pair[1]), "{pair:?}");
        }
        assert_eq!(decimal("12.340"), decimal("12.34"));
        assert_eq!(decimal("-0.00"), decimal("0"));
        assert_eq!(decimal("12.340").to_string(), "12.340");
    }

    #[test]
    fn what_is_no_plain_decimal_is_refused() {
        for text in ["", "-", ".5", "5.", "+1", "1e3", "01", "1,5", " 1", "1.2.3", "--1", "NaN", "١"] {
            assert!(text.parse::<Decimal>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn minor_units_go_there_and_back() {
        assert_eq!(Decimal::from_scaled(1234, 2).to_string(), "12.34");
        assert_eq!(Decimal::from_scaled(-5, 2).to_string(), "-0.05");
        assert_eq!(Decimal::from_scaled(7, 0).to_string(), "7");
        assert_eq!(decimal("-0.05").to_scaled(2), Some(-5));
        assert_eq!(decimal("12.3").to_scaled(2), Some(1230));
        assert_eq!(decimal("12.345").to_scaled(2), None);
        assert_eq!(decimal(&"9".repeat(60)).to_scaled(2), None);
    }
}
