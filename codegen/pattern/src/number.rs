//! Numbers as the service compares them: a JSON number takes part in numeric comparison when a double holds it
//! without changing its shortest decimal spelling. Any other number (17 and more significant digits that don't
//! round-trip, magnitudes beyond a double) only equals its own spelling.

/// The documented range of numeric matching: the user guide promises −5.0e9 to 5.0e9.
pub(crate) const DOCUMENTED_RANGE: f64 = 5.0e9;
/// The documented precision of numeric matching, in significant decimal digits.
pub(crate) const DOCUMENTED_DIGITS: usize = 15;

/// The number to compare by, or `None` when only the spelling can be compared. Zero never carries a sign.
pub(crate) fn comparable(spelling: &str) -> Option<f64> {
    if spelling.len() <= DOCUMENTED_DIGITS
        && let Ok(whole) = spelling.parse::<i64>()
    {
        // At most 15 digits: every such integer is a double.
        return Some(whole as f64);
    }
    let parsed: f64 = spelling.parse().ok()?;
    if !parsed.is_finite() {
        return None;
    }
    let written = Decimal::read(spelling)?;
    // Any decimal of up to 15 digits in a double's normal range survives the round trip.
    let safe = written.digits.len() <= DOCUMENTED_DIGITS && written.scale.abs() < 290;
    let exact = safe || Decimal::read(&format!("{parsed:e}")).is_some_and(|held| held == written);
    exact.then_some(if parsed == 0.0 { 0.0 } else { parsed })
}

/// Whether the user guide promises anything for this number; the service's engine reaches further.
pub(crate) fn is_documented(spelling: &str, value: f64) -> bool {
    value.abs() <= DOCUMENTED_RANGE
        && Decimal::read(spelling).is_some_and(|number| number.digits.len() <= DOCUMENTED_DIGITS)
}

/// A decimal in normal form: sign, digits without leading or trailing zeros, and the power of ten of the last digit.
#[derive(PartialEq, Debug)]
struct Decimal {
    negative: bool,
    digits: Vec<u8>,
    scale: i64,
}

impl Decimal {
    fn read(spelling: &str) -> Option<Self> {
        let (mantissa, exponent) = match spelling.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
            None => (spelling, 0),
        };
        let (negative, mantissa) = match mantissa.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, mantissa),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let mut digits: Vec<u8> =
            whole.bytes().chain(fraction.bytes()).skip_while(|digit| *digit == b'0').collect();
        let mut scale = exponent.checked_sub(i64::try_from(fraction.len()).ok()?)?;
        while digits.last() == Some(&b'0') {
            digits.pop();
            scale = scale.checked_add(1)?;
        }
        if digits.is_empty() {
            return Some(Self { negative: false, digits, scale: 0 });
        }
        Some(Self { negative, digits, scale })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_number_compare_alike() {
        for spelling in ["301.8", "3.018e2", "3018E-1", "301.80", "0.3018e+3"] {
            assert_eq!(comparable(spelling), Some(301.8), "{spelling}");
        }
        assert_eq!(comparable("-0.0").map(f64::to_bits), Some(0), "zero carries no sign");
    }

    #[test]
    fn a_number_that_a_double_would_change_only_equals_its_spelling() {
        for spelling in
            ["9007199254740993", "0.1234567890123456789", "1e400", "1e-400", "1e99999999999999999999"]
        {
            assert_eq!(comparable(spelling), None, "{spelling}");
        }
        assert_eq!(comparable("9007199254740992"), Some(9_007_199_254_740_992.0));
        assert_eq!(comparable("0.12345678901234568"), Some(0.123_456_789_012_345_68));
        assert_eq!(comparable("1.7976931348623157e308"), Some(f64::MAX));
    }
}
