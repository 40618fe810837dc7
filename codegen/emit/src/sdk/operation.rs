//! One operation: its description, its builder, what may come of it.

use std::fmt::Write as _;

use stipule_ir::service::{Coding, Idempotency, Location, Outcome, Paginate, Parameter};
use stipule_ir::types::{Struct, TypeKind};

use super::{Act, Scene, answer, argument, content, example};
use crate::rust::{Source, Text, markdown, tight};
use crate::scope::Scope;
use crate::types::{Edge, Form, Presence};

/// The function that begins a call: what is required are its arguments.
pub(super) fn function(scene: &Scene<'_, '_>, act: &Act<'_>, text: &mut Text) {
    let operation = act.operation;
    let (name, request) = (&act.function, &act.request);
    let mut scope = Scope::default();
    let mut arguments = vec!["&self".to_owned()];
    let mut call = format!("let call = self.client.call(&{})", act.constant);
    for parameter in operation.parameters.iter().filter(|it| it.required && !is_key(act, it)) {
        let name = scope.claim(&[parameter.name.field()]);
        arguments.push(format!("{name}: {}", argument::ty(scene, parameter.ty)));
        call.push_str(&argument::put(scene, parameter, &name));
    }
    let mut choice = None;
    if let Some(body) = operation.body.as_ref().filter(|body| body.required) {
        let name = scope.claim(&["body".to_owned(), "content".to_owned()]);
        arguments.push(format!("{name}: {}", content::ty(scene, act, body)));
        call.push_str(&content::put(scene, body, &name));
        choice = content::put_choice(scene, act, body, &name);
    }
    text.part();
    let endpoint = format!("`{} {}`", operation.method.as_str(), operation.path.template);
    text.docs_and(1, &operation.docs, Some(&endpoint));
    example::show(scene, act, &arguments[1..], &mut scope, text);
    if operation.docs.deprecated {
        text.code(1, "#[deprecated]");
    }
    allows(name, arguments.len(), text);
    text.list(1, &format!("pub fn {name}("), &arguments, &format!(") -> {request} {{"));
    text.code(2, &format!("{call};"));
    if let Some(choice) = choice {
        text.code(2, &format!("let call = {choice};"));
    }
    text.code(2, &format!("{request} {{ call }}"));
    text.code(1, "}");
}

/// Whether a parameter is the idempotency key, which every keyed call has a setter for and makes up by itself.
fn is_key(act: &Act<'_>, parameter: &Parameter) -> bool {
    act.operation.idempotency == Idempotency::KeyOptional
        && parameter.location == Location::Header
        && parameter.name.wire.eq_ignore_ascii_case("idempotency-key")
}

/// Lints that a contract's own words would break.
fn allows(name: &str, arguments: usize, text: &mut Text) {
    const TRAITS: &[&str] = &[
        "add",
        "as_mut",
        "as_ref",
        "bitand",
        "bitor",
        "bitxor",
        "borrow",
        "borrow_mut",
        "clone",
        "cmp",
        "default",
        "deref",
        "div",
        "drop",
        "eq",
        "from_iter",
        "from_str",
        "hash",
        "index",
        "index_mut",
        "into_iter",
        "mul",
        "neg",
        "next",
        "not",
        "rem",
        "shl",
        "shr",
        "sub",
    ];
    if TRAITS.contains(&name) {
        let allow = "clippy::should_implement_trait, reason = \"the contract's own word\"";
        text.line(1, format_args!("#[allow({allow})]"));
    }
    if arguments > 7 {
        let allow = "clippy::too_many_arguments, reason = \"the contract requires so many\"";
        text.line(1, format_args!("#[allow({allow})]"));
    }
}

/// The builder with its setters, what may come of it, and the static description.
pub(super) fn items(scene: &Scene<'_, '_>, act: &Act<'_>) -> Source {
    let mut source = Source::default();
    source.push_text(request(act));
    source.extend(content::items(scene, act).map(Text::from));
    source.extend(setters(scene, act));
    source.append(answer::items(scene, act));
    source.push_text(metadata(scene, act));
    source
}

fn request(act: &Act<'_>) -> String {
    let keyed = matches!(act.operation.idempotency, Idempotency::KeyOptional | Idempotency::KeyRequired);
    let mut text = String::new();
    let id = &act.operation.id.wire;
    let ends = if keyed { "; keyed" } else { ";" };
    write!(
        text,
        "stipule_client::request! {{\n    /// A call of `{id}`.\n    pub struct {}{ends}\n}}\n",
        act.request
    )
    .expect("a String takes any text");
    text
}

