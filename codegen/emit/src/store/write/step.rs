//! The statements of one operation.

use stipule_ir::Name;
use stipule_ir::table::{
    Among, Condition, Entity, EntityId, FieldRef, Form, Write, WriteKind, WriteOperation,
};

use super::error::Errors;
use super::input::{Elements, Input, Loop, Slots, Subject, Use};
use super::{Names, condition, failures, update};
use crate::rust::{Text, markdown, tight};
use crate::store::convert::Convert;
use crate::store::entity::pass;
use crate::store::key;
use crate::store::scene::Scene;
use crate::types::Paths;

/// One operation of a write.
pub(super) struct Step<'a> {
    pub(super) scene: &'a Scene<'a>,
    pub(super) convert: &'a Convert<'a>,
    pub(super) paths: &'a Paths<'a, 'a>,
    pub(super) write: &'a Write,
    pub(super) operation: &'a WriteOperation,
    pub(super) errors: &'a Errors,
}

/// Where the parts of an operation come from.
pub(super) struct Source<'i> {
    /// `input`, or the variable for the element of a list.
    pub(super) from: String,
    pub(super) slots: &'i mut Slots,
    /// The stored value.
    pub(super) stored: Option<Stored>,
    /// Fields that this operation has asked for.
    pub(super) known: Vec<(FieldRef, String)>,
}

/// What the input says about a field.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    /// Part of the key of the item.
    Key,
    /// Its new value, or none.
    Set,
    /// A value for when there is none.
    Once,
}

/// A stored value in hand.
pub(super) struct Stored {
    /// Something with fields: `loan`, `line.loan`.
    pub(super) place: String,
    /// A reference to it.
    pub(super) reference: String,
    pub(super) versioned: bool,
}

impl Stored {
    /// Something with the fields of the value: a versioned one has fields of its own beside them.
    pub(super) fn fields(&self) -> String {
        if self.versioned { format!("{}.value", self.place) } else { self.place.clone() }
    }
}

