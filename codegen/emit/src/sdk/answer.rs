//! What may come of a call.

use std::fmt::Write as _;

use proc_macro2::TokenStream;
use quote::quote;
use stipule_ir::service::{Coding, Outcome, ResponseHeader, Status, StreamCoding};

use super::{Act, Scene};
use crate::rust::{Source, Text, doc_lines, docs, ident, paragraphs, tight};
use crate::types::{Form, is_plain as is_plain_type, shape};

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

/// Whether an outcome comes piece by piece.
pub(super) fn streams(outcome: &Outcome) -> bool {
    outcome
        .media
        .first()
        .is_some_and(|media| matches!(media.coding, Coding::Bytes | Coding::Multipart | Coding::Stream(_)))
}

/// Whether a media type says that it is JSON.
fn says_json(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || essence.ends_with("+json")
}

/// The body of a success as a reader holds it.
fn body(scene: &Scene<'_, '_>, outcome: &Outcome) -> Option<TokenStream> {
    let media = outcome.media.first()?;
    Some(match media.coding {
        Coding::Json => scene.paths.in_form(media.ty, Form::Open),
        Coding::Text | Coding::Form(_) => quote!(String),
        Coding::Bytes | Coding::Multipart => scene.shell("Download"),
        Coding::Stream(_) => {
            let (documents, ty) = (scene.shell("Documents"), scene.paths.in_form(media.ty, Form::Open));
            quote!(#documents<#ty>)
        }
    })
}

/// The body of a failure, which is read as a whole.
fn failed_body(scene: &Scene<'_, '_>, outcome: &Outcome) -> TokenStream {
    let Some(media) = outcome.media.first() else { return scene.shell("Empty") };
    match media.coding {
        Coding::Json if says_json(&media.media_type) => scene.paths.in_form(media.ty, Form::Open),
        Coding::Json => {
            let (any, ty) = (scene.shell("AnyJson"), scene.paths.in_form(media.ty, Form::Open));
            quote!(#any<#ty>)
        }
        Coding::Text | Coding::Form(_) => scene.shell("PlainText"),
        Coding::Bytes | Coding::Multipart | Coding::Stream(_) => scene.shell("RawBody"),
    }
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
    let successes = act.successes();
    // What is still to be read can neither be doubled nor compared.
    let derives = match successes.iter().any(|outcome| streams(outcome)) {
        true => quote!(#[derive(Debug)]),
        false => quote!(#[derive(Clone, Debug, PartialEq)]),
    };
    match successes[..] {
        [] => TokenStream::new(),
        [one] if is_plain(one) => TokenStream::new(),
        [one] => {
            let parts = parts(scene, one, true);
            quote!(#doc #derives #[non_exhaustive] pub struct #name { #parts })
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
                #derives
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

/// Outcomes in the order in which they are tried, each with its pattern: of one status, those of a media type of their
/// own first, and last the one that is taken when nothing is said.
fn tried<'o>(outcomes: &[&'o Outcome]) -> Vec<(&'o Outcome, Vec<String>)> {
    let usual = |status: Status| {
        let same = || outcomes.iter().filter(|outcome| outcome.status == status);
        let is_json = |outcome: &&&Outcome| {
            outcome.media.first().is_none_or(|media| matches!(media.coding, Coding::Json))
        };
        same().find(is_json).or_else(|| same().next()).map(|outcome| outcome.name.clone())
    };
    let mut tried: Vec<(&Outcome, Vec<String>)> = outcomes
        .iter()
        .map(|outcome| {
            let is_usual = usual(outcome.status).as_ref() == Some(&outcome.name);
            let media = outcome.media.first().filter(|_| !is_usual);
            let media =
                media.into_iter().flat_map(|media| std::iter::once(&media.media_type).chain(&media.also));
            (*outcome, media.cloned().collect())
        })
        .collect();
    tried.sort_by_key(|(outcome, media)| (outcome.status, media.is_empty()));
    tried
}

fn failures(scene: &Scene<'_, '_>, act: &Act<'_>) -> String {
    let mut text = String::from("stipule_client::failures! {\n");
    let mut line = |args: std::fmt::Arguments<'_>| text.write_fmt(args).expect("a String takes any text");
    let failures = tried(&act.failures());
    line(format_args!("    /// How `{}` fails.\n    pub enum {} {{", act.operation.id.wire, act.error));
    for (outcome, media) in &failures {
        let ty = tight(&failed_body(scene, outcome));
        let (docs, status) = (doc_lines(&outcome.docs, 8), pattern(outcome.status));
        let media: Vec<String> = media.iter().map(|media| format!("{media:?}")).collect();
        let guard = if media.is_empty() { String::new() } else { format!(" if {}", media.join(" | ")) };
        line(format_args!("\n{docs}        {status}{guard} => {}({ty}),", outcome.name.variant()));
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
    // Compiled where an operation is called, not for those that nobody calls.
    text.code(1, "#[inline]");
    text.code(1, &format!("fn read(answer: {answer}) -> Result<Self::Ok, {error}<Self::Error>> {{"));
    text.code(2, "match answer.status() {");
    for (outcome, media) in tried(&successes) {
        let made = made(scene, act, outcome, successes.len() == 1);
        let guards: Vec<String> = media.iter().map(|media| format!("answer.is({media:?})")).collect();
        let guard = if guards.is_empty() { String::new() } else { format!(" if {}", guards.join(" || ")) };
        text.code(3, &format!("{}{guard} => {made},", pattern(outcome.status)));
    }
    text.code(3, &format!("_ => Err({failure}::read(answer)),"));
    text.code(2, "}");
    text.code(1, "}");
    text.code(0, "}");
    text.into_string()
}

/// How the body of a success is got from its answer, and whether that may fail.
fn got(scene: &Scene<'_, '_>, outcome: &Outcome) -> Option<(String, bool)> {
    let media = outcome.media.first()?;
    Some(match media.coding {
        Coding::Json if says_json(&media.media_type) => ("answer.content()".to_owned(), true),
        Coding::Json => ("answer.any_json()".to_owned(), true),
        Coding::Text | Coding::Form(_) => ("answer.text()".to_owned(), true),
        Coding::Bytes | Coding::Multipart => ("answer.download()".to_owned(), false),
        Coding::Stream(coding) => {
            let framing = match coding {
                StreamCoding::Lines => "Lines",
                StreamCoding::Events => "Events",
            };
            (format!("answer.documents({}::{framing})", scene.item("Framing")), false)
        }
    })
}

/// A success from its answer.
fn made(scene: &Scene<'_, '_>, act: &Act<'_>, outcome: &Outcome, alone: bool) -> String {
    let ok = if alone { act.ok.clone() } else { format!("{}::{}", act.ok, outcome.name.variant()) };
    let body = got(scene, outcome);
    if is_plain(outcome) {
        return match (alone, body) {
            (true, Some((body, true))) => body,
            (true, Some((body, false))) => format!("Ok({body})"),
            (true, None) => "Ok(())".to_owned(),
            (false, Some((body, true))) => format!("{body}.map({ok})"),
            (false, Some((body, false))) => format!("Ok({ok}({body}))"),
            (false, None) => format!("Ok({ok})"),
        };
    }
    let mut parts = Vec::new();
    if free_status(outcome) {
        parts.push("status: answer.status()".to_owned());
    }
    for header in &outcome.headers {
        let (name, wire, types) = (header_name(header), &header.name.wire, scene.paths.types);
        let optional = if header.required { "" } else { "optional_" };
        if is_plain_type(types, header.ty) {
            parts.push(format!("{name}: answer.{optional}header({wire:?})?"));
        } else {
            let shape = format!("{}::{}", scene.item("Shape"), shape(types, header.ty));
            parts.push(format!("{name}: answer.{optional}styled_header({wire:?}, {shape})?"));
        }
    }
    match body {
        Some((body, true)) => parts.push(format!("body: {body}?")),
        Some((body, false)) => parts.push(format!("body: {body}")),
        None => {}
    }
    format!("Ok({ok} {{ {} }})", parts.join(", "))
}
