//! Objects and unions inside entities: each gets a pair of conversions, and nothing else does.

use std::collections::BTreeMap;

use stipule_ir::TypeId;
use stipule_ir::table::Table;
use stipule_ir::types::{Extra, TypeKind};

use crate::types::Types;

/// The types with conversions of their own, and the names of these.
pub(super) struct Reach {
    names: BTreeMap<TypeId, String>,
}

impl Reach {
    /// Everything inside the entities of a table, the entities themselves aside unless something holds them.
    pub(super) fn of(types: &Types<'_>, table: &Table) -> Self {
        let mut found = Vec::new();
        let mut seen = vec![false; types.contract.types.len()];
        let mut waiting: Vec<TypeId> =
            table.entities.iter().flat_map(|entity| parts(types, entity.ty)).collect();
        while let Some(id) = waiting.pop() {
            if std::mem::replace(&mut seen[id.0 as usize], true) {
                continue;
            }
            if matches!(types.kind(id), TypeKind::Struct(_) | TypeKind::Union(_)) {
                found.push(id);
            }
            waiting.extend(parts(types, id));
        }
        found.sort();
        Self { names: names(types, &found) }
    }

    /// The types in the order of the contract.
    pub(super) fn types(&self) -> impl Iterator<Item = TypeId> {
        self.names.keys().copied()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// The function that makes the attribute.
    pub(super) fn function(&self, id: TypeId) -> &str {
        &self.names[&id]
    }
}

/// The types that a type is made of.
fn parts(types: &Types<'_>, id: TypeId) -> Vec<TypeId> {
    match types.kind(id) {
        TypeKind::Scalar(_) | TypeKind::Newtype(_) | TypeKind::Enum(_) => Vec::new(),
        TypeKind::Struct(object) => {
            let extra = if let Extra::Kept(value) = object.extra { Some(value) } else { None };
            object.fields.iter().map(|field| field.ty).chain(extra).collect()
        }
        TypeKind::Union(union) => union.variants.iter().map(|variant| variant.ty).collect(),
        TypeKind::List(list) => vec![list.item],
        TypeKind::Map(map) => vec![map.value],
        // Converted through JSON as a whole.
        TypeKind::Tuple(_) | TypeKind::Multipart(_) => Vec::new(),
    }
}

/// Named after the type; with the module in front where two modules have one of the name.
fn names(types: &Types<'_>, found: &[TypeId]) -> BTreeMap<TypeId, String> {
    let plain = |id: TypeId| {
        let declaration = types.declaration(id).expect("lowering declares every struct and union");
        (
            declaration.name.field(),
            format!("{}_{}", declaration.module.plain_field(), declaration.name.plain_field()),
        )
    };
    let all: Vec<_> = found.iter().map(|id| (*id, plain(*id))).collect();
    let shared = |name: &str| all.iter().filter(|(_, (plain, _))| plain == name).count() > 1;
    all.iter()
        .map(|(id, (plain, full))| (*id, if shared(plain) { full.clone() } else { plain.clone() }))
        .collect()
}
