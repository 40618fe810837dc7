//! How an operation may succeed, and what all outcomes have in common.

use stipule_ir::service::{Coding, Media, Outcome, ResponseHeader, Status};

use super::{Act, Scene, content};
use crate::rust::{Text, tight};
use crate::types::is_plain as is_plain_type;

/// The enum of successes, and each as an answer.
pub(super) fn items(scene: &Scene<'_, '_>, act: &Act<'_>, text: &mut Text) {
    let name = &act.ok;
    text.doc(0, &format!("How `{}` succeeds.", act.operation.id.wire));
    if act.successes().filter(|outcome| !outcome.media.is_empty()).count() > 1 {
        let reason = "boxes would stand in every handler's way";
        text.line(0, format_args!("#[allow(clippy::large_enum_variant, reason = {reason:?})]"));
    }
    text.line(0, format_args!("#[derive(Clone, Debug, PartialEq)]\npub enum {name} {{"));
    for outcome in act.successes() {
        variant(scene, outcome, false, text);
    }
    text.line(0, format_args!("}}\n"));
    let (answer, response, failed) = (scene.item("Answer"), scene.item("Response"), scene.item("Failed"));
    text.line(0, format_args!("impl {answer} for {name} {{"));
    text.line(1, format_args!("fn response(&self) -> Result<{response}, {failed}> {{"));
    text.line(2, format_args!("match self {{"));
    for outcome in act.successes() {
        let made = made(scene, outcome);
        arm(scene, outcome, &made, false, text);
    }
    text.line(0, format_args!("        }}\n    }}\n}}\n"));
}

/// The call that makes an answer.
pub(super) fn made(scene: &Scene<'_, '_>, outcome: &Outcome) -> String {
    let status = status(outcome);
    let Some(media) = outcome.media.first() else {
        return format!("{}({status})", scene.http_item("empty"));
    };
    let media_type = &media.media_type;
    match media.coding {
        Coding::Json if !scene.paths.types.is_shared() || media_type == "application/json" => {
            format!("{}({status}, body)", scene.http_item("json"))
        }
        // Of a range, JSON as such is meant.
        Coding::Json if media_type.contains('*') => format!("{}({status}, body)", scene.http_item("json")),
        Coding::Json => format!("{}({status}, {media_type:?}, body)", scene.http_item("json_as")),
        Coding::Text | Coding::Form(_) => {
            format!("{}({status}, {media_type:?}, body)", scene.http_item("text"))
        }
        Coding::Bytes | Coding::Multipart | Coding::Stream(_) => {
            format!("{}({status}, {media_type:?}, body)", scene.http_item("bytes"))
        }
    }
}

/// The type of the body of an outcome.
fn held(scene: &Scene<'_, '_>, media: &Media) -> String {
    match media.coding {
        Coding::Form(_) => "String".to_owned(),
        Coding::Multipart => tight(&scene.paths.wire("Bytes")),
        _ => content::held(scene, media),
    }
}

/// The variant of an outcome: bare, with its body, or with named parts when there are headers or a free status.
pub(super) fn variant(scene: &Scene<'_, '_>, outcome: &Outcome, boxed: bool, text: &mut Text) {
    text.docs(1, &outcome.docs);
    let name = outcome.name.variant();
    let body = outcome.media.first().map(|media| {
        let ty = held(scene, media);
        let is_own = matches!(media.coding, Coding::Json) && scene.paths.types.is_nominal(media.ty);
        if boxed && is_own { format!("Box<{ty}>") } else { ty }
    });
    if is_plain(outcome) {
        match body {
            Some(ty) => text.line(1, format_args!("{name}({ty}),")),
            None => text.line(1, format_args!("{name},")),
        }
        return;
    }
    text.line(1, format_args!("{name} {{"));
    if free_status(outcome) {
        text.line(2, format_args!("/// The status.\n        status: u16,"));
    }
    for header in &outcome.headers {
        text.docs(2, &header.docs);
        let ty = tight(&scene.paths.of(header.ty));
        let ty = if header.required { ty } else { format!("Option<{ty}>") };
        text.line(2, format_args!("{}: {ty},", header_name(header)));
    }
    if let Some(ty) = body {
        text.line(2, format_args!("/// The body.\n        body: {ty},"));
    }
    text.line(1, format_args!("}},"));
}

/// Whether an outcome is its body and nothing else.
pub(super) fn is_plain(outcome: &Outcome) -> bool {
    outcome.headers.is_empty() && !free_status(outcome)
}

/// Whether the status isn't said by the variant.
fn free_status(outcome: &Outcome) -> bool {
    !matches!(outcome.status, Status::Code(_))
}

fn header_name(header: &ResponseHeader) -> String {
    let name = header.name.field();
    if matches!(name.as_str(), "body" | "status") { format!("{name}_header") } else { name }
}

/// `Self::Created { location, body }`: every part by its name.
fn pattern(outcome: &Outcome) -> String {
    let name = outcome.name.variant();
    let body = (!outcome.media.is_empty()).then(|| "body".to_owned());
    if is_plain(outcome) {
        return body.map_or_else(|| format!("Self::{name}"), |body| format!("Self::{name}({body})"));
    }
    let status = free_status(outcome).then(|| "status".to_owned());
    let parts: Vec<_> =
        status.into_iter().chain(outcome.headers.iter().map(header_name)).chain(body).collect();
    format!("Self::{name} {{ {} }}", parts.join(", "))
}

/// The status as an expression.
pub(super) fn status(outcome: &Outcome) -> String {
    match outcome.status {
        Status::Code(code) => code.to_string(),
        Status::Class(_) | Status::Default => "*status".to_owned(),
    }
}

/// The arm that makes an answer of an outcome; `converts` when the error of making it has to become another.
pub(super) fn arm(scene: &Scene<'_, '_>, outcome: &Outcome, made: &str, converts: bool, text: &mut Text) {
    let pattern = pattern(outcome);
    if outcome.headers.is_empty() {
        let made = if converts { format!("Ok({made}?)") } else { made.to_owned() };
        text.line(3, format_args!("{pattern} => {made},"));
        return;
    }
    text.line(3, format_args!("{pattern} => {{"));
    text.line(4, format_args!("let mut response = {made}?;"));
    let is_plain_header = |header: &ResponseHeader| is_plain_type(scene.paths.types, header.ty);
    let (add, plain) = match outcome.headers.iter().any(is_plain_header) {
        true => (scene.http_item("header"), tight(&scene.paths.wire("Plain"))),
        false => Default::default(),
    };
    for header in &outcome.headers {
        let (wire, name) = (&header.name.wire, header_name(header));
        if !is_plain_type(scene.paths.types, header.ty) {
            let add = scene.http_item("styled_header");
            if header.required {
                text.line(4, format_args!("{add}(&mut response, {wire:?}, {name})?;"));
            } else {
                text.line(4, format_args!("if let Some(value) = {name} {{"));
                text.line(5, format_args!("{add}(&mut response, {wire:?}, value)?;"));
                text.line(4, format_args!("}}"));
            }
            continue;
        }
        if header.required {
            text.line(4, format_args!("{add}(&mut response, {wire:?}, {plain}::to_text({name}))?;"));
        } else {
            text.line(4, format_args!("if let Some(value) = {name} {{"));
            text.line(5, format_args!("{add}(&mut response, {wire:?}, {plain}::to_text(value))?;"));
            text.line(4, format_args!("}}"));
        }
    }
    text.line(4, format_args!("Ok(response)"));
    text.line(3, format_args!("}}"));
}
