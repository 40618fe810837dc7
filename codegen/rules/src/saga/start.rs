//! What starts a saga says all that it needs.

use stipule_ir::types::Struct;
use stipule_ir::{Contract, Diagnostic, Diagnostics, Page, TypeId, TypeKind};

use crate::Rule;

pub(crate) const RULE: Rule = Rule {
    page: Page {
        code: "SAG107",
        title: "An event starts a saga without saying what it needs",
        text: "The payload of the event is the input of the saga: each field that the input requires is there, always, \
and of a type that fits.

Bad: an event without `memberId` where the input requires it.

Good: the input has only fields that the event has, or gets them by another name: \
`starts_on: [{event: Book.Lent, name: bookId, with: {borrowerId: memberId}}]`.",
    },
    check,
};

fn check(contract: &Contract, diagnostics: &mut Diagnostics) {
    let fields = |ty: TypeId| match &contract.types.get(ty).kind {
        TypeKind::Struct(Struct { fields, .. }) => fields.as_slice(),
        _ => &[],
    };
    for workflow in &contract.workflows {
        for start in &workflow.starts {
            let event = contract.event(start.event);
            for wanted in fields(workflow.input) {
                let given = start.given.iter().find(|(to, _)| to.value == wanted.name.wire);
                let source = given.map_or(&wanted.name.wire, |(_, from)| &from.value);
                let found = fields(event.payload).iter().find(|field| field.name.wire == *source);
                let reason = match found {
                    None if wanted.required => "doesn't say",
                    None => continue,
                    Some(field) if wanted.required && !field.required => "doesn't always say",
                    Some(field) if field.nullable && !wanted.nullable => "may have null as",
                    Some(field) if !contract.types.fits(field.ty, wanted.ty) => "has another type of",
                    Some(_) => continue,
                };
                let message =
                    format!("`{}` {reason} `{}`, which `{}` takes", event.name, wanted.name, workflow.name);
                let mut fault =
                    Diagnostic::error("SAG107", &start.span, message).related(&wanted.span, "taken here");
                if let Some(field) = found {
                    fault = fault.related(&field.span, "said here");
                }
                diagnostics.push(fault);
            }
        }
    }
}
