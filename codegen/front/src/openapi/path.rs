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

/// Where a path was written, to point at beside the operation.
pub(super) type Place = Span;

impl<'d> Api<'_, 'd> {
    /// Lowers every operation of a path, in the order of the document.
    pub(super) fn path_item(&mut self, entry: &'d Entry, found: &mut Vec<(Operation, Loose)>) {
        let path = self.template(&entry.key);
        self.path_item_at(path.as_ref(), entry, found);
    }

    /// As [`path_item`](Self::path_item), at a path that isn't the key: webhooks and callbacks have names instead.
    pub(super) fn path_item_at(
        &mut self,
        path: Option<&Path>,
        entry: &'d Entry,
        found: &mut Vec<(Operation, Loose)>,
    ) {
        let Some(part) = self.part(&entry.value) else { return };
        let Some(mut shape) = Shape::of(part.node, "a path", self.diagnostics) else { return };
        shape.know("summary");
        shape.know("description");
        // Beside a reference, what stands here counts as well.
        shape.know("$ref");
        let servers = if self.posture().is_import() {
            self.servers(&mut shape)
        } else {
            self.refuse(&mut shape, &[("servers", "where a service runs is decided elsewhere")]);
            Vec::new()
        };
        let shared = shape.list("parameters", self.diagnostics).unwrap_or_default();
        let methods: BTreeMap<&str, Method> = METHODS.into_iter().collect();
        for (key, _) in METHODS {
            shape.know(key);
        }
        for operation in part.node.entries().unwrap_or_default() {
            let Some(method) = methods.get(operation.key.value.as_str()) else { continue };
            let Some(path) = path else { continue };
            let Some(mut lowered) = self.operation(*method, path, &entry.key.span, shared, operation) else {
                continue;
            };
            if lowered.0.servers.is_empty() {
                lowered.0.servers.clone_from(&servers);
            }
            found.push(lowered);
        }
        shape.finish_except(is_foreign, self.diagnostics);
    }

    /// Splits a template at its slashes. `None`, with `OAS005`, when it isn't one that can be matched.
    fn template(&mut self, key: &Spanned<String>) -> Option<Path> {
        let is_import = self.posture().is_import();
        let written = key.value.as_str();
        // A query or a fragment in a path belongs to no path at all; others write them all the same.
        let end = if is_import { written.find(['?', '#']).unwrap_or(written.len()) } else { written.len() };
        let template = &written[..end];
        let mut fault = |message: String| {
            self.diagnostics.push(Diagnostic::error("OAS005", &key.span, message));
        };
        if end < written.len() {
            fault(format!("`{}` is no part of a path and left out", &written[end..]));
        }
        let rest = match template.strip_prefix('/') {
            Some(rest) => rest,
            None => {
                fault(format!("the path `{template}` must start with `/`"));
                if !is_import {
                    return None;
                }
                template
            }
        };
        let mut segments: Vec<PathSegment> = Vec::new();
        let mut names: Vec<&str> = Vec::new();
        for part in rest.split('/').filter(|_| !rest.is_empty()) {
            let segment = match split(part) {
                Ok(segment) => segment,
                Err(reason) => {
                    fault(format!("`{part}` of the path `{template}` {reason}"));
                    if !is_import {
                        return None;
                    }
                    PathSegment::Literal(part.to_owned())
                }
            };
            if !is_import && matches!(segment, PathSegment::Mixed(_)) {
                fault(format!(
                    "`{part}` of the path `{template}` mixes fixed text and a parameter, which is not supported yet"
                ));
                return None;
            }
            if part.is_empty() && !is_import {
                fault(format!("the path `{template}` has an empty part between two slashes or at its end"));
                return None;
            }
            segments.push(segment);
        }
        for segment in &segments {
            for name in segment.parameters() {
                if names.contains(&name) {
                    fault(format!("`{{{name}}}` stands twice in the path `{template}`"));
                    if !is_import {
                        return None;
                    }
                }
                names.push(name);
            }
        }
        Some(Path { template: format!("/{rest}"), segments })
    }
}

/// Fixed text, a parameter, or several of both.
fn split(part: &str) -> Result<PathSegment, &'static str> {
    let mut pieces = Vec::new();
    let mut rest = part;
    while let Some(open) = rest.find('{') {
        let close = rest[open..].find('}').map(|at| open + at).ok_or("has a brace that isn't closed")?;
        let name = &rest[open + 1..close];
        if name.is_empty() || name.contains('{') {
            return Err("has braces without the name of a parameter");
        }
        if open > 0 {
            pieces.push(literal(&rest[..open])?);
        }
        pieces.push(PathSegment::Parameter(name.to_owned()));
        rest = &rest[close + 1..];
    }
    if !rest.is_empty() || pieces.is_empty() {
        pieces.push(literal(rest)?);
    }
    Ok(if pieces.len() == 1 { pieces.remove(0) } else { PathSegment::Mixed(pieces) })
}

fn literal(text: &str) -> Result<PathSegment, &'static str> {
    if text.contains('}') {
        return Err("has a brace that isn't opened");
    }
    if !text.bytes().all(is_plain) {
        return Err("has characters that a path can't hold");
    }
    Ok(PathSegment::Literal(text.to_owned()))
}

/// Characters that stand in a path as they are (RFC 3986, `pchar` without percent-encoding).
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@".contains(&byte)
}

/// The names of the parameters in a template.
pub(super) fn parameters(path: &Path) -> impl Iterator<Item = &str> {
    path.segments.iter().flat_map(PathSegment::parameters)
}
