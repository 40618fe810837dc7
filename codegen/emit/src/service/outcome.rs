//! How an operation may succeed.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use stipule_ir::service::{Outcome, ResponseHeader, Status};

use super::{Act, Scene};
use crate::rust::{docs, ident, paragraphs};

/// The enum of successes, and each as an answer.
pub(super) fn items(scene: &Scene<'_, '_>, act: &Act<'_>) -> TokenStream {
    let name = ident(&act.ok);
    let doc = paragraphs(&format!("How `{}` succeeds.", act.operation.id.wire));
    let variants = act.successes().map(|outcome| variant(scene, outcome, false));
    let arms = act.successes().map(|outcome| arm(scene, outcome));
    let (answer, response, failed) =
        (scene.runtime("Answer"), scene.runtime("Response"), scene.runtime("Failed"));
    let many = act.successes().filter(|outcome| !outcome.media.is_empty()).count() > 1;
    let sizes = many.then(|| {
        let reason = "the bodies are the contract's; boxes would stand in every handler's way";
        quote!(#[allow(clippy::large_enum_variant, reason = #reason)])
    });
    quote! {
        #doc
        #sizes
        #[derive(Clone, Debug, PartialEq)]
        pub enum #name { #(#variants)* }
        impl #answer for #name {
            fn response(&self) -> Result<#response, #failed> { match self { #(#arms)* } }
        }
    }
}

/// The variant of an outcome: bare, with its body, or with named parts when there are headers or a free status.
pub(super) fn variant(scene: &Scene<'_, '_>, outcome: &Outcome, boxed: bool) -> TokenStream {
    let (docs, name) = (docs(&outcome.docs, ""), ident(&outcome.name.variant()));
    let body = outcome.media.first().map(|media| {
        let ty = scene.paths.of(media.ty);
        if boxed && scene.paths.types.is_nominal(media.ty) { quote!(Box<#ty>) } else { ty }
    });
    if is_plain(outcome) {
        let body = body.map(|ty| quote!((#ty)));
        return quote!(#docs #name #body,);
    }
    let status = free_status(outcome).then(|| quote!(#[doc = " The status."] status: u16,));
    let headers = outcome.headers.iter().map(|header| {
        let (docs, name, ty) =
            (crate::rust::docs(&header.docs, ""), header_name(header), scene.paths.of(header.ty));
        let ty = if header.required { ty } else { quote!(Option<#ty>) };
        quote!(#docs #name: #ty,)
    });
    let body = body.map(|ty| quote!(#[doc = " The body."] body: #ty,));
    quote!(#docs #name { #status #(#headers)* #body },)
}

/// Whether an outcome is its body and nothing else.
pub(super) fn is_plain(outcome: &Outcome) -> bool {
    outcome.headers.is_empty() && !free_status(outcome)
}

/// Whether the status isn't said by the variant.
pub(super) fn free_status(outcome: &Outcome) -> bool {
    !matches!(outcome.status, Status::Code(_))
}

fn header_name(header: &ResponseHeader) -> proc_macro2::Ident {
    let name = header.name.field();
    let taken = matches!(name.as_str(), "body" | "status");
    if taken { ident(&format!("{name}_header")) } else { ident(&name) }
}

/// `Self::Created { location, body }`: every part by its name.
pub(super) fn pattern(outcome: &Outcome) -> TokenStream {
    let name = ident(&outcome.name.variant());
    let has_body = !outcome.media.is_empty();
    if is_plain(outcome) {
        return if has_body { quote!(Self::#name(body)) } else { quote!(Self::#name) };
    }
    let status = free_status(outcome).then(|| quote!(status));
    let headers = outcome.headers.iter().map(|header| {
        let name = header_name(header);
        quote!(#name)
    });
    let body = has_body.then(|| quote!(body));
    let parts = status.into_iter().chain(headers).chain(body);
    quote!(Self::#name { #(#parts),* })
}

/// The status as an expression.
pub(super) fn status(outcome: &Outcome) -> TokenStream {
    match outcome.status {
        Status::Code(code) => {
            let code = Literal::u16_unsuffixed(code);
            quote!(#code)
        }
        Status::Class(_) | Status::Default => quote!(*status),
    }
}

/// Adds the outcome's headers to `response`.
pub(super) fn headers(scene: &Scene<'_, '_>, outcome: &Outcome) -> TokenStream {
    let adds = outcome.headers.iter().map(|it| {
        let (add, plain) = (scene.http("header"), scene.paths.wire("Plain"));
        let (wire, name) = (&it.name.wire, header_name(it));
        if it.required {
            quote!(#add(&mut response, #wire, #plain::to_text(#name))?;)
        } else {
            quote!(if let Some(value) = #name { #add(&mut response, #wire, #plain::to_text(value))?; })
        }
    });
    quote!(#(#adds)*)
}

fn arm(scene: &Scene<'_, '_>, outcome: &Outcome) -> TokenStream {
    let (pattern, status) = (pattern(outcome), status(outcome));
    let made = match outcome.media.first() {
        Some(_) => {
            let json = scene.http("json");
            quote!(#json(#status, body))
        }
        None => {
            let empty = scene.http("empty");
            quote!(#empty(#status))
        }
    };
    if outcome.headers.is_empty() {
        return quote!(#pattern => #made,);
    }
    let headers = headers(scene, outcome);
    quote! {
        #pattern => {
            let mut response = #made?;
            #headers
            Ok(response)
        }
    }
}
