//! What may come of a call.

use std::fmt::Write as _;

use proc_macro2::TokenStream;
use quote::quote;
use stipule_ir::service::{Outcome, ResponseHeader, Status};

use super::{Act, Scene};
use crate::rust::{Source, Text, doc_lines, docs, ident, paragraphs, tight};
use crate::types::Form;

/// The type of a success where it isn't just the body, the enum of failures, and how both are read.
pub(super) fn items(scene: &Scene<'_, '_>, act: &Act<'_>) -> Source {
    let mut source = Source::default();
    source.push(success(scene, act));
    source.push_text(failures(scene, act));
    source.push_text(read(scene, act));
    source
}

/// Whether an outcome is its body and nothing else.
pub(super) fn is_plain(outcome: &Outcome) -> bool {
    outcome.headers.is_empty() && matches!(outcome.status, Status::Code(_))
}

/// The body of an outcome as a reader holds it.
fn body(scene: &Scene<'_, '_>, outcome: &Outcome) -> Option<TokenStream> {
    outcome.media.first().map(|media| scene.paths.in_form(media.ty, Form::Open))
}

/// What `send` gives.
fn ok_type(scene: &Scene<'_, '_>, act: &Act<'_>) -> TokenStream {
    match act.successes()[..] {
        [] => quote!(()),
        [one] if is_plain(one) => body(scene, one).unwrap_or_else(|| quote!(())),
        _ => {
            let name = ident(&act.ok);
            quote!(#name)
        }
    }
}

fn success(scene: &Scene<'_, '_>, act: &Act<'_>) -> TokenStream {
    let name = ident(&act.ok);
    let doc = paragraphs(&format!("How `{}` succeeds.", act.operation.id.wire));
    match act.successes()[..] {
        [] => TokenStream::new(),
        [one] if is_plain(one) => TokenStream::new(),
        [one] => {
            let parts = parts(scene, one, true);
            quote!(#doc #[derive(Clone, Debug, PartialEq)] #[non_exhaustive] pub struct #name { #parts })
        }
        ref several => {
            let variants = several.iter().map(|outcome| {
                let (docs, name) = (docs(&outcome.docs, ""), ident(&outcome.name.variant()));
                if is_plain(outcome) {
                    let body = body(scene, outcome).map(|ty| quote!((#ty)));
                    return quote!(#docs #name #body,);
                }
                let parts = parts(scene, outcome, false);
                quote!(#docs #name { #parts },)
            });
            let reason = "boxes would stand in every caller's way";
            quote! {
                #doc
                #[allow(clippy::large_enum_variant, reason = #reason)]
                #[derive(Clone, Debug, PartialEq)]
                #[non_exhaustive]
                pub enum #name { #(#variants)* }
            }
        }
    }
}

/// Status, headers and body as named fields.
fn parts(scene: &Scene<'_, '_>, outcome: &Outcome, public: bool) -> TokenStream {
    let public = public.then(|| quote!(pub));
    let status = free_status(outcome).then(|| quote!(#[doc = " The status."] #public status: u16,));
    let headers = outcome.headers.iter().map(|header| {
        let (docs, name, ty) = (docs(&header.docs, ""), header_name(header), scene.paths.of(header.ty));
        let ty = if header.required { ty } else { quote!(Option<#ty>) };
        quote!(#docs #public #name: #ty,)
    });
    let body = body(scene, outcome).map(|ty| quote!(#[doc = " The body."] #public body: #ty,));
    quote!(#status #(#headers)* #body)
}

fn free_status(outcome: &Outcome) -> bool {
    !matches!(outcome.status, Status::Code(_))
}

fn header_name(header: &ResponseHeader) -> proc_macro2::Ident {
    let name = header.name.field();
    let taken = matches!(name.as_str(), "body" | "status");
    if taken { ident(&format!("{name}_header")) } else { ident(&name) }
}

fn failures(scene: &Scene<'_, '_>, act: &Act<'_>) -> String {
    let mut text = String::from("stipule_client::failures! {\n");
    let mut line = |args: std::fmt::Arguments<'_>| text.write_fmt(args).expect("a String takes any text");
    let failures = act.failures();
    line(format_args!("    /// How `{}` fails.\n    pub enum {} {{", act.operation.id.wire, act.error));
    for outcome in &failures {
        let ty = body(scene, outcome).unwrap_or_else(|| scene.shell("Empty"));
        let ty = ty.to_string().replace(' ', "");
        let (docs, status) = (doc_lines(&outcome.docs, 8), pattern(outcome.status));
        line(format_args!("\n{docs}        {status} => {}({ty}),", outcome.name.variant()));
    }
    line(format_args!("{}}}\n}}\n", if failures.is_empty() { "" } else { "\n    " }));
    text
}

/// The status as a pattern.
fn pattern(status: Status) -> String {
    match status {
        Status::Code(code) => code.to_string(),
        Status::Class(class) => format!("{class}00..={class}99"),
        Status::Default => "_".to_owned(),
    }
}

fn read(scene: &Scene<'_, '_>, act: &Act<'_>) -> String {
    let [outcomes, answer, error] = ["Outcomes", "Answer", "Error"].map(|name| scene.item(name));
    let (request, failure, ok) = (&act.request, &act.error, tight(&ok_type(scene, act)));
    let successes = act.successes();
    let mut text = Text::default();
    text.code(0, &format!("impl {outcomes} for {request} {{"));
    text.code(1, &format!("type Ok = {ok};"));
    text.code(1, &format!("type Error = {failure};"));
    text.part();
    text.code(1, &format!("fn read(answer: {answer}) -> Result<Self::Ok, {error}<Self::Error>> {{"));
    text.code(2, "match answer.status() {");
    for outcome in &successes {
        let made = made(act, outcome, successes.len() == 1);
        text.code(3, &format!("{} => {made},", pattern(outcome.status)));
    }
    text.code(3, &format!("_ => Err({failure}::read(answer)),"));
    text.code(2, "}");
    text.code(1, "}");
    text.code(0, "}");
    text.into_string()
}

/// A success from its answer.
fn made(act: &Act<'_>, outcome: &Outcome, alone: bool) -> String {
    let ok = if alone { act.ok.clone() } else { format!("{}::{}", act.ok, outcome.name.variant()) };
    let has_body = !outcome.media.is_empty();
    if is_plain(outcome) {
        return match (alone, has_body) {
            (true, true) => "answer.content()".to_owned(),
            (true, false) => "Ok(())".to_owned(),
            (false, true) => format!("answer.content().map({ok})"),
            (false, false) => format!("Ok({ok})"),
        };
    }
    let mut parts = Vec::new();
    if free_status(outcome) {
        parts.push("status: answer.status()".to_owned());
    }
    for header in &outcome.headers {
        let function = if header.required { "header" } else { "optional_header" };
        parts.push(format!("{}: answer.{function}({:?})?", header_name(header), header.name.wire));
    }
    if has_body {
        parts.push("body: answer.content()?".to_owned());
    }
    format!("Ok({ok} {{ {} }})", parts.join(", "))
}
