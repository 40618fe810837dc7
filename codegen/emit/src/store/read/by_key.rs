//! Reads by whole keys: of one item, and of many.

use stipule_ir::table::EntityId;

use super::{Part, about};
use crate::rust::Text;
use crate::store::entity::pass;
use crate::store::row::Debug;
use crate::store::scene::Scene;
use crate::store::{doc, key};

impl Part<'_> {
    pub(super) fn get(&self, id: EntityId, consistent: bool, text: &mut Text) {
        let entity = self.scene.entity(id);
        let (module, result) = (Scene::module(entity), self.stored(id));
        let fields = key::fields_of(&entity.key);
        let weak = if consistent { "" } else { " May miss the latest writes." };
        about(&format!("The `{}` with this key.{weak}", entity.name), &[], text);
        self.signature(&self.arguments(entity, &fields), &format!("Option<{result}>"), text);
        let names: String = self.names(entity, &fields).iter().map(|name| format!(", {name}")).collect();
        text.code(2, &format!("let key = entity::{module}::key(self.cx.tenant(){names});"));
        let one = format!("page::one(self.cx, key, {consistent}).await?");
        text.code(2, &format!("{one}.as_ref().map(entity::{module}::read).transpose()"));
    }

    pub(super) fn batch(&self, id: EntityId, max: u32, consistent: bool, text: &mut Text) {
        let entity = self.scene.entity(id);
        let (module, result) = (Scene::module(entity), self.stored(id));
        let fields = key::fields_of(&entity.key);
        let declared = |place: usize| self.scene.field(entity, fields[place]);
        let key_type = match &self.given.key {
            Some(name) => name.clone(),
            None => self.paths.text(declared(0).ty),
        };
        let weak = if consistent { "" } else { " May miss the latest writes." };
        let words = format!(
            "Each `{}` with one of these keys, in their order; at most {max} keys.{weak}\n\n\
             What the store doesn't get to is asked for again, a bounded number of times, and is then said in `left`.",
            entity.name
        );
        let errors = format!("[`StoreFailure::Invalid`] for more than {max} keys.");
        about(&words, &[&errors], text);
        let arguments = [format!("keys: &[{key_type}]")];
        self.signature(&arguments, &format!("Batched<{key_type}, {result}>"), text);
        let select = self.select().map_or_else(|| "None".to_owned(), |select| format!("Some({select})"));
        let terms = format!("Terms {{ max: {max}, consistent: {consistent}, select: {select} }}");
        text.code(2, &format!("let terms = {terms};"));
        let arguments: Vec<String> = match &self.given.key {
            Some(_) => (0..fields.len())
                .map(|place| {
                    let field = declared(place);
                    pass(self.scene, field.ty, &format!("key.{}", field.name.field()))
                })
                .collect(),
            None if pass(self.scene, declared(0).ty, "key").starts_with('&') => vec!["key".to_owned()],
            None => vec!["*key".to_owned()],
        };
        let made = format!("entity::{module}::key(self.cx.tenant(), {})", arguments.join(", "));
        let primary = format!("|key: &{key_type}| {made}");
        text.code(2, &format!("let primary = {primary};"));
        text.code(2, &format!("batch::read(self.cx, terms, keys, primary, {}).await", self.reader(id)));
    }

    /// The key of an item in a batch, where it takes several fields to say it.
    pub(super) fn batch_key(&self, id: EntityId, text: &mut Text) {
        let Some(name) = &self.given.key else { return };
        let entity = self.scene.entity(id);
        let fields: Vec<_> =
            key::fields_of(&entity.key).into_iter().map(|field| self.scene.field(entity, field)).collect();
        let debug = Debug::of(self.scene.types, name, fields.iter().copied());
        let eq = fields.iter().all(|field| self.scene.types.is_eq(field.ty));
        text.part();
        doc::outer(text, 0, &format!("The key of a `{}` for {}.", entity.name, self.link()));
        text.code(0, &debug.derives(eq));
        text.code(0, &format!("pub struct {name} {{"));
        for field in &fields {
            text.docs(1, &field.docs);
            text.line(1, format_args!("pub {}: {},", field.name.field(), self.paths.text(field.ty)));
        }
        text.code(0, "}");
        debug.write(text);
    }
}
