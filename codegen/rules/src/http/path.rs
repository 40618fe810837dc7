//! A request has one operation.

use stipule_ir::service::{Path, PathSegment};
use stipule_ir::{Contract, Diagnostic, Diagnostics, Page};

use super::operations;
use crate::Rule;

pub(crate) const RULE: Rule = Rule {
    page: Page {
        code: "API101",
        title: "Two operations answer the same requests",
        text: "All services share one address. Two operations of one method whose paths have the same literals in the \
same places answer the same requests, whatever their parameters are called; nobody could say which is called.

Bad: `GET /books/{id}` in one place and `GET /books/{bookId}` in another

Good: `GET /books/{bookId}` once",
    },
    check,
};

fn check(contract: &Contract, diagnostics: &mut Diagnostics) {
    let all: Vec<_> = operations(contract).collect();
    for (at, (_, operation)) in all.iter().enumerate() {
        let same = |other: &stipule_ir::Operation| {
            other.method == operation.method && form(&other.path) == form(&operation.path)
        };
        let Some((_, first)) = all[..at].iter().find(|(_, other)| same(other)) else { continue };
        let method = operation.method.as_str();
        let message =
            format!("`{method} {}` answers the same requests as another operation", operation.path.template);
        let fault = Diagnostic::error("API101", &operation.span, message)
            .related(&first.span, format!("`{method} {}`", first.path.template))
            .proof(format!("both answer {method} {}", example(&operation.path)));
        diagnostics.push(fault);
    }
}

/// The path with its parameters nameless.
fn form(path: &Path) -> Vec<Option<&str>> {
    path.segments
        .iter()
        .map(|segment| match segment {
            PathSegment::Literal(text) => Some(text.as_str()),
            PathSegment::Parameter(_) => None,
        })
        .collect()
}

fn example(path: &Path) -> String {
    form(path).into_iter().map(|segment| format!("/{}", segment.unwrap_or("1"))).collect()
}
