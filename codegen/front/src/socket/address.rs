//! Addresses of channels: literals and parameters between slashes.

use stipule_ir::socket::{Part, Topic};
use stipule_ir::types::Scalar;
use stipule_ir::{Diagnostic, Diagnostics, Name, Spanned, TypeId, TypeKind, TypeTable};

use super::{Surroundings, TYPE};
use crate::reader::Entry;
use crate::shape::Shape;
use crate::suggest;

/// The parts of an address; `None`, with `SOC005`, for one that nothing could be matched with.
pub(super) fn parts(
    channel: &str,
    address: &Spanned<String>,
    parameters: &[Entry],
    around: &Surroundings<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<Part>> {
    let types: Vec<_> = parameters.iter().map(|it| parameter(channel, it, around, diagnostics)).collect();
    let known: Vec<&str> = parameters.iter().map(|it| it.key.value.as_str()).collect();
    let mut used = Vec::new();
    let mut parts = Vec::new();
    let mut is_good = true;
    for (at, text) in address.value.split('/').enumerate() {
        let named = text.strip_prefix('{').and_then(|text| text.strip_suffix('}'));
        match named {
            // What comes first tells the topics of all contracts apart.
            None if is_literal(text) => parts.push(Part::Literal(text.to_owned())),
            Some(name) if at > 0 && known.contains(&name) && !used.contains(&name) => {
                used.push(name);
                let found = parameters.iter().zip(&types).find(|(it, _)| it.key.value == name);
                match found {
                    Some((entry, Some(ty))) => {
                        parts.push(Part::Parameter(Name::new(name, entry.key.span.clone()), *ty));
                    }
                    _ => is_good = false,
                }
            }
            _ => {
                is_good = false;
                refuse(address, text, named, &known, diagnostics);
            }
        }
    }
    for idle in parameters.iter().filter(|it| !used.contains(&it.key.value.as_str())) {
        is_good = false;
        let message = format!("the address doesn't mention the parameter `{}`", idle.key.value);
        let fault =
            Diagnostic::error("SOC005", &idle.key.span, message).related(&address.span, "the address");
        diagnostics.push(fault);
    }
    is_good.then_some(parts)
}

fn is_literal(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.chars().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-')
}

fn refuse(
    address: &Spanned<String>,
    part: &str,
    named: Option<&str>,
    known: &[&str],
    diagnostics: &mut Diagnostics,
) {
    let (message, help) = match named {
        Some(name) if known.contains(&name) && address.value.starts_with(part) => {
            ("an address begins with a word".to_owned(), "`book/{bookId}`".to_owned())
        }
        Some(name) if known.contains(&name) => {
            (format!("`{{{name}}}` stands there twice"), "name the second parameter differently".to_owned())
        }
        Some(name) => (format!("there is no parameter `{name}`"), suggest::help(name, known)),
        None => {
            let help =
                "words of small letters, digits and dashes, and parameters, between slashes: `book/{bookId}`";
            (format!("`{part}` can't be a part of an address"), help.to_owned())
        }
    };
    diagnostics.push(Diagnostic::error("SOC005", &address.span, message).help(help));
}

/// The type of a parameter; `None`, with `SOC006`, for one that has none that is written as text.
fn parameter(
    channel: &str,
    entry: &Entry,
    around: &Surroundings<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<TypeId> {
    let mut shape = Shape::under(entry, "a parameter", diagnostics)?;
    shape.text("description", diagnostics);
    let reference = shape.required_text(TYPE, diagnostics);
    shape.finish(diagnostics);
    let reference = reference?;
    // One that leads nowhere is a fault already.
    let ty = *around.schemas.get(&format!("{channel}/{}", entry.key.value))?;
    if is_text(around.types, ty) || diagnostics.has_error_within(&around.types.get(ty).span) {
        return Some(ty);
    }
    let message = format!("`{}` is no name, number or text", entry.key.value);
    let fault = Diagnostic::error("SOC006", &reference.span, message);
    diagnostics.push(fault.related(&around.types.get(ty).span, "its type"));
    None
}

fn is_text(types: &TypeTable, ty: TypeId) -> bool {
    let scalar = match &types.get(ty).kind {
        TypeKind::Scalar(scalar) => *scalar,
        TypeKind::Newtype(newtype) => newtype.base,
        _ => return false,
    };
    !matches!(scalar, Scalar::Boolean | Scalar::Float64 | Scalar::Any | Scalar::Null)
}

/// `SOC007`: a topic belongs to one channel.
pub(super) fn refuse_overlap(topic: &Topic, others: &[Topic], diagnostics: &mut Diagnostics) {
    let meets = |other: &&Topic| {
        other.parts.len() == topic.parts.len()
            && other.parts.iter().zip(&topic.parts).all(|pair| match pair {
                (Part::Literal(one), Part::Literal(two)) => one == two,
                _ => true,
            })
    };
    if let Some(first) = others.iter().find(meets) {
        let message = format!("a topic may belong to `{}` and to `{}`", first.name, topic.name);
        let fault = Diagnostic::error("SOC007", &topic.address.span, message)
            .related(&first.address.span, "the other address")
            .help("begin one of them with another word");
        diagnostics.push(fault);
    }
}
