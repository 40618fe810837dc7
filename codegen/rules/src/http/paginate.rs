//! A paged operation has the parameters and fields that paging needs.

use stipule_ir::service::{Location, Paginate};
use stipule_ir::types::{Field, Scalar};
use stipule_ir::{Contract, Diagnostic, Diagnostics, Operation, Page, TypeId, TypeKind};

use super::operations;
use crate::Rule;

pub(crate) const RULE: Rule = Rule {
    page: Page {
        code: "API106",
        title: "A paged operation lacks a part of paging",
        text: "`x-stipule-paginate` names the query parameters that take the cursor and the page size, and the fields of \
the response with the items and the next cursor. The client turns them into a stream over all items, so they must be what \
they are said to be: the cursor optional text, the limit a whole number, the items a list, the next cursor text that is \
absent or null on the last page.

Bad:

```yaml
x-stipule-paginate: {items: books, cursor: cursor, next: next, limit: limit}
parameters: []                                   # no parameter `cursor`
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
    for (_, operation) in operations(contract) {
        let Some(paginate) = &operation.paginate else { continue };
        for fault in
            parameters(operation, paginate, contract).into_iter().chain(fields(operation, paginate, contract))
        {
            let message = format!("`{}` can't be paged: {fault}", operation.id);
            diagnostics.push(Diagnostic::error("API106", &operation.span, message));
        }
    }
}

fn scalar(ty: TypeId, contract: &Contract) -> Option<Scalar> {
    match &contract.types.get(ty).kind {
        TypeKind::Scalar(scalar) => Some(*scalar),
        TypeKind::Newtype(newtype) => Some(newtype.base),
        _ => None,
    }
}

fn parameters(operation: &Operation, paginate: &Paginate, contract: &Contract) -> Vec<String> {
    let mut faults = Vec::new();
    let find = |name: &str| {
        let query = operation.parameters.iter().filter(|parameter| parameter.location == Location::Query);
        query.into_iter().find(|parameter| parameter.name.wire == name)
    };
    match find(&paginate.cursor) {
        None => faults.push(format!("there is no query parameter `{}`", paginate.cursor)),
        Some(cursor) if cursor.required => {
            faults.push(format!("`{}` is required, but the first page has no cursor", paginate.cursor));
        }
        Some(cursor) if scalar(cursor.ty, contract) != Some(Scalar::String) => {
            faults.push(format!("`{}` is not text", paginate.cursor));
        }
        Some(_) => {}
    }
    if let Some(limit) = &paginate.limit {
        match find(limit) {
            None => faults.push(format!("there is no query parameter `{limit}`")),
            Some(found) if !matches!(scalar(found.ty, contract), Some(Scalar::Int32 | Scalar::Int64)) => {
                faults.push(format!("`{limit}` is not a whole number"));
            }
            Some(_) => {}
        }
    }
    faults
}

fn fields(operation: &Operation, paginate: &Paginate, contract: &Contract) -> Vec<String> {
    let success = operation.outcomes.iter().find(|outcome| outcome.status.is_success());
    let Some(media) = success.and_then(|outcome| outcome.media.first()) else {
        return vec!["it has no response with content".to_owned()];
    };
    let TypeKind::Struct(page) = &contract.types.get(media.ty).kind else {
        return vec!["its response is not an object with properties".to_owned()];
    };
    let find = |name: &str| -> Option<&Field> { page.fields.iter().find(|field| field.name.wire == name) };
    let mut faults = Vec::new();
    match find(&paginate.items) {
        None => faults.push(format!("its response has no field `{}`", paginate.items)),
        Some(items) if !matches!(contract.types.get(items.ty).kind, TypeKind::List(_)) => {
            faults.push(format!("`{}` is not a list", paginate.items));
        }
        Some(items) if !items.required || items.nullable => {
            faults.push(format!("`{}` must be required and never null", paginate.items));
        }
        Some(_) => {}
    }
    match find(&paginate.next) {
        None => faults.push(format!("its response has no field `{}`", paginate.next)),
        Some(next) if scalar(next.ty, contract) != Some(Scalar::String) => {
            faults.push(format!("`{}` is not text", paginate.next));
        }
        Some(next) if next.required && !next.nullable => {
            faults.push(format!("`{}` is always there, but the last page has no next one", paginate.next));
        }
        Some(_) => {}
    }
    faults
}
