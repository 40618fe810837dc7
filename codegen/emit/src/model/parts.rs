//! Bodies of several parts.

use proc_macro2::Literal;
use stipule_ir::types::{Declaration, Multipart, Part, PartCoding};

use crate::rust::{Source, Text, tight};
use crate::types::Paths;

/// The struct, and how it is written and read part by part.
pub(super) fn item(paths: &Paths<'_, '_>, declaration: &Declaration, body: &Multipart) -> Source {
    let name = declaration.name.type_name();
    let mut text = Text::default();
    text.docs(0, &declaration.docs);
    let default = body.parts.iter().all(|part| !part.required || part.repeated);
    let default = if default { ", Default" } else { "" };
    text.line(0, format_args!("#[derive(Clone, Debug, PartialEq{default})]"));
    text.line(0, format_args!("pub struct {name} {{"));
    for part in &body.parts {
        text.docs(1, &part.docs);
        text.line(1, format_args!("pub {}: {},", part.name.field(), ty(paths, part)));
    }
    text.line(0, format_args!("}}\n"));
    for name in ["Parts", "PartsReader", "PartsWriter"] {
        paths.wire(name);
    }
    text.line(0, format_args!("impl Parts for {name} {{"));
    text.line(1, format_args!("fn write(&self, out: &mut PartsWriter) {{"));
    body.parts.iter().for_each(|part| write(part, &mut text));
    text.line(1, format_args!("}}\n"));
    text.line(1, format_args!("fn read(from: &mut PartsReader<'_>) -> Option<Self> {{"));
    for part in &body.parts {
        let (name, wire) = (part.name.field(), Literal::string(&part.name.wire));
        text.line(2, format_args!("let {name} = from.{}({wire});", reader(part)));
    }
    let fields: Vec<_> =
        body.parts.iter().map(|part| part.name.field()).map(|name| format!("{name}: {name}?")).collect();
    text.list(2, "Some(Self {", &fields, "})");
    text.line(0, format_args!("    }}\n}}"));
    let mut source = Source::default();
    source.push_text(text.into_string());
    source
}

fn ty(paths: &Paths<'_, '_>, part: &Part) -> String {
    let one = match part.coding {
        PartCoding::File => tight(&paths.wire("Upload")),
        PartCoding::Text | PartCoding::Json => paths.text(part.ty),
    };
    match (part.repeated, part.required) {
        (true, _) => format!("Vec<{one}>"),
        (false, true) => one,
        (false, false) => format!("Option<{one}>"),
    }
}

fn write(part: &Part, text: &mut Text) {
    let (name, wire) = (part.name.field(), Literal::string(&part.name.wire));
    let method = match part.coding {
        PartCoding::Text => "text",
        PartCoding::Json => "json",
        PartCoding::File => "file",
    };
    // Of several media types, whoever sends the file names its own.
    let media = part.media_type.as_deref().filter(|media| !media.contains(['*', ',']));
    let media = media.map_or_else(|| "None".to_owned(), |media| format!("Some({})", Literal::string(media)));
    let value = if part.required && !part.repeated { format!("&self.{name}") } else { "part".to_owned() };
    let call = format!("out.{method}({wire}, {value}, {media});");
    if part.required && !part.repeated {
        text.code(2, &call);
    } else {
        match part.repeated {
            true => text.line(2, format_args!("for part in &self.{name} {{")),
            false => text.line(2, format_args!("if let Some(part) = &self.{name} {{")),
        }
        text.code(3, &call);
        text.line(2, format_args!("}}"));
    }
}

fn reader(part: &Part) -> &'static str {
    match (part.coding, part.repeated, part.required) {
        (PartCoding::Text, true, _) => "texts",
        (PartCoding::Text, false, true) => "text",
        (PartCoding::Text, false, false) => "optional_text",
        (PartCoding::Json, true, _) => "jsons",
        (PartCoding::Json, false, true) => "json",
        (PartCoding::Json, false, false) => "optional_json",
        (PartCoding::File, true, _) => "files",
        (PartCoding::File, false, true) => "file",
        (PartCoding::File, false, false) => "optional_file",
    }
}
