//! What runs carry can't be taken back.

use stipule_ir::{Contract, Diagnostics, Page};

use crate::Rule;
use crate::personal::{Kept, fault};

pub(crate) const RULE: Rule = Rule {
    page: Page {
        code: "SAG110",
        title: "The runs of a saga carry personal data",
        text: "What a saga is started with, and what its steps take and give, is kept in the history of each run, in what was \
parked, and beside the table so that no step is taken twice. Rows can be redacted when somebody wants to be forgotten; a \
history of Step Functions can't. So steps hand on ids, and each reads what it needs by them. What is personal is marked by \
`x-stipule-pii`.

Where an id won't do, `personal` says why. Then what is personal in a run stays as long as its history: 90 days on AWS. (A \
`personal` that isn't needed is a warning.)

Bad: an input with `shippingAddress`

Good: `orderId`, by which the step reads the order

Good, if it has to be: `personal: the carrier's form takes the name only here` beside `input`",
    },
    check,
};

fn check(contract: &Contract, diagnostics: &mut Diagnostics) {
    for workflow in &contract.workflows {
        let mut carries = vec![("input".to_owned(), workflow.input)];
        for step in &workflow.steps {
            carries.push((format!("{}.input", step.name), step.input));
            carries.extend(step.output.map(|output| (format!("{}.output", step.name), output)));
        }
        let kept = Kept {
            code: "SAG110",
            name: format!("`{}`", workflow.name),
            span: &workflow.span,
            keepers: "the histories of runs",
            carries,
            why: workflow.personal.as_ref(),
        };
        if let Some(fault) = fault(contract, &kept) {
            diagnostics.push(fault);
        }
    }
}
