//! `attributes.rs`: conversions of the objects and unions inside entities.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use stipule_ir::TypeId;
use stipule_ir::types::{TypeKind, Union};

use super::convert::{Convert, reader};
use super::fields::Fields;
use super::imports::Imports;
use super::scene::Scene;
use crate::rust::ident;
use crate::types::{Edge, Form, Paths};

/// The whole file.
pub(super) fn file(scene: &Scene<'_>, convert: &Convert<'_>) -> TokenStream {
    let paths = Paths::outside(scene.types, Form::Closed);
    let about = super::doc::inner("Objects and unions inside entities, as attributes and back.");
    let pairs: Vec<_> = convert.reach.types().map(|id| pair(convert, &paths, id)).collect();
    let items = quote!(#(#pairs)*);
    let imports = Imports::of(scene, &paths, &items);
    quote!(#about #imports #items)
}

/// The two functions of one type.
fn pair(convert: &Convert<'_>, paths: &Paths<'_, '_>, id: TypeId) -> TokenStream {
    let (write, ty) = (convert.reach.function(id), paths.of(id));
    let read = reader(write);
    let (written, read_body) = match convert.types.kind(id) {
        TypeKind::Struct(object) => {
            let fields = Fields { convert, id, object };
            let (item, source) = (ident("object"), ident("fields"));
            let (puts, value) = (fields.put(&item, &quote!(value), None), fields.read(&ty, &source, None));
            (
                quote!(let mut object = Item::new(); #puts to::object(object)),
                quote!(let fields = Fields::of(attribute)?; Ok(#value)),
            )
        }
        TypeKind::Union(union) => (write_union(convert, &ty, union), read_union(convert, &ty, id, union)),
        _ => unreachable!("only structs and unions have conversions of their own"),
    };
    quote! {
        pub(crate) fn #write(value: &#ty) -> Attr { #written }
        pub(crate) fn #read(attribute: &Attr) -> Result<#ty, Misfit> { #read_body }
    }
}

fn write_union(convert: &Convert<'_>, ty: &TokenStream, union: &Union) -> TokenStream {
    let arms = union.variants.iter().map(|variant| {
        let name = ident(&variant.name.variant());
        let held = convert.attribute(variant.ty, &quote!(value));
        let attribute = match (&union.tag, variant.tags.as_slice()) {
            (Some(property), [tag]) => quote!(to::tagged(#property, #tag, #held)),
            // Several tags for one variant: its own field says which.
            _ => held,
        };
        quote!(#ty::#name(value) => #attribute,)
    });
    quote!(match value { #(#arms)* })
}

/// By its tag; without one by trying, as any other reader of the JSON form does.
fn read_union(convert: &Convert<'_>, ty: &TokenStream, id: TypeId, union: &Union) -> TokenStream {
    let Some(property) = &union.tag else { return quote!(from::free(attribute)) };
    let arms = union.variants.iter().enumerate().map(|(place, variant)| {
        let (tags, name): (_, Ident) = (&variant.tags, ident(&variant.name.variant()));
        let from = convert.from(variant.ty);
        let from = match convert.types.kind(variant.ty) {
            TypeKind::List(_) | TypeKind::Map(_) => quote!((#from)(attribute)),
            _ => quote!(#from(attribute)),
        };
        let boxed = convert.types.is_boxed(Edge { from: id, place }).then(|| quote!(.map(Box::new)));
        quote!(#(#tags)|* => #from #boxed .map(#ty::#name),)
    });
    quote! {
        match from::tag(attribute, #property)? {
            #(#arms)*
            _ => Err(from::unknown_tag(#property)),
        }
    }
}
