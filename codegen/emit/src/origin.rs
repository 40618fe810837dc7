//! Where a generated file comes from.

use stipule_ir::{Contract, Span};

/// The contract file that holds a place, for the header of what is generated from it.
pub(crate) fn origin<'c>(contract: &'c Contract, span: &Span) -> &'c str {
    contract.files.get(span.file.0 as usize).map_or("contracts", String::as_str)
}
