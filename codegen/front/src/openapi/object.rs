//! What all objects of OpenAPI share: extensions, references, parts that aren't supported yet.

use stipule_ir::{Diagnostic, Name, Span, Spanned};

use super::Api;
use crate::reader::Node;
use crate::shape::Shape;

/// Most references in a row. Real documents have one or two.
const MAX_HOPS: usize = 16;

/// A part that stands where it is used, or elsewhere under a name of its own.
pub(super) struct Part<'d> {
    pub node: &'d Node,
    /// Name and module of the component that it is; the caller's own for one that stands in place.
    pub home: Option<(Name, Name)>,
    /// Words that the reference puts in place of the part's own.
    pub description: Option<String>,
}

/// Extensions of others pass; ours must be known.
pub(super) fn is_foreign(key: &str) -> bool {
    key.starts_with("x-") && !key.starts_with("x-stipule-")
}

impl<'d> Api<'_, 'd> {
    /// Follows a Reference Object: `{$ref: …}` in place of a parameter, a response, a header.
    pub(super) fn part(&mut self, node: &'d Node) -> Option<Part<'d>> {
        let mut part = Part { node, home: None, description: None };
        for _ in 0..MAX_HOPS {
            let Some(entry) = part.node.entry("$ref") else { return Some(part) };
            let mut shape = Shape::of(part.node, "a reference", self.diagnostics)?;
            let reference = shape.text("$ref", self.diagnostics)?;
            let description = shape.text("description", self.diagnostics).map(|text| text.value);
            shape.know("summary");
            shape.finish_except(is_foreign, self.diagnostics);
            part.description = part.description.or(description);
            let target = self.documents.follow(&reference, self.diagnostics)?;
            part.node = target.node;
            part.home = self.home(&reference, target.node).or(part.home);
            if target.node.span.pointer == entry.value.span.pointer {
                break;
            }
        }
        let message = "this reference leads back to itself";
        let place = part.node.get("$ref").map_or_else(|| node.span.clone(), |found| found.span.clone());
        self.diagnostics.push(Diagnostic::error("REF006", &place, message));
        None
    }

    /// The name of a component: the last part of its pointer, in the module of its file.
    fn home(&self, reference: &Spanned<String>, target: &Node) -> Option<(Name, Name)> {
        let key = target.span.pointer.rsplit('/').next().filter(|key| !key.is_empty())?;
        let name = Name::new(crate::reader::pointer::unescape(key), reference.span.clone());
        Some((name, self.documents.module(target.span.file)))
    }

    /// `OAS001` for keys that exist in OpenAPI but aren't supported yet.
    pub(super) fn refuse(&mut self, shape: &mut Shape<'_>, keys: &[(&'static str, &str)]) {
        for (key, instead) in keys {
            if let Some(entry) = shape.entry(key) {
                if entry.value.as_bool() == Some(false) {
                    continue;
                }
                let message = format!("`{key}` is not supported yet");
                self.diagnostics.push(Diagnostic::error("OAS001", &entry.key.span, message).help(*instead));
            }
        }
    }

    /// Examples of a parameter or media type as compact JSON.
    pub(super) fn examples(&mut self, shape: &mut Shape<'d>) -> Vec<String> {
        let mut examples: Vec<String> = shape.get("example").map(Node::to_json).into_iter().collect();
        for entry in shape.mapping("examples", self.diagnostics).unwrap_or_default() {
            let Some(part) = self.part(&entry.value) else { continue };
            let Some(mut shape) = Shape::of(part.node, "an example", self.diagnostics) else { continue };
            shape.know("summary");
            shape.know("description");
            self.refuse(&mut shape, &[("externalValue", "write the value itself under `value`")]);
            examples.extend(shape.get("value").map(Node::to_json));
            shape.finish_except(is_foreign, self.diagnostics);
        }
        examples
    }

    /// `JSC018`: null in what is sent as text, which has no spelling for it.
    pub(super) fn refuse_null(&mut self, place: &Span, what: &str) {
        let fault = match self.posture().is_import() {
            true => Diagnostic::warning(
                "JSC018",
                place,
                format!("{what} is text, which can't be null: null is left out"),
            ),
            false => Diagnostic::error("JSC018", place, format!("{what} is text, which can't be null")),
        };
        self.diagnostics.push(fault.help("let it be left out instead: `required: false`"));
    }
}
