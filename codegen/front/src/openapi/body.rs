//! Bodies of requests.

use stipule_ir::service::{Body, Method};
use stipule_ir::types::Docs;
use stipule_ir::{Diagnostic, Name};

use super::Api;
use super::object::is_foreign;
use crate::reader::Entry;
use crate::shape::Shape;

impl<'d> Api<'_, 'd> {
    /// Lowers a request body.
    pub(super) fn body(&mut self, operation: &Name, method: Method, entry: &'d Entry) -> Option<Body> {
        let is_import = self.posture().is_import();
        // Some services take a body with GET all the same, and their clients must be able to send one.
        if matches!(method, Method::Get | Method::Head | Method::Trace) && !is_import {
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
        let media = self.content(content?, &base, &module, &mut docs);
        if media.is_empty() {
            return None;
        }
        Some(Body { required, media, docs, span: entry.key.span.clone() })
    }
}
