//! Puts and events: operations on whole values.

use stipule_ir::table::{Entity, Unique, WriteKind};

use super::failures;
use super::step::{Step, Stored};
use crate::rust::Text;
use crate::store::entity::lock_name;
use crate::store::scene::Scene;

impl Step<'_> {
    /// A put or an event: `place` has fields, `reference` is passed on.
    pub(super) fn of_whole(&self, place: &str, reference: &str, stored: Option<&Stored>, text: &mut Text) {
        let WriteKind::Put { entity, absent } = &self.operation.kind else {
            self.say(text, &format!("write.emit({reference});"));
            return;
        };
        let entity = self.scene.entity(*entity);
        match stored {
            None => self.put(entity, *absent, reference, text),
            Some(stored) => self.replace(entity, stored, place, reference, text),
        }
    }

    /// A put where no stored value is at hand.
    fn put(&self, entity: &Entity, absent: bool, reference: &str, text: &mut Text) {
        let (module, index, otherwise) = (Scene::module(entity), self.index(), self.otherwise());
        let version = if entity.version { ", 1" } else { "" };
        self.say(text, &format!("let item = entity::{module}::item(tenant, {reference}{version});"));
        match absent {
            true => self.say(text, &format!("write.put_new(item, {index}, {otherwise});")),
            false => self.say(text, &format!("write.put(item, None, {index}, {otherwise});")),
        }
        for unique in &entity.unique {
            let (lock, taken) = (self.lock(entity, unique, reference), self.taken(entity, unique));
            self.say(text, &format!("let lock = {lock};"));
            self.say(text, &format!("write.lock(&lock, {index}, {taken});"));
        }
    }

    /// A put over a stored value.
    fn replace(&self, entity: &Entity, stored: &Stored, place: &str, reference: &str, text: &mut Text) {
        let (module, index, otherwise) = (Scene::module(entity), self.index(), self.otherwise());
        let (old, old_place, old_fields) = (&stored.reference, &stored.place, stored.fields());
        let mut fixed = vec![format!("{} == {}", self.key_of(entity, old), self.key_of(entity, reference))];
        let mut same = vec!["the key"];
        for field in &entity.immutable {
            let declared = &self.scene.field(entity, field.value).name;
            let name = declared.field();
            fixed.push(format!("{old_fields}.{name} == {place}.{name}"));
            same.push(&declared.wire);
        }
        self.say(text, &format!("let same = {};", fixed.join(" && ")));
        self.say(text, &format!("write.same({:?}, same);", same.join(", ")));
        self.say(text, &format!("let next = {old_place}.version.saturating_add(1);"));
        self.say(text, &format!("let item = entity::{module}::item(tenant, {reference}, next);"));
        self.say(text, &format!("write.replace(item, {old_place}.version, {index}, {otherwise});"));
        for unique in &entity.unique {
            self.swap(entity, unique, old, reference, text);
        }
    }

    pub(super) fn key_of(&self, entity: &Entity, reference: &str) -> String {
        format!("entity::{}::key_of(tenant, {reference})", Scene::module(entity))
    }

    pub(super) fn lock(&self, entity: &Entity, unique: &Unique, reference: &str) -> String {
        let (module, name) = (Scene::module(entity), lock_name(self.scene, entity, unique));
        format!("entity::{module}::{name}(tenant, {reference})")
    }

    pub(super) fn swap(&self, entity: &Entity, unique: &Unique, old: &str, new: &str, text: &mut Text) {
        let (old_lock, new_lock) = (self.lock(entity, unique, old), self.lock(entity, unique, new));
        let (index, taken) = (self.index(), self.taken(entity, unique));
        self.say(text, &format!("let (held, wanted) = ({old_lock}, {new_lock});"));
        self.say(text, &format!("write.swap_lock(held, &wanted, {index}, {taken});"));
    }

    fn taken(&self, entity: &Entity, unique: &Unique) -> String {
        self.errors.maker(&failures::taken_name(self.scene, entity, unique.field), self.in_list())
    }
}
