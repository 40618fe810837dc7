//! Numbers of what mostly happens: the share of a way, the items of a list.

use stipule_ir::{Diagnostic, Diagnostics};

use crate::shape::{Shape, wrong_kind};

/// A number from 0 to `most`; `SAG013` for one outside.
pub(super) fn within(
    shape: &mut Shape<'_>,
    key: &'static str,
    most: f64,
    diagnostics: &mut Diagnostics,
) -> Option<f64> {
    let node = shape.get(key)?;
    let number = node.as_number().and_then(|text| text.parse::<f64>().ok()).filter(|it| it.is_finite());
    let Some(number) = number else {
        wrong_kind(&node.span, &format!("`{key}`"), "a number", node, diagnostics);
        return None;
    };
    if (0.0..=most).contains(&number) {
        return Some(number);
    }
    let message = format!("`{key}` must be from 0 to {most}, not {number}");
    let help = match key {
        "share" => "of all runs that come to the choice, how many go this way: `share: 0.02`",
        _ => "the average per run, which may be a fraction: `typical: 1.1`",
    };
    diagnostics.push(Diagnostic::error("SAG013", &node.span, message).help(help));
    None
}
