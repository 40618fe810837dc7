//! JSON numbers as the decimal numbers they are written as, so that bounds and multiples are exact.

use std::cmp::Ordering;

use serde_json::Number;

/// `digits · 10^exponent`, without trailing zeros in `digits`; zero has the exponent 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Decimal {
    digits: i128,
    exponent: i32,
}

impl Decimal {
    /// The number 1.
    pub(crate) const ONE: Decimal = Decimal { digits: 1, exponent: 0 };

    /// `digits · 10^exponent`.
    pub(crate) fn new(mut digits: i128, mut exponent: i32) -> Self {
        if digits == 0 {
            return Decimal { digits: 0, exponent: 0 };
        }
        while digits % 10 == 0 && exponent < i32::MAX {
            digits /= 10;
            exponent += 1;
        }
        Decimal { digits, exponent }
    }

    /// The decimal number as which `number` is written; `None` for more digits than fit.
    pub(crate) fn of(number: &Number) -> Option<Self> {
        if let Some(whole) = number.as_i64() {
            return Some(Decimal::new(whole.into(), 0));
        }
        if let Some(whole) = number.as_u64() {
            return Some(Decimal::new(whole.into(), 0));
        }
        Decimal::parse(&number.to_string())
    }

    fn parse(text: &str) -> Option<Self> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let fraction = fraction.trim_end_matches('0');
        let digits = format!("{whole}{fraction}").parse().ok()?;
        let exponent = exponent.checked_sub(i32::try_from(fraction.len()).ok()?)?;
        Some(Decimal::new(digits, exponent))
    }

    /// The JSON number, an integer where it has no fraction; `None` where a double would change it.
    pub(crate) fn to_number(self) -> Option<Number> {
        if let Some(whole) = self.scaled(0) {
            if let Ok(whole) = i64::try_from(whole) {
                return Some(whole.into());
            }
            if let Ok(whole) = u64::try_from(whole) {
                return Some(whole.into());
            }
        }
        let double: f64 = format!("{}e{}", self.digits, self.exponent).parse().ok()?;
        let number = Number::from_f64(double)?;
        (Decimal::of(&number) == Some(self)).then_some(number)
    }

    /// The power of ten of the last digit.
    pub(crate) fn exponent(self) -> i32 {
        self.exponent
    }

    /// How many times `10^exponent` it is; `None` if that isn't a whole number or too large.
    pub(crate) fn scaled(self, exponent: i32) -> Option<i128> {
        if self.digits == 0 {
            return Some(0);
        }
        let shift = u32::try_from(self.exponent.checked_sub(exponent)?).ok()?;
        10i128.checked_pow(shift)?.checked_mul(self.digits)
    }

    /// Whether it has no fraction.
    pub(crate) fn is_integer(self) -> bool {
        self.exponent >= 0
    }

    /// Whether it is above zero.
    pub(crate) fn is_positive(self) -> bool {
        self.digits > 0
    }

    /// Whether it is a multiple of a positive number; `None` where that can't be reckoned.
    pub(crate) fn is_multiple_of(self, divisor: Decimal) -> Option<bool> {
        if self.digits == 0 {
            return Some(true);
        }
        let modulus = u64::try_from(divisor.digits).ok().filter(|modulus| *modulus > 0)?;
        let shift = self.exponent.checked_sub(divisor.exponent)?;
        if shift >= 0 {
            let modulus = u128::from(modulus);
            Some(times_power_of_ten(self.digits.unsigned_abs() % modulus, shift.unsigned_abs(), modulus) == 0)
        } else {
            // The digits have no trailing zero: a divisor that leaves the range can't fit.
            let scaled =
                10u128.checked_pow(shift.unsigned_abs()).and_then(|ten| ten.checked_mul(modulus.into()));
            Some(scaled.is_some_and(|divisor| self.digits.unsigned_abs().is_multiple_of(divisor)))
        }
    }

    /// Power of ten of the first digit, and the digits as text.
    fn magnitude(self) -> (i64, String) {
        let text = self.digits.unsigned_abs().to_string();
        (i64::from(self.exponent) + text.len() as i64, text)
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let sign = self.digits.signum().cmp(&other.digits.signum());
        if sign.is_ne() || self.digits == 0 {
            return sign;
        }
        // Digits are compared like fractions: `25` and `3` at one magnitude are 0.25 and 0.3.
        let order = self.magnitude().cmp(&other.magnitude());
        if self.digits > 0 { order } else { order.reverse() }
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// `digits · 10^power mod modulus`, with a modulus of 64 bits: products fit 128.
fn times_power_of_ten(digits: u128, power: u32, modulus: u128) -> u128 {
    let (mut result, mut base, mut power) = (digits % modulus, 10 % modulus, power);
    while power > 0 {
        if power & 1 == 1 {
            result = result * base % modulus;
        }
        base = base * base % modulus;
        power >>= 1;
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        Decimal::parse(text).unwrap()
    }

    #[test]
    fn numbers_compare_by_value() {
        let ascending =
            ["-1e300", "-3", "-2.5", "-0.1", "0", "1e-300", "0.25", "0.3", "1", "2.5", "25", "1e300"];
        for pair in ascending.windows(2) {
            assert!(decimal(pair[0]) < decimal(pair[1]), "{} < {}", pair[0], pair[1]);
        }
        assert_eq!(decimal("1.0"), decimal("1"));
        assert_eq!(decimal("1200"), decimal("12e2"));
    }

    #[test]
    fn multiples_are_reckoned_as_written() {
        for (value, divisor, expected) in [
            ("0.3", "0.1", true),
            ("19.99", "0.01", true),
            ("19.995", "0.01", false),
            ("-4.5", "1.5", true),
            ("7e300", "7", true),
            ("1e-300", "0.5", false),
            ("0", "7", true),
        ] {
            assert_eq!(
                decimal(value).is_multiple_of(decimal(divisor)),
                Some(expected),
                "{value} of {divisor}"
            );
        }
    }

    #[test]
    fn a_number_survives_the_way_back() {
        for text in ["0", "-17", "2.5", "18446744073709551615", "1e-7"] {
            assert_eq!(Decimal::of(&decimal(text).to_number().unwrap()), Some(decimal(text)), "{text}");
        }
    }
}
