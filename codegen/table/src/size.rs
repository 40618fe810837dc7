//! Most bytes that items can have, as the rule on large items reckons them.

use std::cell::RefCell;
use std::collections::BTreeMap;

use stipule_ir::table::{Entity, IndexId, Table};
use stipule_ir::{Contract, TypeId, TypeKind};
use stipule_rules::Sizes;

/// Largest items of a table. What was reckoned once is kept: patterns ask for the same over and over.
pub struct Largest<'c> {
    contract: &'c Contract,
    table: &'c Table,
    sizes: Sizes<'c>,
    values: RefCell<BTreeMap<TypeId, Option<u64>>>,
    /// Bytes beside the fields, by the entity's name.
    beside: RefCell<BTreeMap<String, u64>>,
}

impl<'c> Largest<'c> {
    /// Of the items of a table.
    pub fn new(contract: &'c Contract, table: &'c Table) -> Self {
        let sizes = Sizes::new(contract);
        Self { contract, table, sizes, values: RefCell::default(), beside: RefCell::default() }
    }

    /// Most bytes of an item of the table, keys and all; `None` when nothing bounds it.
    pub fn item(&self, entity: &Entity) -> Option<u64> {
        self.carried(entity, |_| true)
    }

    /// Most bytes of an entity's item in an index.
    pub fn in_index(&self, entity: &Entity, index: IndexId) -> Option<u64> {
        match self.table.carried(index) {
            None => self.item(entity),
            Some(names) => self.carried(entity, |field| names.contains(&field)),
        }
    }

    /// Most bytes of a value of a type; `None` when nothing bounds it.
    pub fn value(&self, ty: TypeId) -> Option<u64> {
        *self.values.borrow_mut().entry(ty).or_insert_with(|| self.sizes.value(ty))
    }

    fn carried(&self, entity: &Entity, carries: impl Fn(&str) -> bool) -> Option<u64> {
        let TypeKind::Struct(fields) = &self.contract.types.get(entity.ty).kind else { return None };
        let known = self.beside.borrow().get(&entity.name.wire).copied();
        let beside = known.unwrap_or_else(|| {
            let bytes = self.sizes.beside_fields(self.table, entity);
            self.beside.borrow_mut().insert(entity.name.wire.clone(), bytes);
            bytes
        });
        let carried = fields.fields.iter().filter(|field| carries(&field.name.wire));
        carried
            .map(|field| Some((field.name.wire.len() as u64).saturating_add(self.value(field.ty)?)))
            .try_fold(beside, |total, bytes: Option<u64>| Some(total.saturating_add(bytes?)))
    }
}
