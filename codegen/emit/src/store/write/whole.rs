//! Puts and events: operations on whole values.

use stipule_ir::table::{Demand, Entity, Unique, WriteKind};

use super::failures;
use super::step::{Source, Step, Stored};
use crate::rust::Text;
use crate::store::entity::{lock_name, may_be_absent, pass_field};
use crate::store::scene::Scene;

impl Step<'_> {
    /// A put or an event: `place` has fields, `reference` is passed on.
    pub(super) fn of_whole(&self, source: &mut Source<'_>, place: &str, reference: &str, text: &mut Text) {
        let WriteKind::Put { entity, demand } = &self.operation.kind else {
            self.say(text, &format!("write.emit({reference});"));
            return;
        };
        let entity = self.scene.entity(*entity);
        match demand {
            Demand::Absent => self.insert(entity, place, reference, text),
            Demand::Any => {
                let item = self.item(entity, reference, None);
                self.say(text, &format!("write.put_any({item});"));
            }
            Demand::Present(_) => self.replace(source, entity, place, reference, text),
        }
    }

    fn item(&self, entity: &Entity, reference: &str, version: Option<&str>) -> String {
        let version = version.map(|version| format!(", {version}")).unwrap_or_default();
        format!("entity::{}::item(tenant, {reference}{version})", Scene::module(entity))
    }

    /// A put where nothing is.
    fn insert(&self, entity: &Entity, place: &str, reference: &str, text: &mut Text) {
        let (index, otherwise) = (self.index(), self.otherwise());
        let item = self.item(entity, reference, entity.version.then_some("1"));
        self.say(text, &format!("let item = {item};"));
        match entity.expiry {
            None => self.say(text, &format!("write.put_new(item, {index}, {otherwise});")),
            Some(_) => {
                let gone = self.absent(entity);
                self.say(text, &format!("write.put(item, Some({gone}), {index}, {otherwise});"));
            }
        }
        for unique in &entity.unique {
            let (lock, taken) = (self.lock(entity, unique, reference), self.taken(entity, unique));
            match self.lock_expiry(entity, place) {
                None => self.say(text, &format!("write.lock({lock}, {index}, {taken});")),
                Some(expiry) => {
                    let arguments = format!("{lock}, {expiry}, &now, {index}, {taken}");
                    self.say(text, &format!("write.lock_until({arguments});"));
                }
            }
        }
    }

    /// A put over an item that is there, of which the stored value may be at hand.
    fn replace(
        &self,
        source: &mut Source<'_>,
        entity: &Entity,
        place: &str,
        reference: &str,
        text: &mut Text,
    ) {
        let (index, otherwise) = (self.index(), self.otherwise());
        let mut version = None;
        let mut more = Vec::new();
        match &source.stored {
            Some(stored) => {
                self.same(entity, stored, place, reference, text);
                if stored.versioned {
                    self.say(text, &format!("let next = {}.version.saturating_add(1);", stored.place));
                    version = Some("next");
                }
            }
            // What never changes is as the stored item has it, or the demand fails.
            None => more.extend(entity.immutable.iter().map(|it| self.as_it_was(entity, it.value, place))),
        }
        let item = self.item(entity, reference, version);
        let demand = self.demand(source, entity, &more);
        self.say(text, &format!("let item = {item};"));
        self.say(text, &format!("let demand = {demand};"));
        self.say(text, &format!("write.put(item, Some(demand), {index}, {otherwise});"));
        self.unless_stale(source.stored.as_ref(), text);
        if let Some(stored) = &source.stored {
            for unique in &entity.unique {
                self.swap(entity, unique, &stored.reference, reference, text);
            }
        }
    }

    /// The demand on the program that what never changes doesn't.
    fn same(&self, entity: &Entity, stored: &Stored, place: &str, reference: &str, text: &mut Text) {
        let (old, old_fields) = (&stored.reference, stored.fields());
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
    }

    pub(super) fn key_of(&self, entity: &Entity, reference: &str) -> String {
        format!("entity::{}::key_of(tenant, {reference})", Scene::module(entity))
    }

    pub(super) fn lock(&self, entity: &Entity, unique: &Unique, reference: &str) -> String {
        format!("entity::{}::{}(tenant, {reference})", Scene::module(entity), lock_name(unique))
    }

    pub(super) fn swap(&self, entity: &Entity, unique: &Unique, old: &str, new: &str, text: &mut Text) {
        let (old_lock, new_lock) = (self.lock(entity, unique, old), self.lock(entity, unique, new));
        let (index, taken) = (self.index(), self.taken(entity, unique));
        self.say(text, &format!("let (held, wanted) = ({old_lock}, {new_lock});"));
        match self.lock_expiry(entity, new.trim_start_matches('&')) {
            None => self.say(text, &format!("write.swap_lock(held, wanted, {index}, {taken});")),
            Some(expiry) => {
                let arguments = format!("held, wanted, {expiry}, &now, {index}, {taken}");
                self.say(text, &format!("write.swap_lock_until({arguments});"));
            }
        }
    }

    /// The expiry of a lock, which is that of its item.
    fn lock_expiry(&self, entity: &Entity, place: &str) -> Option<String> {
        let declared = self.scene.field(entity, entity.expiry.as_ref()?.field);
        let (function, place) = (
            format!("entity::{}::expiry", Scene::module(entity)),
            format!("{place}.{}", declared.name.field()),
        );
        Some(match may_be_absent(declared) {
            true => format!("{}.map({function})", pass_field(self.scene, declared, &place)),
            false => format!("Some({function}(&{place}))"),
        })
    }

    fn taken(&self, entity: &Entity, unique: &Unique) -> String {
        self.errors.maker(&failures::taken_name(entity, unique), self.in_list())
    }
}
