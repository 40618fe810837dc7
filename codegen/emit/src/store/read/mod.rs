//! `reads.rs`: one method per read.

mod by_key;
mod collection;
mod partition;
mod query;
mod row;
mod scan;

use stipule_ir::table::{Entity, EntityId, FieldRef, Key, Query, Read, ReadKind};

use super::convert::Convert;
use super::doc;
use super::entity::many_arguments;
use super::imports::Imports;
use super::key;
use super::names::Names;
use super::scene::{Scene, free};
use super::value::{self, Value};
use crate::rust::{Source, Text};
use crate::types::{Form, Paths};

/// The whole file, and the types that it defines.
pub(super) fn file(scene: &Scene<'_>, convert: &Convert<'_>, names: &mut Names) -> (Source, Vec<String>) {
    let paths = Paths::outside(scene.types, Form::Closed);
    let part = |read| Part { scene, convert, paths: &paths, read, given: Given::of(scene, read, names) };
    let parts: Vec<Part<'_>> = scene.table.reads.iter().map(part).collect();
    let mut items = Text::default();
    items.code(0, &format!("impl {}<'_> {{", scene.client()));
    parts.iter().for_each(|part| part.method(&mut items));
    items.code(0, "}");
    parts.iter().for_each(|part| part.types(&mut items));
    let about = "How the table is read: one method per access pattern of the contract.";
    (Imports::file(about, scene, &paths, items), names.take_given())
}

/// The types that a read defines.
#[derive(Default)]
struct Given {
    /// Of a partition, or of an item of a collection.
    result: Option<String>,
    /// Of the entities of which only some fields are read.
    rows: Vec<(EntityId, String)>,
    /// Of the keys of a batch, if they have several fields.
    key: Option<String>,
}

impl Given {
    fn of(scene: &Scene<'_>, read: &Read, names: &mut Names) -> Self {
        let name = read.name.type_name();
        let mut given = Self::default();
        match &read.kind {
            ReadKind::Partition(partition) if partition.one.is_some() || partition.many.len() > 1 => {
                given.result = Some(names.give(&name));
            }
            ReadKind::Query(Query { of, .. }) if of.len() > 1 => {
                given.result = Some(names.give(&read.name.suffixed("item").type_name()));
            }
            ReadKind::Batch { entity, .. } if key::fields_of(&scene.entity(*entity).key).len() > 1 => {
                given.key = Some(names.give(&read.name.suffixed("key").type_name()));
            }
            _ => {}
        }
        let alone = read.entities().len() == 1;
        for select in &read.select {
            let entity = if alone { String::new() } else { scene.entity(select.entity).name.variant() };
            let wanted = format!("{}{entity}Row", read.name.type_name());
            given.rows.push((select.entity, names.give(&wanted)));
        }
        given
    }
}

struct Part<'a> {
    scene: &'a Scene<'a>,
    convert: &'a Convert<'a>,
    paths: &'a Paths<'a, 'a>,
    read: &'a Read,
    given: Given,
}

impl<'a> Part<'a> {
    fn method(&self, text: &mut Text) {
        text.part();
        match &self.read.kind {
            ReadKind::Get { entity, consistent } => self.get(*entity, *consistent, text),
            ReadKind::Batch { entity, max, consistent } => self.batch(*entity, max.value, *consistent, text),
            ReadKind::Partition(partition) => self.partition(partition, text),
            ReadKind::Query(query) => self.query(query, text),
            ReadKind::Scan(scan) => self.scan(scan, text),
        }
        text.code(1, "}");
    }

    /// The types of its result and its arguments.
    fn types(&self, text: &mut Text) {
        match &self.read.kind {
            ReadKind::Partition(partition) => self.partition_result(partition, text),
            ReadKind::Query(query) => self.collection(query, text),
            ReadKind::Batch { entity, .. } => self.batch_key(*entity, text),
            ReadKind::Get { .. } | ReadKind::Scan(_) => {}
        }
        self.rows(text);
    }

    /// `Library::open_loans`, for links: a function is named as it is called, without the `r#` of its spelling.
    fn link(&self) -> String {
        let method = self.read.name.field();
        format!("[`{}::{}`]", self.scene.client(), method.trim_start_matches("r#"))
    }

    /// The line that opens the method.
    fn signature(&self, arguments: &[String], result: &str, text: &mut Text) {
        many_arguments(arguments.len() + 1, text, 1);
        let arguments: Vec<_> =
            std::iter::once("&self".to_owned()).chain(arguments.iter().cloned()).collect();
        let open = format!("pub async fn {}(", self.read.name.field());
        text.list(1, &open, &arguments, &format!(") -> Result<{result}, StoreFailure> {{"));
    }

    fn row(&self, id: EntityId) -> Option<&str> {
        self.given.rows.iter().find(|(of, _)| *of == id).map(|(_, name)| name.as_str())
    }

