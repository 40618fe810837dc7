//! Puts and events: operations on whole values.

use proc_macro2::TokenStream;
use quote::quote;
use stipule_ir::table::{Entity, Unique, WriteKind};

use super::failures;
use super::step::{Step, Stored};
use crate::rust::ident;
use crate::store::entity::lock_name;
use crate::store::scene::Scene;

impl Step<'_> {
    /// A put or an event: `place` has fields, `reference` is passed on.
    pub(super) fn of_whole(
        &self,
        place: &TokenStream,
        reference: &TokenStream,
        stored: Option<&Stored>,
    ) -> TokenStream {
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
                let (old, old_place, old_fields) = (&stored.reference, &stored.place, stored.fields());
                let (old_key, new_key) = (self.key_of(entity, old), self.key_of(entity, reference));
                let mut fixed = vec![quote!(#old_key == #new_key)];
                fixed.extend(entity.immutable.iter().map(|field| {
                    let name = ident(&self.scene.field(entity, field.value).name.field());
                    quote!(#old_fields.#name == #place.#name)
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

    pub(super) fn key_of(&self, entity: &Entity, reference: &TokenStream) -> TokenStream {
        let module = Scene::module(entity);
        quote!(entity::#module::key_of(tenant, #reference))
    }

    pub(super) fn lock(&self, entity: &Entity, unique: &Unique, reference: &TokenStream) -> TokenStream {
        let (module, name) = (Scene::module(entity), lock_name(self.scene, entity, unique));
        quote!(entity::#module::#name(tenant, #reference))
    }

    pub(super) fn swap(
        &self,
        entity: &Entity,
        unique: &Unique,
        old: &TokenStream,
        new: &TokenStream,
    ) -> TokenStream {
        let (old_lock, new_lock) = (self.lock(entity, unique, old), self.lock(entity, unique, new));
        let (index, taken) = (self.index(), self.taken(entity, unique));
        quote! {
            let (held, wanted) = (#old_lock, #new_lock);
            write.swap_lock(held, &wanted, #index, #taken);
        }
    }

    pub(super) fn taken(&self, entity: &Entity, unique: &Unique) -> TokenStream {
        self.errors.maker(&failures::taken_name(self.scene, entity, unique.field), self.in_list())
    }
}
