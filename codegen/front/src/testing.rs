//! What the tests of this crate share: small repositories, and models and diagnostics as text.

use std::fmt::Write as _;

use stipule_ir::types::{EnumLiteral, Extra, Field, Limits};
use stipule_ir::{
    Contract, Diagnostic, Diagnostics, Source, Sources, Span, Type, TypeId, TypeKind, TypeTable,
};

use crate::documents::Documents;
use crate::json_schema::Lowering;
use crate::posture::Posture;

/// Files by path, as sources.
pub(crate) fn sources(files: &[(&str, &str)]) -> Sources {
    Sources::new(files.iter().map(|(path, text)| Source { path: (*path).into(), text: (*text).into() }))
}

/// Loads a repository: the contract and every diagnostic as text.
pub(crate) fn load(files: &[(&str, &str)]) -> (Option<Contract>, String) {
    let sources = sources(files);
    let (contract, diagnostics) = crate::load(&sources);
    (contract, rendered(&sources, diagnostics))
}

/// Lowers everything in `contracts/types`: the declared types as text, and every diagnostic.
pub(crate) fn types(files: &[(&str, &str)]) -> (String, String) {
    let sources = sources(files);
    let mut diagnostics = Diagnostics::new();
    let documents = Documents::read(&sources, Posture::Contract, &mut diagnostics);
    let mut lowering = Lowering::new(&documents);
    crate::pipeline::shared_types(&documents, &mut lowering);
    let types = lowering.finish(&mut diagnostics);
    (dump(&types), rendered(&sources, diagnostics))
}

/// One line per diagnostic with its place, and one for each other place and the help.
pub(crate) fn rendered(sources: &Sources, diagnostics: Diagnostics) -> String {
    let mut out = String::new();
    for found in diagnostics.sorted() {
        let Diagnostic { code, message, primary, related, help, .. } = found;
        let _ = writeln!(out, "{code} {}: {message}", place(sources, &primary.span));
        for label in related {
            let _ = writeln!(out, "  {}: {}", place(sources, &label.span), label.message);
        }
        if let Some(help) = help {
            let _ = writeln!(out, "  help: {help}");
        }
    }
    out
}

fn place(sources: &Sources, span: &Span) -> String {
    if sources.is_empty() {
        return "nowhere".to_owned();
    }
    let at = sources.line_column(span);
    let path = &sources.get(span.file).path;
    format!("{}:{}:{}", path.strip_prefix("contracts/").unwrap_or(path), at.line, at.column)
}

/// Every declared type, ordered by module and name.
pub(crate) fn dump(types: &TypeTable) -> String {
    let mut lines: Vec<String> = types
        .iter()
        .filter_map(|(_, ty)| {
            let declaration = ty.declaration.as_ref()?;
            let name = format!("{}::{}", declaration.module.module(), declaration.name.type_name());
            Some(format!("{name} = {}", kind(types, ty)))
        })
        .collect();
    lines.sort();
    lines.join("\n") + "\n"
}

/// A type where it is used: its name, or what it is.
pub(crate) fn written(types: &TypeTable, id: TypeId) -> String {
    let ty = types.get(id);
    match &ty.declaration {
        Some(declaration) => declaration.name.type_name(),
        None => kind(types, ty),
    }
}

