//! From a mapping to a [`Schema`]: every keyword is known, refused or reported as unknown.

use std::collections::BTreeSet;

use stipule_ir::types::Access;
use stipule_ir::{Diagnostic, Diagnostics, Name, Span, Spanned};

use super::dialect::Dialect;
use super::meant;
use super::schema::{Additional, Choices, Kind, Schema, Site, Unsaid};
use super::vocabulary::{self, Word};
use crate::posture::Posture;
use crate::reader::{Entry, Node, Value};
use crate::shape::{expect_text, wrong_kind};
use crate::suggest;

/// Reads the keywords of one schema; references and subschemas are only noted.
pub(crate) fn read<'d>(
    site: &Site<'d>,
    dialect: Dialect,
    posture: Posture,
    diagnostics: &mut Diagnostics,
) -> Schema<'d> {
    let is_import = posture.is_import();
    let mut reader = Reader { schema: Schema::empty(site.clone()), dialect, is_import, diagnostics };
    match &site.node.value {
        Value::Mapping(entries) => {
            for entry in entries {
                reader.keyword(entry);
            }
            reader.exclusive_flags();
            reader.beside_reference();
        }
        Value::Bool(true) => {}
        Value::Bool(false) => {
            let message = "the schema `false` allows no value at all";
            let fault = Diagnostic::error("JSC004", &site.node.span, message);
            reader.diagnostics.push(fault.help("leave the schema out"));
        }
        _ => wrong_kind(&site.node.span, "a schema", "a mapping", site.node, reader.diagnostics),
    }
    reader.schema
}

pub(super) struct Reader<'d, 'g> {
    pub(super) schema: Schema<'d>,
    pub(super) dialect: Dialect,
    /// Whether the document is somebody else's: what was probably meant is read.
    pub(super) is_import: bool,
    pub(super) diagnostics: &'g mut Diagnostics,
}

