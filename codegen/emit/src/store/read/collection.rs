//! Items of several entities in one page.

use stipule_ir::table::Query;

use super::Part;
use crate::rust::Text;
use crate::store::doc;

impl Part<'_> {
    /// The enum of the entities, and how an item becomes one of them.
    pub(super) fn collection(&self, query: &Query, text: &mut Text) {
        let Some(name) = &self.given.result else { return };
        let eq = query.of.iter().all(|id| self.scene.types.is_eq(self.scene.entity(*id).ty));
        text.part();
        doc::outer(text, 0, &format!("One item of {}.", self.link()));
        let reason = "reason = \"there are as many as a page has: boxes would cost more than they save\"";
        text.list(0, "#[allow(", &["clippy::large_enum_variant".to_owned(), reason.to_owned()], ")]");
        text.code(0, &format!("#[derive(Clone, Debug, PartialEq{})]", if eq { ", Eq" } else { "" }));
        text.code(0, &format!("pub enum {name} {{"));
        for id in &query.of {
            let entity = self.scene.entity(*id);
            text.doc(1, &format!("A `{}`.", entity.name));
            text.line(1, format_args!("{}({}),", entity.name.variant(), self.stored(*id)));
        }
        text.code(0, "}");
        text.part();
        text.code(0, &format!("impl {name} {{"));
        text.code(1, "fn read(item: &Item) -> Result<Self, StoreFailure> {");
        text.code(2, "match item.text(TABLE.type_attribute) {");
        for id in &query.of {
            let entity = self.scene.entity(*id);
            let (wire, variant) = (&entity.name.wire, entity.name.variant());
            text.code(3, &format!("Some({wire:?}) => {}(item).map(Self::{variant}),", self.reader(*id)));
        }
        text.code(3, "_ => Err(TABLE.foreign(item)),");
        text.code(2, "}");
        text.code(1, "}");
        text.code(0, "}");
    }
}
