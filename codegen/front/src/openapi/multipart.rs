//! Bodies of several parts.

use stipule_ir::types::{Docs, Multipart, Part, PartCoding};
use stipule_ir::{Diagnostic, Name, Span, TypeId};

use super::Api;
use super::media;
use super::object::is_foreign;
use crate::json_schema::{Peek, Site};
use crate::reader::Entry;
use crate::shape::Shape;

impl<'d> Api<'_, 'd> {
    /// The parts of a body, by the properties of its schema. `None`, with `OAS021`, when it has none to go by.
    pub(super) fn multipart(&mut self, site: &Site<'d>, encoding: &'d [Entry]) -> Option<TypeId> {
        if let Some(known) = self.lowering.known_multipart(site) {
            return Some(known);
        }
        let Some(object) = self.lowering.properties(site) else {
            let message = "the parts aren't named: the body is taken as bytes";
            let place = Span { end: site.node.span.start, ..site.node.span.clone() };
            self.diagnostics.push(Diagnostic::warning("OAS021", &place, message));
            return None;
        };
        let mut parts: Vec<Part> = Vec::new();
        for property in &object.properties {
            let said = encoding.iter().find(|entry| entry.key.value == property.key.value);
            let media_type = said.and_then(|entry| self.part_media_type(entry));
            let (part, repeated) = match self.lowering.item_of(&property.site) {
                Some(item) => (item, true),
                None => (property.site.clone(), false),
            };
            let coding = coding(self.lowering.peek(&part), media_type.as_deref());
            let (ty, docs) = match coding {
                PartCoding::File => (self.lowering.text(&property.key.span).ty, Docs::default()),
                PartCoding::Text | PartCoding::Json => {
                    let used = self.lowering.part(&part);
                    (used.ty, used.docs)
                }
            };
            let docs = if docs == Docs::default() { self.lowering.words(&property.site) } else { docs };
            parts.push(Part {
                name: Name::new(property.key.value.clone(), property.key.span.clone()),
                required: object.required.iter().any(|name| name.value == property.key.value),
                repeated,
                ty,
                coding,
                media_type,
                docs,
                span: property.key.span.clone(),
            });
        }
        Name::distinguish(parts.iter_mut().map(|part| &mut part.name));
        Some(self.lowering.multipart(site, &object, Multipart { parts }))
    }

    fn part_media_type(&mut self, entry: &'d Entry) -> Option<String> {
        let mut shape = Shape::under(entry, "an encoding", self.diagnostics)?;
        let content_type = shape.text("contentType", self.diagnostics);
        for key in ["headers", "style", "explode", "allowReserved"] {
            shape.know(key);
        }
        shape.finish_except(is_foreign, self.diagnostics);
        content_type.map(|text| text.value)
    }
}

/// How a part is written: as its media type says, else as its schema does.
fn coding(peek: Peek, media_type: Option<&str>) -> PartCoding {
    // Of a choice of types, the first stands for all: `image/png, image/jpeg`.
    let essence = media_type.and_then(|text| text.split(',').next()).map(media::essence);
    match (peek, essence.as_deref()) {
        (Peek::Binary, _) => PartCoding::File,
        (_, Some(essence)) if media::is_json(essence) => PartCoding::Json,
        (_, Some(essence)) if essence.starts_with("text/") => PartCoding::Text,
        (Peek::Scalar, None) => PartCoding::Text,
        (Peek::Structured | Peek::Anything, None) => PartCoding::Json,
        (_, Some(_)) => PartCoding::File,
    }
}
