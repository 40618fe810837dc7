//! What a run carries with it fits.

use stipule_ir::types::{Limits, Scalar, TypeKind};
use stipule_ir::{Contract, Diagnostic, Diagnostics, Page, TypeId, TypeTable};

use super::walk;
use crate::Rule;

/// Largest value between two states, in bytes. Source: quotas of Step Functions.
const MOST: u64 = 262_144;

/// Room for the key, the context and the failure.
const OVERHEAD: u64 = 4_096;

pub(crate) const RULE: Rule = Rule {
    page: Page {
        code: "SAG109",
        title: "What a saga carries can grow too large",
        text: "Its input and what its steps give travel from state to state, 256 KB at most; beyond that a run breaks off \
with an error that nothing catches. Counted are the bounds of the schemas, each character with the four bytes that it may \
need. A field without bound counts as unbounded: give texts a `maxLength` and lists `maxItems`, or hand over an id and \
let the step read the rest.

Bad: an input with `lines: {type: array, items: …}`

Good: `maxItems: 30`, and texts with a `maxLength`",
    },
    check,
};

fn check(contract: &Contract, diagnostics: &mut Diagnostics) {
    for workflow in &contract.workflows {
        let mut parts: Vec<(String, TypeId)> = vec![("the input".to_owned(), workflow.input)];
        walk::steps(&workflow.flow, &mut |it, _| {
            let step = &workflow.steps[it.act.step.0 as usize];
            parts.extend(step.output.map(|output| (format!("what `{}` gives", step.name), output)));
        });
        let mut total = OVERHEAD;
        for (what, ty) in &parts {
            match size(&contract.types, *ty, 8) {
                Some(bytes) => total = total.saturating_add(bytes),
                None => {
                    let message = format!("{what} of `{}` has no bound", workflow.name);
                    let fault = Diagnostic::warning("SAG109", &contract.types.get(*ty).span, message)
                        .related(&workflow.span, "carried by this saga")
                        .help("`maxLength` for texts, `maxItems` for lists, or an id instead of the whole");
                    diagnostics.push(fault);
                }
            }
        }
        if total > MOST {
            let message = format!("a run of `{}` can carry {total} bytes; at most {MOST} fit", workflow.name);
            let mut fault = Diagnostic::error("SAG109", &workflow.span, message);
            let largest =
                parts.iter().filter_map(|(what, ty)| Some((size(&contract.types, *ty, 8)?, what, ty)));
            if let Some((bytes, what, ty)) = largest.max_by_key(|(bytes, ..)| *bytes) {
                fault = fault.related(&contract.types.get(*ty).span, format!("{what}: up to {bytes} bytes"));
            }
            diagnostics.push(fault.help("hand over ids and let the steps read the rest"));
        }
    }
}

/// Most bytes of a value as JSON; `None` without bound.
fn size(types: &TypeTable, ty: TypeId, depth: u32) -> Option<u64> {
    let depth = depth.checked_sub(1)?;
    match &types.get(ty).kind {
        TypeKind::Scalar(scalar) => scalar_size(*scalar, None),
        TypeKind::Newtype(newtype) => scalar_size(newtype.base, Some(&newtype.limits)),
        TypeKind::Enum(of) => of.values.iter().map(|value| value.name.wire.len() as u64 + 2).max(),
        TypeKind::Struct(shape) => {
            if matches!(shape.extra, stipule_ir::types::Extra::Kept(_)) && shape.max_properties.is_none() {
                return None;
            }
            let mut total = 2u64;
            for field in &shape.fields {
                total = total.saturating_add(size(types, field.ty, depth)?);
                total = total.saturating_add(field.name.wire.len() as u64 + 4);
            }
            Some(total)
        }
        TypeKind::List(list) => {
            let item = size(types, list.item, depth)?.saturating_add(1);
            Some(list.max_items?.saturating_mul(item).saturating_add(2))
        }
        TypeKind::Tuple(places) => places
            .iter()
            .try_fold(2u64, |total, place| Some(total.saturating_add(size(types, *place, depth)? + 1))),
        TypeKind::Union(union) => union
            .variants
            .iter()
            .map(|variant| size(types, variant.ty, depth))
            .try_fold(0, |most, size| Some(size?.max(most))),
        // Only bodies of requests have parts.
        TypeKind::Multipart(_) => None,
        TypeKind::Map(map) => {
            let entry = size(types, map.value, depth)?.saturating_add(match map.key {
                Some(key) => size(types, key, depth)?,
                None => return None,
            });
            Some(map.max_properties?.saturating_mul(entry + 2).saturating_add(2))
        }
    }
}

fn scalar_size(scalar: Scalar, limits: Option<&Limits>) -> Option<u64> {
    Some(match scalar {
        Scalar::Boolean => 5,
        Scalar::Null => 4,
        Scalar::Int32 => 11,
        Scalar::Int64 => 20,
        Scalar::Float64 => 25,
        Scalar::Uuid => 38,
        Scalar::Date => 12,
        Scalar::DateTime => 37,
        Scalar::Email => 322,
        Scalar::Any => return None,
        // Four bytes for a character, and two for the quotes.
        _ => limits?.max_length?.saturating_mul(4).saturating_add(2),
    })
}
