//! Updates: fields that are set, counters, keys in indexes, locks.

use stipule_ir::TypeId;
use stipule_ir::table::{Add, Condition, Entity, EntityId, FieldRef, IndexKey};
use stipule_ir::types::{Limits, Scalar, TypeKind};

use super::step::{Source, Step};
use super::{failures, update};
use crate::rust::{Text, tight};
use crate::store::entity::{deciding, index_of, pass, pass_field};
use crate::store::fields::{Attribute, Fields};
use crate::store::scene::Scene;
use crate::types::integer_range;

/// What an update does, beside demanding something.
pub(super) struct Update<'a> {
    pub(super) entity: EntityId,
    pub(super) set: &'a [FieldRef],
    pub(super) add: &'a [Add],
    pub(super) rule: Option<&'a Condition>,
}

impl Step<'_> {
    pub(super) fn update(&self, source: &mut Source<'_>, update: &Update<'_>, text: &mut Text) {
        let (id, set) = (update.entity, update.set);
        let entity = self.scene.entity(id);
        let key = self.key(source, id);
        let places: Vec<_> = set.iter().map(|field| (*field, self.field(source, id, *field, true))).collect();
        let (indexes, locks) = (update::touched(entity, set), update::locks(entity, &self.operation.kind));
        let needs_next = source.stored.is_some() && (!indexes.is_empty() || !locks.is_empty());
        self.say(text, &format!("let key = {key};"));
        if needs_next {
            self.next(source, entity, &places, text);
        }
        let mut change = match &source.stored {
            Some(stored) if stored.versioned => format!("Change::of_version({}.version)", stored.place),
            _ => "Change::of_existing(&TABLE)".to_owned(),
        };
        for (field, place) in &places {
            let declared = &self.scene.field(entity, *field).name;
            let next = needs_next.then(|| format!("next.{}", declared.field()));
            let wire = &declared.wire;
            change.push_str(&match self.attribute(entity, *field, next.as_ref().unwrap_or(place)) {
                Attribute::Always(attribute) => format!(".set({wire:?}, {attribute})"),
                Attribute::Maybe(attribute) => format!(".set_some({wire:?}, {attribute})"),
            });
        }
        for add in update.add {
            change.push_str(&self.add(source, entity, add));
        }
        for index_key in &indexes {
            let constant = self.scene.index(index_key.index).name.constant();
            let key = self.index_key(source, id, index_key, needs_next, &places);
            change.push_str(&format!(".index(&{constant}, {key})"));
        }
        self.unchanged(source, entity).iter().for_each(|demand| change.push_str(demand));
        if let Some(rule) = update.rule {
            change.push_str(&format!(".require({})", self.rule(source, entity, rule)));
        }
        self.say(text, &format!("let change = {change};"));
        self.change(source, text);
        if let Some(stored) = &source.stored {
            for unique in locks {
                self.swap(entity, unique, &stored.reference, "&next", text);
            }
        }
    }

    /// The statement that adds the change to the write.
    fn change(&self, source: &Source<'_>, text: &mut Text) {
        let (index, otherwise) = (self.index(), self.otherwise());
        match &source.stored {
            Some(stored) if failures::may_be_stale(self.scene, self.operation) => {
                let (place, stale) = (&stored.place, self.errors.maker(failures::CONFLICT, self.in_list()));
                let arguments = format!("key, change, {place}.version, {index}, {otherwise}, {stale}");
                self.say(text, &format!("write.change_current({arguments});"));
            }
            _ => self.say(text, &format!("write.change(key, change, {index}, {otherwise});")),
        }
    }

    /// The key in an index: of the value as it will be, or from what the input says when that is all it is made of.
    fn index_key(
        &self,
        source: &mut Source<'_>,
        id: EntityId,
        index_key: &IndexKey,
        from_next: bool,
        places: &[(FieldRef, String)],
    ) -> String {
        let entity = self.scene.entity(id);
        let (module, index) = (Scene::module(entity), &self.scene.index(index_key.index).name);
        if from_next {
            return format!("entity::{module}::{}(tenant, &next)", index_of(index));
        }
        let mut arguments = vec!["tenant".to_owned()];
        for field in deciding(index_key) {
            let declared = self.scene.field(entity, field);
            arguments.push(match places.iter().find(|(set, _)| *set == field) {
                Some((_, place)) => pass_field(self.scene, declared, place),
                None => pass(self.scene, declared.ty, &self.field(source, id, field, false)),
            });
        }
        format!("entity::{module}::{}({})", index.field(), arguments.join(", "))
    }

    /// The value as it will be: `let mut next = …; next.state.clone_from(&input.state);`
    fn next(&self, source: &Source<'_>, entity: &Entity, places: &[(FieldRef, String)], text: &mut Text) {
        let stored = source.stored.as_ref().expect("what touches an index or a lock needs the stored value");
        self.say(text, &format!("let mut next = {}.clone();", stored.fields()));
        for (field, place) in places {
            let name = self.scene.field(entity, *field).name.field();
            self.say(text, &format!("next.{name}.clone_from(&{place});"));
        }
    }

    fn attribute(&self, entity: &Entity, field: FieldRef, place: &str) -> Attribute {
        let object = self.scene.object(entity.ty);
        let fields = Fields { convert: self.convert, id: entity.ty, object };
        fields.attribute(Scene::edge(entity, field), self.scene.field(entity, field), place)
    }

    fn add(&self, source: &mut Source<'_>, entity: &Entity, add: &Add) -> String {
        let declared = self.scene.field(entity, add.field);
        let verb = if add.negative { "Taken from" } else { "Added to" };
        let doc = format!("{verb} `{}` of the `{}`.", declared.name, entity.name);
        let amount = self.argument(source, &add.argument, "i64".to_owned(), declared.personal, doc);
        let (wire, call) = (&declared.name.wire, if add.negative { "subtract" } else { "add" });
        match self.limits(declared.ty) {
            Some([least, most]) => format!(".{call}_within({wire:?}, {amount}, {least}, {most})"),
            None => format!(".{call}({wire:?}, {amount})"),
        }
    }

    /// The limits of a counter, if its type has any.
    fn limits(&self, id: TypeId) -> Option<[String; 2]> {
        let (base, limits) = match self.scene.types.kind(id) {
            TypeKind::Scalar(Scalar::Int32) => (Scalar::Int32, Limits::default()),
            TypeKind::Newtype(it) => (it.base, it.limits.clone()),
            _ => return None,
        };
        if base == Scalar::Int64 && limits.minimum.is_none() && limits.maximum.is_none() {
            return None;
        }
        let (least, most) = integer_range(base, &limits);
        // Without the braces that a const argument needs.
        Some([least, most].map(|bound| tight(&bound).trim_matches(['{', '}', ' ']).to_owned()))
    }

    /// Demands on fields of a stored value without a version that something was derived from.
    fn unchanged(&self, source: &Source<'_>, entity: &Entity) -> Vec<String> {
        let Some(stored) = source.stored.as_ref().filter(|stored| !stored.versioned) else {
            return Vec::new();
        };
        let fields = update::relied_upon(entity, &self.operation.kind).into_iter();
        fields.map(|field| format!(".require({})", self.as_it_was(entity, field, &stored.fields()))).collect()
    }

    pub(super) fn as_it_was(&self, entity: &Entity, field: FieldRef, place: &str) -> String {
        let declared = self.scene.field(entity, field);
        let value = match self.attribute(entity, field, &format!("{place}.{}", declared.name.field())) {
            Attribute::Always(attribute) => format!("Some({attribute})"),
            Attribute::Maybe(attribute) => attribute,
        };
        format!("Expression::unchanged({:?}, {value})", declared.name.wire)
    }
}
