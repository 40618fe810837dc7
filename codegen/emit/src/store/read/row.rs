//! Rows: the fields of an entity that a read asks for, and no others.

use stipule_ir::table::EntityId;

use super::Part;
use crate::rust::{Text, tight};
use crate::store::doc;
use crate::store::fields::Fields;
use crate::store::row::Debug;
use crate::store::scene::Scene;
use crate::types::Edge;

impl Part<'_> {
    /// A struct per entity of which only some fields are read.
    pub(super) fn rows(&self, text: &mut Text) {
        for (id, name) in &self.given.rows {
            self.row_type(*id, name, text);
        }
    }

    fn row_type(&self, id: EntityId, name: &str, text: &mut Text) {
        let entity = self.scene.entity(id);
        let object = self.scene.object(entity.ty);
        let selected = self.read.selected(id).unwrap_or_default();
        let places: Vec<usize> = selected.iter().map(|field| field.value.0 as usize).collect();
        let fields: Vec<_> = places.iter().map(|place| &object.fields[*place]).collect();
        let debug = Debug::of(self.scene.types, name, fields.iter().copied());
        let eq = fields.iter().all(|field| self.scene.types.is_eq(field.ty));
        text.part();
        doc::outer(text, 0, &format!("What {} reads of a `{}`.", self.link(), entity.name));
        text.code(0, &debug.derives(eq));
        text.code(0, &format!("pub struct {name} {{"));
        for (place, field) in places.iter().zip(&fields) {
            let edge = Edge { from: entity.ty, place: *place };
            let note = field.default.as_ref().map(|value| format!("Default: `{value}`."));
            text.docs_and(1, &field.docs, note.as_deref());
            let ty = tight(&self.paths.field(edge, field));
            text.line(1, format_args!("pub {}: {ty},", field.name.field()));
        }
        text.code(0, "}");
        text.part();
        text.code(0, &format!("impl {name} {{"));
        let (result, call) =
            if entity.version { ("Stored<Self>", "read_versioned") } else { ("Self", "read") };
        text.code(1, &format!("fn read(item: &Item) -> Result<{result}, StoreFailure> {{"));
        text.code(2, &format!("entity::{}::ENTITY.{call}(item, Self::value)", Scene::module(entity)));
        text.code(1, "}");
        text.part();
        text.code(1, "fn value(fields: &Fields<'_>) -> Result<Self, Misfit> {");
        let all = Fields { convert: self.convert, id: entity.ty, object };
        all.read_some(text, &places);
        text.code(1, "}");
        text.code(0, "}");
        debug.write(text);
    }
}
