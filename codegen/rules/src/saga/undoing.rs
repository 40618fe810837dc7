//! What undoes a step can be called without thinking.

use stipule_ir::workflow::{Act, Effect};
use stipule_ir::{Contract, Diagnostic, Diagnostics, Page, Workflow};

use super::walk;
use crate::Rule;

pub(crate) const RULE: Rule = Rule {
    page: Page {
        code: "SAG106",
        title: "A step can't undo anything",
        text: "What undoes a step changes something, answers by itself, and has no errors of its own: it is tried again \
until it is done, and then parked for a person. It is called also when the step itself failed halfway or never began; by \
its key it finds that out, and does nothing.

Bad: `undo: {do: ask_librarian}`, a step with `callback: true`.

Good: `undo: {do: put_book_back, with: {bookId: $input.bookId}}`",
    },
    check,
};

fn check(contract: &Contract, diagnostics: &mut Diagnostics) {
    for workflow in &contract.workflows {
        walk::steps(&workflow.flow, &mut |it, _| {
            if let Some(undo) = &it.undo {
                judge(workflow, undo, diagnostics);
            }
        });
        if let Some(act) = &workflow.on_failure {
            judge(workflow, act, diagnostics);
        }
    }
}

fn judge(workflow: &Workflow, act: &Act, diagnostics: &mut Diagnostics) {
    let step = &workflow.steps[act.step.0 as usize];
    let fault = if step.callback {
        "waits for an answer"
    } else if step.effect == Effect::None {
        "changes nothing"
    } else if !step.errors.is_empty() {
        "has errors that are an answer"
    } else {
        return;
    };
    let message = format!("`{}` can't undo anything: it {fault}", step.name);
    diagnostics.push(Diagnostic::error("SAG106", &act.span, message).related(&step.span, "declared here"));
}
