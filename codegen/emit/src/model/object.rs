//! Structs.

use proc_macro2::Literal;
use stipule_ir::TypeId;
use stipule_ir::types::{Declaration, Extra, Field, Struct, TypeKind};

use crate::rust::{Source, Text, function, tight};
use crate::types::{Edge, Form, Paths, Presence, default_value};

/// A struct while it is written.
struct Object<'a, 't, 'c> {
    paths: &'a Paths<'t, 'c>,
    id: TypeId,
    declaration: &'a Declaration,
    object: &'a Struct,
    name: String,
}

/// The struct, its constructor, and how it is read and written.
pub(super) fn item(
    paths: &Paths<'_, '_>,
    id: TypeId,
    declaration: &Declaration,
    object: &Struct,
    form: Form,
) -> Source {
    let it = Object { paths, id, declaration, object, name: declaration.name.type_name() };
    let mut text = Text::default();
    it.definition(&mut text);
    if form == Form::Closed {
        it.constructor(&mut text);
    }
    if it.is_personal() {
        it.debug(&mut text);
    }
    it.decode(&mut text);
    it.serialize(&mut text);
    text.line(0, format_args!("stipule_wire::serde_through_decode!({});", it.name));
    let mut source = Source::default();
    source.push_text(text.into_string());
    source
}

