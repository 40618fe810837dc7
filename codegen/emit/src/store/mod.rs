//! `generated/store`: keys, items, reads and writes of the table.

mod attributes;
mod convert;
mod doc;
mod entity;
mod fields;
mod imports;
mod index_key;
mod key;
mod lock;
mod migrations;
mod names;
mod parse;
mod plural;
mod reach;
mod read;
mod row;
mod scene;
mod stream;
mod value;
mod write;

use stipule_ir::Contract;
use stipule_ir::table::{Index, IndexId, KeyAttribute};

use crate::files::Files;
use crate::rust::{Crate, Dependency, Source, Text};
use crate::types::{Home, Types};
use convert::Convert;
use names::Names;
use reach::Reach;
use scene::Scene;

pub(crate) const ROOT: &str = "generated/store";

/// Partitions of the outbox when the table file doesn't say.
const OUTBOX_SHARDS: u32 = 16;

/// Writes the crate; a contract without a table has none.
pub(crate) fn emit(contract: &Contract, files: &mut Files) {
    let Some(table) = contract.tables.first() else { return };
    let types = Types::of(contract, Home::Repository);
    let scene = Scene { contract, types: &types, table };
    let reach = Reach::of(&types, table);
    let convert = Convert { types: &types, reach: &reach, at_home: false };
    let origin = scene.origin();
    manifest(contract, files);
    files.add_rust(&format!("{ROOT}/src/entity/mod.rs"), origin, entity::library(&scene));
    for entity in &table.entities {
        let path = format!("{ROOT}/src/entity/{}.rs", entity.name.module());
        files.add_rust(&path, origin, entity::file(&scene, &convert, entity));
    }
    if !reach.is_empty() {
        files.add_rust(
            &format!("{ROOT}/src/attributes.rs"),
            origin,
            attributes::file(&scene, &Convert { at_home: true, ..convert }),
        );
    }
    let mut names = Names::new(&scene);
    let (reads, read_types) = read::file(&scene, &convert, &mut names);
    let (writes, write_types) = write::file(&scene, &convert, &mut names);
    files.add_rust(&format!("{ROOT}/src/reads.rs"), origin, reads);
    files.add_rust(&format!("{ROOT}/src/writes.rs"), origin, writes);
    files.add_rust(&format!("{ROOT}/src/stream.rs"), origin, stream::file(&scene));
    files.add_rust(&format!("{ROOT}/src/migrations.rs"), origin, migrations::file(&scene));
    let library = library(&scene, !reach.is_empty(), &read_types, &write_types);
    files.add_rust(&format!("{ROOT}/src/lib.rs"), origin, library);
}

fn manifest(contract: &Contract, files: &mut Files) {
    let platform = contract.platform.name.kebab();
    Crate {
        root: ROOT,
        name: format!("{platform}-store"),
        description: format!("Keys, items, reads and writes of the table of {platform}"),
        dependencies: vec![
            Dependency::Generated(crate::model::package(contract), "../model"),
            Dependency::Workspace("stipule-runtime"),
        ],
    }
    .emit(files);
}

