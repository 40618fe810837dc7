//! Bodies of requests and the media types of both directions.

use stipule_ir::service::{Body, Media, Method};
use stipule_ir::types::Docs;
use stipule_ir::{Diagnostic, Name};

use super::Api;
use super::object::is_foreign;
use crate::reader::Entry;
use crate::shape::Shape;
use crate::suggest;

/// Media types that a request may carry.
const OF_REQUESTS: [&str; 2] = ["application/json", "application/merge-patch+json"];

impl<'d> Api<'_, 'd> {
    /// Lowers a request body.
    pub(super) fn body(&mut self, operation: &Name, method: Method, entry: &'d Entry) -> Option<Body> {
        if matches!(method, Method::Get | Method::Head | Method::Trace) {
            let message = format!("{} has no request body", method.as_str());
            let fault = Diagnostic::error("OAS009", &entry.key.span, message);
            self.diagnostics.push(fault.help("use query parameters, or POST"));
            return None;
        }
        let part = self.part(&entry.value)?;
        let mut shape = Shape::of(part.node, "a request body", self.diagnostics)?;
        let description = shape.text("description", self.diagnostics).map(|text| text.value);
        let required = shape.boolean("required", self.diagnostics).is_some_and(|flag| flag.value);
        let content = shape.required("content", self.diagnostics);
        shape.finish_except(is_foreign, self.diagnostics);
        let (base, module) = part.home.unwrap_or_else(|| (operation.suffixed("body"), self.module.clone()));
        let mut docs = Docs { description: part.description.or(description), ..Docs::default() };
        let media = self.content(content?, &OF_REQUESTS, &base, &module, &mut docs);
        if media.is_empty() {
            return None;
        }
        Some(Body { required, media, docs, span: entry.key.span.clone() })
    }

    /// Lowers a `content` mapping; inline schemas are called `base`.
    pub(super) fn content(
        &mut self,
        entry: &'d Entry,
        known: &[&str],
        base: &Name,
        module: &Name,
        docs: &mut Docs,
    ) -> Vec<Media> {
        let Some(entries) = entry.value.entries() else {
            crate::shape::wrong_kind(
                &entry.value.span,
                "`content`",
                "a mapping",
                &entry.value,
                self.diagnostics,
            );
            return Vec::new();
        };
        if entries.is_empty() {
            let message = "`content` lists no media type";
            let fault = Diagnostic::error("OAS010", &entry.key.span, message);
            self.diagnostics.push(fault.help("leave it out if there is no body"));
        }
        entries.iter().filter_map(|entry| self.media(entry, known, base, module, docs)).collect()
    }

    fn media(
        &mut self,
        entry: &'d Entry,
        known: &[&str],
        base: &Name,
        module: &Name,
        docs: &mut Docs,
    ) -> Option<Media> {
        let media_type = &entry.key;
        if !known.contains(&media_type.value.as_str()) {
            let message = format!("media type `{}` is not supported yet here", media_type.value);
            let help = suggest::help(&media_type.value, known);
            self.diagnostics.push(Diagnostic::error("OAS010", &media_type.span, message).help(help));
            return None;
        }
        let mut shape = Shape::under(entry, "a media type", self.diagnostics)?;
        docs.examples.extend(self.examples(&mut shape));
        self.refuse(&mut shape, &[("encoding", "leave it out: JSON needs none")]);
        let schema = shape.required("schema", self.diagnostics);
        shape.finish_except(is_foreign, self.diagnostics);
        let schema = schema?;
        let used = self.lowering.inline(&schema.value, base.clone(), module);
        if used.nullable {
            self.refuse_null(&schema.key.span, "a body");
        }
        Some(Media { media_type: media_type.value.clone(), ty: used.ty, span: media_type.span.clone() })
    }
}
