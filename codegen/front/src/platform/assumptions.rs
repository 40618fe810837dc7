//! `assumptions: {request_time: 25, cached: 0.5}`: what a cost report reckons with beside the rates.

use stipule_ir::assumption::{ASSUMPTIONS, Assumption};
use stipule_ir::{Diagnostic, Diagnostics, Spanned};

use crate::shape::{Shape, wrong_kind};

/// Those that are said; the rest has its default.
pub(super) fn assumptions(
    shape: &mut Shape<'_>,
    diagnostics: &mut Diagnostics,
) -> Vec<(Spanned<String>, f64)> {
    let Some(entry) = shape.entry("assumptions") else { return Vec::new() };
    let Some(mut said) = Shape::under(entry, "what is assumed", diagnostics) else { return Vec::new() };
    let found = ASSUMPTIONS.iter().filter_map(|known| assumption(&mut said, known, diagnostics)).collect();
    said.finish(diagnostics);
    found
}

fn assumption(
    said: &mut Shape<'_>,
    known: &Assumption,
    diagnostics: &mut Diagnostics,
) -> Option<(Spanned<String>, f64)> {
    let entry = said.entry(known.key)?;
    let number = entry.value.as_number().and_then(|text| text.parse::<f64>().ok());
    let Some(number) = number.filter(|number| number.is_finite()) else {
        let what = format!("`{}`", known.key);
        wrong_kind(&entry.value.span, &what, "a number", &entry.value, diagnostics);
        return None;
    };
    if !(0.0..=known.most).contains(&number) {
        let message = format!("`{}` must be from 0 to {}, not {number}", known.key, known.most);
        let fault = Diagnostic::error("SYN023", &entry.value.span, message);
        diagnostics.push(fault.help(format!("{} {} unless said otherwise", known.default, known.unit)));
        return None;
    }
    Some((entry.key.clone(), number))
}
