//! `stream.rs`: what an item is, whichever it is, and changes of items.

use super::doc;
use super::imports::Imports;
use super::scene::{Scene, free};
use crate::rust::{Source, Text};
use crate::types::{Form, Paths};

/// The whole file.
pub(super) fn file(scene: &Scene<'_>) -> Source {
    let paths = Paths::outside(scene.types, Form::Closed);
    let variants: Vec<String> = scene.table.entities.iter().map(|entity| entity.name.variant()).collect();
    let (own, unknown) = (free("Own", &variants), free("Unknown", &variants));
    let mut text = Text::default();
    doc::outer(&mut text, 0, "What an item of the table is.");
    let reason = "reason = \"one is read at a time: boxes would cost more than they save\"";
    text.list(0, "#[allow(", &["clippy::large_enum_variant".to_owned(), reason.to_owned()], ")]");
    text.code(0, "#[derive(Clone, Debug, PartialEq)]");
    text.code(0, "pub enum Row {");
    for (entity, variant) in scene.table.entities.iter().zip(&variants) {
        let ty = paths.text(entity.ty);
        let ty = if entity.version { format!("Stored<{ty}>") } else { ty };
        text.doc(1, &format!("A `{}`.", entity.name));
        text.line(1, format_args!("{variant}({ty}),"));
    }
    text.doc(1, "A row of the platform's own: an event on its way, a lock, a mark.");
    text.line(1, format_args!("{own}(stream::Own),"));
    text.doc(1, "An item that is none of these, or doesn't fit: as it came, with the reason.");
    text.line(1, format_args!("{unknown}(stream::Unknown),"));
    text.code(0, "}");
    text.part();
    text.code(0, "impl Row {");
    text.doc(1, "What the item is. Never fails: what isn't understood is kept as it came.");
    text.code(1, "pub fn of(item: Item) -> Self {");
    text.code(2, "let read = match item.text(TABLE.type_attribute) {");
    for (entity, variant) in scene.table.entities.iter().zip(&variants) {
        let (wire, module) = (&entity.name.wire, Scene::module(entity));
        text.code(3, &format!("Some({wire:?}) => entity::{module}::read(&item).map(Self::{variant}),"));
    }
    text.code(3, "_ => {");
    text.code(4, "return match stream::Own::of(&item, &TABLE) {");
    text.line(5, format_args!("Ok(own) => Self::{own}(own),"));
    text.line(5, format_args!("Err(reason) => Self::{unknown}(stream::Unknown::new(item, reason)),"));
    text.code(4, "};");
    text.code(3, "}");
    text.code(2, "};");
    text.line(
        2,
        format_args!("read.unwrap_or_else(|failure| Self::{unknown}(stream::Unknown::new(item, failure)))"),
    );
    text.code(1, "}");
    text.code(0, "}");
    text.part();
    doc::outer(&mut text, 0, "The change that a record of the stream tells of.");
    text.code(0, "pub fn change(record: stream::Record) -> stream::Change<Row> {");
    text.code(1, "record.decode(&TABLE, Row::of)");
    text.code(0, "}");
    Imports::file("Changes of items: one type over all that is stored.", scene, &paths, text)
}
