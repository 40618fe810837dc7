//! Decimal numbers and doubles as they are written in keys: the exponent behind a letter, then the digits. Zero is `0`;
//! a negative number has a hyphen in front, complemented digits, and `~` at the end.

use std::sync::LazyLock;

use crate::language::automaton::Machine;

/// Most characters of a double: two signs, the exponent with its letter, 17 digits.
pub(super) const OF_DOUBLE: u64 = 23;

/// Most characters of a decimal whose text has at most so many: its digits, the exponent with its letter, a `~`.
pub(super) fn of_decimal(text: u64) -> u64 {
    text.saturating_add(2 + text.to_string().len() as u64)
}

/// Accepts every written number with an exponent of up to four digits: no key has room for the text of another one.
pub(super) fn machine() -> Option<&'static Machine> {
    static WRITTEN: LazyLock<Option<Machine>> = LazyLock::new(|| {
        let exponent = "(a[0-9]|b[1-9][0-9]|c[1-9][0-9]{2}|d[1-9][0-9]{3}|Z[0-8]|Y[0-8][0-9]|X[0-8][0-9]{2}|W[0-8][0-9]{3})";
        let positive = "[1-9]([0-9]*[1-9])?";
        let negative = "[0-8]([0-9]*[0-8])?";
        Machine::of(&format!(r"\A(0|{exponent}{positive}|-{exponent}{negative}~)\z"))
    });
    WRITTEN.as_ref()
}

/// The number that is written so, as people write it; `None` for what no number is written as.
pub(super) fn parse(text: &str) -> Option<String> {
    if text == "0" {
        return Some(text.to_owned());
    }
    let negative = text.strip_prefix('-').map(|rest| rest.strip_suffix('~'));
    let (sign, number) = match negative {
        Some(rest) => ("-", complemented(rest?)),
        None => ("", text.to_owned()),
    };
    let letter = number.bytes().next()?;
    // After the complement the letter still stands for the exponent's opposite.
    let (below, count) = match letter {
        b'a'..=b't' => (false, usize::from(letter - b'a') + 1),
        b'G'..=b'Z' => (true, usize::from(b'Z' - letter) + 1),
        _ => return None,
    };
    let (exponent, digits) = number.get(1..)?.split_at_checked(count)?;
    let opposite = below != negative.is_some();
    let exponent = if opposite { complemented(exponent) } else { exponent.to_owned() };
    let magnitude: i64 = exponent.parse().ok()?;
    let is_plain = magnitude.to_string() == exponent && !digits.starts_with('0') && !digits.ends_with('0');
    if digits.is_empty() || !digits.bytes().all(|it| it.is_ascii_digit()) || !is_plain {
        return None;
    }
    let exponent = if below != negative.is_some() { -magnitude } else { magnitude };
    Some(format!("{sign}{}", spelt(digits, exponent)?))
}

/// `0.05` from the digits `5` and the exponent −1; `None` for a longer text than any key has room for.
fn spelt(digits: &str, exponent: i64) -> Option<String> {
    /// Most zeros that are written out.
    const MOST: i64 = 9999;
    if exponent.abs() > MOST {
        return None;
    }
    Some(match usize::try_from(exponent) {
        Ok(0) => format!("0.{digits}"),
        Ok(whole) if whole >= digits.len() => format!("{digits:0<whole$}"),
        Ok(whole) => format!("{}.{}", &digits[..whole], &digits[whole..]),
        Err(_) => format!("0.{}{digits}", "0".repeat(usize::try_from(-exponent).ok()?)),
    })
}

fn complemented(text: &str) -> String {
    let digit = |character: char| match character {
        '0'..='9' => char::from(b'0' + b'9' - u8::try_from(character).unwrap_or(b'0')),
        other => other,
    };
    text.chars().map(digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_they_are_written() {
        for (written, number) in [
            ("a21234", "12.34"),
            ("Z85", "0.05"),
            ("a05", "0.5"),
            ("a412", "1200"),
            ("0", "0"),
            ("-Z78765~", "-12.34"),
            ("-a14~", "-0.05"),
            ("-a04~", "-0.5"),
        ] {
            assert_eq!(parse(written).as_deref(), Some(number), "{written}");
        }
        for text in ["", "a", "a1", "a110", "a101", "b011", "5", "-a14", "Z", "a1x", "k99999999991"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
