//! Bodies of requests: one argument, whatever it is written as.

use std::fmt::Write as _;

use stipule_ir::service::{Body, Coding, Media};
use stipule_ir::types::TypeKind;

use super::{Act, Scene, argument};
use crate::rust::Text;
use crate::types::form_fields;

/// The type of the argument.
pub(super) fn ty(scene: &Scene<'_, '_>, act: &Act<'_>, body: &Body) -> String {
    match body.media.as_slice() {
        // Whoever signs a body has to send the bytes that were signed.
        [_] if body.raw => format!("impl Into<{}>", wire(scene, "Blob")),
        [only] => one(scene, only),
        _ => format!("impl Into<{}>", act.body),
    }
}

fn one(scene: &Scene<'_, '_>, media: &Media) -> String {
    match media.coding {
        Coding::Json | Coding::Form(_) | Coding::Multipart => argument::ty(scene, media.ty),
        Coding::Text => "impl Into<String>".to_owned(),
        Coding::Bytes | Coding::Stream(_) => format!("impl Into<{}>", wire(scene, "Blob")),
    }
}

fn wire(scene: &Scene<'_, '_>, name: &'static str) -> String {
    crate::rust::tight(&scene.paths.wire(name))
}

/// Puts the body into a call: what follows the call's variable, or a whole statement where there is a choice.
pub(super) fn put(scene: &Scene<'_, '_>, body: &Body, name: &str) -> String {
    match body.media.as_slice() {
        [only] if body.raw => format!(".bytes({:?}, {name})", only.media_type),
        [only] => {
            let value = match only.coding {
                Coding::Json | Coding::Form(_) | Coding::Multipart => {
                    argument::reference(scene, only.ty, name)
                }
                Coding::Text => format!("{name}.into()"),
                Coding::Bytes | Coding::Stream(_) => name.to_owned(),
            };
            chain(scene, only, &value)
        }
        _ => String::new(),
    }
}

/// The call of the method that writes a body.
fn chain(scene: &Scene<'_, '_>, media: &Media, value: &str) -> String {
    let media_type = &media.media_type;
    match &media.coding {
        Coding::Json => format!(".body({media_type:?}, {value})"),
        Coding::Form(styles) => {
            let fields = form_fields(scene.paths.types, media.ty, styles);
            let fields: Vec<String> = fields
                .iter()
                .map(|(name, style, shape)| {
                    let [field, styles, shapes] =
                        ["FormField", "Style", "Shape"].map(|name| scene.item(name));
                    format!(
                        "{field} {{ name: {name:?}, style: {styles}::{style}, shape: {shapes}::{shape} }}"
                    )
                })
                .collect();
            format!(".form({media_type:?}, {value}, &[{}])", fields.join(", "))
        }
        Coding::Multipart => format!(".parts({media_type:?}, {value})"),
        Coding::Text | Coding::Bytes | Coding::Stream(_) => format!(".bytes({media_type:?}, {value})"),
    }
}

/// The statement that puts a body of several media types into a call.
pub(super) fn put_choice(scene: &Scene<'_, '_>, act: &Act<'_>, body: &Body, name: &str) -> Option<String> {
    if body.media.len() < 2 {
        return None;
    }
    let arms = body.media.iter().map(|media| {
        let variant = media.name.variant();
        let value = match media.coding {
            Coding::Json | Coding::Form(_) | Coding::Multipart => "&body",
            Coding::Text | Coding::Bytes | Coding::Stream(_) => "body",
        };
        format!("{}::{variant}(body) => call{},", act.body, chain(scene, media, value))
    });
    Some(format!("match {name}.into() {{ {} }}", arms.collect::<Vec<_>>().join(" ")))
}

/// The enum of a body of several media types, made from whatever stands for one of them alone.
pub(super) fn items(scene: &Scene<'_, '_>, act: &Act<'_>) -> Option<String> {
    let body = act.operation.body.as_ref().filter(|body| body.media.len() > 1)?;
    let mut text = Text::default();
    text.doc(0, &format!("What `{}` is sent: one of several media types.", act.operation.id.wire));
    let reason = "boxes would stand in every caller's way";
    text.line(0, format_args!("#[allow(clippy::large_enum_variant, reason = {reason:?})]"));
    text.line(0, format_args!("#[derive(Clone, Debug, PartialEq)]"));
    text.line(0, format_args!("#[non_exhaustive]"));
    text.line(0, format_args!("pub enum {} {{", act.body));
    let types: Vec<String> = body.media.iter().map(|media| held(scene, media)).collect();
    for (media, ty) in body.media.iter().zip(&types) {
        text.doc(1, &format!("`{}`", media.media_type));
        text.line(1, format_args!("{}({ty}),", media.name.variant()));
    }
    text.line(0, format_args!("}}"));
    let mut out = text.into_string();
    for (index, media) in body.media.iter().enumerate() {
        let name = media.name.variant();
        let is_first = !types[..index].contains(&types[index]);
        let nominal = scene.paths.types.is_nominal(media.ty)
            || matches!(scene.paths.types.kind(media.ty), TypeKind::Multipart(_));
        let is_own = matches!(media.coding, Coding::Json | Coding::Form(_) | Coding::Multipart);
        if is_first && nominal && is_own {
            let ty = &types[index];
            write!(
                out,
                "\nimpl From<{ty}> for {body} {{\n    fn from(body: {ty}) -> Self {{\n        Self::{name}(body)\n    }}\n}}\n",
                body = act.body
            )
            .expect("a String takes any text");
        }
    }
    Some(out)
}

fn held(scene: &Scene<'_, '_>, media: &Media) -> String {
    match media.coding {
        Coding::Json | Coding::Form(_) | Coding::Multipart => scene.paths.text(media.ty),
        Coding::Text => "String".to_owned(),
        Coding::Bytes | Coding::Stream(_) => wire(scene, "Blob"),
    }
}
