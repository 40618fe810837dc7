//! Values that no two items share.

use super::entity::FieldRef;
use crate::name::Name;
use crate::span::Span;

/// A value that no two items of an entity and tenant share, kept so by a lock item in the same transaction. An item
/// that lacks one of the parts has no such value.
#[derive(Clone, Debug)]
pub struct Unique {
    /// The field, or a name given to several together.
    pub name: Name,
    /// What the value is made of; one field, or several that are unique together.
    pub parts: Vec<UniquePart>,
    /// Where it was written.
    pub span: Span,
}

impl Unique {
    /// Whether a field is one of the parts.
    pub fn has(&self, field: FieldRef) -> bool {
        self.parts.iter().any(|part| part.field == field)
    }
}

/// A field of a unique value.
#[derive(Clone, Debug)]
pub struct UniquePart {
    /// The field.
    pub field: FieldRef,
    /// What is done to its value before it is compared, in order.
    pub normalize: Vec<Normalize>,
}

/// A step of normalisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Normalize {
    /// Without white space at both ends.
    Trim,
    /// Lower case (Unicode).
    Lowercase,
    /// Unicode normalisation form C.
    Nfc,
    /// Unicode normalisation form KC.
    Nfkc,
    /// What differs in case or compatibility forms alone becomes equal (compatibility caseless matching).
    Casefold,
}
