//! `typical: 2.5`: how many there mostly are, beside the most that there may be.

use stipule_ir::{Diagnostic, Diagnostics, Span};

use crate::shape::{Shape, wrong_kind};

/// The typical number, from 0 to `most`; `TBL061` for one that is outside.
pub(super) fn typical(
    shape: &mut Shape<'_>,
    most: Option<(u32, &Span)>,
    diagnostics: &mut Diagnostics,
) -> Option<f64> {
    let node = shape.get("typical")?;
    let number = node.as_number().and_then(|text| text.parse::<f64>().ok()).filter(|it| it.is_finite());
    let Some(number) = number else {
        wrong_kind(&node.span, "`typical`", "a number", node, diagnostics);
        return None;
    };
    let above = most.filter(|(most, _)| number > f64::from(*most));
    if number >= 0.0 && above.is_none() {
        return Some(number);
    }
    let message = match above {
        Some((most, _)) => format!("there can't typically be {number} of at most {most}"),
        None => format!("there can't be {number} of anything"),
    };
    let mut fault = Diagnostic::error("TBL061", &node.span, message);
    if let Some((_, span)) = above {
        fault = fault.related(span, "the most are said here");
    }
    diagnostics.push(fault.help("the average per call, which may be a fraction: `typical: 2.5`"));
    None
}
