//! The statements of one operation.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;
use stipule_ir::table::{
    Add, Condition, Entity, EntityId, FieldRef, IndexKey, Unique, Write, WriteKind, WriteOperation,
};
use stipule_ir::types::{Limits, Scalar, TypeKind};
use stipule_ir::{Name, TypeId};

use super::error::Errors;
use super::input::{Elements, Input, Loop, Slots, Subject, Use};
use super::{Names, condition, failures, update};
use crate::rust::{docs, ident, paragraphs};
use crate::store::convert::Convert;
use crate::store::entity::{deciding, index_of, lock_name, pass, pass_field};
use crate::store::fields::{Attribute, Fields};
use crate::store::key;
use crate::store::scene::Scene;
use crate::store::value;
use crate::types::{Paths, integer_range};

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
struct Source<'i> {
    /// `input`, or the variable for the element of a list.
    from: Ident,
    slots: &'i mut Slots,
    /// The stored value.
    stored: Option<Stored>,
    /// Fields that this operation has asked for.
    known: Vec<(FieldRef, TokenStream)>,
}

/// A stored value in hand.
struct Stored {
    /// Something with fields: `loan`, `line.loan`.
    place: TokenStream,
    /// A reference to it.
    reference: TokenStream,
    versioned: bool,
}

impl Stored {
    /// A copy of the value, to be changed.
    fn copy(&self) -> TokenStream {
        let place = &self.place;
        if self.versioned { quote!(#place.value.clone()) } else { quote!(#place.clone()) }
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

    fn in_list(&self) -> bool {
        self.operation.each.as_ref().is_some_and(|each| each.max.value != 1)
    }

    /// The place of an action in its list.
    fn index(&self) -> TokenStream {
        if self.in_list() { quote!(index) } else { quote!(0) }
    }

    fn otherwise(&self) -> TokenStream {
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
    fn whole(&self) -> Option<(TokenStream, String)> {
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
    fn once(&self, input: &mut Input, subject: Option<&Subject>) -> TokenStream {
        if let Some((ty, doc)) = self.whole() {
            let wanted = match &self.operation.kind {
                WriteKind::Emit { event } => ident(&self.payload_name(*event)),
                _ => ident(&self.owner_field()),
            };
            let owner = self.owner();
            let field = input.slots.field(&wanted.to_string(), &owner, ty, Use::Whole, paragraphs(&doc));
            let stored = subject.map(|it| self.stored_argument(it));
            return self.of_whole(&quote!(input.#field), &quote!(&input.#field), stored.as_ref());
        }
        let stored = subject.map(|it| self.stored_argument(it));
        let mut source = Source { from: ident("input"), slots: &mut input.slots, stored, known: Vec::new() };
        self.of_parts(&mut source)
    }

    fn stored_argument(&self, subject: &Subject) -> Stored {
        let name = &subject.name;
        let versioned = self.scene.entity(subject.entity).version;
        Stored { place: quote!(#name), reference: quote!(#name), versioned }
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
    fn each_whole(&self, input: &mut Input, names: &mut Names, ty: TokenStream, doc: &str) -> TokenStream {
        let list = self.list(input, names, Elements::Of(ty), doc);
        let element = &list.element;
        let body = self.of_whole(&quote!(#element), &quote!(#element), None);
        self.looped(&list, &body)
    }

    /// A list of structs with what the operation needs.
    fn each_part(&self, input: &mut Input, names: &mut Names, subject: Option<&Subject>) -> TokenStream {
        let doc = format!("For each of these: {}.", super::words::summary(self.scene, &self.alone()));
        let list = self.list(input, names, Elements::Parts, &doc);
        let (element, owner) = (list.element.clone(), self.owner());
        let slots = input.parts(&list.field);
        let stored = subject.map(|subject| {
            let doc = paragraphs("As it was read.");
            let wanted = self.owner_field();
            let field = slots.field(&wanted, &owner, subject.ty.clone(), Use::Whole, doc);
            let versioned = self.scene.entity(subject.entity).version;
            Stored { place: quote!(#element.#field), reference: quote!(&#element.#field), versioned }
        });
        let body = match &self.operation.kind {
            WriteKind::Put { entity, .. } => {
                let entity = self.scene.entity(*entity);
                let doc = paragraphs("What it becomes.");
                let field = slots.field("next", &owner, self.paths.of(entity.ty), Use::Whole, doc);
                self.of_whole(&quote!(#element.#field), &quote!(&#element.#field), stored.as_ref())
            }
            _ => self.of_parts(&mut Source { from: element, slots, stored, known: Vec::new() }),
        };
        self.looped(&list, &body)
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

    fn looped(&self, list: &Loop, body: &TokenStream) -> TokenStream {
        let (field, element) = (&list.field, &list.element);
        if list.max == 1 {
            return quote!(if let Some(#element) = &input.#field { #body });
        }
        let limit = list.is_new.then(|| {
            let (shown, max) = (field.to_string(), Literal::u32_unsuffixed(list.max));
            quote!(write.at_most(#shown, input.#field.len(), #max);)
        });
        let indexed = !matches!(self.operation.kind, WriteKind::Emit { .. });
        if indexed {
            quote!(#limit for (index, #element) in input.#field.iter().enumerate() { #body })
        } else {
            quote!(#limit for #element in &input.#field { #body })
        }
    }

    /// A put or an event: `place` has fields, `reference` is passed on.
    fn of_whole(&self, place: &TokenStream, reference: &TokenStream, stored: Option<&Stored>) -> TokenStream {
        let WriteKind::Put { entity, absent } = &self.operation.kind else {
            return quote!(write.emit(#reference););
        };
        let entity = self.scene.entity(*entity);
        let (module, index, otherwise) = (Scene::module(entity), self.index(), self.otherwise());
        match stored {
            None => {
                let version = entity.version.then(|| quote!(, 1));
                let put = match absent {
                    true => quote!(write.put_new(item, #index, #otherwise);),
                    false => quote!(write.put(item, None, #index, #otherwise);),
                };
                let locks = entity.unique.iter().map(|unique| {
                    let lock = self.lock(entity, unique, reference);
                    let taken = self.taken(entity, unique);
                    quote!(let lock = #lock; write.lock(&lock, #index, #taken);)
                });
                quote! {
                    let item = entity::#module::item(tenant, #reference #version);
                    #put
                    #(#locks)*
                }
            }
            Some(stored) => {
                let (old, old_place) = (&stored.reference, &stored.place);
                let (old_key, new_key) = (self.key_of(entity, old), self.key_of(entity, reference));
                let mut fixed = vec![quote!(#old_key == #new_key)];
                fixed.extend(entity.immutable.iter().map(|field| {
                    let name = ident(&self.scene.field(entity, field.value).name.field());
                    quote!(#old_place.#name == #place.#name)
                }));
                let same =
                    entity.immutable.iter().map(|field| &self.scene.field(entity, field.value).name.wire);
                let same: Vec<&str> = std::iter::once("the key").chain(same.map(String::as_str)).collect();
                let same = same.join(", ");
                let swaps = entity.unique.iter().map(|unique| self.swap(entity, unique, old, reference));
                quote! {
                    let same = #(#fixed)&&*;
                    write.same(#same, same);
                    let next = #old_place.version.saturating_add(1);
                    let item = entity::#module::item(tenant, #reference, next);
                    write.replace(item, #old_place.version, #index, #otherwise);
                    #(#swaps)*
                }
            }
        }
    }

    fn key_of(&self, entity: &Entity, reference: &TokenStream) -> TokenStream {
        let module = Scene::module(entity);
        quote!(entity::#module::key_of(tenant, #reference))
    }

    fn lock(&self, entity: &Entity, unique: &Unique, reference: &TokenStream) -> TokenStream {
        let (module, name) = (Scene::module(entity), lock_name(self.scene, entity, unique));
        quote!(entity::#module::#name(tenant, #reference))
    }

    fn swap(&self, entity: &Entity, unique: &Unique, old: &TokenStream, new: &TokenStream) -> TokenStream {
        let (old_lock, new_lock) = (self.lock(entity, unique, old), self.lock(entity, unique, new));
        let (index, taken) = (self.index(), self.taken(entity, unique));
        quote! {
            let (held, wanted) = (#old_lock, #new_lock);
            write.swap_lock(held, &wanted, #index, #taken);
        }
    }

    fn taken(&self, entity: &Entity, unique: &Unique) -> TokenStream {
        self.errors.maker(&failures::taken_name(self.scene, entity, unique.field), self.in_list())
    }

    /// An update, a delete or a check.
    fn of_parts(&self, source: &mut Source<'_>) -> TokenStream {
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
    fn key(&self, source: &mut Source<'_>, id: EntityId) -> TokenStream {
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
    fn field(&self, source: &mut Source<'_>, id: EntityId, field: FieldRef, set: bool) -> TokenStream {
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
        let name =
            source.slots.field(&declared.name.field(), &entity.name.plain_field(), ty, Use::Field(id), doc);
        let from = &source.from;
        let place = quote!(#from.#name);
        source.known.push((field, place.clone()));
        place
    }

    fn argument(&self, source: &mut Source<'_>, name: &Name, ty: TokenStream, doc: &str) -> TokenStream {
        let field = source.slots.field(&name.field(), &self.owner(), ty, Use::Argument, paragraphs(doc));
        let from = &source.from;
        quote!(#from.#field)
    }

    fn update(
        &self,
        source: &mut Source<'_>,
        id: EntityId,
        set: &[FieldRef],
        add: &[Add],
        rule: Option<&Condition>,
    ) -> TokenStream {
        let entity = self.scene.entity(id);
        let key = self.key(source, id);
        let places: Vec<_> = set.iter().map(|field| (*field, self.field(source, id, *field, true))).collect();
        let (indexes, locks) = (update::touched(entity, set), update::locks(entity, &self.operation.kind));
        let needs_next = source.stored.is_some() && (!indexes.is_empty() || !locks.is_empty());
        let start = match &source.stored {
            Some(stored) if stored.versioned => {
                let place = &stored.place;
                quote!(Change::of_version(#place.version))
            }
            _ => quote!(Change::of_existing(&TABLE)),
        };
        let next = needs_next.then(|| self.next(source, entity, &places));
        let sets: Vec<_> = places
            .iter()
            .map(|(field, place)| {
                let name = ident(&self.scene.field(entity, *field).name.field());
                let place = if needs_next { quote!(next.#name) } else { place.clone() };
                let wire = &self.scene.field(entity, *field).name.wire;
                match self.attribute(entity, *field, &place) {
                    Attribute::Always(attribute) => quote!(.set(#wire, #attribute)),
                    Attribute::Maybe(attribute) => quote!(.set_some(#wire, #attribute)),
                }
            })
            .collect();
        let adds: Vec<_> = add.iter().map(|add| self.add(source, entity, add)).collect();
        let keys: Vec<_> = indexes
            .iter()
            .map(|index_key| {
                let constant = ident(&self.scene.index(index_key.index).name.constant());
                let key = self.index_key(source, id, index_key, needs_next, &places);
                quote!(.index(&#constant, #key))
            })
            .collect();
        let unchanged = self.unchanged(source, entity);
        let rule = rule.map(|rule| {
            let rule = self.rule(source, entity, rule);
            quote!(.require(#rule))
        });
        let (index, otherwise) = (self.index(), self.otherwise());
        let swaps = locks.iter().filter_map(|unique| {
            let stored = source.stored.as_ref()?;
            Some(self.swap(entity, unique, &stored.reference, &quote!(&next)))
        });
        quote! {
            let key = #key;
            #next
            let change = #start #(#sets)* #(#adds)* #(#keys)* #(#unchanged)* #rule;
            write.change(key, change, #index, #otherwise);
            #(#swaps)*
        }
    }

    /// The key in an index: of the value as it will be, or from what the input says when that is all it is made of.
    fn index_key(
        &self,
        source: &mut Source<'_>,
        id: EntityId,
        index_key: &IndexKey,
        from_next: bool,
        places: &[(FieldRef, TokenStream)],
    ) -> TokenStream {
        let entity = self.scene.entity(id);
        let (module, index) = (Scene::module(entity), &self.scene.index(index_key.index).name);
        if from_next {
            let of = index_of(index);
            return quote!(entity::#module::#of(tenant, &next));
        }
        let name = ident(&index.field());
        let arguments: Vec<_> = deciding(index_key)
            .into_iter()
            .map(|field| {
                let declared = self.scene.field(entity, field);
                match places.iter().find(|(set, _)| *set == field) {
                    Some((_, place)) => pass_field(self.scene, declared, place),
                    None => {
                        let place = self.field(source, id, field, false);
                        pass(self.scene, declared.ty, &place)
                    }
                }
            })
            .collect();
        quote!(entity::#module::#name(tenant, #(#arguments),*))
    }

    /// The value as it will be: `let mut next = …; next.state.clone_from(&input.state);`
    fn next(&self, source: &Source<'_>, entity: &Entity, places: &[(FieldRef, TokenStream)]) -> TokenStream {
        let stored = source.stored.as_ref().expect("what touches an index or a lock needs the stored value");
        let copy = stored.copy();
        let assignments = places.iter().map(|(field, place)| {
            let name = ident(&self.scene.field(entity, *field).name.field());
            quote!(next.#name.clone_from(&#place);)
        });
        quote!(let mut next = #copy; #(#assignments)*)
    }

    fn attribute(&self, entity: &Entity, field: FieldRef, place: &TokenStream) -> Attribute {
        let object = self.scene.object(entity.ty);
        let fields = Fields { convert: self.convert, id: entity.ty, object };
        fields.attribute(Scene::edge(entity, field), self.scene.field(entity, field), place)
    }

    fn add(&self, source: &mut Source<'_>, entity: &Entity, add: &Add) -> TokenStream {
        let declared = self.scene.field(entity, add.field);
        let verb = if add.negative { "Taken from" } else { "Added to" };
        let doc = format!("{verb} `{}` of the `{}`.", declared.name, entity.name);
        let amount = self.argument(source, &add.argument, quote!(i64), &doc);
        let wire = &declared.name.wire;
        let (plain, within) = match add.negative {
            true => (quote!(subtract), quote!(subtract_within)),
            false => (quote!(add), quote!(add_within)),
        };
        match self.limits(declared.ty) {
            Some((least, most)) => quote!(.#within(#wire, #amount, #least, #most)),
            None => quote!(.#plain(#wire, #amount)),
        }
    }

    /// The limits of a counter, if its type has any.
    fn limits(&self, id: TypeId) -> Option<(TokenStream, TokenStream)> {
        let (base, limits) = match self.scene.types.kind(id) {
            TypeKind::Scalar(Scalar::Int32) => (Scalar::Int32, Limits::default()),
            TypeKind::Newtype(it) => (it.base, it.limits.clone()),
            _ => return None,
        };
        if base == Scalar::Int64 && limits.minimum.is_none() && limits.maximum.is_none() {
            return None;
        }
        // Without the braces that a const argument needs.
        let plain = |tokens: TokenStream| {
            let text = tokens.to_string();
            crate::rust::tokens(text.trim_matches(['{', '}', ' ']))
        };
        let (least, most) = integer_range(base, &limits);
        Some((plain(least), plain(most)))
    }

    /// Demands on fields of a stored value without a version that something was derived from.
    fn unchanged(&self, source: &Source<'_>, entity: &Entity) -> Vec<TokenStream> {
        let Some(stored) = source.stored.as_ref().filter(|stored| !stored.versioned) else {
            return Vec::new();
        };
        let fields = update::relied_upon(entity, &self.operation.kind);
        let demands = fields.into_iter().map(|field| {
            let expression = self.as_it_was(entity, field, &stored.place);
            quote!(.require(#expression))
        });
        demands.collect()
    }

    fn as_it_was(&self, entity: &Entity, field: FieldRef, place: &TokenStream) -> TokenStream {
        let declared = self.scene.field(entity, field);
        let (wire, name) = (&declared.name.wire, ident(&declared.name.field()));
        let value = match self.attribute(entity, field, &quote!(#place.#name)) {
            Attribute::Always(attribute) => quote!(Some(#attribute)),
            Attribute::Maybe(attribute) => attribute,
        };
        quote!(Expression::unchanged(#wire, #value))
    }

    /// A condition with its arguments.
    fn rule(&self, source: &mut Source<'_>, entity: &Entity, rule: &Condition) -> TokenStream {
        let shown = condition::shown(self.scene, entity, rule);
        condition::expression(self.scene, entity, rule, |name, ty| {
            let doc = format!("For `{shown}` of the `{}`.", entity.name);
            if value::is_integer(self.scene.types, ty) {
                // A threshold may lie where no value of the field does.
                let place = self.argument(source, name, quote!(i64), &doc);
                quote!(Attr::integer(#place))
            } else {
                let place = self.argument(source, name, self.paths.of(ty), &doc);
                self.convert.attribute(ty, &quote!(&#place))
            }
        })
    }

    fn delete(&self, source: &mut Source<'_>, id: EntityId) -> TokenStream {
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
                    let demand = self.as_it_was(entity, field, &stored.place);
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

    fn check(&self, source: &mut Source<'_>, id: EntityId, rule: Option<&Condition>) -> TokenStream {
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
