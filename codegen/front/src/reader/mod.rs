//! The spanned reader: YAML and JSON text into one document tree in which every value knows its place.
//!
//! Nothing here knows what a document means. No input makes it panic, and its work is bounded by `limits`.

mod indent;
mod json;
mod limits;
mod merge;
mod node;
pub(crate) mod pages;
mod place;
pub mod pointer;
mod scalar;
#[cfg(test)]
mod tests;
mod yaml;

pub use node::{Entry, Node, Value};

use limits::Budget;
use stipule_ir::{Diagnostic, Diagnostics, FileId, Source, Span};

use crate::posture::Posture;

/// Reads one file: `.json` as JSON, everything else as YAML 1.2 with its core schema.
///
/// `None` when there is no document to speak of: a syntax error or an empty file, with the reason among the
/// diagnostics. Faults that leave a usable tree (a key written twice) are reported and the tree is given.
pub fn read(file: FileId, source: &Source, diagnostics: &mut Diagnostics) -> Option<Node> {
    read_as(Posture::Contract, file, source, diagnostics)
}

/// As [`read`], for a document of ours or of others: those may be larger.
pub(crate) fn read_as(
    posture: Posture,
    file: FileId,
    source: &Source,
    diagnostics: &mut Diagnostics,
) -> Option<Node> {
    let budget = Budget::of(posture);
    if u32::try_from(source.text.len()).is_err() {
        let message = "the file is longer than 4 GiB";
        diagnostics.push(Diagnostic::error("SYN006", &Span::start_of(file), message));
        return None;
    }
    if source.path.to_ascii_lowercase().ends_with(".json") {
        json::read(file, &source.text, budget, diagnostics)
    } else {
        yaml::read(file, &source.text, budget, diagnostics)
    }
}

/// A byte offset as spans keep it: [`read`] refuses files in which it would not fit.
fn offset(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

/// The byte order mark that some editors put first; it is no part of the document.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// Splits off a byte order mark: the text after it and the number of bytes it takes.
fn without_byte_order_mark(text: &str) -> (&str, usize) {
    text.strip_prefix(BYTE_ORDER_MARK).map_or((text, 0), |rest| (rest, BYTE_ORDER_MARK.len_utf8()))
}
