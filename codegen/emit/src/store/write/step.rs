//! The statements of one operation.

use stipule_ir::Name;
use stipule_ir::table::{Condition, Entity, EntityId, FieldRef, Write, WriteKind, WriteOperation};

use super::change::Update;
use super::error::Errors;
use super::input::{Elements, Input, Loop, Slots, Subject, Use};
use super::{Names, condition, failures, update};
use crate::rust::{Text, markdown, tight};
use crate::store::convert::Convert;
use crate::store::entity::pass;
use crate::store::key;
use crate::store::scene::Scene;
use crate::store::value;
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
        let id = update::entity_of(&self.operation.kind)?;
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
                let id = update::entity_of(kind).expect("all but events are about an entity");
                self.scene.entity(id).name.plain_field()
            }
        }
    }

    /// The type of an argument that is a whole value or event, and words about it.
    fn whole(&self) -> Option<(String, String)> {
        match &self.operation.kind {
            WriteKind::Put { entity, absent } => {
                // A replacement needs the stored value as well: its list is one of parts.
                let entity = self.scene.entity(*entity);
                let replaces = !absent && entity.version && self.operation.each.is_some();
                (!replaces)
                    .then(|| (self.paths.text(entity.ty), format!("What becomes a `{}`.", entity.name)))
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
        self.of_whole(&format!("input.{field}"), &format!("&input.{field}"), stored.as_ref(), text);
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
        let id = update::entity_of(&self.operation.kind).expect("only events are about no entity");
        self.scene.entity(id).name.field()
    }

    /// A list of whole values or events.
    fn each_whole(&self, input: &mut Input, names: &mut Names, ty: String, doc: &str, text: &mut Text) {
        let list = self.list(input, names, Elements::Of(ty), doc);
        self.open(&list, text);
        self.of_whole(&list.element, &list.element, None, text);
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
                self.of_whole(&place, &format!("&{place}"), stored.as_ref(), text);
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
        if list.is_new {
            let each = self.operation.each.as_ref().expect("asked for operations with a list only");
            let (shown, max) = (&each.argument.wire, list.max);
            text.code(2, &format!("write.at_most({shown:?}, input.{field}.len(), {max});"));
        }
        if let WriteKind::Emit { .. } = self.operation.kind {
            text.code(2, &format!("for {element} in &input.{field} {{"));
        } else {
            text.code(2, &format!("for (index, {element}) in input.{field}.iter().enumerate() {{"));
        }
    }

    /// An update, a delete or a check.
    fn of_parts(&self, source: &mut Source<'_>, text: &mut Text) {
        match &self.operation.kind {
            WriteKind::Update { entity, set, add, condition } => {
                let update = Update { entity: *entity, set, add, rule: condition.as_ref() };
                self.update(source, &update, text);
            }
            WriteKind::Delete { entity } => self.delete(source, *entity, text),
            WriteKind::Check { entity, condition } => self.check(source, *entity, condition.as_ref(), text),
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
            let place = self.field(source, id, field, false);
            arguments.push(pass(self.scene, self.scene.field(entity, field).ty, &place));
        }
        format!("entity::{}::key({})", Scene::module(entity), arguments.join(", "))
    }

    /// A field of the input for a field of the entity, with its presence if it is `set`.
    pub(super) fn field(&self, source: &mut Source<'_>, id: EntityId, field: FieldRef, set: bool) -> String {
        if let Some((_, place)) = source.known.iter().find(|(known, _)| *known == field) {
            return place.clone();
        }
        let entity = self.scene.entity(id);
        let declared = self.scene.field(entity, field);
        let ty = if set {
            tight(&self.paths.field(Scene::edge(entity, field), declared))
        } else {
            self.paths.text(declared.ty)
        };
        let mut doc = markdown(&declared.docs);
        if doc.is_empty() {
            doc = format!("`{}` of the `{}`.", declared.name, entity.name);
        }
        let (wanted, owner) = (declared.name.field(), entity.name.plain_field());
        let name = source.slots.field(&wanted, &owner, ty, Use::Field(id), declared.personal, doc);
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
        condition::expression(self.scene, entity, rule, |name, field| {
            let declared = self.scene.field(entity, field);
            let doc = format!("For `{shown}` of the `{}`.", entity.name);
            if value::is_integer(self.scene.types, declared.ty) {
                // A threshold may lie where no value of the field does.
                let place = self.argument(source, name, "i64".to_owned(), declared.personal, doc);
                format!("Attr::integer({place})")
            } else {
                let place = self.argument(source, name, self.paths.text(declared.ty), declared.personal, doc);
                self.convert.attribute(declared.ty, &format!("&{place}"))
            }
        })
    }

    fn delete(&self, source: &mut Source<'_>, id: EntityId, text: &mut Text) {
        let entity = self.scene.entity(id);
        let key = self.key(source, id);
        let demand = match &source.stored {
            Some(stored) if stored.versioned => format!("Expression::version({}.version)", stored.place),
            Some(stored) => {
                let fields = update::relied_upon(entity, &self.operation.kind).into_iter();
                let demands: String = fields
                    .map(|field| format!(".and({})", self.as_it_was(entity, field, &stored.fields())))
                    .collect();
                format!("Expression::present(&TABLE){demands}")
            }
            None => "Expression::present(&TABLE)".to_owned(),
        };
        let (index, otherwise) = (self.index(), self.otherwise());
        self.say(text, &format!("let key = {key};"));
        self.say(text, &format!("let demand = {demand};"));
        self.say(text, &format!("write.delete(key, Some(demand), {index}, {otherwise});"));
        if let Some(stored) = &source.stored {
            for unique in &entity.unique {
                self.say(text, &format!("write.unlock({});", self.lock(entity, unique, &stored.reference)));
            }
        }
    }

    fn check(&self, source: &mut Source<'_>, id: EntityId, rule: Option<&Condition>, text: &mut Text) {
        let entity = self.scene.entity(id);
        let key = self.key(source, id);
        let rule = rule.map(|rule| format!(".and({})", self.rule(source, entity, rule)));
        let (rule, index, otherwise) = (rule.unwrap_or_default(), self.index(), self.otherwise());
        self.say(text, &format!("let key = {key};"));
        self.say(text, &format!("let demand = Expression::present(&TABLE){rule};"));
        self.say(text, &format!("write.check(key, demand, {index}, {otherwise});"));
    }
}
