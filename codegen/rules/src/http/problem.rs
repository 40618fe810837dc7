//! Every error is a problem document.

use stipule_ir::service::{Outcome, Status};
use stipule_ir::{Contract, Diagnostic, Diagnostics, Page, TypeKind};

use super::operations;
use crate::Rule;

const PROBLEM: &str = "application/problem+json";

/// Members that a client needs to tell problems apart.
const MEMBERS: [&str; 3] = ["type", "title", "status"];

pub(crate) const RULE: Rule = Rule {
    page: Page {
        code: "API101",
        title: "An error response is not a problem document",
        text: "Every error is a problem document (RFC 9457) of the media type `application/problem+json` with at least \
`type`, `title` and `status`: clients handle all of them alike, and each operation adds what it has to say. That holds for \
declared statuses from 400 on, for `4XX`, `5XX` and for `default`.

Bad:

```yaml
'404': {description: No such book}
```

Good:

```yaml
'404':
  description: No such book
  content: {application/problem+json: {schema: {$ref: ../types/problem.yaml}}}
```",
    },
    check,
};

fn check(contract: &Contract, diagnostics: &mut Diagnostics) {
    for operation in operations(contract) {
        for outcome in operation.outcomes.iter().filter(|outcome| is_error(outcome)) {
            judge(outcome, contract, diagnostics);
        }
    }
}

fn is_error(outcome: &Outcome) -> bool {
    match outcome.status {
        Status::Code(code) => code >= 400,
        Status::Class(class) => class >= 4,
        Status::Default => true,
    }
}

fn judge(outcome: &Outcome, contract: &Contract, diagnostics: &mut Diagnostics) {
    let help = format!("`content: {{{PROBLEM}: {{schema: {{$ref: ../types/problem.yaml}}}}}}`");
    let Some(first) = outcome.media.first() else {
        let message = format!("the error `{}` has no content", outcome.name);
        diagnostics.push(Diagnostic::error("API101", &outcome.span, message).help(help));
        return;
    };
    if let Some(media) = outcome.media.iter().find(|media| media.media_type != PROBLEM) {
        let message = format!("the error `{}` is not a problem document", outcome.name);
        let fault = Diagnostic::error("API101", &media.span, message).label(format!("not `{PROBLEM}`"));
        diagnostics.push(fault.help(help));
        return;
    }
    let ty = contract.types.get(first.ty);
    let TypeKind::Struct(problem) = &ty.kind else {
        let message = format!("the problem of `{}` is not an object with properties", outcome.name);
        diagnostics
            .push(Diagnostic::error("API101", &first.span, message).related(&ty.span, "declared here"));
        return;
    };
    let missing: Vec<String> = MEMBERS
        .iter()
        .filter(|member| !problem.fields.iter().any(|field| field.name.wire == **member))
        .map(|member| format!("`{member}`"))
        .collect();
    if !missing.is_empty() {
        let message = format!("the problem of `{}` has no {}", outcome.name, missing.join(", "));
        diagnostics
            .push(Diagnostic::error("API101", &first.span, message).related(&ty.span, "declared here"));
    }
}
