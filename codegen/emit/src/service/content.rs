//! What bodies hold for a service, and how they are read.

use stipule_ir::service::{Body, Coding, Media};

use super::{Act, Scene};
use crate::rust::{Text, tight};
use crate::types::form_fields;

/// The type of a body as a handler gets it.
pub(super) fn ty(scene: &Scene<'_, '_>, act: &Act<'_>, body: &Body) -> String {
    match body.media.as_slice() {
        [only] if body.raw => format!("{}<{}>", scene.http_item("Raw"), held(scene, only)),
        [only] => held(scene, only),
        _ => act.body.clone(),
    }
}

/// The type of what a media type carries.
pub(super) fn held(scene: &Scene<'_, '_>, media: &Media) -> String {
    match media.coding {
        Coding::Json | Coding::Form(_) | Coding::Multipart => tight(&scene.paths.of(media.ty)),
        Coding::Text => "String".to_owned(),
        Coding::Bytes | Coding::Stream(_) => tight(&scene.paths.wire("Bytes")),
    }
}

/// The enum of a body of several media types.
pub(super) fn items(scene: &Scene<'_, '_>, act: &Act<'_>, text: &mut Text) {
    let Some(body) = act.operation.body.as_ref().filter(|body| body.media.len() > 1) else { return };
    text.doc(0, &format!("What `{}` is sent: one of several media types.", act.operation.id.wire));
    let reason = "boxes would stand in every handler's way";
    text.line(0, format_args!("#[allow(clippy::large_enum_variant, reason = {reason:?})]"));
    text.line(0, format_args!("#[derive(Clone, Debug, PartialEq)]\npub enum {} {{", act.body));
    for media in &body.media {
        text.doc(1, &format!("`{}`", media.media_type));
        text.line(1, format_args!("{}({}),", media.name.variant(), held(scene, media)));
    }
    text.line(0, format_args!("}}\n"));
}

/// The statement that reads a body into a variable; `parts` is the reader.
pub(super) fn read(
    scene: &Scene<'_, '_>,
    act: &Act<'_>,
    body: &Body,
    (name, parts): (&str, &str),
    text: &mut Text,
) {
    match body.media.as_slice() {
        [_] if body.raw => text.code(3, &format!("let {name} = {parts}.raw_body();")),
        // JSON alone has a function for a body that may be missing.
        [only] if matches!(only.coding, Coding::Json) && !body.required => {
            text.code(3, &format!("let {name} = {parts}.optional_body();"));
        }
        [only] if body.required => text.code(3, &format!("let {name} = {};", one(scene, only, parts))),
        several => {
            let none = if body.required { format!("{parts}.no_body()") } else { "Some(None)".to_owned() };
            text.line(3, format_args!("let {name} = if !{parts}.has_body() {{"));
            text.line(4, format_args!("{none}"));
            for media in several {
                let types = std::iter::once(&media.media_type).chain(&media.also);
                let condition: Vec<_> = types.map(|media| format!("{parts}.is_media({media:?})")).collect();
                let wrap = if several.len() == 1 {
                    String::new()
                } else {
                    format!(".map({}::{})", act.body, media.name.variant())
                };
                let optional = if body.required { "" } else { ".map(Some)" };
                text.line(3, format_args!("}} else if {} {{", condition.join(" || ")));
                text.code(4, &format!("{}{wrap}{optional}", one(scene, media, parts)));
            }
            text.line(3, format_args!("}} else {{"));
            text.line(4, format_args!("{parts}.other_media()"));
            text.line(3, format_args!("}};"));
        }
    }
}

fn one(scene: &Scene<'_, '_>, media: &Media, parts: &str) -> String {
    match &media.coding {
        Coding::Json => format!("{parts}.body()"),
        Coding::Form(styles) => {
            let fields = form_fields(scene.paths.types, media.ty, styles);
            let fields = fields.iter().map(|(name, style, shape)| {
                let [field, styles, shapes] =
                    ["FormField", "Style", "Shape"].map(|name| scene.style_item(name));
                format!("{field} {{ name: {name:?}, style: {styles}::{style}, shape: {shapes}::{shape} }}")
            });
            format!("{parts}.form(&[{}])", fields.collect::<Vec<_>>().join(", "))
        }
        Coding::Multipart => format!("{parts}.parts()"),
        Coding::Text => format!("{parts}.text()"),
        Coding::Bytes | Coding::Stream(_) => format!("{parts}.bytes()"),
    }
}
