//! Steps that nobody takes.

use std::collections::BTreeSet;

use stipule_ir::workflow::StepId;
use stipule_ir::{Contract, Diagnostic, Diagnostics, Page};

use super::walk;
use crate::Rule;

pub(crate) const RULE: Rule = Rule {
    page: Page {
        code: "SAG105",
        title: "A step is never taken",
        text: "A service has to write a function for each step. One that no flow takes, and that undoes nothing, is \
written for nothing.

Bad: `steps: {tell_member: {…}}` and a flow without it.

Good: the step is taken, or gone.",
    },
    check,
};

fn check(contract: &Contract, diagnostics: &mut Diagnostics) {
    for workflow in &contract.workflows {
        let mut taken: BTreeSet<StepId> = workflow.on_failure.iter().map(|act| act.step).collect();
        walk::steps(&workflow.flow, &mut |it, _| {
            taken.insert(it.act.step);
            taken.extend(it.undo.as_ref().map(|undo| undo.step));
        });
        for (id, step) in (0u32..).map(StepId).zip(&workflow.steps) {
            if !taken.contains(&id) {
                let message = format!("nothing takes the step `{}`", step.name);
                diagnostics
                    .push(Diagnostic::warning("SAG105", &step.span, message).help("take it, or remove it"));
            }
        }
    }
}
