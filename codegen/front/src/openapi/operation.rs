//! Operations: a method on a path.

use stipule_ir::service::{Idempotency, Location, Method, Parameter, Path};
use stipule_ir::types::Docs;
use stipule_ir::{Diagnostic, Name, Operation};

use super::object::is_foreign;
use super::path::Place;
use super::{Api, Loose};
use crate::rate::rate;
use crate::reader::{Entry, Node};
use crate::shape::Shape;

impl<'d> Api<'_, 'd> {
    /// Lowers one operation.
    pub(super) fn operation(
        &mut self,
        method: Method,
        path: &Path,
        path_place: &Place,
        shared: &'d [Node],
        entry: &'d Entry,
    ) -> Option<(Operation, Loose)> {
        // Documents of thousands of files have an operation a file, which OpenAPI foresees for paths only.
        let mut shape = if self.posture().is_import() {
            let node = self.part(&entry.value)?.node;
            Shape::of(node, "an operation", self.diagnostics)?
        } else {
            Shape::under(entry, "an operation", self.diagnostics)?
        };
        let id = shape.text("operationId", self.diagnostics).filter(|text| !text.value.trim().is_empty());
        let mut loose = Loose { derived: id.is_none(), ..Loose::default() };
        let id = match id {
            Some(text) => Name::new(text.value, text.span),
            None => Name::new(derived_id(method, path), entry.key.span.clone()),
        };
        let docs = self.docs(&mut shape);
        let own = shape.list("parameters", self.diagnostics).unwrap_or_default();
        let parameters = self.parameters(&id, path, path_place, shared, own, &mut loose);
        let body = shape.entry("requestBody").and_then(|body| self.body(&id, method, body));
        let outcomes = self.responses(&id, &mut shape, &mut loose);
        let security = self.security(&mut shape);
        let idempotency = if self.posture().is_import() {
            keyed(method, &parameters)
        } else {
            self.idempotency(method, &mut shape)
        };
        let paginate = self.paginate(&mut shape, &mut loose);
        loose.emits = shape.texts("x-stipule-events", self.diagnostics).unwrap_or_default();
        let tags = shape.texts("tags", self.diagnostics).unwrap_or_default();
        loose.tag = tags.into_iter().next();
        let rate = rate(&mut shape, "x-stipule-rate", "OAS025", self.diagnostics);
        let limit = self.rate_limit(&mut shape);
        let cache = self.cache(method, &parameters, &mut shape, &mut loose);
        let servers = if self.posture().is_import() {
            shape.know("externalDocs");
            self.callbacks(&id, &mut shape);
            self.servers(&mut shape)
        } else {
            let refused = [
                ("callbacks", "describe what is sent as an event"),
                ("servers", "where a service runs is decided elsewhere"),
                ("externalDocs", "put the link into the description"),
            ];
            self.refuse(&mut shape, &refused);
            Vec::new()
        };
        shape.finish_except(is_foreign, self.diagnostics);
        let operation = Operation {
            id,
            method,
            path: path.clone(),
            docs,
            parameters,
            body,
            outcomes,
            // Without one there is an error, and no contract in which this could stand.
            security: security.unwrap_or_default(),
            servers,
            served: true,
            idempotency,
            paginate,
            limit,
            cache,
            rate,
            emits: Vec::new(),
            span: entry.key.span.clone(),
        };
        Some((operation, loose))
    }

    fn docs(&mut self, shape: &mut Shape<'_>) -> Docs {
        let title = shape.text("summary", self.diagnostics).map(|text| text.value);
        let description = shape.text("description", self.diagnostics).map(|text| text.value);
        let deprecated = shape.boolean("deprecated", self.diagnostics).is_some_and(|flag| flag.value);
        Docs { title, description, examples: Vec::new(), deprecated }
    }

    /// `x-stipule-idempotent`. Only methods whose repetition does harm have a choice.
    fn idempotency(&mut self, method: Method, shape: &mut Shape<'_>) -> Idempotency {
        let choices = [("required", Idempotency::KeyRequired), ("optional", Idempotency::KeyOptional)];
        let said = shape.choice("x-stipule-idempotent", &choices, self.diagnostics);
        if matches!(method, Method::Post | Method::Patch) {
            return said.map_or(Idempotency::KeyOptional, |said| said.value);
        }
        if let Some(said) = said {
            let message = format!("{} needs no idempotency key", method.as_str());
            let fault = Diagnostic::error("OAS014", &said.span, message);
            self.diagnostics.push(fault.help("only POST and PATCH take one: leave it out"));
        }
        Idempotency::ByMethod
    }
}

/// What a repeated call of others' operations does: nobody looks at a key unless the document declares it.
fn keyed(method: Method, parameters: &[Parameter]) -> Idempotency {
    let is_key = |one: &Parameter| {
        one.location == Location::Header && one.name.wire.eq_ignore_ascii_case("idempotency-key")
    };
    match method {
        Method::Post | Method::Patch if parameters.iter().any(is_key) => Idempotency::KeyOptional,
        Method::Post | Method::Patch => Idempotency::None,
        _ => Idempotency::ByMethod,
    }
}

/// `get /books/{bookId}` → `get books by bookId`: stable as long as method and path are.
fn derived_id(method: Method, path: &Path) -> String {
    use stipule_ir::service::PathSegment;
    fn add(segment: &PathSegment, words: &mut Vec<String>) {
        match segment {
            PathSegment::Literal(text) => words.push(text.clone()),
            PathSegment::Parameter(name) => words.push(format!("by {name}")),
            PathSegment::Mixed(parts) => parts.iter().for_each(|part| add(part, words)),
        }
    }
    let mut words = vec![method.as_str().to_lowercase()];
    path.segments.iter().for_each(|segment| add(segment, &mut words));
    words.join(" ")
}
