//! What others call on us: webhooks and callbacks.

use stipule_ir::service::{Path, PathSegment};
use stipule_ir::{Name, Operation, Spanned};

use super::object::is_foreign;
use super::{Api, Loose};
use crate::reader::Entry;
use crate::shape::Shape;

/// What they are put together under.
const WEBHOOKS: &str = "webhooks";
const CALLBACKS: &str = "callbacks";

impl<'d> Api<'_, 'd> {
    /// `webhooks` of the document: each has a name instead of a path.
    pub(super) fn webhooks(&mut self, shape: &mut Shape<'d>) {
        let import = self.posture().is_import();
        for entry in shape.mapping(WEBHOOKS, self.diagnostics).unwrap_or_default() {
            if import && !is_foreign(&entry.key.value) {
                let path = named(&[&entry.key.value]);
                self.receive(WEBHOOKS, &path, entry, &entry.key.value);
            }
        }
    }

    /// `callbacks` of an operation: the caller names the address, so that only the name is ours.
    pub(super) fn callbacks(&mut self, operation: &Name, shape: &mut Shape<'d>) {
        for entry in shape.mapping(CALLBACKS, self.diagnostics).unwrap_or_default() {
            let Some(part) = self.part(&entry.value) else { continue };
            let name = format!("{}.{}", operation.wire, entry.key.value);
            let expressions: Vec<&'d Entry> = part.node.entries().unwrap_or_default().iter().collect();
            for (index, expression) in expressions.iter().filter(|it| !is_foreign(&it.key.value)).enumerate()
            {
                let number = if index == 0 { String::new() } else { (index + 1).to_string() };
                let name = format!("{name}{number}");
                self.receive(
                    CALLBACKS,
                    &named(&[&operation.wire, &entry.key.value, &number]),
                    expression,
                    &name,
                );
            }
        }
    }

    fn receive(&mut self, group: &str, path: &Path, entry: &'d Entry, name: &str) {
        let mut found: Vec<(Operation, Loose)> = Vec::new();
        self.path_item_at(Some(path), entry, &mut found);
        let count = found.len();
        for (mut operation, mut loose) in found {
            if loose.derived {
                let method = operation.method.as_str().to_lowercase();
                let id = if count == 1 { name.to_owned() } else { format!("{name}.{method}") };
                operation.id = Name::new(id, operation.span.clone());
            }
            loose.tag = Some(Spanned::new(group.to_owned(), entry.key.span.clone()));
            loose.inbound = true;
            self.inbound.push((operation, loose));
        }
    }
}

/// A path that is a name: `/order-paid`.
fn named(parts: &[&str]) -> Path {
    let clean = |part: &&&str| -> String {
        part.chars().map(|c| if c.is_ascii_alphanumeric() || "-._~".contains(c) { c } else { '-' }).collect()
    };
    let segments: Vec<String> =
        parts.iter().filter(|part| !part.is_empty()).map(|part| clean(&part)).collect();
    Path {
        template: format!("/{}", segments.join("/")),
        segments: segments.into_iter().map(PathSegment::Literal).collect(),
    }
}
