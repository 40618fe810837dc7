//! Operations have names of their own.

use std::collections::BTreeMap;

use stipule_ir::{Contract, Diagnostic, Diagnostics, Operation, Page};

use super::operations;
use crate::Rule;

pub(crate) const RULE: Rule = Rule {
    page: Page {
        code: "API103",
        title: "Two operations have one name",
        text: "An `operationId` becomes a method of the service's trait, a method of the client, and the name in logs and \
dashboards. It is unique over all services, also after it was put into the form of Rust names.

Bad: `operationId: getBook` in one document and `operationId: get_book` in another

Good: `operationId: getBook` and `operationId: getArchivedBook`",
    },
    check,
};

fn check(contract: &Contract, diagnostics: &mut Diagnostics) {
    let mut first: BTreeMap<String, &Operation> = BTreeMap::new();
    for (_, operation) in operations(contract) {
        let Some(other) = first.get(&operation.id.field()) else {
            first.insert(operation.id.field(), operation);
            continue;
        };
        let message = format!("two operations would be called `{}`", operation.id.field());
        let fault = Diagnostic::error("API103", &operation.id.span, message)
            .related(&other.id.span, "the other")
            .help("give one of them another `operationId`");
        diagnostics.push(fault);
    }
}
