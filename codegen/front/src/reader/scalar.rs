//! Which value a plain YAML scalar is: the core schema of YAML 1.2.2, chapter 10.3.2.

use saphyr_parser::Tag;

use super::Value;

/// Why a plain scalar isn't taken for a number although it looks like one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// `.inf`, `.nan`: numbers of YAML that JSON can't write.
    NotJson,
    /// `012`: twelve in YAML 1.2, ten in YAML 1.1.
    LeadingZero,
}

/// The value of a plain scalar. Dates and times stay text: the core schema has none.
pub(super) fn resolve(text: &str) -> Result<Value, Refusal> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Ok(Value::Null),
        "true" | "True" | "TRUE" => return Ok(Value::Bool(true)),
        "false" | "False" | "FALSE" => return Ok(Value::Bool(false)),
        ".nan" | ".NaN" | ".NAN" => return Err(Refusal::NotJson),
        _ => {}
    }
    if let Some(value) = based(text, "0x", 16).or_else(|| based(text, "0o", 8)) {
        return Ok(value);
    }
    let (minus, unsigned) = match text.as_bytes().first() {
        Some(b'-') => ("-", &text[1..]),
        Some(b'+') => ("", &text[1..]),
        _ => ("", text),
    };
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") {
        return Err(Refusal::NotJson);
    }
    match decimal(unsigned) {
        None => Ok(Value::String(text.to_owned())),
        Some(_) if has_leading_zero(unsigned) => Err(Refusal::LeadingZero),
        Some(number) => Ok(Value::Number(format!("{minus}{number}"))),
    }
}

/// `0x1F`, `0o17` in decimal. Those beyond 128 bits stay text, as nothing can use them as numbers.
fn based(text: &str, prefix: &str, radix: u32) -> Option<Value> {
    let digits = text.strip_prefix(prefix)?;
    let all_digits = !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(radix));
    let number = all_digits.then(|| u128::from_str_radix(digits, radix).ok())??;
    Some(Value::Number(number.to_string()))
}

/// `(\. [0-9]+ | [0-9]+ (\. [0-9]*)?) ([eE] [-+]? [0-9]+)?` as JSON writes it: digits on both sides of the point.
fn decimal(text: &str) -> Option<String> {
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let is_number = all_digits(whole)
        && fraction.is_none_or(all_digits)
        && !(whole.is_empty() && fraction.is_none_or(str::is_empty))
        && exponent.is_none_or(|digits| {
            let digits = digits.strip_prefix(['-', '+']).unwrap_or(digits);
            !digits.is_empty() && all_digits(digits)
        });
    is_number.then(|| {
        let whole = if whole.is_empty() { "0" } else { whole };
        let fraction = match fraction {
            None => String::new(),
            Some("") => ".0".to_owned(),
            Some(digits) => format!(".{digits}"),
        };
        let exponent = exponent.map_or_else(String::new, |digits| format!("e{digits}"));
        format!("{whole}{fraction}{exponent}")
    })
}

fn all_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// `-007.5` as `-7.5`.
pub(super) fn without_leading_zeros(text: &str) -> String {
    let minus = if text.starts_with('-') { "-" } else { "" };
    let digits = text.trim_start_matches(['-', '+']).trim_start_matches('0');
    let zero = if digits.starts_with(|first: char| first.is_ascii_digit()) { "" } else { "0" };
    format!("{minus}{zero}{digits}")
}

fn has_leading_zero(unsigned: &str) -> bool {
    let mut bytes = unsigned.bytes();
    bytes.next() == Some(b'0') && bytes.next().is_some_and(|byte| byte.is_ascii_digit())
}

/// `!!str` and the non-specific `!`.
pub(super) fn is_text_tag(tag: &Tag) -> bool {
    tag.is_yaml_core_schema() && tag.suffix == "str" || tag.handle == "!" && tag.suffix.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Result<Value, Refusal> {
        Ok(Value::Number(text.to_owned()))
    }

    #[test]
    fn numbers_become_json_numbers() {
        for (text, expected) in [
            ("0", "0"),
            ("-19", "-19"),
            ("+12", "12"),
            ("0o14", "12"),
            ("0xFF", "255"),
            ("12e03", "12e03"),
            ("-2E+05", "-2e+05"),
            (".5", "0.5"),
            ("5.", "5.0"),
            ("0.10", "0.10"),
            ("123456789012345678901234567890", "123456789012345678901234567890"),
        ] {
            assert_eq!(resolve(text), number(expected), "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_another_value_stays_text() {
        for text in [
            "yes",
            "no",
            "on",
            "off",
            "y",
            "2026-01-02",
            "2026-01-02T03:04:05Z",
            "1_000",
            "12:30",
            "0x",
            "0o8",
            ".",
            "-",
            "+",
            "e5",
            "1e",
            "1e+",
            "1.2.3",
            "--1",
            "+-1",
            "0b1",
            "nUll",
            "tRue",
            "-0x1F",
        ] {
            assert_eq!(resolve(text), Ok(Value::String(text.to_owned())), "{text}");
        }
    }

    #[test]
    fn numbers_that_json_cannot_write_or_that_read_two_ways_are_refused() {
        for text in [".inf", "-.Inf", "+.INF", ".nan", ".NaN"] {
            assert_eq!(resolve(text), Err(Refusal::NotJson), "{text}");
        }
        for text in ["012", "-007", "00", "01.5"] {
            assert_eq!(resolve(text), Err(Refusal::LeadingZero), "{text}");
        }
    }
}
