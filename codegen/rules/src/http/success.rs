//! An operation can succeed.

use stipule_ir::{Contract, Diagnostic, Diagnostics, Page};

use super::operations;
use crate::Rule;

pub(crate) const RULE: Rule = Rule {
    page: Page {
        code: "API105",
        title: "An operation declares no success",
        text: "What a handler returns is made of the declared responses with a status of 2xx or 3xx. With none of them it \
could only fail.

Bad: `responses: {default: {$ref: '../types/http.yaml#/components/responses/Problem'}}`

Good: `responses: {'204': {description: Returned}, default: …}`",
    },
    check,
};

fn check(contract: &Contract, diagnostics: &mut Diagnostics) {
    for (_, operation) in operations(contract) {
        if !operation.outcomes.iter().any(|outcome| outcome.status.is_success()) {
            let message = format!("`{}` declares no response for success", operation.id);
            let fault = Diagnostic::error("API105", &operation.span, message)
                .help("declare what it answers when all went well: `'200'`, `'201'`, `'204'`");
            diagnostics.push(fault);
        }
    }
}