fn kind(types: &TypeTable, ty: &Type) -> String {
    let null = |nullable: bool| if nullable { "?" } else { "" };
    match &ty.kind {
        TypeKind::Scalar(scalar) => format!("{scalar:?}"),
        TypeKind::Newtype(newtype) => {
            let personal = if newtype.personal { " personal" } else { "" };
            format!("{:?}{}{personal}", newtype.base, limits(&newtype.limits))
        }
        TypeKind::Struct(shape) => {
            let mut parts: Vec<String> = shape.fields.iter().map(|one| field(types, one)).collect();
            match shape.extra {
                Extra::Refused => parts.push("!".to_owned()),
                Extra::Ignored => {}
                Extra::Kept(ty) => parts.push(format!("*: {}", written(types, ty))),
            }
            let count = count(shape.min_properties, shape.max_properties);
            format!("{{{}}}{count}", parts.join(", "))
        }
        TypeKind::Enum(of) => {
            let values: Vec<String> = of
                .values
                .iter()
                .map(|value| match &value.value {
                    EnumLiteral::String(text) => format!("{}={text:?}", value.name.variant()),
                    EnumLiteral::Integer(number) => format!("{}={number}", value.name.variant()),
                    EnumLiteral::Boolean(flag) => format!("{}={flag}", value.name.variant()),
                })
                .collect();
            values.join(" | ")
        }
        TypeKind::Union(union) => {
            let variants: Vec<String> = union
                .variants
                .iter()
                .map(|variant| {
                    let tags =
                        if variant.tags.is_empty() { String::new() } else { format!(" {:?}", variant.tags) };
                    format!("{}({}){tags}", variant.name.variant(), written(types, variant.ty))
                })
                .collect();
            let how = if union.exactly_one { "one" } else { "any" };
            let tag = union.tag.as_ref().map_or_else(String::new, |tag| format!(" by {tag}"));
            format!("{how}{tag} of {}", variants.join(" | "))
        }
        TypeKind::List(list) => {
            let unique = if list.unique { " unique" } else { "" };
            let count = count(list.min_items, list.max_items);
            format!("[{}{}]{count}{unique}", written(types, list.item), null(list.nullable_items))
        }
        TypeKind::Map(map) => {
            let key = map.key.map_or_else(|| "String".to_owned(), |key| written(types, key));
            let count = count(map.min_properties, map.max_properties);
            format!("<{key}: {}{}>{count}", written(types, map.value), null(map.nullable_values))
        }
        TypeKind::Multipart(body) => {
            let parts = body.parts.iter().map(|part| {
                let (required, repeated) =
                    (if part.required { "" } else { "?" }, if part.repeated { "*" } else { "" });
                format!(
                    "{}{required}{repeated}: {:?} {}",
                    part.name.field(),
                    part.coding,
                    written(types, part.ty)
                )
            });
            format!("parts({})", parts.collect::<Vec<_>>().join(", "))
        }
        TypeKind::Tuple(places) => {
            let places: Vec<String> = places.iter().map(|place| written(types, *place)).collect();
            format!("({})", places.join(", "))
        }
    }
}

fn field(types: &TypeTable, field: &Field) -> String {
    let required = if field.required { "" } else { "?" };
    let null = if field.nullable { "?" } else { "" };
    let personal = if field.personal { " personal" } else { "" };
    let default = field.default.as_ref().map_or_else(String::new, |default| format!(" = {default}"));
    format!("{}{required}: {}{null}{personal}{default}", field.name.field(), written(types, field.ty))
}

fn limits(limits: &Limits) -> String {
    let mut out = count(limits.min_length, limits.max_length);
    if let Some(pattern) = &limits.pattern {
        let _ = write!(out, " /{pattern}/");
    }
    if let Some(end) = &limits.minimum {
        let _ = write!(out, " {} {}", if end.exclusive { ">" } else { ">=" }, end.value);
    }
    if let Some(end) = &limits.maximum {
        let _ = write!(out, " {} {}", if end.exclusive { "<" } else { "<=" }, end.value);
    }
    if let Some(divisor) = &limits.multiple_of {
        let _ = write!(out, " step {divisor}");
    }
    out
}

fn count(least: Option<u64>, most: Option<u64>) -> String {
    match (least, most) {
        (None, None) => String::new(),
        (least, most) => {
            let text = |end: Option<u64>| end.map_or_else(String::new, |end| end.to_string());
            format!(" {}..{}", text(least), text(most))
        }
    }
}

/// Settings of property tests: a fixed seed, few cases, a hundred times as many with `STIPULE_DEEP=1`.
pub(crate) fn cases(count: u32) -> proptest::test_runner::Config {
    let deep = std::env::var_os("STIPULE_DEEP").is_some();
    proptest::test_runner::Config {
        cases: if deep { count * 100 } else { count },
        rng_seed: proptest::test_runner::RngSeed::Fixed(1),
        failure_persistence: None,
        ..proptest::test_runner::Config::default()
    }
}
