//! What is known at a place of a flow, and what `$input.cartId` means there.

use std::collections::BTreeMap;

use stipule_ir::workflow::{Reference, Root, StepId};
use stipule_ir::{Diagnostic, Diagnostics, Spanned, TypeId, TypeKind};

use super::Surroundings;
use crate::suggest;

/// What is known at a place.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    /// Type of the saga's input; none when it is at fault.
    pub(super) input: Option<TypeId>,
    /// Steps that were done for certain, with the type of what they gave; none for one that gives nothing.
    pub(super) done: BTreeMap<String, (StepId, Option<TypeId>)>,
    /// Steps that may have been done: somewhere in a choice, or for each item of a list.
    pub(super) maybe: BTreeMap<String, &'static str>,
    /// Items of the lists around.
    pub(super) items: BTreeMap<String, TypeId>,
    /// Whether the saga failed.
    pub(super) failed: bool,
}

/// A value and whether it is always there.
pub(super) struct Found {
    pub(super) reference: Reference,
    /// Whether it is always there and never null.
    pub(super) certain: bool,
}

impl Scope {
    /// What a text such as `$input.cartId` refers to. `None` with `SAG004`, or silently when something else is at
    /// fault.
    pub(super) fn find(
        &self,
        text: &Spanned<String>,
        around: &Surroundings<'_>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Found> {
        let types = around.types;
        let mut parts = text.value.strip_prefix('$')?.split('.');
        let root = parts.next().unwrap_or_default();
        let path: Vec<String> = parts.map(str::to_owned).collect();
        if self.failed && root == "failure" {
            return failure(path, text, around, diagnostics);
        }
        let (start, ty) = self.root(root, text, diagnostics)?;
        let mut at = ty;
        let mut certain = true;
        for name in &path {
            let TypeKind::Struct(shape) = &types.get(at).kind else {
                let message = format!("`{name}` is asked of something that has no fields");
                diagnostics.push(Diagnostic::error("SAG004", &text.span, message));
                return None;
            };
            let Some(field) = shape.fields.iter().find(|field| field.name.wire == *name) else {
                let names: Vec<&str> = shape.fields.iter().map(|field| field.name.wire.as_str()).collect();
                let message = format!("there is no `{name}` in what `{}` refers to", text.value);
                let fault = Diagnostic::error("SAG004", &text.span, message)
                    .related(&types.get(at).span, "its type")
                    .help(suggest::help(name, &names));
                diagnostics.push(fault);
                return None;
            };
            certain &= field.required && !field.nullable;
            at = field.ty;
        }
        let reference = Reference { root: start, path, ty: at, span: text.span.clone() };
        Some(Found { reference, certain })
    }

    fn root(
        &self,
        root: &str,
        text: &Spanned<String>,
        diagnostics: &mut Diagnostics,
    ) -> Option<(Root, TypeId)> {
        if root == "input" {
            return Some((Root::Input, self.input?));
        }
        if let Some(item) = self.items.get(root) {
            return Some((Root::Item(root.to_owned()), *item));
        }
        match self.done.get(root) {
            Some((step, Some(ty))) => return Some((Root::Step(*step), *ty)),
            Some((_, None)) => {
                let message = format!("the step `{root}` gives nothing");
                let fault = Diagnostic::error("SAG004", &text.span, message);
                diagnostics.push(fault.help("say what it gives: `output:` of the step"));
                return None;
            }
            None => {}
        }
        let fault = match self.maybe.get(root) {
            Some(why) => {
                let message = format!("what `{root}` gave isn't known here: {why}");
                Diagnostic::error("SAG004", &text.span, message)
            }
            None => {
                let mut names: Vec<&str> = self.done.keys().map(String::as_str).collect();
                names.extend(self.items.keys().map(String::as_str));
                names.push("input");
                names.extend(self.failed.then_some("failure"));
                let message = format!("nothing is known here as `${root}`");
                Diagnostic::error("SAG004", &text.span, message).help(suggest::help(root, &names))
            }
        };
        diagnostics.push(fault);
        None
    }
}

/// `$failure.Error` and `$failure.Cause`: text both.
fn failure(
    path: Vec<String>,
    text: &Spanned<String>,
    around: &Surroundings<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Found> {
    if !matches!(path.as_slice(), [name] if name == "Error" || name == "Cause") {
        let message = format!("`{}` is nothing that a failure has", text.value);
        let fault = Diagnostic::error("SAG004", &text.span, message);
        diagnostics.push(fault.help("a failure has `$failure.Error` and `$failure.Cause`"));
        return None;
    }
    let reference = Reference { root: Root::Failure, path, ty: around.text, span: text.span.clone() };
    Some(Found { reference, certain: true })
}
