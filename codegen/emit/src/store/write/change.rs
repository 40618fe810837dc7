//! Updates: fields that are set, counters, keys in indexes, locks.

use proc_macro2::TokenStream;
use quote::quote;
use stipule_ir::TypeId;
use stipule_ir::table::{Add, Condition, Entity, EntityId, FieldRef, IndexKey};
use stipule_ir::types::{Limits, Scalar, TypeKind};

use super::step::{Source, Step};
use super::{failures, update};
use crate::rust::ident;
use crate::store::entity::{deciding, index_of, pass, pass_field};
use crate::store::fields::{Attribute, Fields};
use crate::store::scene::Scene;
use crate::types::integer_range;

impl Step<'_> {
    pub(super) fn update(
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
        let write_it = match &source.stored {
            Some(stored) if failures::may_be_stale(self.scene, self.operation) => {
                let place = &stored.place;
                let stale = self.errors.maker(failures::CONFLICT, self.in_list());
                quote!(write.change_current(key, change, #place.version, #index, #otherwise, #stale);)
            }
            _ => quote!(write.change(key, change, #index, #otherwise);),
        };
        let swaps = locks.iter().filter_map(|unique| {
            let stored = source.stored.as_ref()?;
            Some(self.swap(entity, unique, &stored.reference, &quote!(&next)))
        });
        quote! {
            let key = #key;
            #next
            let change = #start #(#sets)* #(#adds)* #(#keys)* #(#unchanged)* #rule;
            #write_it
            #(#swaps)*
        }
    }

    /// The key in an index: of the value as it will be, or from what the input says when that is all it is made of.
    pub(super) fn index_key(
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
    pub(super) fn next(
        &self,
        source: &Source<'_>,
        entity: &Entity,
        places: &[(FieldRef, TokenStream)],
    ) -> TokenStream {
        let stored = source.stored.as_ref().expect("what touches an index or a lock needs the stored value");
        let copy = stored.copy();
        let assignments = places.iter().map(|(field, place)| {
            let name = ident(&self.scene.field(entity, *field).name.field());
            quote!(next.#name.clone_from(&#place);)
        });
        quote!(let mut next = #copy; #(#assignments)*)
    }

    pub(super) fn attribute(&self, entity: &Entity, field: FieldRef, place: &TokenStream) -> Attribute {
        let object = self.scene.object(entity.ty);
        let fields = Fields { convert: self.convert, id: entity.ty, object };
        fields.attribute(Scene::edge(entity, field), self.scene.field(entity, field), place)
    }

    pub(super) fn add(&self, source: &mut Source<'_>, entity: &Entity, add: &Add) -> TokenStream {
        let declared = self.scene.field(entity, add.field);
        let verb = if add.negative { "Taken from" } else { "Added to" };
        let doc = format!("{verb} `{}` of the `{}`.", declared.name, entity.name);
        let amount = self.argument(source, &add.argument, quote!(i64), declared.personal, &doc);
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
    pub(super) fn limits(&self, id: TypeId) -> Option<(TokenStream, TokenStream)> {
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
    pub(super) fn unchanged(&self, source: &Source<'_>, entity: &Entity) -> Vec<TokenStream> {
        let Some(stored) = source.stored.as_ref().filter(|stored| !stored.versioned) else {
            return Vec::new();
        };
        let fields = update::relied_upon(entity, &self.operation.kind);
        let demands = fields.into_iter().map(|field| {
            let expression = self.as_it_was(entity, field, &stored.fields());
            quote!(.require(#expression))
        });
        demands.collect()
    }

    pub(super) fn as_it_was(&self, entity: &Entity, field: FieldRef, place: &TokenStream) -> TokenStream {
        let declared = self.scene.field(entity, field);
        let (wire, name) = (&declared.name.wire, ident(&declared.name.field()));
        let value = match self.attribute(entity, field, &quote!(#place.#name)) {
            Attribute::Always(attribute) => quote!(Some(#attribute)),
            Attribute::Maybe(attribute) => attribute,
        };
        quote!(Expression::unchanged(#wire, #value))
    }
}
