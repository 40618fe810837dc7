//! The document: its version, its title, its paths.

use stipule_ir::types::Docs;
use stipule_ir::{Diagnostic, Name, Operation, Service, Span};

use super::object::is_foreign;
use super::{Api, Draft, Loose};
use crate::json_schema::stem;
use crate::reader::Value;
use crate::shape::Shape;
use crate::suggest;

impl Api<'_, '_> {
    /// Lowers the whole document.
    pub(super) fn document(&mut self) -> Option<Draft> {
        let root = self.root;
        let file = root.span.file;
        let mut shape = Shape::of(root, "an OpenAPI document", self.diagnostics)?;
        if !self.version(&mut shape) {
            return None;
        }
        let name = Name::new(stem(self.documents.path(file)), Span::start_of(file));
        self.check_service(&name);
        let (docs, version) = self.info(&mut shape);
        shape.know("jsonSchemaDialect");
        shape.know("tags");
        shape.know("security");
        let servers = self.servers(&mut shape);
        self.components(&mut shape);
        let is_import = self.posture().is_import();
        if !is_import {
            let refused = [
                ("webhooks", "describe what is sent as an event"),
                ("externalDocs", "put the link into the description"),
            ];
            self.refuse(&mut shape, &refused);
        }
        shape.know("externalDocs");
        let mut found: Vec<(Operation, Loose)> = Vec::new();
        for entry in shape.mapping("paths", self.diagnostics).unwrap_or_default() {
            if !is_foreign(&entry.key.value) {
                self.path_item(entry, &mut found);
            }
        }
        self.webhooks(&mut shape);
        found.append(&mut self.inbound);
        if root.get("paths").is_none() && !is_import {
            let message = "the document has no `paths`";
            self.diagnostics.push(Diagnostic::error("OAS002", shape.place(), message));
        }
        shape.finish_except(is_foreign, self.diagnostics);
        let (operations, loose) = found.into_iter().unzip();
        let service =
            Service { name, docs, version, operations, inbound: false, servers, span: Span::start_of(file) };
        Some(Draft { service, loose })
    }

    fn version(&mut self, shape: &mut Shape<'_>) -> bool {
        let Some(version) = shape.required_text("openapi", self.diagnostics) else {
            // A number says which it is all the same.
            let number = shape.get("openapi").map(|node| &node.value);
            return self.posture().is_import()
                && matches!(number, Some(Value::Number(number)) if number.starts_with("3"));
        };
        let is_known = ["3.0", "3.1"]
            .iter()
            .any(|known| version.value == *known || version.value.starts_with(&format!("{known}.")));
        if !is_known {
            let message = format!("OpenAPI {} is not supported yet", version.value);
            let fault = Diagnostic::error("OAS003", &version.span, message);
            self.diagnostics.push(fault.help("3.0.x and 3.1.x are"));
        }
        // A later one of others says most of the same.
        is_known || self.posture().is_import()
    }

    /// A document whose service the platform doesn't know would never be served.
    fn check_service(&mut self, name: &Name) {
        if self.posture().is_import() {
            return;
        }
        if ["types", "events"].contains(&name.module().as_str()) {
            let message =
                format!("`{name}` can't be the name of a service: the model has a module of that name");
            self.diagnostics.push(Diagnostic::error("OAS004", &name.span, message));
        }
        let Some(platform) = self.platform else { return };
        let known: Vec<&str> =
            platform.services.iter().map(|service| service.name.value.wire.as_str()).collect();
        if !known.contains(&name.wire.as_str()) {
            let message = format!("`{name}` is not a service of the platform");
            let help = suggest::help(&name.wire, &known);
            self.diagnostics.push(Diagnostic::error("OAS004", &name.span, message).help(help));
        }
    }

    fn info(&mut self, shape: &mut Shape<'_>) -> (Docs, String) {
        let Some(entry) = shape.required("info", self.diagnostics) else {
            return (Docs::default(), String::new());
        };
        let Some(mut info) = Shape::under(entry, "`info`", self.diagnostics) else {
            return (Docs::default(), String::new());
        };
        let title = info.required_text("title", self.diagnostics).map(|text| text.value);
        let version = info.required_text("version", self.diagnostics).map(|text| text.value);
        let summary = info.text("summary", self.diagnostics).map(|text| text.value);
        let description = info.text("description", self.diagnostics).map(|text| text.value);
        for key in ["contact", "license", "termsOfService"] {
            info.know(key);
        }
        info.finish_except(is_foreign, self.diagnostics);
        let docs = Docs { title, description: description.or(summary), ..Docs::default() };
        (docs, version.unwrap_or_default())
    }

    fn components(&mut self, shape: &mut Shape<'_>) {
        let Some(entry) = shape.entry("components") else { return };
        let Some(mut components) = Shape::under(entry, "`components`", self.diagnostics) else { return };
        let known = [
            "schemas",
            "responses",
            "parameters",
            "requestBodies",
            "headers",
            "securitySchemes",
            "examples",
            "pathItems",
        ];
        for key in known {
            components.mapping(key, self.diagnostics);
        }
        if !self.posture().is_import() {
            let refused = [
                ("callbacks", "describe what is sent as an event"),
                ("links", "name the operation in the description"),
            ];
            self.refuse(&mut components, &refused);
        }
        for key in ["callbacks", "links", "mediaTypes"] {
            components.know(key);
        }
        components.finish_except(is_foreign, self.diagnostics);
    }
}
