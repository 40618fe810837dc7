//! Unions: by tag, or by trying.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use stipule_ir::TypeId;
use stipule_ir::types::{Declaration, Scalar, TypeKind, Union};

use crate::rust::{docs, ident};
use crate::types::{Edge, Form, Paths};

/// The union as an enum over its variants, and how it is read and written.
pub(super) fn item(
    paths: &Paths<'_, '_>,
    id: TypeId,
    declaration: &Declaration,
    it: &Union,
    form: Form,
) -> TokenStream {
    let name = ident(&declaration.name.type_name());
    let docs = docs(&declaration.docs, "");
    let eq = paths.types.is_eq(id).then(|| quote!(Eq));
    let variants = it.variants.iter().enumerate().map(|(place, variant)| {
        let docs = paths.types.declaration(variant.ty).and_then(|it| it.docs.title.clone());
        let docs = docs.map(|title| crate::rust::paragraphs(&title));
        let name = ident(&variant.name.variant());
        if is_null(paths, variant.ty) {
            return quote!(#docs #name,);
        }
        let ty = paths.boxed(Edge { from: id, place }, paths.of(variant.ty));
        quote!(#docs #name(#ty),)
    });
    let shared = paths.types.is_shared();
    let unknown = holds_unknown(it, form, shared).then(|| {
        let (name, any) = (catch_all(it), paths.wire("Any"));
        quote!(#[doc = " A choice that this version of the contract doesn't know, as it was read."] #name(#any),)
    });
    let grows = (form == Form::Open || shared).then(|| quote!(#[non_exhaustive]));
    let (decode, serialize) = (decode(paths, id, &name, it, form), serialize(paths, &name, it, form));
    let conversions = if form == Form::Closed { wrap(paths, id, &name, it) } else { TokenStream::new() };
    quote! {
        #docs
        #[derive(Clone, Debug, PartialEq, #eq)]
        #grows
        pub enum #name { #(#variants)* #unknown }
        #conversions
        #decode
        #serialize
        stipule_wire::serde_through_decode!(#name);
    }
}

/// Whether the form has a variant for what the contract doesn't know: only a tag makes that safe to tell. Others say
/// less of what they send, and their readers would rather have it than not.
pub(super) fn holds_unknown(it: &Union, form: Form, shared: bool) -> bool {
    shared || form == Form::Open && it.tag.is_some()
}

/// Whether a variant says all by its name.
pub(super) fn is_null(paths: &Paths<'_, '_>, ty: TypeId) -> bool {
    matches!(paths.types.kind(ty), TypeKind::Scalar(Scalar::Null))
}

/// The variant of an open union for what the contract doesn't list.
pub(super) fn catch_all(it: &Union) -> Ident {
    free_variant(it.variants.iter().map(|variant| variant.name.variant()))
}

/// `Unknown`, or another word if the contract has a variant of that name.
pub(super) fn free_variant(taken: impl Iterator<Item = String>) -> Ident {
    let taken: Vec<String> = taken.collect();
    let mut name = "Unknown".to_owned();
    while taken.contains(&name) {
        name.push_str("Value");
    }
    ident(&name)
}

fn decode(paths: &Paths<'_, '_>, id: TypeId, name: &Ident, it: &Union, form: Form) -> TokenStream {
    let [decode, decoder, json] = ["Decode", "Decoder", "Json"].map(|name| paths.wire(name));
    let names: Vec<Ident> = it.variants.iter().map(|variant| ident(&variant.name.variant())).collect();
    let body = match &it.tag {
        Some(tag) if paths.types.is_shared() => {
            let tags = it.variants.iter().map(|variant| &variant.tags);
            let arms = tags.zip(&names).filter(|(tags, _)| !tags.is_empty());
            let arms = arms
                .map(|(tags, name)| quote!(Some(#(#tags)|*) => Decode::decode(json, d).map(Self::#name),));
            let known = it.variants.iter().flat_map(|variant| &variant.tags);
            let unknown = catch_all(it);
            quote! {
                match d.choice(json, #tag) { #(#arms)* _ => d.other_choice(json, #tag, &[#(#known),*], Self::#unknown), }
            }
        }
        Some(tag) => {
            let tags = it.variants.iter().map(|variant| &variant.tags);
            let arms = tags
                .zip(&names)
                .map(|(tags, name)| quote!(#(#tags)|* => Decode::decode(json, d).map(Self::#name),));
            let other = match form {
                Form::Open => {
                    let (any, unknown) = (paths.wire("Any"), catch_all(it));
                    quote!(_ => #any::decode(json, d).map(Self::#unknown),)
                }
                Form::Closed => {
                    let known = it.variants.iter().flat_map(|variant| &variant.tags);
                    quote!(_ => d.unknown_tag(#tag, &[#(#known),*]),)
                }
            };
            quote!(match d.tag(json, #tag)? { #(#arms)* #other })
        }
        None => {
            let start = ident(if it.exactly_one { "exactly_one" } else { "first_of" });
            let shown = it.variants.iter().map(|variant| &variant.name.wire);
            let wraps =
                it.variants.iter().zip(&names).map(|(variant, name)| match is_null(paths, variant.ty) {
                    true => quote!(|()| Self::#name),
                    false => quote!(Self::#name),
                });
            let end = match paths.types.is_shared() {
                true => {
                    let unknown = catch_all(it);
                    quote!(or_keep(Self::#unknown))
                }
                false => quote!(finish()),
            };
            quote!(d.#start(json) #(.variant(#shown, #wraps))* .#end)
        }
    };
    let check = super::check(paths, id).and_then(|check| check.parse::<TokenStream>().ok());
    let check = check.map(|check| quote!(#check d.also(&CHECK, json);));
    quote! {
        impl #decode for #name {
            fn decode(json: &#json<'_>, d: &mut #decoder) -> Option<Self> { #check #body }
        }
    }
}

fn serialize(paths: &Paths<'_, '_>, name: &Ident, it: &Union, form: Form) -> TokenStream {
    let arms = it.variants.iter().map(|variant| {
        let name = ident(&variant.name.variant());
        if is_null(paths, variant.ty) {
            return quote!(Self::#name => serializer.serialize_unit(),);
        }
        let write = match (&it.tag, variant.tags.as_slice()) {
            (Some(property), [tag]) if !tells_itself(paths, variant.ty, property) => {
                let write_tagged = paths.wire("write_tagged");
                quote!(#write_tagged(serializer, #property, #tag, value))
            }
            _ => quote!(value.serialize(serializer)),
        };
        quote!(Self::#name(value) => #write,)
    });
    let unknown = holds_unknown(it, form, paths.types.is_shared()).then(|| {
        let name = catch_all(it);
        quote!(Self::#name(value) => value.serialize(serializer),)
    });
    quote! {
        impl serde::Serialize for #name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self { #(#arms)* #unknown }
            }
        }
    }
}

/// Whether a value of the type can't but carry its own tag: the property is a required constant.
fn tells_itself(paths: &Paths<'_, '_>, ty: TypeId, property: &str) -> bool {
    let TypeKind::Struct(object) = paths.types.kind(ty) else { return true };
    let field = object.fields.iter().find(|field| field.name.wire == property);
    let constant = |ty| matches!(paths.types.kind(ty), TypeKind::Enum(it) if it.values.len() == 1);
    field.is_some_and(|field| field.required && constant(field.ty))
}

/// `From` for each variant whose type stands for that variant alone and is an item of the model, so that no two of
/// them, nor one of the standard library, can meet.
fn wrap(paths: &Paths<'_, '_>, id: TypeId, name: &Ident, it: &Union) -> TokenStream {
    let wraps = it.variants.iter().enumerate().filter_map(|(place, variant)| {
        let nominal = paths.types.is_nominal(variant.ty);
        let alone = it.variants.iter().filter(|other| other.ty == variant.ty).count() == 1;
        if !nominal || !alone || variant.ty == id {
            return None;
        }
        let (ty, case) = (paths.of(variant.ty), ident(&variant.name.variant()));
        let value = if paths.types.is_boxed(Edge { from: id, place }) {
            quote!(Box::new(value))
        } else {
            quote!(value)
        };
        Some(quote! {
            impl From<#ty> for #name {
                fn from(value: #ty) -> Self { Self::#case(#value) }
            }
        })
    });
    quote!(#(#wraps)*)
}
