//! `migrations.rs`: what the runner of migrations needs to know of each.

use stipule_ir::table::{Entity, IndexKey, Migration, When};

use super::entity::{self, may_be_absent};
use super::imports::Imports;
use super::index_key::{deciding, index_of};
use super::key;
use super::scene::Scene;
use crate::rust::{Source, Text};
use crate::types::{Form, Paths};

/// The whole file.
pub(super) fn file(scene: &Scene<'_>) -> Source {
    let paths = Paths::outside(scene.types, Form::Closed);
    let mut text = Text::default();
    let mut rows = Text::default();
    for migration in &scene.table.migrations {
        Emitted::of(scene, migration).emit(&mut text, &mut rows);
    }
    let about = match scene.table.migrations.is_empty() {
        true => {
            "Keys in indexes on their way in or out: none at present. `stipule_runtime::migrate` runs them."
        }
        false => {
            "Keys in indexes on their way in or out, in the order of the contract. `stipule_runtime::migrate` runs them."
        }
    };
    text.part();
    text.doc(0, about);
    if scene.table.migrations.is_empty() {
        text.code(0, "pub static MIGRATIONS: &[Migration] = &[];");
    } else {
        text.code(0, "pub static MIGRATIONS: &[Migration] = &[");
        text.push(rows.as_str());
        text.code(0, "];");
    }
    Imports::file("What items from before still have to get, or to lose.", scene, &paths, text)
}

struct Emitted<'c> {
    scene: &'c Scene<'c>,
    migration: &'c Migration,
    entity: &'c Entity,
    /// `None` for a key on its way out.
    key: Option<&'c IndexKey>,
}

impl<'c> Emitted<'c> {
    fn of(scene: &'c Scene<'c>, migration: &'c Migration) -> Self {
        let entity = scene.entity(migration.entity);
        let key = entity.index_keys.iter().find(|key| key.index == migration.index);
        Self { scene, migration, entity, key }
    }

    fn emit(&self, functions: &mut Text, rows: &mut Text) {
        let index = self.scene.index(self.migration.index);
        let module = Scene::module(self.entity);
        let native = index.native.is_some();
        let function = match self.key {
            // Of an index over fields the tenant goes only when the last one has gone.
            None if native && self.entity.names_tenant() => "migrate::tenant".to_owned(),
            None => "migrate::none".to_owned(),
            Some(_) if native => "migrate::tenant".to_owned(),
            Some(key) => {
                let name = format!("{}_{}", self.entity.name.plain_field(), index.name.plain_field());
                self.function(&name, key, &module, functions);
                name
            }
        };
        let template = self.key.map_or(String::new(), |key| {
            key::exact_template(self.scene, self.entity, &key.key) + &self.conditions(key)
        });
        let fields: Vec<String> = self
            .key
            .filter(|_| !native)
            .map(deciding)
            .unwrap_or_default()
            .into_iter()
            .map(|field| format!("{:?}", self.scene.field(self.entity, field).name.wire))
            .collect();
        rows.code(1, "Migration {");
        rows.line(2, format_args!("name: {:?},", format!("{}.{}", self.entity.name.wire, index.name.wire)));
        rows.code(2, &format!("entity: &entity::{module}::ENTITY,"));
        rows.code(
            2,
            &match native {
                true => format!("place: migrate::Place::Tenant({:?}),", self.scene.table.tenant),
                false => format!("place: migrate::Place::Index(&{}),", index.name.constant()),
            },
        );
        rows.line(2, format_args!("template: {template:?},"));
        rows.list(2, "fields: &[", &fields, "],");
        rows.code(2, &format!("key: {function},"));
        rows.code(1, "},");
    }

    /// ` while status is OPEN or HELD`
    fn conditions(&self, key: &IndexKey) -> String {
        let shown = |when: &When| {
            let values: Vec<String> = when.values.iter().map(entity::shown).collect();
            format!(
                " while {} is {}",
                self.scene.field(self.entity, when.field).name.wire,
                values.join(" or ")
            )
        };
        key.when.iter().map(shown).collect()
    }

    fn function(&self, name: &str, key: &IndexKey, module: &str, text: &mut Text) {
        let of = index_of(&self.scene.index(key.index).name);
        let value = if self.entity.version { "&read.value" } else { "&read" };
        let made = format!("entity::{module}::{of}(tenant, {value})");
        let absent = |field| may_be_absent(self.scene.field(self.entity, field));
        let sparse = !key.when.is_empty() || deciding(key).into_iter().any(absent);
        text.part();
        text.code(
            0,
            &format!("fn {name}(tenant: &str, item: &Item) -> Result<Option<PrimaryKey>, StoreFailure> {{"),
        );
        text.code(1, &format!("let read = entity::{module}::read(item)?;"));
        text.code(1, &if sparse { format!("Ok({made})") } else { format!("Ok(Some({made}))") });
        text.code(0, "}");
    }
}
