//! `90d`, `1s`, `500ms`: a whole number and its unit.

use std::time::Duration;

use stipule_ir::{Diagnostic, Diagnostics, Spanned};

use crate::shape::Shape;

/// Units with their length in milliseconds.
const UNITS: [(&str, u64); 5] = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

/// Longest span of time that means anything here: a hundred years.
const LONGEST: Duration = Duration::from_secs(100 * 366 * 86_400);

/// The duration of a key, if it is there; `SYN023` for anything that is none.
pub(crate) fn duration(
    shape: &mut Shape<'_>,
    key: &'static str,
    diagnostics: &mut Diagnostics,
) -> Option<Spanned<Duration>> {
    let text = shape.text(key, diagnostics)?;
    let found = parse(&text.value);
    if found.is_none() {
        let message = format!("`{}` is not a duration", text.value);
        let fault = Diagnostic::error("SYN023", &text.span, message)
            .help("a whole number with its unit: `500ms`, `30s`, `5m`, `12h`, `90d`");
        diagnostics.push(fault);
    }
    found.map(|duration| Spanned::new(duration, text.span))
}

fn parse(text: &str) -> Option<Duration> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let number: u64 = text[..digits].parse().ok()?;
    let (_, length) = UNITS.into_iter().find(|(unit, _)| *unit == &text[digits..])?;
    let duration = Duration::from_millis(number.checked_mul(length)?);
    (!duration.is_zero() && duration <= LONGEST).then_some(duration)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_and_a_unit_make_a_duration() {
        assert_eq!(parse("90d"), Some(Duration::from_secs(90 * 86_400)));
        assert_eq!(parse("500ms"), Some(Duration::from_millis(500)));
    }

    #[test]
    fn everything_else_makes_none() {
        for text in ["", "5", "s", "-1s", "1.5h", "1 s", "0s", "1w", "99999999999999999999d", "40000d"] {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }
}