impl Object<'_, '_, '_> {
    /// Fields with their places.
    fn fields(&self) -> impl Iterator<Item = (Edge, &Field)> {
        let fields = self.object.fields.iter().enumerate();
        fields.map(|(place, field)| (Edge { from: self.id, place }, field))
    }

    /// A name that no field has.
    fn free(&self, name: &str) -> String {
        let taken = self.object.fields.iter().any(|field| field.name.field() == name);
        if taken { format!("{name}_") } else { name.to_owned() }
    }

    /// The field for properties beyond the declared ones, if they are kept.
    fn extra(&self) -> Option<String> {
        matches!(self.object.extra, Extra::Kept(_)).then(|| self.free("extra"))
    }

    fn is_personal(&self) -> bool {
        self.object.fields.iter().any(|field| self.paths.types.hides(field))
    }

    /// The value of a required field that can have but one: nobody needs to give it.
    fn only_value(&self, field: &Field) -> Option<String> {
        match self.paths.types.kind(field.ty) {
            TypeKind::Enum(it) if Presence::of(field) == Presence::Always => match it.values.as_slice() {
                [value] => Some(format!("{}::{}", tight(&self.paths.of(field.ty)), value.name.variant())),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether the struct has a `Default`: all of it may be absent.
    fn has_default(&self) -> bool {
        self.paths.types.has_default(self.id)
    }

    /// Whether an empty value has something in it after all: a default of the contract, a constant.
    fn has_contract_defaults(&self) -> bool {
        self.object
            .fields
            .iter()
            .any(|field| matches!(Presence::of(field), Presence::OrDefault | Presence::Always))
    }

    fn definition(&self, text: &mut Text) {
        text.docs(0, &self.declaration.docs);
        let derives = [
            ("Clone", true),
            ("Debug", !self.is_personal()),
            ("PartialEq", true),
            ("Eq", self.paths.types.is_eq(self.id)),
            ("Default", self.has_default() && !self.has_contract_defaults()),
        ];
        let derives: Vec<_> = derives.iter().filter(|(_, has)| *has).map(|(name, _)| *name).collect();
        text.line(0, format_args!("#[derive({})]", derives.join(", ")));
        if self.object.fields.is_empty() && self.extra().is_none() {
            text.line(0, format_args!("pub struct {} {{}}\n", self.name));
            return;
        }
        text.line(0, format_args!("pub struct {} {{", self.name));
        for (edge, field) in self.fields() {
            let note = field.default.as_ref().map(|value| format!("Default: `{value}`."));
            text.docs_and(1, &field.docs, note.as_deref());
            text.line(1, format_args!("pub {}: {},", field.name.field(), self.type_of(edge, field)));
        }
        if let (Some(extra), Extra::Kept(value)) = (self.extra(), self.object.extra) {
            text.doc(1, "Properties beyond those above.");
            text.line(1, format_args!("pub {extra}: {},", tight(&self.paths.map_of(value))));
        }
        text.line(0, format_args!("}}\n"));
    }

    fn type_of(&self, edge: Edge, field: &Field) -> String {
        tight(&self.paths.field(edge, field))
    }

    /// `new` with what has to be said, or `Default` when nothing has, for structs with something to leave out.
    fn constructor(&self, text: &mut Text) {
        /// As many arguments as clippy lets a function have.
        const MOST: usize = 7;
        let (name, fields) = (&self.name, self.literal());
        if self.has_default() {
            if self.has_contract_defaults() {
                text.line(0, format_args!("impl Default for {name} {{\n    fn default() -> Self {{"));
                text.list(2, "Self {", &fields, "}");
                text.line(0, format_args!("    }}\n}}\n"));
            }
            return;
        }
        let said: Vec<_> =
            self.fields().filter(|(_, field)| field.required && self.only_value(field).is_none()).collect();
        if said.len() == self.object.fields.len() || said.len() > MOST {
            return;
        }
        let arguments = said
            .iter()
            .map(|(edge, field)| format!("{}: {}", field.name.field(), self.type_of(*edge, field)));
        text.line(0, format_args!("impl {name} {{"));
        text.doc(1, "With what is required. All else is absent, or what the contract says instead.");
        text.list(1, "pub fn new(", &arguments.collect::<Vec<_>>(), ") -> Self {");
        text.list(2, "Self {", &fields, "}");
        text.line(0, format_args!("    }}\n}}\n"));
    }

    /// The fields of a literal: what has to be said from variables of their names.
    fn literal(&self) -> Vec<String> {
        let fields = self.fields().map(|(_, field)| {
            let name = field.name.field();
            let value = match Presence::of(field) {
                Presence::Always | Presence::OrNull => match self.only_value(field) {
                    Some(value) => value,
                    None => return name,
                },
                Presence::OrAbsent => "None".to_owned(),
                Presence::OrEither => format!("{}::Absent", self.paths.wire("Patch")),
                Presence::OrDefault => {
                    let json = field.default.as_deref().unwrap_or("null");
                    tight(&default_value(self.paths, field.ty, json))
                }
            };
            format!("{name}: {value}")
        });
        fields.chain(self.extra().map(|name| format!("{name}: BTreeMap::new()"))).collect()
    }

    fn decode(&self, text: &mut Text) {
        for name in ["Decode", "Decoder", "Json"] {
            self.paths.wire(name);
        }
        let check = super::check(self.paths, self.id);
        let (name, object) = (&self.name, self.free("object"));
        text.line(0, format_args!("impl Decode for {name} {{"));
        // A document of others has many types, and who imports it calls a few operations: only theirs are compiled.
        if self.paths.types.is_shared() {
            text.line(1, format_args!("#[inline]"));
        }
        text.line(1, format_args!("fn decode(json: &Json<'_>, d: &mut Decoder) -> Option<Self> {{"));
        if let Some(check) = check {
            text.line(2, format_args!("{check}"));
            text.line(2, format_args!("d.also(&CHECK, json);"));
        }
        let count = self.count();
        let mutable = if self.object.fields.is_empty() && count.is_none() { "" } else { "mut " };
        text.line(2, format_args!("let {mutable}{object} = d.object(json)?;"));
        if let Some((min, max)) = count {
            text.line(2, format_args!("{object}.count({min}, {max});"));
        }
        for (_, field) in self.fields() {
            let (name, wire) = (field.name.field(), Literal::string(&field.name.wire));
            let read = match Presence::of(field) {
                Presence::Always => format!("required({wire})"),
                Presence::OrNull => format!("nullable({wire})"),
                Presence::OrAbsent => format!("optional({wire})"),
                Presence::OrEither => format!("patch({wire})"),
                Presence::OrDefault => {
                    let json = field.default.as_deref().unwrap_or("null");
                    let default = default_value(self.paths, field.ty, json);
                    format!("defaulted({wire}, {})", function(&tight(&default), 2))
                }
            };
            text.line(2, format_args!("let {name} = {object}.{read};"));
        }
        match (self.object.extra, self.extra()) {
            (Extra::Refused, _) => text.line(2, format_args!("{object}.refuse_rest();")),
            (Extra::Kept(_), Some(extra)) => text.line(2, format_args!("let {extra} = {object}.rest();")),
            _ => text.line(2, format_args!("{object}.ignore_rest();")),
        }
        let fields = self.fields().map(|(_, field)| field.name.field()).chain(self.extra());
        let fields: Vec<_> = fields.map(|name| format!("{name}: {name}?")).collect();
        text.list(2, "Some(Self {", &fields, "})");
        text.line(0, format_args!("    }}\n}}\n"));
    }

    /// Limits of the number of properties, if there are any.
    fn count(&self) -> Option<(u64, String)> {
        let (min, max) = (self.object.min_properties.unwrap_or(0), self.object.max_properties);
        let limited = min > 0 || max.is_some();
        limited.then(|| (min, max.map_or_else(|| "usize::MAX".to_owned(), |max| max.to_string())))
    }

    fn serialize(&self, text: &mut Text) {
        self.paths.wire("write_object");
        text.line(0, format_args!("impl serde::Serialize for {} {{", self.name));
        let signature =
            "fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {";
        text.line(1, format_args!("{signature}"));
        if self.object.fields.is_empty() && self.extra().is_none() {
            text.line(2, format_args!("write_object(serializer)?.end()"));
        } else {
            text.line(2, format_args!("let mut object = write_object(serializer)?;"));
            for (_, field) in self.fields() {
                let write = match Presence::of(field) {
                    Presence::Always | Presence::OrNull | Presence::OrDefault => "field",
                    Presence::OrAbsent => "optional",
                    Presence::OrEither => "patch",
                };
                let (name, wire) = (field.name.field(), Literal::string(&field.name.wire));
                text.line(2, format_args!("object.{write}({wire}, &self.{name})?;"));
            }
            if let Some(extra) = self.extra() {
                text.line(2, format_args!("object.rest(&self.{extra})?;"));
            }
            text.line(2, format_args!("object.end()"));
        }
        text.line(0, format_args!("    }}\n}}\n"));
    }

    /// `Debug` that doesn't show personal data.
    fn debug(&self, text: &mut Text) {
        let name = &self.name;
        text.line(0, format_args!("impl std::fmt::Debug for {name} {{"));
        text.line(1, format_args!("fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {{"));
        text.line(2, format_args!("f.debug_struct(\"{name}\")"));
        for (_, field) in self.fields() {
            let shown = field.name.plain_field();
            if self.paths.types.hides(field) {
                let redacted = self.paths.wire("Redacted");
                text.line(3, format_args!(".field(\"{shown}\", &{redacted})"));
            } else {
                text.line(3, format_args!(".field(\"{shown}\", &self.{})", field.name.field()));
            }
        }
        if let Some(extra) = self.extra() {
            text.line(3, format_args!(".field(\"{extra}\", &self.{extra})"));
        }
        text.line(3, format_args!(".finish()"));
        text.line(0, format_args!("    }}\n}}\n"));
    }
}
