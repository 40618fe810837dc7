//! Express sagas are short and wait for nobody.

use stipule_ir::workflow::{Kind, Node};
use stipule_ir::{Contract, Diagnostic, Diagnostics, Page};

use super::walk;
use crate::Rule;

/// The longest run of an express workflow, in seconds. Source: quotas of Step Functions.
const LONGEST: u64 = 300;

pub(crate) const RULE: Rule = Rule {
    page: Page {
        code: "SAG103",
        title: "An express saga does what only a standard one can",
        text: "Express workflows run for five minutes at most, and can't wait for a token. In exchange they cost by time \
rather than by transition.

Bad: `kind: express` with `timeout: 1h`, with a step that says `callback: true`, or with a `wait` of a day.

Good: `kind: standard`, or shorter.",
    },
    check,
};

fn check(contract: &Contract, diagnostics: &mut Diagnostics) {
    for workflow in contract.workflows.iter().filter(|it| it.kind == Kind::Express) {
        if workflow.timeout.value.as_secs() > LONGEST {
            let message = format!("`{}` may take longer than five minutes", workflow.name);
            let fault = Diagnostic::error("SAG103", &workflow.timeout.span, message);
            diagnostics.push(fault.help("at most `5m` for `kind: express`, or `kind: standard`"));
        }
        walk::parts(&workflow.flow, false, &mut |node, _| {
            let Node::Do(it) = node else { return };
            let step = &workflow.steps[it.act.step.0 as usize];
            if step.callback {
                let message = format!("`{}` waits for a token, which an express saga can't", step.name);
                let fault = Diagnostic::error("SAG103", &it.act.span, message)
                    .related(&step.span, "declared here")
                    .help("`kind: standard`");
                diagnostics.push(fault);
            }
        });
    }
}
