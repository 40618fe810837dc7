//! What an operation is asked.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use stipule_ir::TypeId;
use stipule_ir::service::{Location, Parameter, Style};
use stipule_ir::types::{EnumLiteral, Scalar, TypeKind};

use super::{Act, Scene};
use crate::rust::{docs_and, ident, paragraphs};
use crate::types::{Types, default_function};

/// The struct with every parameter and the body, and how it is read from a call.
pub(super) fn items(scene: &Scene<'_, '_>, act: &Act<'_>) -> TokenStream {
    let operation = act.operation;
    let name = ident(&act.input);
    let docs = paragraphs(&format!(
        "What `{}` is asked: `{} {}`.",
        operation.id.wire,
        operation.method.as_str(),
        operation.path.template
    ));
    let body = body_name(act);
    let parameters = operation.parameters.iter().map(|parameter| {
        let note = parameter.default.as_ref().map(|value| format!("Default: `{value}`."));
        let (docs, name) = (docs_and(&parameter.docs, note.as_deref()), ident(&parameter.name.field()));
        let ty = scene.paths.of(parameter.ty);
        let absent = !parameter.required && parameter.default.is_none();
        let ty = if absent { quote!(Option<#ty>) } else { ty };
        quote!(#docs pub #name: #ty,)
    });
    let content = body_type(act).map(|(ty, required)| {
        let docs = docs_and(&operation.body.as_ref().map(|body| body.docs.clone()).unwrap_or_default(), None);
        let ty = scene.paths.of(ty);
        let ty = if required { ty } else { quote!(Option<#ty>) };
        quote!(#docs pub #body: #ty,)
    });
    let definition = if operation.parameters.is_empty() && content.is_none() {
        quote!(pub struct #name;)
    } else {
        quote!(pub struct #name { #(#parameters)* #content })
    };
    let read = read(scene, act, &name);
    quote! {
        #docs
        #[derive(Clone, Debug, PartialEq)]
        #definition
        #read
    }
}

/// The type of the JSON body, and whether it must be there.
pub(super) fn body_type(act: &Act<'_>) -> Option<(TypeId, bool)> {
    let body = act.operation.body.as_ref()?;
    body.media.first().map(|media| (media.ty, body.required))
}

/// A name for the body that no parameter has.
fn body_name(act: &Act<'_>) -> Ident {
    free(act, "body")
}

fn free(act: &Act<'_>, name: &str) -> Ident {
    let taken = act.operation.parameters.iter().any(|parameter| parameter.name.field() == name);
    if taken { ident(&format!("{name}_")) } else { ident(name) }
}

fn read(scene: &Scene<'_, '_>, act: &Act<'_>, name: &Ident) -> TokenStream {
    let (call, refused) = (scene.runtime("Call"), scene.runtime("Refused"));
    let (parts, body) = (free(act, "parts"), body_name(act));
    let reads = act.operation.parameters.iter().map(|parameter| {
        let (name, read) = (ident(&parameter.name.field()), parameter_read(scene, &parts, parameter));
        quote!(let #name = #read;)
    });
    let content = body_type(act).map(|(_, required)| {
        let function = ident(if required { "body" } else { "optional_body" });
        quote!(let #body = #parts.#function();)
    });
    let names = act.operation.parameters.iter().map(|parameter| ident(&parameter.name.field()));
    let names: Vec<_> = names.chain(body_type(act).map(|_| body)).collect();
    let (parts, value) = match names.as_slice() {
        [] => (quote!(_), quote!(Self)),
        names => (quote!(#parts), quote!(Self { #(#names: #names?),* })),
    };
    quote! {
        impl #name {
            fn read(call: &#call) -> Result<Self, #refused> {
                call.read(|#parts| {
                    #(#reads)*
                    #content
                    Some(#value)
                })
            }
        }
    }
}

fn parameter_read(scene: &Scene<'_, '_>, parts: &Ident, parameter: &Parameter) -> TokenStream {
    let types = scene.paths.types;
    let (place, form, style) = (scene.http("In"), scene.http("Form"), parameter.style);
    let place = match parameter.location {
        Location::Path => quote!(#place::Path),
        Location::Query => quote!(#place::Query),
        Location::Header => quote!(#place::Header),
        Location::Cookie => quote!(#place::Cookie),
    };
    let wire = &parameter.name.wire;
    let default = parameter.default.as_deref().filter(|_| !parameter.required);
    let default = default.map(|json| default_function(&scene.paths, parameter.ty, json));
    if let TypeKind::List(list) = types.kind(parameter.ty) {
        let form = form_of(types, &form, list.item);
        let name = scene.http("Style");
        let style = match style {
            Style::Commas => quote!(#name::Commas),
            Style::Repeated => quote!(#name::Repeated),
        };
        let arguments = quote!(#place, #wire, #form, #style);
        return match (parameter.required, default) {
            (true, _) => quote!(#parts.list(#arguments)),
            (false, None) => quote!(#parts.optional_list(#arguments)),
            (false, Some(default)) => {
                quote!(#parts.optional_list(#arguments).map(|list| list.unwrap_or_else(#default)))
            }
        };
    }
    let form = form_of(types, &form, parameter.ty);
    match (parameter.required, default) {
        (true, _) => quote!(#parts.required(#place, #wire, #form)),
        (false, None) => quote!(#parts.optional(#place, #wire, #form)),
        (false, Some(default)) => quote!(#parts.defaulted(#place, #wire, #form, #default)),
    }
}

/// What the text of a parameter stands for.
fn form_of(types: &Types<'_>, form: &TokenStream, ty: TypeId) -> TokenStream {
    let scalar = match types.kind(ty) {
        TypeKind::Scalar(scalar) => *scalar,
        TypeKind::Newtype(newtype) => newtype.base,
        TypeKind::Enum(it) => match it.values.first().map(|value| &value.value) {
            Some(EnumLiteral::Integer(_)) => Scalar::Int64,
            Some(EnumLiteral::Boolean(_)) => Scalar::Boolean,
            Some(EnumLiteral::String(_)) | None => Scalar::String,
        },
        _ => Scalar::String,
    };
    match scalar {
        Scalar::Boolean => quote!(#form::Boolean),
        Scalar::Int32 | Scalar::Int64 => quote!(#form::Integer),
        Scalar::Float64 => quote!(#form::Number),
        _ => quote!(#form::Text),
    }
}
