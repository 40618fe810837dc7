//! Bodies of requests.

use stipule_ir::service::{Body, Coding, Media, Method};
use stipule_ir::types::Docs;
use stipule_ir::{Diagnostic, Name, Spanned};

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
        let raw = shape.boolean("x-stipule-raw", self.diagnostics).filter(|raw| raw.value);
        shape.finish_except(is_foreign, self.diagnostics);
        let (base, module) = part.home.unwrap_or_else(|| (operation.suffixed("body"), self.module.clone()));
        let mut docs = Docs { description: part.description.or(description), ..Docs::default() };
        let media = self.content(content?, &base, &module, &mut docs);
        if media.is_empty() {
            return None;
        }
        let raw = raw.is_some_and(|raw| self.may_be_raw(&raw, required, &media));
        Some(Body { required, media, raw, docs, span: entry.key.span.clone() })
    }

    /// A signature is checked over one body that is there and then read: `OAS022` for any other.
    fn may_be_raw(&mut self, raw: &Spanned<bool>, required: bool, media: &[Media]) -> bool {
        let fault = match media {
            _ if !required => Some(("a body that may be missing has no signature", "`required: true`")),
            [only] if matches!(only.coding, Coding::Json) && only.also.is_empty() => None,
            [_] => Some((
                "only a JSON body is read beside its bytes",
                "leave it out: other bodies than JSON are given as they were sent anyway",
            )),
            _ => Some((
                "a body of several media types isn't given with its bytes",
                "keep `application/json` alone",
            )),
        };
        if let Some((message, help)) = fault {
            self.diagnostics.push(Diagnostic::error("OAS022", &raw.span, message).help(help));
        }
        fault.is_none()
    }
}
