//! Structs.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;
use stipule_ir::TypeId;
use stipule_ir::types::{Declaration, Extra, Field, Newtype, Scalar, Struct, TypeKind};

use crate::rust::{docs, docs_and, ident};
use crate::types::{Edge, Form, Paths, Presence, default_function, default_value};

/// A struct while it is written.
struct Object<'a, 't, 'c> {
    paths: &'a Paths<'t, 'c>,
    id: TypeId,
    declaration: &'a Declaration,
    object: &'a Struct,
}

/// The struct, its constructor, and how it is read and written.
pub(super) fn item(
    paths: &Paths<'_, '_>,
    id: TypeId,
    declaration: &Declaration,
    object: &Struct,
    form: Form,
) -> TokenStream {
    let it = Object { paths, id, declaration, object };
    let definition = it.definition();
    let debug = it.is_personal().then(|| it.debug());
    let constructor = if form == Form::Closed { it.constructor() } else { TokenStream::new() };
    let (decode, serialize) = (it.decode(), it.serialize());
    let name = it.name();
    quote! {
        #definition
        #constructor
        #debug
        #decode
        #serialize
        stipule_wire::serde_through_decode!(#name);
    }
}

impl Object<'_, '_, '_> {
    fn name(&self) -> Ident {
        ident(&self.declaration.name.type_name())
    }

    /// Fields with their places.
    fn fields(&self) -> impl Iterator<Item = (Edge, &Field)> {
        let fields = self.object.fields.iter().enumerate();
        fields.map(|(place, field)| (Edge { from: self.id, place }, field))
    }

    /// A name that no field has.
    fn free(&self, name: &str) -> Ident {
        let taken = self.object.fields.iter().any(|field| field.name.field() == name);
        if taken { ident(&format!("{name}_")) } else { ident(name) }
    }

    /// Whether a field's value must not show. Personal text hides itself; personal numbers can't.
    fn hides(&self, field: &Field) -> bool {
        let number =
            |newtype: &Newtype| matches!(newtype.base, Scalar::Int32 | Scalar::Int64 | Scalar::Float64);
        let kind = self.paths.types.kind(field.ty);
        field.personal || matches!(kind, TypeKind::Newtype(it) if it.personal && number(it))
    }

    fn is_personal(&self) -> bool {
        self.object.fields.iter().any(|field| self.hides(field))
    }

    /// The value of a required field that can have but one: nobody needs to give it.
    fn only_value(&self, field: &Field) -> Option<TokenStream> {
        match self.paths.types.kind(field.ty) {
            TypeKind::Enum(it) if Presence::of(field) == Presence::Always => match it.values.as_slice() {
                [value] => {
                    let (ty, variant) = (self.paths.of(field.ty), ident(&value.name.variant()));
                    Some(quote!(#ty::#variant))
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether the struct has a `Default`: all of it may be absent.
    fn has_default(&self) -> bool {
        self.paths.types.has_default(self.id)
    }

    /// What an optional field is when it is absent.
    fn default_of(&self, field: &Field) -> TokenStream {
        default_value(self.paths, field.ty, field.default.as_deref().unwrap_or("null"))
    }

    /// Whether an empty value has something in it after all: a default of the contract, a constant.
    fn has_contract_defaults(&self) -> bool {
        self.object
            .fields
            .iter()
            .any(|field| matches!(Presence::of(field), Presence::OrDefault | Presence::Always))
    }

    fn definition(&self) -> TokenStream {
        let name = self.name();
        let docs = docs(&self.declaration.docs, "");
        let debug = (!self.is_personal()).then(|| quote!(Debug,));
        let eq = self.paths.types.is_eq(self.id).then(|| quote!(Eq,));
        let default = (self.has_default() && !self.has_contract_defaults()).then(|| quote!(Default,));
        let fields = self.fields().map(|(edge, field)| {
            let note = field.default.as_ref().map(|value| format!("Default: `{value}`."));
            let docs = docs_and(&field.docs, note.as_deref());
            let (name, ty) = (ident(&field.name.field()), self.paths.field(edge, field));
            quote!(#docs pub #name: #ty,)
        });
        let extra = match self.object.extra {
            Extra::Kept(value) => {
                let (name, map) = (self.free("extra"), self.paths.map_of(value));
                quote!(#[doc = " Properties beyond those above."] pub #name: #map,)
            }
            Extra::Refused | Extra::Ignored => TokenStream::new(),
        };
        quote! {
            #docs
            #[derive(Clone, #debug PartialEq, #eq #default)]
            pub struct #name { #(#fields)* #extra }
        }
    }

    /// `new` with the required fields, or `Default` when nothing is required, for structs with something to leave out.
    fn constructor(&self) -> TokenStream {
        /// As many arguments as clippy lets a function have.
        const MOST: usize = 7;
        let name = self.name();
        let required: Vec<_> =
            self.fields().filter(|(_, field)| field.required && self.only_value(field).is_none()).collect();
        if self.has_default() {
            if !self.has_contract_defaults() {
                return TokenStream::new();
            }
            let body = self.literal();
            return quote!(impl Default for #name { fn default() -> Self { #body } });
        }
        if required.len() == self.object.fields.len() || required.len() > MOST {
            return TokenStream::new();
        }
        let arguments = required.iter().map(|(edge, field)| {
            let (name, ty) = (ident(&field.name.field()), self.paths.field(*edge, field));
            quote!(#name: #ty)
        });
        let body = self.literal();
        quote! {
            impl #name {
                #[doc = " With what is required. All else is absent, or what the contract says instead."]
                pub fn new(#(#arguments),*) -> Self { #body }
            }
        }
    }

    /// The struct with its required fields from variables of their names.
    fn literal(&self) -> TokenStream {
        let fields = self.fields().map(|(_, field)| {
            let name = ident(&field.name.field());
            match Presence::of(field) {
                Presence::Always | Presence::OrNull => match self.only_value(field) {
                    Some(value) => quote!(#name: #value),
                    None => quote!(#name),
                },
                Presence::OrAbsent => quote!(#name: None),
                Presence::OrEither => {
                    let patch = self.paths.wire("Patch");
                    quote!(#name: #patch::Absent)
                }
                Presence::OrDefault => {
                    let value = self.default_of(field);
                    quote!(#name: #value)
                }
            }
        });
        let extra = matches!(self.object.extra, Extra::Kept(_)).then(|| {
            let name = self.free("extra");
            quote!(#name: BTreeMap::new())
        });
        let fields = fields.chain(extra);
        quote!(Self { #(#fields),* })
    }

    fn decode(&self) -> TokenStream {
        let [decode, decoder, json] = ["Decode", "Decoder", "Json"].map(|name| self.paths.wire(name));
        let (name, object) = (self.name(), self.free("object"));
        let count = self.count().map(|(min, max)| quote!(#object.count(#min, #max);));
        let reads = self.fields().map(|(_, field)| {
            let (name, wire) = (ident(&field.name.field()), &field.name.wire);
            match Presence::of(field) {
                Presence::Always => quote!(let #name = #object.required(#wire);),
                Presence::OrNull => quote!(let #name = #object.nullable(#wire);),
                Presence::OrAbsent => quote!(let #name = #object.optional(#wire);),
                Presence::OrEither => quote!(let #name = #object.patch(#wire);),
                Presence::OrDefault => {
                    let json = field.default.as_deref().unwrap_or("null");
                    let value = default_function(self.paths, field.ty, json);
                    quote!(let #name = #object.defaulted(#wire, #value);)
                }
            }
        });
        let extra = self.free("extra");
        let rest = match self.object.extra {
            Extra::Refused => quote!(#object.refuse_rest();),
            Extra::Ignored => quote!(#object.ignore_rest();),
            Extra::Kept(_) => quote!(let #extra = #object.rest();),
        };
        let fields = self.fields().map(|(_, field)| ident(&field.name.field()));
        let fields = fields.chain(matches!(self.object.extra, Extra::Kept(_)).then_some(extra));
        let mutable = (!self.object.fields.is_empty() || count.is_some()).then(|| quote!(mut));
        quote! {
            impl #decode for #name {
                fn decode(json: &#json<'_>, d: &mut #decoder) -> Option<Self> {
                    let #mutable #object = d.object(json)?;
                    #count
                    #(#reads)*
                    #rest
                    Some(Self { #(#fields: #fields?),* })
                }
            }
        }
    }

    /// Limits of the number of properties, if there are any.
    fn count(&self) -> Option<(TokenStream, TokenStream)> {
        let (min, max) = (self.object.min_properties, self.object.max_properties);
        if min.unwrap_or(0) == 0 && max.is_none() {
            return None;
        }
        let min = Literal::u64_unsuffixed(min.unwrap_or(0));
        let max = max.map_or_else(
            || quote!(usize::MAX),
            |max| {
                let max = Literal::u64_unsuffixed(max);
                quote!(#max)
            },
        );
        Some((quote!(#min), max))
    }

    fn serialize(&self) -> TokenStream {
        let (name, write) = (self.name(), self.paths.wire("write_object"));
        let entries = self.fields().map(|(_, field)| {
            let (name, wire) = (ident(&field.name.field()), &field.name.wire);
            match Presence::of(field) {
                Presence::Always | Presence::OrNull | Presence::OrDefault => {
                    quote!(object.field(#wire, &self.#name)?;)
                }
                Presence::OrAbsent => quote!(object.optional(#wire, &self.#name)?;),
                Presence::OrEither => quote!(object.patch(#wire, &self.#name)?;),
            }
        });
        let extra = matches!(self.object.extra, Extra::Kept(_)).then(|| {
            let extra = self.free("extra");
            quote!(object.rest(&self.#extra)?;)
        });
        let body = if self.object.fields.is_empty() && extra.is_none() {
            quote!(#write(serializer)?.end())
        } else {
            quote! {
                let mut object = #write(serializer)?;
                #(#entries)*
                #extra
                object.end()
            }
        };
        quote! {
            impl serde::Serialize for #name {
                fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    #body
                }
            }
        }
    }

    /// `Debug` that doesn't show personal data.
    fn debug(&self) -> TokenStream {
        let name = self.name();
        let shown = name.to_string();
        let fields = self.fields().map(|(_, field)| {
            let (name, shown) = (ident(&field.name.field()), field.name.plain_field());
            if self.hides(field) {
                let redacted = self.paths.wire("Redacted");
                quote!(.field(#shown, &#redacted))
            } else {
                quote!(.field(#shown, &self.#name))
            }
        });
        let extra = matches!(self.object.extra, Extra::Kept(_)).then(|| {
            let extra = self.free("extra");
            let shown = extra.to_string();
            quote!(.field(#shown, &self.#extra))
        });
        quote! {
            impl std::fmt::Debug for #name {
                fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.debug_struct(#shown)#(#fields)*#extra.finish()
                }
            }
        }
    }
}
