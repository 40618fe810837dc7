//! A pattern leaves something out.

use stipule_ir::{Contract, Diagnostic, Diagnostics, Page};
use stipule_pattern::{Field, Test};

use super::Filter;
use crate::Rule;

pub(crate) const RULE: Rule = Rule {
    page: Page {
        code: "EVT104",
        title: "A pattern takes every event",
        text: "By the event's schema, each event passes: the subscription would be the same without its pattern. (A \
warning: the schema may grow to give it something to do.)

Bad: `pattern: {detail: {data: {days: [{numeric: ['>=', 0]}]}}}` where `days` has `minimum: 0`

Good: no pattern, or `{numeric: ['>', 28]}`",
    },
    check,
};

fn check(contract: &Contract, diagnostics: &mut Diagnostics) {
    for filter in Filter::all(contract) {
        let takes_all =
            filter.pattern.combinations().any(|mut fields| fields.all(|field| holds(&filter, field)));
        if takes_all {
            let message = format!("the pattern takes every `{}`", filter.events[0].name.wire);
            let fault = Diagnostic::warning("EVT104", &filter.written.span, message);
            diagnostics.push(fault.help("leave it out, or ask for less"));
        }
    }
}

/// Whether each event has something at the field that passes.
fn holds(filter: &Filter<'_>, field: &Field) -> bool {
    let Ok(reach) = filter.reach(field) else { return false };
    (!reach.absent || field.tests().contains(&Test::Absent))
        && reach.leaves.iter().all(|leaf| leaf.all_pass(field.tests()))
}
