//! Whose document it is.

/// How much a document is held to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Posture {
    /// A contract of ours: a mistake is an error, because its author reads this and corrects it.
    Contract,
    /// A document of others: a mistake is a warning, and the type is the best one that is still true.
    Import,
}

impl Posture {
    /// Whether the document is somebody else's.
    pub fn is_import(self) -> bool {
        self == Posture::Import
    }
}
