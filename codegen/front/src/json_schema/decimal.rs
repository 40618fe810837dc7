//! Decimal numbers as text, compared exactly.

use std::cmp::Ordering;

/// Largest exponent that is looked at; a larger one means a mistake rather than a limit.
const MAX_EXPONENT: i64 = 400;

/// A decimal number: `0.digits × 10^point`, no zero at either end of the digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Decimal {
    negative: bool,
    digits: Vec<u8>,
    point: i64,
}

impl Decimal {
    /// Parses a JSON number. `None` for anything else, and for exponents beyond 400.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (negative, unsigned) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let is_number =
            !whole.is_empty() && whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit());
        if !is_number || exponent.abs() > MAX_EXPONENT {
            return None;
        }
        let all: Vec<u8> = whole.bytes().chain(fraction.bytes()).map(|digit| digit - b'0').collect();
        let leading = all.iter().take_while(|digit| **digit == 0).count();
        let trailing = all[leading..].iter().rev().take_while(|digit| **digit == 0).count();
        let digits = all[leading..all.len() - trailing].to_vec();
        if digits.is_empty() {
            return Some(Self { negative: false, digits, point: 0 });
        }
        let point = i64::try_from(whole.len()).ok()? - i64::try_from(leading).ok()? + exponent;
        Some(Self { negative, digits, point })
    }

    /// Whether nothing follows the point.
    pub(crate) fn is_whole(&self) -> bool {
        i64::try_from(self.digits.len()).is_ok_and(|length| length <= self.point) || self.digits.is_empty()
    }

    /// Whether it is greater than zero.
    pub(crate) fn is_positive(&self) -> bool {
        !self.negative && !self.digits.is_empty()
    }

    /// The whole number, if it is one and fits.
    pub(crate) fn to_i64(&self) -> Option<i64> {
        if !self.is_whole() || self.point > 19 {
            return None;
        }
        let digits = self.digits.iter().chain(std::iter::repeat(&0)).take(usize::try_from(self.point).ok()?);
        let sign: i128 = if self.negative { -1 } else { 1 };
        let value = digits.fold(0i128, |value, digit| value * 10 + i128::from(*digit)) * sign;
        i64::try_from(value).ok()
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let sign = |number: &Self| match (number.digits.is_empty(), number.negative) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        };
        let size = || self.point.cmp(&other.point).then_with(|| self.digits.cmp(&other.digits));
        sign(self).cmp(&sign(other)).then_with(|| match sign(self) {
            0 => Ordering::Equal,
            1 => size(),
            _ => size().reverse(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        Decimal::parse(text).unwrap()
    }

    #[test]
    fn numbers_order_by_value_and_not_by_form() {
        let ascending =
            ["-1e3", "-999.9", "-1", "-0.5", "0", "0.0001", "0.5", "1", "1.5", "9", "10", "1e2", "101"];
        for pair in ascending.windows(2) {
            assert!(decimal(pair[0]) < decimal(pair[1]), "{pair:?}");
        }
        for (one, other) in [("1", "1.0"), ("100", "1e2"), ("0", "-0"), ("0.10", "1e-1"), ("0e5", "0")] {
            assert_eq!(decimal(one), decimal(other));
        }
    }

    #[test]
    fn whole_numbers_are_found_in_every_form() {
        for (text, expected) in [
            ("10", Some(10)),
            ("1e3", Some(1000)),
            ("-2.0", Some(-2)),
            ("0", Some(0)),
            ("9223372036854775807", Some(i64::MAX)),
            ("-9223372036854775808", Some(i64::MIN)),
            ("9223372036854775808", None),
            ("0.5", None),
            ("1e30", None),
            ("1e-1", None),
        ] {
            assert_eq!(decimal(text).to_i64(), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_number_or_a_monstrous_one_is_refused() {
        for text in ["", "-", "1e", "1e999", "1e99999999999999999999", "x", "1.x"] {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
    }
}
