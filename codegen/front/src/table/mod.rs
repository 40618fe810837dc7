//! `contracts/tables/<name>.table.yaml`: entities, keys, access patterns.
//!
//! Fields are called by the wire names of the entities' schemas. The schemas are lowered before, like any other;
//! [`schemas`] says which they are.

mod argument;
mod batch;
mod characters;
mod condition;
mod demand;
mod entity;
mod expiry;
mod functions;
mod key;
mod known;
pub(crate) mod lock;
mod migrate;
mod native;
mod page;
mod pages;
mod partition;
mod pattern;
mod place;
mod query;
mod read;
mod scan;
mod select;
mod service;
#[cfg(test)]
mod tests;
mod typical;
mod unique;
mod update;
mod write;

pub use known::Surroundings;
pub(crate) use pages::PAGES;

use stipule_ir::table::{EntityId, Index, IndexId, NativeKey, Projection, Table};
use stipule_ir::{Diagnostic, Diagnostics, Name, Spanned};

use crate::reader::{Entry, Node};
use crate::shape::Shape;
use entity::{Reserved, Stored};
use known::Names;

/// How many indexes one table may have; the service's default quota.
const MOST_INDEXES: usize = 20;

/// The schema of each entity, by the entity's name: references relative to the table's file.
pub fn schemas(document: &Node) -> Vec<(String, Spanned<String>)> {
    let entities = document.get("entities").and_then(Node::entries).unwrap_or_default();
    let schema = |entry: &Entry| {
        let schema = entry.value.get("schema")?;
        Some((entry.key.value.clone(), Spanned::new(schema.as_str()?.to_owned(), schema.span.clone())))
    };
    entities.iter().filter_map(schema).collect()
}

