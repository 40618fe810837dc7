//! Whether a double, as it is written in decimal, is a multiple of a decimal number.

/// Whether `value` is a multiple of `divisor` (decimal text, may have an exponent), both taken as the decimal numbers
/// they are written as: 0.3 is three times 0.1. Nothing is a multiple of what isn't a positive number.
pub(crate) fn is_multiple(value: f64, divisor: &str) -> bool {
    let written = format!("{value:e}");
    let (Some(value), Some(divisor)) = (Scaled::parse(&written), Scaled::parse(divisor)) else {
        return false;
    };
    if divisor.digits == 0 {
        return false;
    }
    if value.digits == 0 {
        return true;
    }
    let shift = value.exponent - divisor.exponent;
    if shift >= 0 {
        times_power_of_ten(value.digits % divisor.digits, shift, divisor.digits) == 0
    } else {
        // value / (divisor · 10^-shift): without trailing zeros in `value.digits` only a divisor that stays small fits.
        let scaled = 10u128.checked_pow(shift.unsigned_abs()).and_then(|ten| divisor.digits.checked_mul(ten));
        scaled.is_some_and(|divisor| value.digits.is_multiple_of(divisor))
    }
}

/// `digits · 10^exponent`, without sign.
struct Scaled {
    digits: u128,
    exponent: i32,
}

/// More digits than these don't fit the arithmetic; a double is written with at most 17.
const MOST_DIGITS: usize = 18;

impl Scaled {
    fn parse(text: &str) -> Option<Scaled> {
        let text = text.strip_prefix('-').unwrap_or(text);
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let fraction = fraction.trim_end_matches('0');
        let digits = format!("{whole}{fraction}");
        let digits = digits.trim_start_matches('0');
        if digits.len() > MOST_DIGITS {
            return None;
        }
        let digits = if digits.is_empty() { 0 } else { digits.parse().ok()? };
        let scale = i32::try_from(fraction.len()).ok()?;
        Some(Scaled { digits, exponent: exponent.checked_sub(scale)? })
    }
}

/// `digits · 10^power mod modulus`, with a modulus below 10^18: products fit 128 bits.
fn times_power_of_ten(digits: u128, power: i32, modulus: u128) -> u128 {
    let (mut result, mut base, mut power) = (digits % modulus, 10 % modulus, power.unsigned_abs());
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
    use super::is_multiple;

    #[test]
    fn decimals_are_reckoned_as_written() {
        assert!(is_multiple(0.3, "0.1"));
        assert!(is_multiple(19.99, "0.01"));
        assert!(!is_multiple(19.995, "0.01"));
        assert!(is_multiple(-4.5, "1.5"));
        assert!(is_multiple(0.0, "7"));
        assert!(is_multiple(7e300, "7"));
        assert!(is_multiple(1e308, "0.5"));
        assert!(!is_multiple(1e-300, "0.5"));
        assert!(is_multiple(2.5e-7, "1e-8"));
        assert!(is_multiple(1200.0, "1e2"));
    }

    #[test]
    fn nothing_is_a_multiple_of_nonsense() {
        assert!(!is_multiple(0.0, "0"));
        assert!(!is_multiple(1.0, "x"));
    }
}
