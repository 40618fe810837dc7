//! What paging uses has types that paging can use.
//!
//! That the parameters and fields are there is known from lowering.

use stipule_ir::service::{Location, Paginate};
use stipule_ir::types::{Field, Scalar};
use stipule_ir::{Contract, Diagnostic, Diagnostics, Operation, Page, TypeId, TypeKind};

use super::operations;
use crate::Rule;

pub(crate) const RULE: Rule = Rule {
    page: Page {
        code: "API102",
        title: "A part of paging has an unfit type",
        text: "The client turns a paged operation into a stream over all items. The first call has no cursor, so the \
parameter is optional; cursors are text, the page size is a whole number, and the list of items is always there, if only \
empty.

Bad:

```yaml
parameters:
  - {name: cursor, in: query, required: true, schema: {type: integer}}
```

Good:

```yaml
parameters:
  - {name: cursor, in: query, schema: {type: string, maxLength: 2000}}
  - {name: limit, in: query, schema: {type: integer, minimum: 1, maximum: 100}}
```",
    },
    check,
};

fn check(contract: &Contract, diagnostics: &mut Diagnostics) {
    for operation in operations(contract) {
        let Some(paginate) = &operation.paginate else { continue };
        judge_parameters(operation, paginate, contract, diagnostics);
        judge_fields(operation, paginate, contract, diagnostics);
    }
}

fn scalar(ty: TypeId, contract: &Contract) -> Option<Scalar> {
    match &contract.types.get(ty).kind {
        TypeKind::Scalar(scalar) => Some(*scalar),
        TypeKind::Newtype(newtype) => Some(newtype.base),
        _ => None,
    }
}

fn judge_parameters(
    operation: &Operation,
    paginate: &Paginate,
    contract: &Contract,
    diagnostics: &mut Diagnostics,
) {
    for parameter in operation.parameters.iter().filter(|found| found.location == Location::Query) {
        let name = &parameter.name.wire;
        let scalar = scalar(parameter.ty, contract);
        let why = if *name == paginate.cursor && parameter.required {
            "is required, but the first page has no cursor"
        } else if *name == paginate.cursor && scalar != Some(Scalar::String) {
            "is not text, as cursors are"
        } else if paginate.limit.as_ref() == Some(name)
            && !matches!(scalar, Some(Scalar::Int32 | Scalar::Int64))
        {
            "is not a whole number, as the size of a page is"
        } else {
            continue;
        };
        let message = format!("`{}` can't be paged: `{name}` {why}", operation.id);
        let fault = Diagnostic::error("API102", &parameter.span, message);
        diagnostics.push(fault.related(&operation.span, "paged here"));
    }
}

fn judge_fields(
    operation: &Operation,
    paginate: &Paginate,
    contract: &Contract,
    diagnostics: &mut Diagnostics,
) {
    let media = operation.outcomes.iter().filter(|outcome| outcome.status.is_success());
    let page =
        media.flat_map(|outcome| &outcome.media).find_map(|media| match &contract.types.get(media.ty).kind {
            TypeKind::Struct(page) => Some(page),
            _ => None,
        });
    for field in page.into_iter().flat_map(|page| &page.fields) {
        let Some(why) = unfit(field, paginate, contract) else { continue };
        let message = format!("`{}` can't be paged: `{}` {why}", operation.id, field.name);
        let fault = Diagnostic::error("API102", &field.span, message);
        diagnostics.push(fault.related(&operation.span, "paged here"));
    }
}

fn unfit(field: &Field, paginate: &Paginate, contract: &Contract) -> Option<&'static str> {
    if field.name.wire == paginate.items && (!field.required || field.nullable) {
        Some("may be absent or null; a page without items has an empty list")
    } else if field.name.wire == paginate.next && scalar(field.ty, contract) != Some(Scalar::String) {
        Some("is not text, as cursors are")
    } else {
        None
    }
}
