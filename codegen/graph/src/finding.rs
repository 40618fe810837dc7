//! What is wrong with a resource.

/// One fault.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// Name of the stack.
    pub stack: String,
    /// Name of the resource; empty for the stack itself.
    pub resource: String,
    /// The rule that it breaks.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
}
