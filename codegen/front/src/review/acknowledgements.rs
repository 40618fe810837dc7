//! `contracts/review/acknowledgements.yaml`: findings that somebody considered, with the reason and until when.

use stipule_ir::{Diagnostic, Diagnostics, Spanned};

use crate::reader::Node;
use crate::shape::Shape;

/// A finding that was considered.
#[derive(Clone, Debug)]
pub struct Acknowledgement {
    /// Of which finding.
    pub fingerprint: Spanned<String>,
    /// Why it may happen.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// Where it is discussed.
    pub ticket: String,
    /// The last day on which it counts: `2030-01-31`.
    pub expires: Spanned<String>,
    /// Path of the migration that keeps what would be lost.
    pub migration: Option<Spanned<String>>,
}

/// Reads a file of acknowledgements.
pub fn read(document: &Node, diagnostics: &mut Diagnostics) -> Vec<Acknowledgement> {
    let Some(mut shape) = Shape::of(document, "a file of acknowledgements", diagnostics) else {
        return Vec::new();
    };
    shape.required("acknowledgements", diagnostics);
    let items = shape.list("acknowledgements", diagnostics).unwrap_or_default();
    shape.finish(diagnostics);
    items.iter().filter_map(|item| entry(item, diagnostics)).collect()
}

fn entry(node: &Node, diagnostics: &mut Diagnostics) -> Option<Acknowledgement> {
    let mut shape = Shape::of(node, "an acknowledgement", diagnostics)?;
    let fingerprint = shape.required_text("fingerprint", diagnostics);
    let reason = shape.required_text("reason", diagnostics);
    let owner = shape.required_text("owner", diagnostics);
    let ticket = shape.required_text("ticket", diagnostics);
    let expires = shape.required_text("expires", diagnostics);
    let migration = shape.text("migration", diagnostics);
    shape.finish(diagnostics);
    let fingerprint = fingerprint.filter(|written| {
        let good = written.value.len() == 16 && written.value.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !good {
            let message = format!("`{}` is not a fingerprint", written.value);
            let fault = Diagnostic::error("SYN023", &written.span, message);
            diagnostics.push(fault.help("copy the 16 hexadecimal digits that `stipule review` prints"));
        }
        good
    });
    Some(Acknowledgement {
        fingerprint: fingerprint?,
        reason: reason?.value,
        owner: owner?.value,
        ticket: ticket?.value,
        expires: expires?,
        migration,
    })
}
