//! A pattern asks for fields that its event has.

use stipule_ir::{Contract, Diagnostic, Diagnostics, Page, suggest};

use super::Filter;
use crate::Rule;

pub(crate) const RULE: Rule = Rule {
    page: Page {
        code: "EVT102",
        title: "A pattern asks for a field that the event doesn't have",
        text: "No accepted version of the event has the field, so the subscription would take nothing, or everything \
where the pattern asks that it be absent. The payload is below `detail.data`.

Bad: `pattern: {detail: {data: {day: [{numeric: ['>', 28]}]}}}` where the payload has `days`

Good: `pattern: {detail: {data: {days: [{numeric: ['>', 28]}]}}}`",
    },
    check,
};

fn check(contract: &Contract, diagnostics: &mut Diagnostics) {
    for filter in Filter::all(contract) {
        for field in filter.pattern.fields() {
            let Err(missing) = filter.reach(field) else { continue };
            let name = &filter.events[0].name.wire;
            let message = format!("`{name}` has no `{}`", field.path());
            let mut fault = Diagnostic::error("EVT102", filter.place(field, None), message);
            for event in &filter.events {
                fault = fault.related(&event.span, format!("version {} of the event", event.version));
            }
            let beside: Vec<&str> = missing.beside.iter().map(String::as_str).collect();
            fault = match beside.is_empty() {
                true => fault.help(format!("what stands before `{}` has no fields", missing.name)),
                false => fault.help(suggest::help(&missing.name, &beside)),
            };
            diagnostics.push(fault);
        }
    }
}
