//! The statements of one operation.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;
use stipule_ir::Name;
use stipule_ir::table::{Condition, Entity, EntityId, FieldRef, Write, WriteKind, WriteOperation};

use super::error::Errors;
use super::input::{Elements, Input, Loop, Slots, Subject, Use};
use super::{Names, condition, failures, update};
use crate::rust::{docs, ident, paragraphs};
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
    pub(super) from: Ident,
    pub(super) slots: &'i mut Slots,
    /// The stored value.
    pub(super) stored: Option<Stored>,
    /// Fields that this operation has asked for.
    pub(super) known: Vec<(FieldRef, TokenStream)>,
}

/// A stored value in hand.
pub(super) struct Stored {
    /// Something with fields: `loan`, `line.loan`.
    pub(super) place: TokenStream,
    /// A reference to it.
    pub(super) reference: TokenStream,
    pub(super) versioned: bool,
}

impl Stored {
    /// Something with the fields of the value: a versioned one has fields of its own beside them.
    pub(super) fn fields(&self) -> TokenStream {
        let place = &self.place;
        if self.versioned { quote!(#place.value) } else { place.clone() }
    }

    /// A copy of the value, to be changed.
    pub(super) fn copy(&self) -> TokenStream {
        let fields = self.fields();
        quote!(#fields.clone())
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
    ) -> TokenStream {
        match &self.operation.each {
            None => self.once(input, subject),
            Some(_) => match self.whole() {
                Some((ty, doc)) => self.each_whole(input, names, ty, &doc),
                None => self.each_part(input, names, subject),
            },
        }
    }

    pub(super) fn in_list(&self) -> bool {
        self.operation.each.as_ref().is_some_and(|each| each.max.value != 1)
    }

    /// The place of an action in its list.
    pub(super) fn index(&self) -> TokenStream {
        if self.in_list() { quote!(index) } else { quote!(0) }
    }

    pub(super) fn otherwise(&self) -> TokenStream {
        let name = failures::own_name(self.scene, self.operation).unwrap_or_default();
        self.errors.maker(&name, self.in_list())
    }

    /// Name that sets fields of this operation apart.
    pub(super) fn owner(&self) -> String {
        match &self.operation.kind {
            WriteKind::Emit { event } => self.scene.contract.event(*event).name.plain_field(),
            kind => {
                let id = update::entity_of(kind).expect("all but events are about an entity");
                self.scene.entity(id).name.plain_field()
            }
        }
    }

    /// The type of an argument that is a whole value or event, and words about it.
    pub(super) fn whole(&self) -> Option<(TokenStream, String)> {
        match &self.operation.kind {
            WriteKind::Put { entity, absent } => {
                // A replacement needs the stored value as well: its list is one of parts.
                let entity = self.scene.entity(*entity);
                let replaces = !absent && entity.version && self.operation.each.is_some();
                (!replaces).then(|| (self.paths.of(entity.ty), format!("What becomes a `{}`.", entity.name)))
            }
            WriteKind::Emit { event } => {
                let event = self.scene.contract.event(*event);
                Some((self.paths.of(event.payload), format!("What `{}` says.", event.name)))
            }
            _ => None,
        }
    }

    /// An operation that happens once.
    pub(super) fn once(&self, input: &mut Input, subject: Option<&Subject>) -> TokenStream {
        if let Some((ty, doc)) = self.whole() {
            let wanted = match &self.operation.kind {
                WriteKind::Emit { event } => ident(&self.payload_name(*event)),
                _ => ident(&self.owner_field()),
            };
            let owner = self.owner();
            let field =
                input.slots.field(&wanted.to_string(), &owner, ty, Use::Whole, false, paragraphs(&doc));
            let stored = subject.map(|it| self.stored_argument(it));
            return self.of_whole(&quote!(input.#field), &quote!(&input.#field), stored.as_ref());
        }
        let stored = subject.map(|it| self.stored_argument(it));
        let mut source = Source { from: ident("input"), slots: &mut input.slots, stored, known: Vec::new() };
        self.of_parts(&mut source)
    }

    pub(super) fn stored_argument(&self, subject: &Subject) -> Stored {
        let name = &subject.name;
        let versioned = self.scene.entity(subject.entity).version;
        Stored { place: quote!(#name), reference: quote!(#name), versioned }
    }

    pub(super) fn payload_name(&self, event: stipule_ir::EventId) -> String {
        let event = self.scene.contract.event(event);
        let declared = self.scene.types.declaration(event.payload);
        declared.map_or_else(|| event.name.field(), |declaration| declaration.name.field())
    }

    pub(super) fn owner_field(&self) -> String {
        let id = update::entity_of(&self.operation.kind).expect("only events are about no entity");
        self.scene.entity(id).name.field()
    }

    /// A list of whole values or events.
    pub(super) fn each_whole(
        &self,
        input: &mut Input,
        names: &mut Names,
        ty: TokenStream,
        doc: &str,
    ) -> TokenStream {
        let list = self.list(input, names, Elements::Of(ty), doc);
        let element = &list.element;
        let body = self.of_whole(&quote!(#element), &quote!(#element), None);
        self.looped(&list, &body)
    }

    /// A list of structs with what the operation needs.
    pub(super) fn each_part(
        &self,
        input: &mut Input,
        names: &mut Names,
        subject: Option<&Subject>,
    ) -> TokenStream {
        let doc = format!("For each of these: {}.", super::words::summary(self.scene, &self.alone()));
        let list = self.list(input, names, Elements::Parts, &doc);
        let (element, owner) = (list.element.clone(), self.owner());
        let slots = input.parts(&list.field);
        let stored = subject.map(|subject| {
            let doc = paragraphs("As it was read.");
            let wanted = self.owner_field();
            let field = slots.field(&wanted, &owner, subject.ty.clone(), Use::Whole, false, doc);
            let versioned = self.scene.entity(subject.entity).version;
            Stored { place: quote!(#element.#field), reference: quote!(&#element.#field), versioned }
        });
        let body = match &self.operation.kind {
            WriteKind::Put { entity, .. } => {
                let entity = self.scene.entity(*entity);
                let doc = paragraphs("What it becomes.");
                let field = slots.field("next", &owner, self.paths.of(entity.ty), Use::Whole, false, doc);
                self.of_whole(&quote!(#element.#field), &quote!(&#element.#field), stored.as_ref())
            }
            _ => self.of_parts(&mut Source { from: element, slots, stored, known: Vec::new() }),
        };
        self.looped(&list, &body)
    }

    /// The operation without its list, for words about one element.
    pub(super) fn alone(&self) -> WriteOperation {
        WriteOperation { each: None, ..self.operation.clone() }
    }

    pub(super) fn list(&self, input: &mut Input, names: &mut Names, elements: Elements, doc: &str) -> Loop {
        let each = self.operation.each.as_ref().expect("asked for operations with a list only");
        let prefix = self.write.name.type_name();
        input.list(each, &self.owner(), elements, doc, &prefix, names)
    }

    pub(super) fn looped(&self, list: &Loop, body: &TokenStream) -> TokenStream {
        let (field, element) = (&list.field, &list.element);
        if list.max == 1 {
            return quote!(if let Some(#element) = &input.#field { #body });
        }
        let limit = list.is_new.then(|| {
            let each = self.operation.each.as_ref().expect("asked for operations with a list only");
            let (shown, max) = (&each.argument.wire, Literal::u32_unsuffixed(list.max));
            quote!(write.at_most(#shown, input.#field.len(), #max);)
        });
        let indexed = !matches!(self.operation.kind, WriteKind::Emit { .. });
        if indexed {
            quote!(#limit for (index, #element) in input.#field.iter().enumerate() { #body })
        } else {
            quote!(#limit for #element in &input.#field { #body })
        }
    }

    /// An update, a delete or a check.
    pub(super) fn of_parts(&self, source: &mut Source<'_>) -> TokenStream {
        match &self.operation.kind {
            WriteKind::Update { entity, set, add, condition } => {
                self.update(source, *entity, set, add, condition.as_ref())
            }
            WriteKind::Delete { entity } => self.delete(source, *entity),
            WriteKind::Check { entity, condition } => self.check(source, *entity, condition.as_ref()),
            WriteKind::Put { .. } | WriteKind::Emit { .. } => unreachable!("made from whole values"),
        }
    }

    /// The key of the item: of the stored value, or from fields of the input.
    pub(super) fn key(&self, source: &mut Source<'_>, id: EntityId) -> TokenStream {
        let entity = self.scene.entity(id);
        if let Some(stored) = &source.stored {
            return self.key_of(entity, &stored.reference);
        }
        let module = Scene::module(entity);
        let arguments: Vec<_> = key::fields_of(&entity.key)
            .into_iter()
            .map(|field| {
                let place = self.field(source, id, field, false);
                pass(self.scene, self.scene.field(entity, field).ty, &place)
            })
            .collect();
        quote!(entity::#module::key(tenant, #(#arguments),*))
    }

    /// A field of the input for a field of the entity, with its presence if it is `set`.
    pub(super) fn field(
        &self,
        source: &mut Source<'_>,
        id: EntityId,
        field: FieldRef,
        set: bool,
    ) -> TokenStream {
        if let Some((_, place)) = source.known.iter().find(|(known, _)| *known == field) {
            return place.clone();
        }
        let entity = self.scene.entity(id);
        let declared = self.scene.field(entity, field);
        let ty = if set {
            self.paths.field(Scene::edge(entity, field), declared)
        } else {
            self.paths.of(declared.ty)
        };
        let fallback = format!("`{}` of the `{}`.", declared.name, entity.name);
        let doc = docs(&declared.docs, &fallback);
        let (wanted, owner) = (declared.name.field(), entity.name.plain_field());
        let name = source.slots.field(&wanted, &owner, ty, Use::Field(id), declared.personal, doc);
        let from = &source.from;
        let place = quote!(#from.#name);
        source.known.push((field, place.clone()));
        place
    }

    pub(super) fn argument(
        &self,
        source: &mut Source<'_>,
        name: &Name,
        ty: TokenStream,
        personal: bool,
        doc: &str,
    ) -> TokenStream {
        let doc = paragraphs(doc);
        let field = source.slots.field(&name.field(), &self.owner(), ty, Use::Argument, personal, doc);
        let from = &source.from;
        quote!(#from.#field)
    }

    /// A condition with its arguments.
    pub(super) fn rule(&self, source: &mut Source<'_>, entity: &Entity, rule: &Condition) -> TokenStream {
        let shown = condition::shown(self.scene, entity, rule);
        condition::expression(self.scene, entity, rule, |name, field| {
            let declared = self.scene.field(entity, field);
            let doc = format!("For `{shown}` of the `{}`.", entity.name);
            if value::is_integer(self.scene.types, declared.ty) {
                // A threshold may lie where no value of the field does.
                let place = self.argument(source, name, quote!(i64), declared.personal, &doc);
                quote!(Attr::integer(#place))
            } else {
                let place = self.argument(source, name, self.paths.of(declared.ty), declared.personal, &doc);
                self.convert.attribute(declared.ty, &quote!(&#place))
            }
        })
    }

    pub(super) fn delete(&self, source: &mut Source<'_>, id: EntityId) -> TokenStream {
        let entity = self.scene.entity(id);
        let key = self.key(source, id);
        let (index, otherwise) = (self.index(), self.otherwise());
        let demand = match &source.stored {
            Some(stored) if stored.versioned => {
                let place = &stored.place;
                quote!(Expression::version(#place.version))
            }
            Some(stored) => {
                let fields = update::relied_upon(entity, &self.operation.kind);
                let demands = fields.into_iter().map(|field| {
                    let demand = self.as_it_was(entity, field, &stored.fields());
                    quote!(.and(#demand))
                });
                quote!(Expression::present(&TABLE) #(#demands)*)
            }
            None => quote!(Expression::present(&TABLE)),
        };
        let unlocks = entity.unique.iter().filter_map(|unique| {
            let stored = source.stored.as_ref()?;
            let lock = self.lock(entity, unique, &stored.reference);
            Some(quote!(write.unlock(#lock);))
        });
        quote! {
            let key = #key;
            let demand = #demand;
            write.delete(key, Some(demand), #index, #otherwise);
            #(#unlocks)*
        }
    }

    pub(super) fn check(
        &self,
        source: &mut Source<'_>,
        id: EntityId,
        rule: Option<&Condition>,
    ) -> TokenStream {
        let entity = self.scene.entity(id);
        let key = self.key(source, id);
        let rule = rule.map(|rule| {
            let rule = self.rule(source, entity, rule);
            quote!(.and(#rule))
        });
        let (index, otherwise) = (self.index(), self.otherwise());
        quote! {
            let key = #key;
            let demand = Expression::present(&TABLE) #rule;
            write.check(key, demand, #index, #otherwise);
        }
    }
}
