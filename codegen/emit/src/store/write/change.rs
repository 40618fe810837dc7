//! Updates and upserts: fields that are set, counters, keys in indexes, locks.

use stipule_ir::TypeId;
use stipule_ir::table::{Add, Changes, Entity, EntityId, FieldRef, IndexKey};
use stipule_ir::types::{Limits, Scalar, TypeKind};

use super::step::{Said, Source, Step};
use super::{failures, update};
use crate::rust::{Text, tight};
use crate::store::entity::{may_be_absent, pass, pass_field};
use crate::store::fields::{Attribute, Fields};
use crate::store::index_key::{deciding, index_of};
use crate::store::key;
use crate::store::scene::Scene;
use crate::types::{Presence, integer_range};

/// A field with a new value.
struct Given {
    field: FieldRef,
    said: Said,
    /// Where the input has it.
    place: String,
}

impl Step<'_> {
    pub(super) fn update(&self, source: &mut Source<'_>, id: EntityId, changes: &Changes, text: &mut Text) {
        let entity = self.scene.entity(id);
        let key = self.key(source, id);
        let given = self.given(source, id, changes);
        let (indexes, locks) =
            (update::touched(entity, changes), update::locks(entity, &self.operation.kind));
        let takes = !update::taken(entity, &self.operation.kind).is_empty();
        let needs_next = source.stored.is_some() && (!indexes.is_empty() || takes);
        self.say(text, &format!("let key = {key};"));
        if needs_next {
            self.next(source, entity, changes, &given, text);
        }
        let mut change = match &source.stored {
            Some(stored) if stored.versioned => format!("Change::of_version({}.version)", stored.place),
            _ => "Change::of_existing(&TABLE)".to_owned(),
        };
        change.push_str(&self.fields(entity, changes, &given, needs_next));
        for add in &changes.add {
            change.push_str(&self.add(source, entity, add));
        }
        for index_key in &indexes {
            let constant = self.scene.index(index_key.index).name.constant();
            let key = self.index_key(source, id, index_key, needs_next, &given);
            change.push_str(&format!(".index(&{constant}, {key})"));
        }
        if entity.expiry.is_some() {
            change.push_str(&format!(".require({})", self.present(entity)));
        }
        for demand in self.unchanged(source, entity) {
            change.push_str(&format!(".require({demand})"));
        }
        if let Some(rule) = self.operation.kind.condition() {
            change.push_str(&format!(".require({})", self.rule(source, entity, rule)));
        }
        self.say(text, &format!("let change = {change};"));
        let (index, otherwise) = (self.index(), self.otherwise());
        self.say(text, &format!("write.change(key, change, {index}, {otherwise});"));
        self.unless_stale(source.stored.as_ref(), text);
        if let Some(stored) = &source.stored {
            let taken = update::taken(entity, &self.operation.kind);
            for unique in locks {
                if taken.iter().any(|it| std::ptr::eq(*it, unique)) {
                    self.swap(entity, unique, &stored.reference, "&next", text);
                } else {
                    let lock = self.lock(entity, unique, &stored.reference);
                    self.say(text, &format!("write.unlock({lock});"));
                }
            }
        }
    }

    /// An update that makes the item if there is none: it sets what every item has as well.
    pub(super) fn upsert(&self, source: &mut Source<'_>, id: EntityId, changes: &Changes, text: &mut Text) {
        let entity = self.scene.entity(id);
        let module = Scene::module(entity);
        let key = self.key(source, id);
        let given = self.given(source, id, changes);
        let mut change = format!("Change::of_any(&entity::{module}::ENTITY)");
        if entity.names_tenant() {
            change.push_str(&format!(".set({:?}, Attr::text(tenant))", self.scene.table.tenant));
        }
        for field in key::fields_of(&entity.key) {
            let declared = self.scene.field(entity, field);
            let place = self.field(source, id, field, Said::Key);
            let attribute = self.convert.attribute(declared.ty, &format!("&{place}"));
            change.push_str(&format!(".set({:?}, {attribute})", declared.name.wire));
            change.push_str(&self.expiry(entity, field, Said::Key, &place));
        }
        change.push_str(&self.fields(entity, changes, &given, false));
        for add in &changes.add {
            change.push_str(&self.count(source, entity, add));
        }
        let key_fields = key::fields_of(&entity.key);
        let said = |field: &FieldRef| key_fields.contains(field) || changes.touches(*field);
        // A new item without a field that decides is outside, and one that is there keeps its key (`TBL107`).
        for index_key in entity.composed().filter(|key| deciding(key).iter().all(said)) {
            let constant = self.scene.index(index_key.index).name.constant();
            let key = self.index_key(source, id, index_key, false, &given);
            let kept = deciding(index_key).iter().any(|field| changes.set_if_absent.contains(field));
            let call = if kept { "index_if_absent" } else { "index" };
            change.push_str(&format!(".{call}(&{constant}, {key})"));
        }
        if entity.expiry.is_some() {
            change.push_str(".require(Expression::unexpired(&TABLE, &now))");
        }
        self.say(text, &format!("let key = {key};"));
        self.say(text, &format!("let change = {change};"));
        match failures::own_name(self.scene, self.operation) {
            Some(_) => {
                let (index, otherwise) = (self.index(), self.otherwise());
                self.say(text, &format!("write.change(key, change, {index}, {otherwise});"));
            }
            None => self.say(text, "write.change_any(key, change);"),
        }
    }

    /// The new values that the input has.
    fn given(&self, source: &mut Source<'_>, id: EntityId, changes: &Changes) -> Vec<Given> {
        let set = changes.set.iter().map(|field| (*field, Said::Set));
        let kept = changes.set_if_absent.iter().map(|field| (*field, Said::Once));
        set.chain(kept)
            .map(|(field, said)| Given { field, said, place: self.field(source, id, field, said) })
            .collect()
    }

    /// `.set("state", …)`, `.set_if_absent(…)`, `.remove(…)`: the fields and, with its field, the expiry.
    fn fields(&self, entity: &Entity, changes: &Changes, given: &[Given], from_next: bool) -> String {
        let mut calls = String::new();
        for Given { field, said, place } in given {
            let declared = self.scene.field(entity, *field);
            let wire = &declared.name.wire;
            let next = (from_next && *said == Said::Set).then(|| format!("next.{}", declared.name.field()));
            let place = next.as_ref().unwrap_or(place);
            let attribute = match said {
                Said::Once => Attribute::Always(self.convert.attribute(declared.ty, &format!("&{place}"))),
                _ => self.attribute(entity, *field, place),
            };
            calls.push_str(&match (attribute, said) {
                (Attribute::Always(attribute), Said::Once) => {
                    format!(".set_if_absent({wire:?}, {attribute})")
                }
                (Attribute::Always(attribute), _) => format!(".set({wire:?}, {attribute})"),
                (Attribute::Maybe(attribute), _) => format!(".set_some({wire:?}, {attribute})"),
            });
            calls.push_str(&self.expiry(entity, *field, *said, place));
        }
        for field in &changes.remove {
            calls.push_str(&format!(".remove({:?})", self.scene.field(entity, *field).name.wire));
            if entity.expiry.as_ref().is_some_and(|expiry| expiry.field == *field) {
                calls.push_str(".remove(TABLE.ttl_attribute())");
            }
        }
        calls
    }

    /// The expiry that goes with a field, if one does.
    fn expiry(&self, entity: &Entity, field: FieldRef, said: Said, place: &str) -> String {
        if entity.expiry.as_ref().is_none_or(|expiry| expiry.field != field) {
            return String::new();
        }
        let function = format!("entity::{}::expiry", Scene::module(entity));
        let declared = self.scene.field(entity, field);
        match said {
            Said::Once => format!(".set_if_absent(TABLE.ttl_attribute(), {function}(&{place}))"),
            _ if may_be_absent(declared) => {
                let value = pass_field(self.scene, declared, place);
                format!(".set_some(TABLE.ttl_attribute(), {value}.map({function}))")
            }
            _ => format!(".set(TABLE.ttl_attribute(), {function}(&{place}))"),
        }
    }

    /// The key in an index: of the value as it will be, or from what the input says when that is all it is made of.
    fn index_key(
        &self,
        source: &mut Source<'_>,
        id: EntityId,
        index_key: &IndexKey,
        from_next: bool,
        given: &[Given],
    ) -> String {
        let entity = self.scene.entity(id);
        let (module, index) = (Scene::module(entity), &self.scene.index(index_key.index).name);
        if from_next {
            return format!("entity::{module}::{}(tenant, &next)", index_of(index));
        }
        let mut arguments = vec!["tenant".to_owned()];
        for field in deciding(index_key) {
            let declared = self.scene.field(entity, field);
            let removed = self.operation.kind.changes().is_some_and(|it| it.remove.contains(&field));
            arguments.push(match given.iter().find(|given| given.field == field) {
                None if removed => "None".to_owned(),
                Some(Given { place, said: Said::Set, .. }) => pass_field(self.scene, declared, place),
                Some(Given { place, .. }) if may_be_absent(declared) => format!("Some(&{place})"),
                Some(Given { place, .. }) => pass(self.scene, declared.ty, place),
                None => pass(self.scene, declared.ty, &self.field(source, id, field, Said::Key)),
            });
        }
        format!("entity::{module}::{}({})", index.field(), arguments.join(", "))
    }

    /// The value as it will be: `let mut next = …; next.state.clone_from(&input.state);`
    fn next(
        &self,
        source: &Source<'_>,
        entity: &Entity,
        changes: &Changes,
        given: &[Given],
        text: &mut Text,
    ) {
        let stored = source.stored.as_ref().expect("what touches an index or a lock needs the stored value");
        self.say(text, &format!("let mut next = {}.clone();", stored.fields()));
        for Given { field, said, place } in given {
            let declared = self.scene.field(entity, *field);
            let name = declared.name.field();
            if *said == Said::Set {
                self.say(text, &format!("next.{name}.clone_from(&{place});"));
                continue;
            }
            let (test, value) = match Presence::of(declared) {
                Presence::OrEither => (format!("next.{name}.is_absent()"), "Patch::Value"),
                _ => (format!("next.{name}.is_none()"), "Some"),
            };
            self.say(text, &format!("if {test} {{"));
            self.say_within(text, &format!("next.{name} = {value}({place}.clone());"));
            self.say(text, "}");
        }
        for field in &changes.remove {
            let declared = self.scene.field(entity, *field);
            let nothing = if Presence::of(declared) == Presence::OrEither { "Patch::Absent" } else { "None" };
            self.say(text, &format!("next.{} = {nothing};", declared.name.field()));
        }
    }

    fn attribute(&self, entity: &Entity, field: FieldRef, place: &str) -> Attribute {
        let object = self.scene.object(entity.ty);
        let fields = Fields { convert: self.convert, id: entity.ty, object };
        fields.attribute(Scene::edge(entity, field), self.scene.field(entity, field), place)
    }

    fn add(&self, source: &mut Source<'_>, entity: &Entity, add: &Add) -> String {
        let declared = self.scene.field(entity, add.field);
        let amount = self.amount(source, entity, add);
        let (wire, call) = (&declared.name.wire, if add.negative { "subtract" } else { "add" });
        match limits(self.scene, declared.ty) {
            Some([least, most]) => format!(".{call}_within({wire:?}, {amount}, {least}, {most})"),
            None => format!(".{call}({wire:?}, {amount})"),
        }
    }

    /// As [`add`](Self::add), of a counter that is 0 where there is none.
    fn count(&self, source: &mut Source<'_>, entity: &Entity, add: &Add) -> String {
        let declared = self.scene.field(entity, add.field);
        let amount = self.amount(source, entity, add);
        let sign = if add.negative { "-" } else { "" };
        let [least, most] =
            limits(self.scene, declared.ty).unwrap_or_else(|| ["i64::MIN", "i64::MAX"].map(str::to_owned));
        let wire = &declared.name.wire;
        format!(".count_from_zero({wire:?}, {sign}i128::from({amount}), {least}, {most})")
    }

    /// The argument of a counter.
    fn amount(&self, source: &mut Source<'_>, entity: &Entity, add: &Add) -> String {
        let declared = self.scene.field(entity, add.field);
        let verb = if add.negative { "Taken from" } else { "Added to" };
        let doc = format!("{verb} `{}` of the `{}`.", declared.name, entity.name);
        self.argument(source, &add.argument, "i64".to_owned(), declared.personal, doc)
    }

    /// Demands on fields of a stored value without a version that something was derived from.
    pub(super) fn unchanged(&self, source: &Source<'_>, entity: &Entity) -> Vec<String> {
        let Some(stored) = source.stored.as_ref().filter(|stored| !stored.versioned) else {
            return Vec::new();
        };
        let fields = update::relied_upon(entity, &self.operation.kind).into_iter();
        fields.map(|field| self.as_it_was(entity, field, &stored.fields())).collect()
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

/// Whether the type of a counter has limits beyond those of 64 bits.
pub(super) fn is_limited(scene: &Scene<'_>, id: TypeId) -> bool {
    limits(scene, id).is_some()
}

/// The limits of a counter, if its type has any.
fn limits(scene: &Scene<'_>, id: TypeId) -> Option<[String; 2]> {
    let (base, limits) = match scene.types.kind(id) {
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
