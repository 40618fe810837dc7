//! The fields of an object, written to an item and read from one.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use stipule_ir::TypeId;
use stipule_ir::types::{Extra, Field, Struct};

use super::convert::Convert;
use crate::rust::ident;
use crate::types::{Edge, Presence};

/// An object whose fields are converted.
pub(super) struct Fields<'a> {
    pub(super) convert: &'a Convert<'a>,
    pub(super) id: TypeId,
    pub(super) object: &'a Struct,
}

impl Fields<'_> {
    /// Statements that put the fields of `value` into `item`; its free properties into an object of their own if
    /// `apart` names one, for beside keys they could forge some.
    pub(super) fn put(&self, item: &Ident, value: &TokenStream, apart: Option<&str>) -> TokenStream {
        let puts = self.object.fields.iter().enumerate().map(|(place, field)| {
            let (wire, name) = (&field.name.wire, ident(&field.name.field()));
            match self.attribute(Edge { from: self.id, place }, field, &quote!(#value.#name)) {
                Attribute::Always(attribute) => quote!(#item.insert(#wire, #attribute);),
                Attribute::Maybe(attribute) => quote!(#item.insert_some(#wire, #attribute);),
            }
        });
        let extra = match (self.object.extra, apart) {
            (Extra::Kept(ty), Some(attribute)) => {
                let (to, name) = (self.convert.to(ty), self.extra());
                quote!(#item.insert(#attribute, to::map(&#value.#name, #to));)
            }
            (Extra::Kept(ty), None) => {
                let (entry, name) = (self.convert.attribute(ty, &quote!(entry)), self.extra());
                quote! {
                    for (name, entry) in &#value.#name {
                        #item.insert(name.as_str(), #entry);
                    }
                }
            }
            (Extra::Refused | Extra::Ignored, _) => TokenStream::new(),
        };
        quote!(#(#puts)* #extra)
    }

    /// The attribute of one field.
    pub(super) fn attribute(&self, edge: Edge, field: &Field, place: &TokenStream) -> Attribute {
        let to = self.convert.to(field.ty);
        // A function for the type takes no reference to a box.
        let to = if self.convert.types.is_boxed(edge) { quote!(|value| #to(value)) } else { to };
        match Presence::of(field) {
            Presence::Always | Presence::OrDefault => {
                Attribute::Always(self.convert.attribute(field.ty, &quote!(&#place)))
            }
            Presence::OrNull => Attribute::Always(quote!(to::nullable(&#place, #to))),
            Presence::OrAbsent => Attribute::Maybe(quote!(#place.as_ref().map(#to))),
            Presence::OrEither => Attribute::Maybe(quote!(to::patch(&#place, #to))),
        }
    }

    /// `Ty { … }` read from `fields`; `apart` as in [`put`](Self::put).
    pub(super) fn read(&self, ty: &TokenStream, fields: &Ident, apart: Option<&str>) -> TokenStream {
        let reads = self.object.fields.iter().enumerate().map(|(place, field)| {
            let (wire, name, from) =
                (&field.name.wire, ident(&field.name.field()), self.convert.from(field.ty));
            let boxed = self.convert.types.is_boxed(Edge { from: self.id, place });
            let from = if boxed { quote!(|value| #from(value).map(Box::new)) } else { from };
            let read = match Presence::of(field) {
                Presence::Always => quote!(#fields.required(#wire, #from)?),
                Presence::OrNull => quote!(#fields.nullable(#wire, #from)?),
                Presence::OrAbsent => quote!(#fields.optional(#wire, #from)?),
                Presence::OrEither => quote!(#fields.patch(#wire, #from)?),
                Presence::OrDefault => {
                    let default = field.default.as_deref().unwrap_or("null");
                    quote!(#fields.defaulted(#wire, #from, #default)?)
                }
            };
            quote!(#name: #read)
        });
        let extra = if let Extra::Kept(value) = self.object.extra {
            let (from, name) = (self.convert.from(value), self.extra());
            let read = match apart {
                Some(attribute) => {
                    quote!(#fields.defaulted(#attribute, |entries| from::map(entries, #from), "{}")?)
                }
                None => {
                    let names = self.object.fields.iter().map(|field| &field.name.wire);
                    quote!(#fields.rest(&[#(#names),*], #from)?)
                }
            };
            Some(quote!(#name: #read))
        } else {
            None
        };
        let parts = reads.chain(extra);
        quote!(#ty { #(#parts),* })
    }

    /// An attribute name that no field has.
    pub(super) fn apart(&self) -> String {
        let mut name = "_more".to_owned();
        while self.object.fields.iter().any(|field| field.name.wire == name) {
            name.push('_');
        }
        name
    }

    /// The field with the properties beyond the declared ones.
    fn extra(&self) -> Ident {
        let taken = self.object.fields.iter().any(|field| field.name.field() == "extra");
        ident(if taken { "extra_" } else { "extra" })
    }
}

/// An attribute that is always there, or an `Option` of one.
pub(super) enum Attribute {
    Always(TokenStream),
    Maybe(TokenStream),
}
