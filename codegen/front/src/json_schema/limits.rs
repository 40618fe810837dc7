//! Keywords that limit numbers, lengths and counts.

use stipule_ir::types::Bound;
use stipule_ir::{Diagnostic, Spanned};

use super::dialect::Dialect;
use super::keywords::Reader;
use crate::reader::Entry;
use crate::shape::{expect_text, wrong_kind};

impl<'d> Reader<'d, '_> {
    pub(super) fn bound(&mut self, key: &str, entry: &'d Entry) {
        let whole = |reader: &mut Self| {
            let node = &entry.value;
            let value = node.as_u64();
            if value.is_none() {
                let what = format!("`{key}`");
                wrong_kind(&node.span, &what, "a whole number from 0", node, reader.diagnostics);
            }
            value.map(|value| Spanned::new(value, node.span.clone()))
        };
        match key {
            "minLength" => self.schema.bounds.min_length = whole(self),
            "maxLength" => self.schema.bounds.max_length = whole(self),
            "minItems" => self.schema.bounds.min_items = whole(self),
            "maxItems" => self.schema.bounds.max_items = whole(self),
            "minProperties" => self.schema.bounds.min_properties = whole(self),
            "maxProperties" => self.schema.bounds.max_properties = whole(self),
            "uniqueItems" => self.schema.bounds.unique_items = self.flag(entry),
            "pattern" => self.schema.bounds.pattern = expect_text(&entry.value, key, self.diagnostics),
            "multipleOf" => self.schema.bounds.multiple_of = self.number(entry),
            "minimum" | "maximum" => {
                let value = self.number(entry);
                self.end_of_range(key == "minimum", false, value);
            }
            "exclusiveMinimum" | "exclusiveMaximum" if self.is_exclusive_flag(entry) => {
                self.flag(entry);
            }
            "exclusiveMinimum" | "exclusiveMaximum" => {
                let value = self.number(entry);
                self.end_of_range(key == "exclusiveMinimum", true, value);
            }
            _ => unreachable!("every deciding keyword of the vocabulary is read: {key}"),
        }
    }

    /// Notes one end; of an inclusive and an exclusive one the tighter counts.
    fn end_of_range(&mut self, lower: bool, exclusive: bool, value: Option<Spanned<String>>) {
        let Some(value) = value else { return };
        let bound = Spanned::new(Bound { value: value.value, exclusive }, value.span);
        let bounds = &mut self.schema.bounds;
        let end = if lower { &mut bounds.minimum } else { &mut bounds.maximum };
        super::merge::tighten(end, Some(bound), lower);
    }

    /// `exclusiveMinimum: true` of OpenAPI 3.0 changes the `minimum` beside it, wherever that stands.
    pub(super) fn exclusive_flags(&mut self) {
        if self.dialect != Dialect::OpenApi30 && !self.is_import {
            return;
        }
        for (key, lower) in [("exclusiveMinimum", true), ("exclusiveMaximum", false)] {
            let Some(entry) = self.schema.site.node.entry(key) else { continue };
            if entry.value.as_bool() != Some(true) {
                continue;
            }
            let bounds = &mut self.schema.bounds;
            match if lower { &mut bounds.minimum } else { &mut bounds.maximum } {
                Some(bound) => bound.value.exclusive = true,
                None => {
                    let limit = if lower { "minimum" } else { "maximum" };
                    let message = format!("`{key}: true` says nothing without `{limit}`");
                    self.diagnostics.push(Diagnostic::error("JSC005", &entry.key.span, message));
                }
            }
        }
    }

    /// `exclusiveMinimum: true` of OpenAPI 3.0 rather than a number.
    fn is_exclusive_flag(&self, entry: &Entry) -> bool {
        if self.is_import { entry.value.as_bool().is_some() } else { self.dialect == Dialect::OpenApi30 }
    }

    fn number(&mut self, entry: &Entry) -> Option<Spanned<String>> {
        let value = entry.value.as_number();
        if value.is_none() {
            let what = format!("`{}`", entry.key.value);
            wrong_kind(&entry.value.span, &what, "a number", &entry.value, self.diagnostics);
        }
        value.map(|value| Spanned::new(value.to_owned(), entry.value.span.clone()))
    }
}
