//! What a store holds that somebody else could ask for: the values in its rows that keys and paths are made of.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use stipule_ir::service::{Location, Operation};
use stipule_ir::socket::{Part, Topic};
use stipule_ir::table::{Key, SegmentKind};
use stipule_ir::types::Scalar;
use stipule_ir::{Contract, TypeId, TypeKind};
use stipule_runtime::item::Item;

use super::ask::Ask;

/// Most rows that an operation is tried with.
const MOST: usize = 4;

/// The names of one row, by what they name.
type Row = BTreeMap<TypeId, String>;

/// The names in the rows of a store.
pub struct Held<'c> {
    contract: &'c Contract,
    kinds: BTreeSet<TypeId>,
    rows: Vec<Row>,
}

impl<'c> Held<'c> {
    /// Reads the rows of a table.
    pub fn new(contract: &'c Contract, items: &[Item]) -> Self {
        let kinds = kinds(contract);
        let mut rows = Vec::new();
        for table in &contract.tables {
            for item in items {
                let name = item.text(&table.type_attribute);
                let entity = table.entities.iter().find(|it| Some(it.name.wire.as_str()) == name);
                let Some(TypeKind::Struct(found)) = entity.map(|it| &contract.types.get(it.ty).kind) else {
                    continue;
                };
                let named = found.fields.iter().filter(|field| kinds.contains(&field.ty));
                let values = named.filter_map(|it| Some((it.ty, item.text(&it.name.wire)?.to_owned())));
                rows.push(values.collect());
            }
        }
        Self { contract, kinds, rows }
    }

    /// An operation asked for what the store holds, in several ways. None if there is nothing to ask for by it.
    ///
    /// # Panics
    /// When its path names something of which no row has all the names.
    pub fn asks(&self, operation: &Operation, ask: &Ask) -> Vec<Ask> {
        let parameters = |location: Location| {
            let there = operation.parameters.iter().filter(move |it| it.location == location);
            there.filter(|it| self.kinds.contains(&it.ty))
        };
        let in_path: BTreeSet<TypeId> = parameters(Location::Path).map(|it| it.ty).collect();
        let mut wanted = in_path.clone();
        wanted.extend(parameters(Location::Query).map(|it| it.ty));
        let body = operation.body.as_ref().and_then(|body| body.media.first()).map(|media| media.ty);
        ask.clone().with_json(|value| {
            let Some(ty) = body else { return };
            self.each_name(ty, value, &mut |ty, _| wanted.extend([ty]));
        });
        if wanted.is_empty() {
            return Vec::new();
        }
        let rows = self.rows_with(&in_path, &wanted);
        assert!(!rows.is_empty(), "{}: no row has all that its path names", operation.id);
        let filled = rows.into_iter().map(|row| {
            let mut ask = ask.clone();
            for it in parameters(Location::Path) {
                ask = ask.with_place(&it.name.wire, &row[&it.ty]);
            }
            for it in parameters(Location::Query) {
                if let Some(value) = self.name_of(it.ty, row) {
                    ask = ask.with_parameter(&it.name.wire, value);
                }
            }
            ask.with_json(|value| {
                let Some(ty) = body else { return };
                self.each_name(ty, value, &mut |ty, place| {
                    if let Some(name) = self.name_of(ty, row) {
                        *place = Value::from(name);
                    }
                });
            })
        });
        filled.collect()
    }

    /// Names of a topic for what the store holds.
    ///
    /// # Panics
    /// When it names something of which no row has all the names.
    pub fn topics(&self, topic: &Topic) -> Vec<String> {
        let all: BTreeSet<TypeId> = topic.parameters().map(|(_, ty)| ty).collect();
        let rows = self.rows_with(&all, &all);
        assert!(!rows.is_empty(), "{}: no row has all that it names", topic.address.value);
        let names = rows.into_iter().map(|row| {
            let parts = topic.parts.iter().map(|part| match part {
                Part::Literal(text) => text.as_str(),
                Part::Parameter(_, ty) => row[ty].as_str(),
            });
            parts.collect::<Vec<_>>().join("/")
        });
        names.collect()
    }

    /// Whether the path of an operation names something.
    pub fn is_by_name(&self, operation: &Operation) -> bool {
        let mut in_path = operation.parameters.iter().filter(|it| it.location == Location::Path);
        in_path.any(|it| self.kinds.contains(&it.ty))
    }

    /// Rows with all of some names, those first that have most of the others; each different in what was asked for.
    fn rows_with(&self, all: &BTreeSet<TypeId>, others: &BTreeSet<TypeId>) -> Vec<&Row> {
        let has = |row: &&Row| all.iter().all(|ty| row.contains_key(ty));
        let mut rows: Vec<&Row> = self.rows.iter().filter(has).collect();
        rows.sort_by_key(|row| others.iter().filter(|ty| !row.contains_key(ty)).count());
        let mut seen = BTreeSet::new();
        rows.retain(|row| seen.insert(others.iter().map(|ty| row.get(ty)).collect::<Vec<_>>()));
        rows.truncate(MOST);
        rows
    }

    /// What something is called in a row, or in any.
    fn name_of<'h>(&'h self, ty: TypeId, row: &'h Row) -> Option<&'h str> {
        row.get(&ty).or_else(|| self.rows.iter().find_map(|it| it.get(&ty))).map(String::as_str)
    }

    /// Calls `each` with every name in a value of a type.
    fn each_name(&self, ty: TypeId, value: &mut Value, each: &mut impl FnMut(TypeId, &mut Value)) {
        if self.kinds.contains(&ty) {
            return each(ty, value);
        }
        match (&self.contract.types.get(ty).kind, value) {
            (TypeKind::Struct(found), Value::Object(members)) => {
                for field in &found.fields {
                    if let Some(member) = members.get_mut(&field.name.wire) {
                        self.each_name(field.ty, member, each);
                    }
                }
            }
            (TypeKind::List(list), Value::Array(items)) => {
                items.iter_mut().for_each(|item| self.each_name(list.item, item, each));
            }
            _ => {}
        }
    }
}

/// What paths and keys are made of: text with a name of its own that is none of a closed set.
fn kinds(contract: &Contract) -> BTreeSet<TypeId> {
    let operations = contract.services.iter().flat_map(|it| &it.operations);
    let parameters = operations.flat_map(|it| &it.parameters).filter(|it| it.location == Location::Path);
    let mut kinds: BTreeSet<TypeId> = parameters.map(|it| it.ty).collect();
    for entity in contract.tables.iter().flat_map(|it| &it.entities) {
        let TypeKind::Struct(found) = &contract.types.get(entity.ty).kind else { continue };
        let Key { pk, sk, .. } = &entity.key;
        for segment in pk.iter().chain(sk) {
            if let SegmentKind::Field { field, .. } | SegmentKind::Shard { field, .. } = &segment.kind {
                kinds.insert(found.fields[field.0 as usize].ty);
            }
        }
    }
    kinds.retain(|ty| {
        let ty = contract.types.get(*ty);
        let text = [Scalar::String, Scalar::Uuid, Scalar::Ulid, Scalar::Email];
        ty.declaration.is_some() && matches!(&ty.kind, TypeKind::Newtype(it) if text.contains(&it.base))
    });
    kinds
}