impl<'d> Reader<'d, '_> {
    fn keyword(&mut self, entry: &'d Entry) {
        let key = entry.key.value.as_str();
        let posture = if self.is_import { Posture::Import } else { Posture::Contract };
        match vocabulary::word(key, self.dialect, posture) {
            Word::Deciding => {
                self.schema.deciding.push(entry.key.clone());
                self.deciding(key, entry);
            }
            Word::Describing => self.describing(key, entry),
            Word::Silent => self.silent(entry),
            Word::Unsaid => {
                let node = self.schema.site.node;
                self.schema.unsaid.push(Unsaid { keyword: entry.key.clone(), node });
            }
            Word::Unsupported(instead) => {
                if entry.value.as_bool() == Some(false) && matches!(key, "readOnly" | "writeOnly") {
                    return;
                }
                let message = format!("`{key}` is not supported yet");
                self.diagnostics.push(Diagnostic::error("JSC001", &entry.key.span, message).help(instead));
            }
            Word::Unknown => {
                let message = format!("`{key}` is not a keyword of JSON Schema");
                let help = suggest::nearest(key, vocabulary::words(self.dialect)).map_or_else(
                    || "keywords of others start with `x-`".to_owned(),
                    |near| format!("did you mean `{near}`?"),
                );
                self.diagnostics.push(Diagnostic::error("JSC002", &entry.key.span, message).help(help));
            }
        }
    }

    /// Words about a whole file mean nothing, or something else, inside it.
    fn silent(&mut self, entry: &Entry) {
        let key = entry.key.value.as_str();
        let is_root = self.schema.site.node.span.pointer.is_empty();
        if !is_root && !self.is_import && matches!(key, "$id" | "$schema" | "x-stipule-event") {
            let message = format!("`{key}` is supported only at the root of a file");
            let fault = Diagnostic::error("JSC001", &entry.key.span, message);
            self.diagnostics.push(fault.help("leave it out, or move the schema into a file of its own"));
        }
    }

    fn deciding(&mut self, key: &str, entry: &'d Entry) {
        let node = &entry.value;
        let name = |word: &str| Name::new(word, entry.key.span.clone());
        match key {
            "$ref" => self.schema.reference = expect_text(node, key, self.diagnostics),
            "type" => self.types(node),
            "nullable" => self.schema.nullable = self.flag(entry).is_some_and(|flag| flag.value),
            "format" => self.schema.format = expect_text(node, key, self.diagnostics),
            "enum" => self.values(node),
            "const" => self.schema.values = Some(Spanned::new(vec![node], node.span.clone())),
            "properties" => self.properties(entry),
            "required" => self.required(entry),
            "additionalProperties" => self.additional(entry),
            "propertyNames" => self.schema.property_names = Some(self.schema.site.part(node, &name("key"))),
            "items" => self.items(entry),
            "additionalItems" => self.rest(entry),
            "prefixItems" => self.schema.items.prefix = self.places(entry),
            "allOf" => self.schema.all_of = self.branches(entry, |site, node, _| site.same(node)),
            "oneOf" | "anyOf" => self.choices(entry),
            "contentEncoding" | "contentMediaType" => self.content(key, entry),
            _ => self.bound(key, entry),
        }
    }

    /// Where keywords beside `$ref` don't count, one that would change something is a mistake.
    fn beside_reference(&mut self) {
        if self.schema.reference.is_none() || self.dialect.reads_beside_ref() {
            return;
        }
        for keyword in self.schema.deciding.iter().filter(|keyword| keyword.value != "$ref") {
            let message = format!("`{}` beside `$ref` has no effect in this dialect", keyword.value);
            let fault = Diagnostic::error("JSC019", &keyword.span, message);
            let help = "write `allOf: [{$ref: …}]` beside it";
            self.diagnostics.push(fault.help(help));
        }
        if self.is_import {
            // Whoever writes these beside a reference means them.
            let empty = Schema::empty(self.schema.site.clone());
            let said = std::mem::replace(&mut self.schema, empty);
            let kept = |keyword: &Spanned<String>| keyword.value == "$ref" || keyword.value == "nullable";
            self.schema.deciding = said.deciding.into_iter().filter(kept).collect();
            self.schema.reference = said.reference;
            self.schema.docs = said.docs;
            self.schema.nullable = said.nullable;
            self.schema.default = said.default;
            self.schema.access = said.access;
        }
    }

    fn types(&mut self, node: &'d Node) {
        let single = std::slice::from_ref(node);
        let words = match &node.value {
            Value::Sequence(items) if self.dialect != Dialect::OpenApi30 || self.is_import => {
                items.as_slice()
            }
            _ => single,
        };
        let mut kinds = BTreeSet::new();
        for word in words {
            let Some(text) = expect_text(word, "type", self.diagnostics) else { continue };
            let known = Kind::ALL.into_iter().find(|kind| kind.word() == text.value);
            match known {
                Some(kind) if kind == Kind::Null && self.dialect == Dialect::OpenApi30 && !self.is_import => {
                    let message = "OpenAPI 3.0 has no type `null`";
                    let fault = Diagnostic::error("JSC003", &word.span, message);
                    self.diagnostics.push(fault.help("write `nullable: true` beside the type"));
                }
                Some(kind) => {
                    kinds.insert(kind);
                }
                None => {
                    if self.is_import {
                        kinds.extend(meant::kind(&text.value));
                        self.schema.format = self.schema.format.take().or_else(|| meant::format(&text));
                    }
                    let message = format!("`{}` is not a type", text.value);
                    let valid = Kind::ALL.map(Kind::word);
                    let help = suggest::help(&text.value, &valid);
                    self.diagnostics.push(Diagnostic::error("JSC003", &word.span, message).help(help));
                }
            }
        }
        if !kinds.is_empty() {
            self.schema.types = Some(Spanned::new(kinds, node.span.clone()));
        }
    }

    fn values(&mut self, node: &'d Node) {
        match &node.value {
            Value::Sequence(items) if items.is_empty() => {
                let message = "an `enum` without values allows nothing";
                self.diagnostics.push(Diagnostic::error("JSC008", &node.span, message));
            }
            Value::Sequence(items) => {
                self.schema.values = Some(Spanned::new(items.iter().collect(), node.span.clone()));
            }
            _ => {
                wrong_kind(&node.span, "`enum`", "a list", node, self.diagnostics);
                self.schema.values = Some(Spanned::new(vec![node], node.span.clone()));
            }
        }
    }

    fn properties(&mut self, entry: &'d Entry) {
        let Some(entries) = entry.value.entries() else {
            wrong_kind(&entry.value.span, "`properties`", "a mapping", &entry.value, self.diagnostics);
            return;
        };
        for property in entries {
            let word = Name::new(property.key.value.clone(), property.key.span.clone());
            let site = self.schema.site.part(&property.value, &word);
            self.schema.properties.push(super::schema::Property { key: property.key.clone(), site });
        }
    }

    fn required(&mut self, entry: &'d Entry) {
        let Some(items) = entry.value.items() else {
            wrong_kind(&entry.value.span, "`required`", "a list", &entry.value, self.diagnostics);
            return;
        };
        for item in items {
            let Some(name) = expect_text(item, "required", self.diagnostics) else { continue };
            if let Some(first) = self.schema.required.iter().find(|other| other.value == name.value) {
                let message = format!("`{}` is required twice", name.value);
                let twice = Diagnostic::error("JSC013", &name.span, message);
                self.diagnostics.push(twice.related(&first.span, "first listed here"));
                continue;
            }
            self.schema.required.push(name);
        }
    }

    fn additional(&mut self, entry: &'d Entry) {
        let node = &entry.value;
        let says = match node.value {
            Value::Bool(false) => Additional::Refused,
            Value::Bool(true) => Additional::Any(node),
            _ => Additional::Schema(Box::new(
                self.schema.site.part(node, &Name::new("value", node.span.clone())),
            )),
        };
        self.schema.additional = Some(Spanned::new(says, entry.key.span.clone()));
    }

    fn items(&mut self, entry: &'d Entry) {
        if entry.value.items().is_some() && (self.dialect == Dialect::Draft07 || self.is_import) {
            self.schema.items.prefix = self.places(entry);
        } else {
            self.rest(entry);
        }
    }

    /// The schema of the items after the prefix, or of all without one.
    fn rest(&mut self, entry: &'d Entry) {
        let node = &entry.value;
        if node.as_bool() == Some(false) {
            self.schema.items.closed = true;
        } else {
            self.schema.items.rest = Some(super::naming::item(&self.schema.site, node));
        }
    }

    fn places(&mut self, entry: &'d Entry) -> Option<(Span, Vec<Site<'d>>)> {
        let sites = self.branches(entry, |site, node, index| {
            site.part(node, &Name::new(format!("item{}", index + 1), node.span.clone()))
        });
        Some((entry.key.span.clone(), sites))
    }

    fn choices(&mut self, entry: &'d Entry) {
        let branches = self.branches(entry, super::naming::choice);
        if let Some(other) = self.schema.choices.first().filter(|_| !self.is_import) {
            let message = "`oneOf` and `anyOf` side by side are not supported yet";
            let fault =
                Diagnostic::error("JSC011", &entry.key.span, message).related(&other.span, "the other");
            self.diagnostics.push(fault);
            return;
        }
        let exactly_one = entry.key.value == "oneOf";
        if !branches.is_empty() {
            let (span, holder) = (entry.key.span.clone(), self.schema.site.node);
            self.schema.choices.push(Choices { exactly_one, branches, span, holder });
        }
    }

    fn branches(
        &mut self,
        entry: &'d Entry,
        name: impl Fn(&Site<'d>, &'d Node, usize) -> Site<'d>,
    ) -> Vec<Site<'d>> {
        let items = entry.value.items().unwrap_or_default();
        if items.is_empty() {
            let what = format!("`{}`", entry.key.value);
            if entry.value.items().is_some() {
                let message = format!("{what} must list at least one schema");
                self.diagnostics.push(Diagnostic::error("JSC004", &entry.value.span, message));
            } else {
                wrong_kind(&entry.value.span, &what, "a list", &entry.value, self.diagnostics);
            }
        }
        items.iter().enumerate().map(|(index, node)| name(&self.schema.site, node, index)).collect()
    }

    fn describing(&mut self, key: &str, entry: &'d Entry) {
        let node = &entry.value;
        let text = |reader: &mut Self| expect_text(node, key, reader.diagnostics).map(|text| text.value);
        match key {
            "title" => self.schema.docs.title = text(self),
            "description" => self.schema.docs.description = text(self),
            "deprecated" => self.schema.docs.deprecated = self.flag(entry).is_some_and(|flag| flag.value),
            "example" => self.schema.docs.examples.push(node.to_json()),
            "examples" => match node.items() {
                Some(items) => self.schema.docs.examples.extend(items.iter().map(Node::to_json)),
                None if self.is_import => {}
                None => wrong_kind(&node.span, "`examples`", "a list", node, self.diagnostics),
            },
            "default" => self.schema.default = Some(node),
            "readOnly" => self.access(entry, Access::Read),
            "writeOnly" => self.access(entry, Access::Write),
            "discriminator" => self.schema.discriminator = Some(entry),
            "x-stipule-pii" => self.schema.personal = self.flag(entry).is_some_and(|flag| flag.value),
            "x-stipule-transitions" => self.schema.transitions = Some(entry),
            _ => unreachable!("every describing keyword of the vocabulary is read: {key}"),
        }
    }

    fn access(&mut self, entry: &Entry, access: Access) {
        if self.flag(entry).is_some_and(|flag| flag.value) {
            self.schema.access = access;
        }
    }

    /// What the text stands for: `contentEncoding: base64` is `format: byte`, a media type alone a file.
    fn content(&mut self, key: &str, entry: &'d Entry) {
        let Some(text) = expect_text(&entry.value, key, self.diagnostics) else { return };
        let format = match (key, text.value.as_str()) {
            ("contentEncoding", "base64" | "base64url") => "byte",
            ("contentMediaType", _) if self.schema.site.node.get("contentEncoding").is_none() => "binary",
            _ => return,
        };
        if !(format == "binary" && meant::is_readable(&text.value)) {
            self.schema.format = Some(Spanned::new(format.to_owned(), text.span));
        }
    }

    pub(super) fn flag(&mut self, entry: &Entry) -> Option<Spanned<bool>> {
        let value = entry.value.as_bool();
        if value.is_none() {
            let what = format!("`{}`", entry.key.value);
            wrong_kind(&entry.value.span, &what, "`true` or `false`", &entry.value, self.diagnostics);
        }
        value.map(|value| Spanned::new(value, entry.value.span.clone()))
    }
}