/// The table's shape, the client and the list of modules.
fn library(scene: &Scene<'_>, converts: bool, reads: &[String], writes: &[String]) -> Source {
    let client = scene.client();
    let mut text = Text::default();
    doc::inner(
        &mut text,
        &format!(
            "The table of {}: what is stored in it ([`entity`]), how it is read and how it is written ([`{client}`]).",
            scene.contract.platform.name
        ),
    );
    if converts {
        text.code(0, "mod attributes;");
        text.part();
    }
    text.code(0, "pub mod entity;");
    text.part();
    text.code(0, "mod migrations;");
    text.part();
    text.code(0, "mod reads;");
    text.part();
    text.code(0, "pub mod stream;");
    text.part();
    let reason = "reason = \"an input is made for one write and given away with it\"";
    text.list(0, "#[allow(", &["clippy::needless_pass_by_value".to_owned(), reason.to_owned()], ")]");
    text.code(0, "mod writes;");
    text.part();
    let over_fields = |native: bool| scene.table.indexes.iter().any(|index| index.native.is_some() == native);
    let mut used = vec!["Context", "TableSchema"];
    used.extend(over_fields(false).then_some("IndexSchema"));
    used.extend(over_fields(true).then_some(["KeyAttribute", "NativeIndex"]).into_iter().flatten());
    used.extend((!scene.table.indexes.is_empty()).then_some("Projection"));
    used.sort_unstable();
    text.import("stipule_runtime", &used);
    text.part();
    text.export("migrations", &["MIGRATIONS"]);
    for (module, names) in [("reads", reads), ("writes", writes)] {
        text.export(module, &names.iter().map(String::as_str).collect::<Vec<_>>());
    }
    schema(scene, &mut text);
    (0..)
        .map(IndexId)
        .zip(&scene.table.indexes)
        .for_each(|(id, index)| self::index(scene, id, index, &mut text));
    text.part();
    text.doc(
        0,
        &format!(
            "The table on behalf of one call, event or job: every key begins with its tenant, the {}.",
            scene.contract.platform.tenant.name
        ),
    );
    text.code(0, "#[derive(Clone, Copy, Debug)]");
    text.code(0, &format!("pub struct {client}<'c> {{"));
    text.code(1, "cx: &'c Context,");
    text.code(0, "}");
    text.part();
    text.code(0, &format!("impl<'c> {client}<'c> {{"));
    text.doc(1, "The table on behalf of this context.");
    text.code(1, "pub fn of(cx: &'c Context) -> Self {");
    text.code(2, "Self { cx }");
    text.code(1, "}");
    text.code(0, "}");
    text.into()
}

fn schema(scene: &Scene<'_>, text: &mut Text) {
    let table = scene.table;
    let ttl = table.ttl_attribute.as_ref().map_or("None".to_owned(), |name| format!("Some({name:?})"));
    let indexes = |native: bool| {
        let kind = table.indexes.iter().filter(|index| index.native.is_some() == native);
        kind.map(|index| index.name.constant()).collect::<Vec<_>>().join(", ")
    };
    text.part();
    text.doc(0, "The shape of the table.");
    text.code(0, "pub static TABLE: TableSchema = TableSchema {");
    text.line(1, format_args!("name: {:?},", table.name.kebab()));
    text.line(1, format_args!("pk: {:?},", table.pk));
    text.line(1, format_args!("sk: {:?},", table.sk));
    text.line(1, format_args!("ttl: {ttl},"));
    text.line(1, format_args!("type_attribute: {:?},", table.type_attribute));
    text.code(1, &format!("indexes: &[{}],", indexes(false)));
    text.code(1, &format!("native: &[{}],", indexes(true)));
    let shards = table.outbox.as_ref().map_or(OUTBOX_SHARDS, |outbox| outbox.shards);
    text.line(1, format_args!("outbox_shards: {shards},"));
    text.code(0, "};");
}

fn index(scene: &Scene<'_>, id: IndexId, index: &Index, text: &mut Text) {
    let name = &index.name.wire;
    let projection = match scene.table.carried(id) {
        None => "Projection::All".to_owned(),
        Some(names) => {
            let names: Vec<_> = names.iter().map(|name| format!("{name:?}")).collect();
            format!("Projection::Include(&[{}])", names.join(", "))
        }
    };
    let (constant, parts) = (index.name.constant(), scene.table.key_attributes(id));
    let (about, ty) = match &index.native {
        None => (format!("The index `{name}`."), "IndexSchema"),
        Some(_) => (format!("The index `{name}`, over fields of its items."), "NativeIndex"),
    };
    text.part();
    text.doc(0, &about);
    text.line(0, format_args!("pub const {constant}: {ty} = {ty} {{"));
    text.line(1, format_args!("name: {name:?},"));
    for (part, attributes) in ["pk", "sk"].into_iter().zip(parts) {
        let values: Vec<String> = attributes.iter().map(|it| key_attribute(index, it)).collect();
        match &index.native {
            None => text.code(1, &format!("{part}: {},", values.concat())),
            Some(_) => text.list(1, &format!("{part}: &["), &values, "],"),
        }
    }
    text.code(1, &format!("projection: {projection},"));
    text.code(0, "};");
}

/// `"gsi1pk"`, or `KeyAttribute::number("place")`.
fn key_attribute(index: &Index, attribute: &KeyAttribute) -> String {
    match &index.native {
        None => format!("{:?}", attribute.name),
        Some(_) if attribute.is_number => format!("KeyAttribute::number({:?})", attribute.name),
        Some(_) => format!("KeyAttribute::text({:?})", attribute.name),
    }
}