impl Step<'_> {
    /// The entity whose stored value is needed.
    pub(super) fn needs_stored(&self) -> Option<EntityId> {
        let id = self.operation.kind.entity()?;
        update::needs_stored(self.scene.entity(id), &self.operation.kind).then_some(id)
    }

    /// The statements, once for the input or once per element.
    pub(super) fn statements(
        &self,
        input: &mut Input,
        names: &mut Names,
        subject: Option<&Subject>,
        text: &mut Text,
    ) {
        match &self.operation.each {
            None => self.once(input, subject, text),
            Some(_) => match self.whole() {
                Some((ty, doc)) => self.each_whole(input, names, ty, &doc, text),
                None => self.each_part(input, names, subject, text),
            },
        }
    }

    /// Writes a statement, where statements of this operation stand.
    pub(super) fn say(&self, text: &mut Text, statement: &str) {
        text.code(if self.operation.each.is_some() { 3 } else { 2 }, statement);
    }

    /// As [`say`](Self::say), a step further in.
    pub(super) fn say_within(&self, text: &mut Text, statement: &str) {
        text.code(if self.operation.each.is_some() { 4 } else { 3 }, statement);
    }

    pub(super) fn in_list(&self) -> bool {
        self.operation.each.as_ref().is_some_and(|each| each.max.value != 1)
    }

    /// The place of an action in its list.
    pub(super) fn index(&self) -> &'static str {
        if self.in_list() { "index" } else { "0" }
    }

    pub(super) fn otherwise(&self) -> String {
        let name = failures::own_name(self.scene, self.operation).unwrap_or_default();
        self.errors.maker(&name, self.in_list())
    }

    /// Name that sets fields of this operation apart.
    fn owner(&self) -> String {
        match &self.operation.kind {
            WriteKind::Emit { event } => self.scene.contract.event(*event).name.plain_field(),
            kind => {
                let id = kind.entity().expect("all but events are about an entity");
                self.scene.entity(id).name.plain_field()
            }
        }
    }

    /// The type of an argument that is a whole value or event, and words about it.
    fn whole(&self) -> Option<(String, String)> {
        match &self.operation.kind {
            WriteKind::Put { entity, demand } => {
                // A replacement may need the stored value as well, a condition its arguments: a list of such is one
                // of parts.
                let entity = self.scene.entity(*entity);
                let alone = self.operation.each.is_none()
                    || (!update::needs_stored(entity, &self.operation.kind) && demand.condition().is_none());
                alone.then(|| (self.paths.text(entity.ty), format!("What becomes a `{}`.", entity.name)))
            }
            WriteKind::Emit { event } => {
                let event = self.scene.contract.event(*event);
                Some((self.paths.text(event.payload), format!("What `{}` says.", event.name)))
            }
            _ => None,
        }
    }

    /// An operation that happens once.
    fn once(&self, input: &mut Input, subject: Option<&Subject>, text: &mut Text) {
        let stored = subject.map(|it| self.stored_argument(it));
        let Some((ty, doc)) = self.whole() else {
            let (from, known) = ("input".to_owned(), Vec::new());
            self.of_parts(&mut Source { from, slots: &mut input.slots, stored, known }, text);
            return;
        };
        let wanted = match &self.operation.kind {
            WriteKind::Emit { event } => self.payload_name(*event),
            _ => self.owner_field(),
        };
        let field = input.slots.field(&wanted, &self.owner(), ty, Use::Whole, false, doc);
        let (from, known) = ("input".to_owned(), Vec::new());
        let mut source = Source { from, slots: &mut input.slots, stored, known };
        self.of_whole(&mut source, &format!("input.{field}"), &format!("&input.{field}"), text);
    }

    fn stored_argument(&self, subject: &Subject) -> Stored {
        let (place, reference) = (subject.name.clone(), subject.name.clone());
        Stored { place, reference, versioned: self.scene.entity(subject.entity).version }
    }

    fn payload_name(&self, event: stipule_ir::EventId) -> String {
        let event = self.scene.contract.event(event);
        let declared = self.scene.types.declaration(event.payload);
        declared.map_or_else(|| event.name.field(), |declaration| declaration.name.field())
    }

    fn owner_field(&self) -> String {
        let id = self.operation.kind.entity().expect("only events are about no entity");
        self.scene.entity(id).name.field()
    }

    /// A list of whole values or events.
    fn each_whole(&self, input: &mut Input, names: &mut Names, ty: String, doc: &str, text: &mut Text) {
        let list = self.list(input, names, Elements::Of(ty), doc);
        self.open(&list, text);
        let (from, known) = ("input".to_owned(), Vec::new());
        let mut source = Source { from, slots: &mut input.slots, stored: None, known };
        self.of_whole(&mut source, &list.element, &list.element, text);
        text.code(2, "}");
    }

    /// A list of structs with what the operation needs.
    fn each_part(&self, input: &mut Input, names: &mut Names, subject: Option<&Subject>, text: &mut Text) {
        let doc = format!("For each of these: {}.", super::words::summary(self.scene, &self.alone()));
        let list = self.list(input, names, Elements::Parts, &doc);
        let (element, owner) = (list.element.clone(), self.owner());
        let slots = input.parts(&list.field);
        let stored = subject.map(|subject| {
            let doc = "As it was read.".to_owned();
            let field = slots.field(&self.owner_field(), &owner, subject.ty.clone(), Use::Whole, false, doc);
            let place = format!("{element}.{field}");
            let versioned = self.scene.entity(subject.entity).version;
            Stored { reference: format!("&{place}"), place, versioned }
        });
        self.open(&list, text);
        match &self.operation.kind {
            WriteKind::Put { entity, .. } => {
                let (ty, doc) =
                    (self.paths.text(self.scene.entity(*entity).ty), "What it becomes.".to_owned());
                let field = slots.field("next", &owner, ty, Use::Whole, false, doc);
                let place = format!("{element}.{field}");
                let mut source = Source { from: element, slots, stored, known: Vec::new() };
                self.of_whole(&mut source, &place, &format!("&{place}"), text);
            }
            _ => self.of_parts(&mut Source { from: element, slots, stored, known: Vec::new() }, text),
        }
        text.code(2, "}");
    }

    /// The operation without its list, for words about one element.
    fn alone(&self) -> WriteOperation {
        WriteOperation { each: None, ..self.operation.clone() }
    }

    fn list(&self, input: &mut Input, names: &mut Names, elements: Elements, doc: &str) -> Loop {
        let each = self.operation.each.as_ref().expect("asked for operations with a list only");
        let prefix = self.write.name.type_name();
        input.list(each, &self.owner(), elements, doc, &prefix, names)
    }

    /// The line that opens what is done for each element.
    fn open(&self, list: &Loop, text: &mut Text) {
        let (field, element) = (&list.field, &list.element);
        if list.max == 1 {
            text.code(2, &format!("if let Some({element}) = &input.{field} {{"));
            return;
        }
        if failures::of(self.scene, self.operation).is_empty() {
            text.code(2, &format!("for {element} in &input.{field} {{"));
        } else {
            text.code(2, &format!("for (index, {element}) in input.{field}.iter().enumerate() {{"));
        }
    }

    /// An update, a delete or a check.
    fn of_parts(&self, source: &mut Source<'_>, text: &mut Text) {
        match &self.operation.kind {
            WriteKind::Update { entity, changes, .. } => self.update(source, *entity, changes, text),
            WriteKind::Upsert { entity, changes } => self.upsert(source, *entity, changes, text),
            WriteKind::Delete { entity, demand } => self.delete(source, *entity, demand, text),
            WriteKind::Check { entity, demand, .. } => self.check(source, *entity, demand, text),
            WriteKind::Put { .. } | WriteKind::Emit { .. } => unreachable!("made from whole values"),
        }
    }

    /// The key of the item: of the stored value, or from fields of the input.
    pub(super) fn key(&self, source: &mut Source<'_>, id: EntityId) -> String {
        let entity = self.scene.entity(id);
        if let Some(stored) = &source.stored {
            return self.key_of(entity, &stored.reference);
        }
        let mut arguments = vec!["tenant".to_owned()];
        for field in key::fields_of(&entity.key) {
            let place = self.field(source, id, field, Said::Key);
            arguments.push(pass(self.scene, self.scene.field(entity, field).ty, &place));
        }
        format!("entity::{}::key({})", Scene::module(entity), arguments.join(", "))
    }

    /// A field of the input for a field of the entity.
    pub(super) fn field(&self, source: &mut Source<'_>, id: EntityId, field: FieldRef, said: Said) -> String {
        if let Some((_, place)) = source.known.iter().find(|(known, _)| *known == field) {
            return place.clone();
        }
        let entity = self.scene.entity(id);
        let declared = self.scene.field(entity, field);
        let ty = if said == Said::Set {
            tight(&self.paths.field(Scene::edge(entity, field), declared))
        } else {
            self.paths.text(declared.ty)
        };
        let mut doc = markdown(&declared.docs);
        if doc.is_empty() {
            doc = format!("`{}` of the `{}`.", declared.name, entity.name);
        }
        let (wanted, owner) = (declared.name.field(), entity.name.plain_field());
        let of = if said == Said::Key { Use::Key(id) } else { Use::Field(id) };
        let name = source.slots.field(&wanted, &owner, ty, of, declared.personal, doc);
        let place = format!("{}.{name}", source.from);
        source.known.push((field, place.clone()));
        place
    }

    pub(super) fn argument(
        &self,
        source: &mut Source<'_>,
        name: &Name,
        ty: String,
        personal: bool,
        doc: String,
    ) -> String {
        let field = source.slots.field(&name.field(), &self.owner(), ty, Use::Argument, personal, doc);
        format!("{}.{field}", source.from)
    }

    /// A condition with its arguments.
    pub(super) fn rule(&self, source: &mut Source<'_>, entity: &Entity, rule: &Condition) -> String {
        let shown = condition::shown(self.scene, entity, rule);
        condition::expression(self.scene, entity, rule, |wanted| {
            let doc = format!("For `{shown}` of the `{}`.", entity.name);
            let value = match wanted.argument.form {
                Form::Integer => "i64".to_owned(),
                Form::Text => "String".to_owned(),
                Form::Like(ty) => self.paths.text(ty),
            };
            let ty = match wanted.list {
                true => format!("BoundedVec<{value}, 0, {}>", Among::MOST_AMONG),
                false => value,
            };
            let place = self.argument(source, &wanted.argument.name, ty, wanted.personal, doc);
            match (wanted.argument.form, wanted.list) {
                (Form::Integer, false) => format!("Attr::integer({place})"),
                (Form::Integer, true) => format!("{place}.iter().copied().map(Attr::integer)"),
                (Form::Text, false) => format!("Attr::text({place}.as_str())"),
                (Form::Text, true) => format!("{place}.iter().map(|it| Attr::text(it.as_str()))"),
                (Form::Like(ty), false) => self.convert.attribute(ty, &format!("&{place}")),
                (Form::Like(ty), true) => format!("{place}.iter().map({})", self.convert.to(ty)),
            }
        })
    }
}