/// Lowers a table's document; `name` is that of its file. `None` when nothing about it can be judged.
pub fn lower(
    name: &str,
    document: &Node,
    around: &Surroundings<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Table> {
    let mut shape = Shape::of(document, "a table", diagnostics)?;
    let settings = settings(&mut shape, diagnostics);
    let indexes = indexes(&mut shape, diagnostics);
    let span = shape.place().clone();
    let mut table = Table {
        name: Name::new(name, span.clone()),
        pk: settings.pk,
        sk: settings.sk,
        type_attribute: settings.type_attribute,
        ttl_attribute: settings.ttl,
        tenant: settings.tenant,
        indexes,
        entities: Vec::new(),
        reads: Vec::new(),
        writes: Vec::new(),
        batches: Vec::new(),
        outbox: None,
        migrations: Vec::new(),
        lock: None,
        span,
    };
    let names = entities(&mut shape, &mut table, around, diagnostics);
    native::complete(&mut table, &names, around, diagnostics);
    read::lower(&mut shape, &mut table, &names, around, diagnostics);
    write::lower(&mut shape, &mut table, &names, around, diagnostics);
    functions::of_indexes(&table.indexes, diagnostics);
    functions::of_client(&table, diagnostics);
    table.migrations = migrate::lower(&mut shape, &names, diagnostics);
    shape.finish(diagnostics);
    Some(table)
}

struct Settings {
    pk: String,
    sk: String,
    type_attribute: String,
    ttl: Option<String>,
    tenant: String,
}

/// `table: {pk: pk, sk: sk, type_attr: _t, ttl: expires_at, stream: both, tenant: store_id}`.
fn settings(shape: &mut Shape<'_>, diagnostics: &mut Diagnostics) -> Settings {
    let mut settings = Settings {
        pk: "pk".to_owned(),
        sk: "sk".to_owned(),
        type_attribute: "_t".to_owned(),
        ttl: None,
        tenant: "tenant".to_owned(),
    };
    let Some(entry) = shape.required("table", diagnostics) else { return settings };
    let Some(mut shape) = Shape::under(entry, "the settings of a table", diagnostics) else {
        return settings;
    };
    for (key, place) in [
        ("pk", &mut settings.pk),
        ("sk", &mut settings.sk),
        ("type_attr", &mut settings.type_attribute),
        ("tenant", &mut settings.tenant),
    ] {
        if let Some(text) = shape.text(key, diagnostics) {
            *place = text.value;
        }
    }
    settings.ttl = shape.text("ttl", diagnostics).map(|text| text.value);
    // The outbox and the consumers of changes need both images: the only choice so far.
    shape.choice("stream", &[("both", ())], diagnostics);
    shape.finish(diagnostics);
    settings
}

fn indexes(shape: &mut Shape<'_>, diagnostics: &mut Diagnostics) -> Vec<Index> {
    let entries = shape.mapping("indexes", diagnostics).unwrap_or_default();
    if let Some(entry) = entries.get(MOST_INDEXES) {
        let message = format!("a table has at most {MOST_INDEXES} indexes");
        diagnostics.push(Diagnostic::error("TBL011", &entry.key.span, message));
    }
    entries.iter().map(|entry| index(entry, diagnostics)).collect()
}

fn index(entry: &Entry, diagnostics: &mut Diagnostics) -> Index {
    let mut projection = Projection::All;
    let mut native = None;
    if let Some(mut shape) = Shape::under(entry, "an index", diagnostics) {
        let fields = shape.get("project").and_then(Node::items).is_some();
        if fields {
            projection = Projection::Include(shape.texts("project", diagnostics).unwrap_or_default());
        } else {
            let choices = [("all", Projection::All), ("keys", Projection::Keys)];
            if let Some(choice) = shape.choice("project", &choices, diagnostics) {
                projection = choice.value;
            }
        }
        let over_fields = shape.boolean("native", diagnostics).is_some_and(|said| said.value);
        native = over_fields.then(NativeKey::default);
        shape.finish(diagnostics);
    }
    Index {
        native,
        name: Name::new(entry.key.value.clone(), entry.key.span.clone()),
        projection,
        span: entry.key.span.clone(),
    }
}

fn entities(
    shape: &mut Shape<'_>,
    table: &mut Table,
    around: &Surroundings<'_>,
    diagnostics: &mut Diagnostics,
) -> Names {
    let all = || (0u32..).map(IndexId).zip(&table.indexes);
    let indexes = all().map(|(id, index)| (index.name.wire.clone(), id)).collect();
    let native = all().filter(|(_, index)| index.native.is_some()).map(|(id, _)| id).collect();
    let mut names = Names { indexes, native, ..Names::default() };
    shape.required("entities", diagnostics);
    let entries = shape.mapping("entities", diagnostics).unwrap_or_default();
    let reserved = reserved(table);
    let mut next = (0u32..).map(EntityId);
    for entry in entries {
        let id = match entity::lower(entry, &names, &reserved, around, diagnostics) {
            Some(Stored::Entity(entity)) => {
                table.entities.push(*entity);
                next.next()
            }
            Some(Stored::Outbox(outbox)) => {
                table.outbox = Some(outbox);
                continue;
            }
            None => None,
        };
        for part in entry.value.entries().unwrap_or_default() {
            names.keyed.insert((entry.key.value.clone(), part.key.value.clone()));
        }
        names.entities.insert(entry.key.value.clone(), id);
    }
    names
}

/// The attributes that every item or some items have beside their fields.
fn reserved(table: &Table) -> Reserved {
    let mut attributes = vec![
        (table.pk.clone(), "the table's partition key"),
        (table.sk.clone(), "the table's sort key"),
        (table.type_attribute.clone(), "the attribute with the entity's name"),
        (Table::VERSION.to_owned(), "the attribute with the version"),
        (table.tenant.clone(), "the attribute with the tenant"),
    ];
    attributes.extend(table.ttl_attribute.iter().map(|ttl| (ttl.clone(), "the attribute with the expiry")));
    for index in table.indexes.iter().filter(|index| index.native.is_none()) {
        attributes.push((format!("{}pk", index.name.wire), "the partition key of an index"));
        attributes.push((format!("{}sk", index.name.wire), "the sort key of an index"));
    }
    Reserved { attributes, expiry: table.ttl_attribute.clone() }
}
