//! `300/s`, `5/m`: how often something is expected to happen.

use stipule_ir::{Diagnostic, Diagnostics, Spanned};

use crate::shape::Shape;

/// Units with their length in seconds.
const UNITS: [(&str, f64); 4] = [("s", 1.0), ("m", 60.0), ("h", 3_600.0), ("d", 86_400.0)];

/// A rate under a key, per second; a diagnostic of this code for anything that is none.
pub(crate) fn rate(
    shape: &mut Shape<'_>,
    key: &'static str,
    code: &'static str,
    diagnostics: &mut Diagnostics,
) -> Option<Spanned<f64>> {
    let text = shape.text(key, diagnostics)?;
    let found = parse(&text.value);
    if found.is_none() {
        let message = format!("`{}` is not a rate", text.value);
        let help = "a number and a unit of time: `300/s`, `2.5/m`, `20000/d`";
        diagnostics.push(Diagnostic::error(code, &text.span, message).help(help));
    }
    Some(Spanned::new(found?, text.span))
}

fn parse(text: &str) -> Option<f64> {
    let (number, unit) = text.split_once('/')?;
    if !number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return None;
    }
    let number: f64 = number.parse().ok()?;
    let (_, seconds) = UNITS.into_iter().find(|(name, _)| *name == unit)?;
    (number.is_finite() && number <= 1e9).then_some(number / seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_a_number_per_unit_of_time() {
        assert_eq!(parse("300/s"), Some(300.0));
        assert_eq!(parse("90/m"), Some(1.5));
        for text in ["300", "/s", "x/s", "1/w", "-1/s", "1e3/s", "inf/s", "9999999999/s"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
