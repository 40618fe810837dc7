//! Responses by status and media type.

use stipule_ir::service::{Outcome, ResponseHeader, Status};
use stipule_ir::types::Docs;
use stipule_ir::{Diagnostic, Name, Span};

use super::object::{Part, is_foreign};
use super::{Api, Loose, media, status};
use crate::reader::Entry;
use crate::shape::Shape;

impl<'d> Api<'_, 'd> {
    /// Lowers the responses of an operation: one outcome per status and media type, by status.
    pub(super) fn responses(
        &mut self,
        operation: &Name,
        shape: &mut Shape<'d>,
        loose: &mut Loose,
    ) -> Vec<Outcome> {
        let entry = if self.posture().is_import() {
            shape.entry("responses")
        } else {
            shape.required("responses", self.diagnostics)
        };
        let mut outcomes: Vec<Outcome> = Vec::new();
        let place = entry.map_or_else(|| operation.span.clone(), |entry| entry.key.span.clone());
        let entries = entry.map(|entry| entry.value.entries().unwrap_or_default()).unwrap_or_default();
        if let Some(entry) = entry.filter(|entry| entry.value.entries().is_none()) {
            let what = "`responses`";
            crate::shape::wrong_kind(&entry.value.span, what, "a mapping", &entry.value, self.diagnostics);
        }
        for entry in entries.iter().filter(|entry| !is_foreign(&entry.key.value)) {
            let Some(status) = self.status(&entry.key) else { continue };
            outcomes.extend(self.response(operation, status, entry, loose));
        }
        if !outcomes.iter().any(|outcome| outcome.status.is_success()) {
            if self.posture().is_import() {
                success_by_default(&mut outcomes, &place);
            } else if entry.is_some() {
                let message = format!("`{operation}` has no successful response");
                let fault = Diagnostic::error("OAS011", &place, message);
                let help = "declare what it answers when all goes well: `200`, `201`, `204`";
                self.diagnostics.push(fault.help(help));
            }
        }
        outcomes.sort_by_key(|outcome: &Outcome| outcome.status);
        Name::distinguish(outcomes.iter_mut().map(|outcome| &mut outcome.name));
        outcomes
    }

    /// The outcomes of one status: one per media type, one alone without content.
    fn response(
        &mut self,
        operation: &Name,
        status: Status,
        entry: &'d Entry,
        loose: &mut Loose,
    ) -> Vec<Outcome> {
        let Some(Part { node, home, description: outer }) = self.part(&entry.value) else {
            return Vec::new();
        };
        let Some(mut shape) = Shape::of(node, "a response", self.diagnostics) else { return Vec::new() };
        if !self.posture().is_import() {
            shape.required("description", self.diagnostics);
            self.refuse(&mut shape, &[("links", "name the operation in the description")]);
        }
        let description = shape.text("description", self.diagnostics).map(|text| text.value);
        for key in ["links", "summary"] {
            shape.know(key);
        }
        let name = Name::new(status::name(status), entry.key.span.clone());
        let (base, module) = home.unwrap_or_else(|| (operation.join(&name), self.module.clone()));
        let mut docs = Docs { description: outer.or(description), ..Docs::default() };
        let headers: Vec<ResponseHeader> = shape
            .mapping("headers", self.diagnostics)
            .unwrap_or_default()
            .iter()
            .filter_map(|header| self.header(&base, &module, header, loose))
            .collect();
        let media = match shape.entry("content") {
            None => Vec::new(),
            Some(content) if matches!(status, Status::Code(204 | 205 | 304)) => {
                let is_empty = content.value.entries().is_some_and(<[Entry]>::is_empty);
                if !(is_empty && self.posture().is_import()) {
                    let message = format!("status {} has no content", entry.key.value);
                    let fault = Diagnostic::error("OAS009", &content.key.span, message);
                    self.diagnostics.push(fault.help("leave `content` out, or answer with 200"));
                }
                Vec::new()
            }
            Some(content) if self.posture().is_import() && is_empty(content) => Vec::new(),
            Some(content) => self.content(content, &base.suffixed("body"), &module, &mut docs),
        };
        shape.finish_except(is_foreign, self.diagnostics);
        let outcome = |name, media| Outcome {
            status,
            name,
            media,
            headers: headers.clone(),
            docs: docs.clone(),
            span: entry.key.span.clone(),
        };
        match media.len() {
            0 | 1 => vec![outcome(name, media)],
            _ => media
                .into_iter()
                .map(|media| {
                    let word = media::word(&media::essence(&media.media_type));
                    outcome(name.suffixed(&word), vec![media])
                })
                .collect(),
        }
    }

    fn header(
        &mut self,
        base: &Name,
        module: &Name,
        entry: &'d Entry,
        loose: &mut Loose,
    ) -> Option<ResponseHeader> {
        if entry.key.value.eq_ignore_ascii_case("content-type") {
            if !self.posture().is_import() {
                let message = "the header `Content-Type` follows from the media type";
                let fault = Diagnostic::error("OAS008", &entry.key.span, message);
                self.diagnostics.push(fault.help("leave it out"));
            }
            return None;
        }
        let part = self.part(&entry.value)?;
        let mut shape = Shape::of(part.node, "a response header", self.diagnostics)?;
        let description = shape.text("description", self.diagnostics).map(|text| text.value);
        let required = shape.boolean("required", self.diagnostics).is_some_and(|flag| flag.value);
        let deprecated = shape.boolean("deprecated", self.diagnostics).is_some_and(|flag| flag.value);
        let examples = self.examples(&mut shape);
        let schema = if self.posture().is_import() {
            for key in ["content", "style", "explode", "allowReserved", "allowEmptyValue"] {
                shape.know(key);
            }
            shape.entry("schema")
        } else {
            let refused = [
                ("content", "give the header a `schema`"),
                ("style", "leave it out: `simple` is the default"),
                ("explode", "leave it out"),
            ];
            self.refuse(&mut shape, &refused);
            Some(shape.required("schema", self.diagnostics)?)
        };
        shape.finish_except(is_foreign, self.diagnostics);
        let name = Name::new(entry.key.value.clone(), entry.key.span.clone());
        let (base, module) = part.home.unwrap_or_else(|| (base.join(&name), module.clone()));
        let used = match schema {
            Some(schema) => {
                let used = self.lowering.inline(&schema.value, base, &module);
                if used.nullable {
                    self.refuse_null(&schema.key.span, "a header");
                }
                loose.texts.push((used.ty, schema.key.span.clone(), "a header"));
                used
            }
            None => self.lowering.text(&entry.key.span),
        };
        let docs = Docs {
            title: None,
            description: part.description.or(description).or(used.docs.description),
            examples,
            deprecated,
        };
        Some(ResponseHeader { name, required, ty: used.ty, docs })
    }
}

fn is_empty(content: &Entry) -> bool {
    content.value.is_null() || content.value.entries().is_some_and(<[Entry]>::is_empty)
}

/// Without a response of its own, success is what `default` says; without that, any success without content.
fn success_by_default(outcomes: &mut Vec<Outcome>, place: &Span) {
    let status = Status::Class(2);
    let named = |span: &Span| Name::new(status::name(status), span.clone());
    let mut successes: Vec<Outcome> = outcomes
        .iter()
        .filter(|outcome| outcome.status == Status::Default)
        .map(|outcome| Outcome { status, name: named(&outcome.span), ..outcome.clone() })
        .collect();
    if successes.is_empty() {
        successes.push(Outcome {
            status,
            name: named(place),
            media: Vec::new(),
            headers: Vec::new(),
            docs: Docs::default(),
            span: place.clone(),
        });
    }
    outcomes.append(&mut successes);
}