    /// What one item of the entity is read as.
    fn stored(&self, id: EntityId) -> String {
        let entity = self.scene.entity(id);
        let ty = self.row(id).map_or_else(|| self.paths.text(entity.ty), str::to_owned);
        if entity.version { format!("Stored<{ty}>") } else { ty }
    }

    /// The function that makes it of an item.
    fn reader(&self, id: EntityId) -> String {
        match self.row(id) {
            Some(row) => format!("{row}::read"),
            None => format!("entity::{}::read", Scene::module(self.scene.entity(id))),
        }
    }

    /// The attributes that are asked for, as a slice; `None` where an entity comes whole.
    fn select(&self) -> Option<String> {
        let mut names: Vec<String> = Vec::new();
        let mut versioned = false;
        for id in self.read.entities() {
            let entity = self.scene.entity(id);
            versioned |= entity.version;
            for field in self.read.selected(id)? {
                let name = format!("{:?}", self.scene.field(entity, field.value).name.wire);
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        names.extend(versioned.then(|| "VERSION".to_owned()));
        Some(format!("&[{}]", names.join(", ")))
    }

    /// `.selecting(&["loanId"])` behind a query or scan.
    fn selecting(&self) -> String {
        self.select().map_or_else(String::new, |select| format!(".selecting({select})"))
    }

    /// Entities for people.
    fn listed(&self, entities: &[EntityId]) -> String {
        let name = |id: &EntityId| format!("`{}`", self.scene.entity(*id).name);
        listed(&entities.iter().map(name).collect::<Vec<_>>())
    }

    /// ` with this `memberId``; nothing where nothing is bound.
    fn bound(&self, entity: &Entity, fields: &[FieldRef]) -> String {
        let name = |field: &FieldRef| format!("`{}`", self.scene.field(entity, *field).name);
        let names: Vec<String> = fields.iter().map(name).collect();
        if names.is_empty() { String::new() } else { format!(" with this {}", listed(&names)) }
    }

    fn names(&self, entity: &Entity, fields: &[FieldRef]) -> Vec<String> {
        fields.iter().map(|field| self.scene.field(entity, *field).name.field()).collect()
    }

    fn arguments(&self, entity: &Entity, fields: &[FieldRef]) -> Vec<String> {
        let typed = fields.iter().map(|field| {
            let declared = self.scene.field(entity, *field);
            format!("{}: {}", declared.name.field(), value::argument(self.paths, declared.ty))
        });
        typed.collect()
    }

    fn argument_value(&self, entity: &Entity, field: FieldRef) -> Value {
        let declared = self.scene.field(entity, field);
        value::of_argument(self.scene.types, declared.ty, declared.name.field())
    }

    /// `let pattern = Pattern { … };`: what a page has to know of its read. `keys` are those of its entities in what
    /// is read.
    fn pattern(&self, name: &str, keys: &[(&Entity, &Key)], page: u32, max_page: u32, text: &mut Text) {
        let templates: Vec<String> =
            keys.iter().map(|(entity, key)| key::exact_template(self.scene, entity, key)).collect();
        text.code(2, &format!("let {name} = Pattern {{"));
        text.line(3, format_args!("name: {:?},", self.read.name.wire));
        text.line(3, format_args!("template: {:?},", templates.join(", ")));
        text.line(3, format_args!("page: {page},"));
        text.line(3, format_args!("max_page: {max_page},"));
        text.code(2, "};");
    }

    /// The key of an entity in the index or table that is read.
    fn key_in(&self, id: EntityId) -> &'a Key {
        let entity = self.scene.entity(id);
        match self.read.index() {
            None => &entity.key,
            Some(index) => {
                let found = entity.index_keys.iter().find(|key| key.index == index);
                &found.expect("lowering has found the entity in the index").key
            }
        }
    }
}

/// Local variables of a method, apart from its arguments.
fn local(name: &str, arguments: &[String]) -> String {
    free(name, arguments)
}

/// `a`, `b` and `c`.
fn listed(names: &[String]) -> String {
    match names.split_last() {
        Some((last, before)) if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        _ => names.concat(),
    }
}

/// The words about a method.
fn about(words: &str, errors: &[&str], text: &mut Text) {
    let errors: Vec<&str> = [READ_ERRORS].into_iter().chain(errors.iter().copied()).collect();
    doc::outer(text, 1, &format!("{words}\n\n# Errors\n{}", errors.join(" ")));
}

/// Of every read.
const READ_ERRORS: &str = "[`StoreFailure`], when the table doesn't answer or what is stored doesn't fit.";

/// Of every read with pages.
const CURSOR_ERRORS: &str =
    "[`StoreFailure::BadCursor`] for a cursor that it didn't give with the same arguments.";
