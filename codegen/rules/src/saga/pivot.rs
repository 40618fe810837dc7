//! There is one pivot at most, and the way back ends at it.

use stipule_ir::workflow::Node;
use stipule_ir::{Contract, Diagnostic, Diagnostics, Page, Span};

use super::walk;
use crate::Rule;

pub(crate) const RULE: Rule = Rule {
    page: Page {
        code: "SAG102",
        title: "A pivot is where none can be",
        text: "The pivot divides a saga: before it a failure undoes everything, after it a failure is tried again until it \
is done or parked for a person. So there is one at most, in the flow itself rather than in one of several ways, nothing \
undoes it, and nothing after it has an `undo`, which would never be called.

Bad: two steps with `pivot: true`, or an `undo` after the pivot.

Good: `- {do: confirm_order, with: {…}, pivot: true}`, once.",
    },
    check,
};

fn check(contract: &Contract, diagnostics: &mut Diagnostics) {
    for workflow in &contract.workflows {
        let mut pivot: Option<&Span> = None;
        walk::parts(&workflow.flow, false, &mut |node, inside| {
            let Node::Do(it) = node else { return };
            let mut report = |message: String, help: &str| {
                let mut fault = Diagnostic::error("SAG102", &it.act.span, message).help(help);
                if let Some(first) = pivot {
                    fault = fault.related(first, "the pivot");
                }
                diagnostics.push(fault);
            };
            let name = &workflow.steps[it.act.step.0 as usize].name;
            if pivot.is_some() && it.pivot {
                report(format!("`{name}` is a second pivot"), "one step decides; the rest goes forward");
            } else if pivot.is_some() && it.undo.is_some() {
                report(
                    format!("`{name}` comes after the pivot: what undoes it is never called"),
                    "leave out `undo`, or move the pivot behind it",
                );
            }
            if it.pivot && it.undo.is_some() {
                report(format!("the pivot `{name}` is never undone"), "leave out `undo` or `pivot`");
            }
            if it.pivot && inside {
                report(
                    format!("the pivot `{name}` stands in one of several ways"),
                    "decide in the flow itself: a way that wasn't taken has no pivot",
                );
            }
            if it.pivot {
                pivot.get_or_insert(&it.act.span);
            }
        });
    }
}
