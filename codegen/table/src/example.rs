//! One example item of each entity: what a person wrote in its schema, or a value that is made up.

use stipule_ir::table::{Entity, EntityId, IndexId, IndexKey, Table};
use stipule_ir::types::{EnumLiteral, Scalar, Struct};
use stipule_ir::{Contract, TypeId, TypeKind};
use stipule_runtime::entity::VERSION;
use stipule_runtime::store::PrimaryKey;
use stipule_runtime::{Attr, Item, expiry};
use stipule_wire::{Any, Date, DateTime, Json};

use crate::key::{self, field_name};
use crate::sample::Samples;

/// An example of what is stored.
#[derive(Clone)]
pub struct Example {
    /// The value, with its fields in the order of the schema.
    pub value: Any,
    /// Whether a person wrote it.
    pub written: bool,
    /// Its key in the table.
    pub key: PrimaryKey,
    /// Its keys in the indexes of its entity.
    pub index_keys: Vec<IndexExample>,
    /// The item, as the generated store writes it.
    pub item: Item,
}

impl Example {
    /// Bytes of the item in an index.
    pub fn size_in(&self, table: &Table, id: IndexId) -> usize {
        let carries = table.carried(id);
        let keys = table.key_attributes(id).concat();
        let is_key = |name: &str| {
            [&table.pk, &table.sk].into_iter().chain(keys.iter().map(|key| &key.name)).any(|key| key == name)
        };
        let carried = |attribute: &str| carries.as_ref().is_none_or(|names| names.contains(&attribute));
        let attributes = self.item.iter().filter(|(name, _)| is_key(name) || carried(name));
        attributes.map(|(name, value)| name.len() + value.size_bytes()).sum()
    }
}

/// A key in an index.
#[derive(Clone)]
pub struct IndexExample {
    /// The index.
    pub index: IndexId,
    /// The key; of a value that differs in the fields of `when` if the example itself isn't in the index. Of an index
    /// over fields it is what the attributes hold, side by side.
    pub key: PrimaryKey,
    /// Whether the index is one over fields.
    pub native: bool,
    /// Whether the example is in the index.
    pub present: bool,
}

/// Examples of all entities of a table.
#[derive(Clone)]
pub struct Examples {
    of: Vec<Option<Example>>,
}

impl Examples {
    /// Makes them.
    pub fn new(contract: &Contract, table: &Table) -> Self {
        let examples = table.entities.iter().map(|entity| example(contract, table, entity));
        Self { of: examples.collect() }
    }

    /// That of an entity; `None` when no value of its schema was found.
    pub fn get(&self, entity: EntityId) -> Option<&Example> {
        self.of.get(entity.0 as usize)?.as_ref()
    }
}

fn example(contract: &Contract, table: &Table, entity: &Entity) -> Option<Example> {
    let samples = Samples::new(&contract.types);
    let written = samples.written(entity.ty);
    let (value, written) = match written {
        Some(value) => (in_order(contract, entity.ty, value), true),
        None => (samples.of(entity.ty)?, false),
    };
    let key = key::of_value(contract, entity, &entity.key, &value)?;
    let index_keys: Option<Vec<IndexExample>> =
        entity.index_keys.iter().map(|index| in_index(contract, entity, index, &value)).collect();
    let index_keys = index_keys?;
    let item = item(contract, table, entity, &value, &key, &index_keys);
    Some(Example { value, written, key, index_keys, item })
}

/// The item of a value; `None` when a field of its key is missing.
pub fn of_value(contract: &Contract, table: &Table, entity: &Entity, value: &Any) -> Option<Item> {
    let key = key::of_value(contract, entity, &entity.key, value)?;
    let index_keys: Option<Vec<IndexExample>> =
        entity.index_keys.iter().map(|index| in_index(contract, entity, index, value)).collect();
    Some(item(contract, table, entity, value, &key, &index_keys?))
}

/// The members in the order of the schema; those that it doesn't know are not stored.
fn in_order(contract: &Contract, ty: TypeId, value: Any) -> Any {
    let TypeKind::Struct(Struct { fields, .. }) = &contract.types.get(ty).kind else { return value };
    let members = fields.iter().filter_map(|field| {
        let member = value.get(&field.name.wire)?;
        Some((field.name.wire.clone(), member.to_any()))
    });
    Json::Object(members.collect())
}

