//! Paths and what stands under them.

use std::collections::BTreeMap;

use stipule_ir::service::{Method, Path, PathSegment};
use stipule_ir::{Diagnostic, Operation, Span, Spanned};

use super::object::is_foreign;
use super::{Api, Loose};
use crate::reader::Entry;
use crate::shape::Shape;

/// Keys of a path item with their methods, in the order of OpenAPI.
const METHODS: [(&str, Method); 8] = [
    ("get", Method::Get),
    ("put", Method::Put),
    ("post", Method::Post),
    ("delete", Method::Delete),
    ("options", Method::Options),
    ("head", Method::Head),
    ("patch", Method::Patch),
    ("trace", Method::Trace),
];

impl<'d> Api<'_, 'd> {
    /// Lowers every operation of a path, in the order of the document.
    pub(super) fn path_item(&mut self, entry: &'d Entry, found: &mut Vec<(Operation, Loose)>) {
        let path = parse(&entry.key, self);
        let Some(part) = self.part(&entry.value) else { return };
        let Some(mut shape) = Shape::of(part.node, "a path", self.diagnostics) else { return };
        shape.know("summary");
        shape.know("description");
        self.refuse(&mut shape, &[("servers", "where a service runs is decided elsewhere")]);
        let shared = shape.list("parameters", self.diagnostics).unwrap_or_default();
        let methods: BTreeMap<&str, Method> = METHODS.into_iter().collect();
        for (key, _) in METHODS {
            shape.know(key);
        }
        for operation in part.node.entries().unwrap_or_default() {
            let Some(method) = methods.get(operation.key.value.as_str()) else { continue };
            let Some(path) = &path else { continue };
            found.extend(self.operation(*method, path, &entry.key.span, shared, operation));
        }
        shape.finish_except(is_foreign, self.diagnostics);
    }
}

/// Splits a template at its slashes. `None`, with `OAS005`, when it isn't one that can be matched.
fn parse(key: &Spanned<String>, api: &mut Api<'_, '_>) -> Option<Path> {
    let template = &key.value;
    let mut fault = |message: String| {
        api.diagnostics.push(Diagnostic::error("OAS005", &key.span, message));
        None
    };
    let Some(rest) = template.strip_prefix('/') else {
        return fault(format!("the path `{template}` must start with `/`"));
    };
    let mut segments: Vec<PathSegment> = Vec::new();
    for part in rest.split('/').filter(|_| !rest.is_empty()) {
        let inner = part.strip_prefix('{').and_then(|inner| inner.strip_suffix('}'));
        match inner {
            Some(name) if !name.is_empty() && !name.contains(['{', '}']) => {
                let segment = PathSegment::Parameter(name.to_owned());
                if segments.contains(&segment) {
                    return fault(format!("`{{{name}}}` stands twice in the path `{template}`"));
                }
                segments.push(segment);
            }
            _ if part.contains(['{', '}']) => {
                return fault(format!(
                    "`{part}` of the path `{template}` mixes fixed text and a parameter, which is not supported yet"
                ));
            }
            _ if part.is_empty() => {
                return fault(format!(
                    "the path `{template}` has an empty part between two slashes or at its end"
                ));
            }
            _ if !part.bytes().all(is_plain) => {
                return fault(format!(
                    "`{part}` of the path `{template}` has characters that a path can't hold"
                ));
            }
            _ => segments.push(PathSegment::Literal(part.to_owned())),
        }
    }
    Some(Path { template: template.clone(), segments })
}

/// Characters that stand in a path as they are (RFC 3986, `pchar` without percent-encoding).
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@".contains(&byte)
}

/// The names of the parameters in a template, with the place of the template.
pub(super) fn parameters(path: &Path) -> impl Iterator<Item = &str> {
    path.segments.iter().filter_map(|segment| match segment {
        PathSegment::Parameter(name) => Some(name.as_str()),
        PathSegment::Literal(_) => None,
    })
}

/// Where a path was written, to point at beside the operation.
pub(super) type Place = Span;
