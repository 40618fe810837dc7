//! What every part of the store is written from.

use stipule_ir::table::{Entity, EntityId, FieldRef, Index, IndexId, Table};
use stipule_ir::types::{Field, Struct, TypeKind};
use stipule_ir::{Contract, TypeId};

use crate::types::{Edge, Types};

/// One table and the types of its contract.
pub(super) struct Scene<'c> {
    pub(super) contract: &'c Contract,
    pub(super) types: &'c Types<'c>,
    pub(super) table: &'c Table,
}

impl<'c> Scene<'c> {
    pub(super) fn entity(&self, id: EntityId) -> &'c Entity {
        &self.table.entities[id.0 as usize]
    }

    pub(super) fn index(&self, id: IndexId) -> &'c Index {
        &self.table.indexes[id.0 as usize]
    }

    pub(super) fn object(&self, id: TypeId) -> &'c Struct {
        match self.types.kind(id) {
            TypeKind::Struct(object) => object,
            _ => unreachable!("lowering takes structs alone for entities and payloads"),
        }
    }

    pub(super) fn field(&self, entity: &Entity, field: FieldRef) -> &'c Field {
        &self.object(entity.ty).fields[field.0 as usize]
    }

    /// Where a field stands, for what has to be known about its type there.
    pub(super) fn edge(entity: &Entity, field: FieldRef) -> Edge {
        Edge { from: entity.ty, place: field.0 as usize }
    }

    /// Module of an entity within the store.
    pub(super) fn module(entity: &Entity) -> String {
        entity.name.module()
    }

    /// The type of the client for one context: `Library`.
    pub(super) fn client(&self) -> String {
        self.contract.platform.name.type_name()
    }

    /// The contract file of the table, for headers.
    pub(super) fn origin(&self) -> &'c str {
        crate::origin::origin(self.contract, &self.table.span)
    }
}

/// `name`, or with underscores until it isn't among those taken.
pub(super) fn free<T: AsRef<str>>(name: &str, taken: impl IntoIterator<Item = T>) -> String {
    let taken: Vec<T> = taken.into_iter().collect();
    let mut name = name.to_owned();
    while taken.iter().any(|it| it.as_ref() == name) {
        name.push('_');
    }
    name
}
