//! `assumptions: {request_time: 25, cached: 0.5}`: what a cost report reckons with beside the rates.

use stipule_ir::assumption::{ASSUMPTIONS, find};
use stipule_ir::{Diagnostic, Diagnostics, Spanned};

use crate::shape::{Shape, wrong_kind};
use crate::suggest;

/// Those that are said; the rest has its default.
pub(super) fn assumptions(
    shape: &mut Shape<'_>,
    diagnostics: &mut Diagnostics,
) -> Vec<(Spanned<String>, f64)> {
    let entries = shape.mapping("assumptions", diagnostics).unwrap_or_default();
    let read = entries.iter().filter_map(|entry| {
        let key = &entry.key;
        let Some(known) = find(&key.value) else {
            let names: Vec<&str> = ASSUMPTIONS.iter().map(|it| it.key).collect();
            let fault =
                Diagnostic::error("SYN022", &key.span, format!("nothing is assumed of `{}`", key.value));
            diagnostics.push(fault.help(suggest::help(&key.value, &names)));
            return None;
        };
        let number = entry.value.as_number().and_then(|text| text.parse::<f64>().ok());
        let Some(number) = number.filter(|number| number.is_finite()) else {
            wrong_kind(&entry.value.span, &format!("`{}`", key.value), "a number", &entry.value, diagnostics);
            return None;
        };
        if !(0.0..=known.most).contains(&number) {
            let message = format!("`{}` must be from 0 to {}, not {number}", key.value, known.most);
            let fault = Diagnostic::error("SYN023", &entry.value.span, message);
            diagnostics.push(fault.help(format!("{} {} unless said otherwise", known.default, known.unit)));
            return None;
        }
        Some((key.clone(), number))
    });
    read.collect()
}
