//! Which standard traits a type can have, decided over the whole graph.

use stipule_ir::TypeId;
use stipule_ir::types::{Scalar, Struct, Type, TypeKind, TypeTable};

use super::containment::named;

pub(super) struct Traits {
    not_eq: Vec<bool>,
    default: Vec<bool>,
}

impl Traits {
    pub(super) fn of(types: &TypeTable) -> Self {
        Self { not_eq: not_eq(types), default: default(types) }
    }

    pub(super) fn is_eq(&self, id: TypeId) -> bool {
        !self.not_eq[id.0 as usize]
    }

    pub(super) fn has_default(&self, id: TypeId) -> bool {
        self.default[id.0 as usize]
    }
}

/// Types with a bare floating-point number somewhere inside.
fn not_eq(types: &TypeTable) -> Vec<bool> {
    let mut parents: Vec<Vec<TypeId>> = vec![Vec::new(); types.len()];
    for (id, _) in types.iter() {
        for child in named(types, id) {
            parents[child.0 as usize].push(id);
        }
    }
    let mut marked = vec![false; types.len()];
    let mut from: Vec<TypeId> = types.iter().filter(|(_, ty)| holds_float(ty)).map(|(id, _)| id).collect();
    while let Some(id) = from.pop() {
        if !std::mem::replace(&mut marked[id.0 as usize], true) {
            from.extend(&parents[id.0 as usize]);
        }
    }
    marked
}

/// A declared number is finite, which makes it comparable; a bare one needn't be.
fn holds_float(ty: &Type) -> bool {
    matches!(ty.kind, TypeKind::Scalar(Scalar::Float64))
}

/// Structs with a value that nobody has to say anything for.
fn default(types: &TypeTable) -> Vec<bool> {
    let speaks_for_itself = |ty: &Type| matches!(&ty.kind, TypeKind::Struct(it) if needs_nothing(types, it));
    types.iter().map(|(_, ty)| speaks_for_itself(ty)).collect()
}

/// Whether each field may be absent or can have but one value. That one of them must be there (`minProperties`) is
/// for the reader of a document to say: whoever builds the struct starts from nothing.
fn needs_nothing(types: &TypeTable, object: &Struct) -> bool {
    let constant = |ty| matches!(&types.get(ty).kind, TypeKind::Enum(it) if it.values.len() == 1);
    object.fields.iter().all(|field| !field.required || (!field.nullable && constant(field.ty)))
}