fn setters(scene: &Scene<'_, '_>, act: &Act<'_>) -> Option<Text> {
    let mut text = Text::default();
    let opening = format!("impl {} {{", act.request);
    text.code(0, &opening);
    let mut scope = Scope::default();
    for taken in ["send", "stream", "split", "timeout", "raw_header", "idempotency_key"] {
        scope.claim(&[taken.to_owned()]);
    }
    for parameter in act.operation.parameters.iter().filter(|it| !it.required && !is_key(act, it)) {
        let claimed =
            scope.claim(&[parameter.name.field(), format!("{}_parameter", parameter.name.plain_field())]);
        let note = parameter.default.as_ref().map(|value| format!("Default: `{value}`."));
        text.part();
        text.docs_and(1, &parameter.docs, note.as_deref());
        allows(&claimed, 0, &mut text);
        let (ty, put) = (argument::ty(scene, parameter.ty), argument::put(scene, parameter, "value"));
        setter(&claimed, ("value", &ty), &put, &mut text);
    }
    if let Some(body) = act.operation.body.as_ref().filter(|body| !body.required) {
        let claimed = scope.claim(&["body".to_owned(), "content".to_owned()]);
        let docs = markdown(&body.docs);
        text.part();
        text.doc(1, if docs.is_empty() { "The body." } else { &docs });
        let ty = content::ty(scene, act, body);
        match content::put_choice(scene, act, body, "body") {
            Some(choice) => {
                let arguments = ["mut self".to_owned(), format!("body: {ty}")];
                text.list(1, &format!("pub fn {claimed}("), &arguments, ") -> Self {");
                text.code(2, "let call = self.call;");
                text.code(2, &format!("self.call = {choice};"));
                text.code(2, "self");
                text.code(1, "}");
            }
            None => setter(&claimed, ("body", &ty), &content::put(scene, body, "body"), &mut text),
        }
    }
    if let Some(paginate) = &act.operation.paginate {
        stream(scene, act, paginate, &mut text);
    }
    if text.as_str().len() <= opening.len() + 1 {
        return None;
    }
    text.code(0, "}");
    Some(text)
}

fn setter(name: &str, (argument, ty): (&str, &str), put: &str, text: &mut Text) {
    let arguments = ["mut self".to_owned(), format!("{argument}: {ty}")];
    text.list(1, &format!("pub fn {name}("), &arguments, ") -> Self {");
    text.code(2, &format!("self.call = self.call{put};"));
    text.code(2, "self");
    text.code(1, "}");
}

/// Every item of a paginated list; nothing when what the contract says doesn't add up to pages.
fn stream(scene: &Scene<'_, '_>, act: &Act<'_>, paginate: &Paginate, text: &mut Text) -> Option<()> {
    let [success] = act.successes()[..] else { return None };
    let page = success.media.first().filter(|_| answer::is_plain(success))?.ty;
    let TypeKind::Struct(object) = scene.paths.types.kind(page) else { return None };
    let (place, items) = field(object, &paginate.items)?;
    let (_, next) = field(object, &paginate.next)?;
    let TypeKind::List(list) = scene.paths.types.kind(items.ty) else { return None };
    if list.nullable_items || scene.paths.types.is_boxed(Edge { from: page, place }) {
        return None;
    }
    let plain_list = !list.unique && list.min_items.unwrap_or(0) == 0 && list.max_items.is_none();
    let taken = match (Presence::of(items), plain_list) {
        (Presence::Always | Presence::OrDefault, true) => "",
        (Presence::Always | Presence::OrDefault, false) => ".into()",
        (Presence::OrNull | Presence::OrAbsent, true) => ".unwrap_or_default()",
        (Presence::OrNull | Presence::OrAbsent, false) => ".map(Vec::from).unwrap_or_default()",
        (Presence::OrEither, _) => return None,
    };
    let optional = match Presence::of(next) {
        Presence::OrNull | Presence::OrAbsent => "",
        Presence::OrEither => ".into_option()",
        Presence::Always | Presence::OrDefault => return None,
    };
    let item = tight(&scene.paths.in_form(list.item, Form::Open));
    let is_text =
        matches!(scene.paths.types.kind(next.ty), TypeKind::Scalar(stipule_ir::types::Scalar::String));
    let shown = match is_text {
        true => String::new(),
        false => format!(".map(|next| {}::to_text(&next).into_owned())", tight(&scene.paths.wire("Plain"))),
    };
    let (pages, error, cursor) = (scene.item("Pages"), &act.error, &paginate.cursor);
    text.part();
    text.doc(1, "Every item, page after page.");
    text.list(1, "pub fn stream(", &["self".to_owned()], &format!(") -> {pages}<{item}, {error}> {{"));
    text.code(2, &format!("{pages}::new::<Self>(self.call, {cursor:?}, Self::split)"));
    text.code(1, "}");
    text.part();
    let page = format!("page: {}", tight(&scene.paths.in_form(page, Form::Open)));
    text.list(1, "fn split(", &[page], &format!(") -> (Vec<{item}>, Option<String>) {{"));
    text.code(2, &format!("let next = page.{}{optional}{shown};", next.name.field()));
    text.code(2, &format!("(page.{}{taken}, next)", items.name.field()));
    text.code(1, "}");
    Some(())
}