fn in_index(contract: &Contract, entity: &Entity, index: &IndexKey, value: &Any) -> Option<IndexExample> {
    let mut shown = value.clone();
    let mut present = true;
    for when in &index.when {
        let name = field_name(contract, entity, when.field);
        let said: Vec<Any> = when.values.iter().map(literal).collect();
        if !value.get(name).is_some_and(|member| said.contains(member)) {
            present = false;
            if let (Json::Object(members), Some(first)) = (&mut shown, said.first()) {
                members.insert(name.to_owned(), first.clone());
            }
        }
    }
    let key = match index.native {
        true => key::of_fields(contract, entity, &index.key, &shown)?,
        false => key::of_value(contract, entity, &index.key, &shown)?,
    };
    Some(IndexExample { index: index.index, key, native: index.native, present })
}

fn literal(value: &EnumLiteral) -> Any {
    match value {
        EnumLiteral::String(text) => Json::from(text.clone()),
        EnumLiteral::Integer(number) => Json::from(*number),
        EnumLiteral::Boolean(truth) => Json::from(*truth),
    }
}

fn item(
    contract: &Contract,
    table: &Table,
    entity: &Entity,
    value: &Any,
    key: &PrimaryKey,
    index_keys: &[IndexExample],
) -> Item {
    let mut item = Item::new()
        .with(table.pk.clone(), Attr::text(key.pk.as_str()))
        .with(table.sk.clone(), Attr::text(key.sk.as_str()))
        .with(table.type_attribute.clone(), Attr::text(entity.name.wire.as_str()));
    if entity.version {
        item.insert(VERSION, Attr::unsigned(1));
    }
    if entity.names_tenant() {
        item.insert(table.tenant.clone(), Attr::text(key::TENANT));
    }
    for index in index_keys.iter().filter(|index| index.present && !index.native) {
        let name = &table.indexes[index.index.0 as usize].name.wire;
        item.insert(format!("{name}pk"), Attr::text(index.key.pk.as_str()));
        item.insert(format!("{name}sk"), Attr::text(index.key.sk.as_str()));
    }
    if let Some(expiry) = expires(contract, entity, value) {
        // The platform's own rows have the same attribute where the file names none.
        item.insert(table.ttl_attribute.clone().unwrap_or_else(|| "_expires".to_owned()), expiry);
    }
    if let Some(Attr::M(attributes)) = attribute(contract, entity.ty, value) {
        for (name, attribute) in attributes {
            item.insert(name, attribute);
        }
    }
    item
}

/// When the item of a value expires, if it does.
fn expires(contract: &Contract, entity: &Entity, value: &Any) -> Option<Attr> {
    let declared = entity.expiry.as_ref()?;
    let said = value.get(field_name(contract, entity, declared.field))?.as_str()?;
    let instant = said.parse::<DateTime>().map(|at| expiry::after(&at, declared.after));
    instant.ok().or_else(|| said.parse::<Date>().ok().map(|day| expiry::after_day(&day, declared.after)))
}

/// A value as the store keeps it: its JSON form, but instants in the width that sorts.
fn attribute(contract: &Contract, ty: TypeId, value: &Any) -> Option<Attr> {
    if value.is_null() {
        return Some(Attr::Null);
    }
    match &contract.types.get(ty).kind {
        TypeKind::Struct(declared) => {
            let members = value.as_object()?;
            let attributes = members.iter().map(|(name, member)| {
                let field = declared.fields.iter().find(|field| field.name.wire == name);
                let attribute = match field {
                    Some(field) => attribute(contract, field.ty, &member.to_any())?,
                    None => Attr::of(member).ok()?,
                };
                Some((name.to_owned(), attribute))
            });
            Some(Attr::M(attributes.collect::<Option<_>>()?))
        }
        TypeKind::List(list) => {
            let items = value.as_array()?.iter().map(|item| attribute(contract, list.item, item));
            Some(Attr::L(items.collect::<Option<_>>()?))
        }
        TypeKind::Map(map) => {
            let entries = value.as_object()?.iter().map(|(name, entry)| {
                Some((name.to_owned(), attribute(contract, map.value, &entry.to_any())?))
            });
            Some(Attr::M(entries.collect::<Option<_>>()?))
        }
        TypeKind::Union(union) => {
            let said = union.tag.as_ref().and_then(|tag| value.get(tag)).and_then(Json::as_str);
            let variant = union.variants.iter().find(|variant| match said {
                Some(said) => variant.tags.iter().any(|tag| tag == said),
                None => crate::admit::admits(&contract.types, variant.ty, value),
            })?;
            attribute(contract, variant.ty, value)
        }
        kind if is_instant(kind) => {
            value.as_str()?.parse::<DateTime>().ok().map(|at| Attr::S(at.fixed_width()))
        }
        _ => Attr::of(value).ok(),
    }
}

fn is_instant(kind: &TypeKind) -> bool {
    match kind {
        TypeKind::Scalar(scalar) => *scalar == Scalar::DateTime,
        TypeKind::Newtype(newtype) => newtype.base == Scalar::DateTime,
        _ => false,
    }
}
