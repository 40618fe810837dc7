//! Which members of a type are personal data.

use std::collections::{BTreeMap, BTreeSet};

use crate::span::Span;
use crate::types::{Extra, TypeId, TypeKind, TypeTable};

/// Deepest member that is looked at.
const DEEPEST: usize = 12;

/// Members by their paths: `lines[].name`.
#[derive(Debug, Default)]
pub struct Members {
    /// All there are.
    pub all: BTreeSet<String>,
    /// Those that are personal, with their places.
    pub personal: BTreeMap<String, Span>,
}

/// The members of a type and of what is in it.
pub fn members(types: &TypeTable, ty: TypeId) -> Members {
    let mut members = Members::default();
    walk(types, ty, "", &mut Vec::new(), &mut members);
    members
}

fn walk(types: &TypeTable, ty: TypeId, path: &str, around: &mut Vec<TypeId>, members: &mut Members) {
    if around.contains(&ty) || around.len() >= DEEPEST {
        return;
    }
    around.push(ty);
    match &types.get(ty).kind {
        TypeKind::Struct(fields) => {
            for field in &fields.fields {
                let joined = format!("{path}{}{}", if path.is_empty() { "" } else { "." }, field.name.wire);
                members.all.insert(joined.clone());
                let personal = match &types.get(field.ty).kind {
                    TypeKind::Newtype(newtype) => newtype.personal,
                    _ => false,
                };
                if field.personal || personal {
                    members.personal.insert(joined.clone(), field.span.clone());
                }
                walk(types, field.ty, &joined, around, members);
            }
            if let Extra::Kept(more) = fields.extra {
                walk(
                    types,
                    more,
                    &format!("{path}{}*", if path.is_empty() { "" } else { "." }),
                    around,
                    members,
                );
            }
        }
        TypeKind::List(list) => walk(types, list.item, &format!("{path}[]"), around, members),
        TypeKind::Map(map) => walk(types, map.value, &format!("{path}.*"), around, members),
        TypeKind::Union(union) => {
            for variant in &union.variants {
                walk(types, variant.ty, path, around, members);
            }
        }
        TypeKind::Tuple(items) => {
            for item in items {
                walk(types, *item, &format!("{path}[]"), around, members);
            }
        }
        TypeKind::Multipart(body) => {
            for part in &body.parts {
                let joined = format!("{path}{}{}", if path.is_empty() { "" } else { "." }, part.name.wire);
                members.all.insert(joined.clone());
                walk(types, part.ty, &joined, around, members);
            }
        }
        // An item, a place or a form of something: where it is a member's own type, the member was noted already.
        TypeKind::Newtype(newtype) => {
            if newtype.personal && !members.personal.keys().any(|member| path.starts_with(member)) {
                members.personal.insert(path.to_owned(), types.get(ty).span.clone());
            }
        }
        TypeKind::Scalar(_) | TypeKind::Enum(_) => {}
    }
    around.pop();
}