fn field<'c>(object: &'c Struct, wire: &str) -> Option<(usize, &'c stipule_ir::types::Field)> {
    object.fields.iter().enumerate().find(|(_, field)| field.name.wire == wire)
}

fn metadata(scene: &Scene<'_, '_>, act: &Act<'_>) -> String {
    let operation = act.operation;
    let [ty, method_type] = ["Operation", "Method"].map(|name| scene.item(name));
    let way = match operation.idempotency {
        Idempotency::ByMethod => "ByMethod",
        Idempotency::KeyOptional | Idempotency::KeyRequired => "ByKey",
        Idempotency::None => "No",
    };
    let mut text = Text::default();
    text.line(0, format_args!("static {}: {ty} = {ty} {{", act.constant));
    text.line(1, format_args!("id: {:?},", operation.id.wire));
    text.line(1, format_args!("method: {method_type}::{},", operation.method.as_str()));
    text.line(1, format_args!("template: {:?},", operation.path.template));
    if way != "ByMethod" {
        text.line(1, format_args!("idempotency: {}::{way},", scene.item("Idempotency")));
    }
    if let Some(security) = security(scene, act) {
        text.line(1, format_args!("security: {security},"));
    }
    if let Some(server) = operation.servers.first() {
        text.line(1, format_args!("server: Some({:?}),", server.default_url().trim_end_matches('/')));
    }
    let accept = accept(act);
    if accept != "application/json, application/problem+json" {
        text.line(1, format_args!("accept: {accept:?},"));
    }
    if act.successes().iter().any(|outcome| answer::streams(outcome)) {
        text.line(1, format_args!("streams: true,"));
    }
    text.line(1, format_args!("..{ty}::NEW"));
    text.line(0, format_args!("}};"));
    text.into_string()
}

/// Who may call, as alternatives of schemes; `None` for anybody.
fn security(scene: &Scene<'_, '_>, act: &Act<'_>) -> Option<String> {
    let security = &act.operation.security;
    if security.alternatives.iter().all(Vec::is_empty) {
        return None;
    }
    let alternatives = security.alternatives.iter().map(|all| {
        let schemes = all.iter().map(|requirement| format!("&{}", scene.scheme(requirement.scheme)));
        format!("&[{}]", schemes.collect::<Vec<_>>().join(", "))
    });
    Some(format!("&[{}]", alternatives.collect::<Vec<_>>().join(", ")))
}

/// The media types that are understood, those of successes first, JSON before others.
fn accept(act: &Act<'_>) -> String {
    let mut successes = act.successes();
    let is_other =
        |outcome: &&Outcome| outcome.media.first().is_some_and(|media| !matches!(media.coding, Coding::Json));
    successes.sort_by_key(is_other);
    let mut all: Vec<&str> = Vec::new();
    for outcome in successes.into_iter().chain(act.failures()) {
        for media in &outcome.media {
            for media_type in std::iter::once(&media.media_type).chain(&media.also) {
                if !all.contains(&media_type.as_str()) {
                    all.push(media_type);
                }
            }
        }
    }
    match all.as_slice() {
        [] | ["application/json"] | ["application/problem+json"] => {
            "application/json, application/problem+json".to_owned()
        }
        all => all.join(", "),
    }
}
