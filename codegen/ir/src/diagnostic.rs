//! What is wrong, where, why, and the way out. Rendered only by the command line.

use crate::span::Span;
use crate::witness::Witness;

/// How much a diagnostic weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Nothing can be generated.
    Error,
    /// Generated all the same, with a wider type or a doubtful choice.
    Warning,
}

/// A place with a few words about its part in the fault.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What is to be seen there; may be empty for the primary place.
    pub message: String,
}

/// One fault of the input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable code; `stipule explain CODE` has its page.
    pub code: &'static str,
    /// Error or warning.
    pub severity: Severity,
    /// One sentence without a full stop; names in backticks.
    pub message: String,
    /// The place at fault.
    pub primary: Label,
    /// Other places that take part: the first definition, the key that collides.
    pub related: Vec<Label>,
    /// A proof or a counterexample, when the rule has one.
    pub proof: Option<String>,
    /// The same for programs, where it is made of concrete items.
    pub witness: Option<Box<Witness>>,
    /// The way out.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error at `span`.
    pub fn error(code: &'static str, span: &Span, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Error, span, message)
    }

    /// A warning at `span`.
    pub fn warning(code: &'static str, span: &Span, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Warning, span, message)
    }

    fn new(code: &'static str, severity: Severity, span: &Span, message: impl Into<String>) -> Self {
        Self {
            code,
            severity,
            message: message.into(),
            primary: Label { span: span.clone(), message: String::new() },
            related: Vec::new(),
            proof: None,
            witness: None,
            help: None,
        }
    }

    /// Words beside the caret.
    #[must_use]
    pub fn label(mut self, message: impl Into<String>) -> Self {
        self.primary.message = message.into();
        self
    }

    /// A second place and its part in the fault.
    #[must_use]
    pub fn related(mut self, span: &Span, message: impl Into<String>) -> Self {
        self.related.push(Label { span: span.clone(), message: message.into() });
        self
    }

    /// A proof or a counterexample.
    #[must_use]
    pub fn proof(mut self, proof: impl Into<String>) -> Self {
        self.proof = Some(proof.into());
        self
    }

    /// What the proof is made of, for programs.
    #[must_use]
    pub fn witness(mut self, witness: Witness) -> Self {
        self.witness = Some(Box::new(witness));
        self
    }

    /// The way out.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// The page behind a code: what `stipule explain` prints.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// The code, `TBL003`.
    pub code: &'static str,
    /// One line.
    pub title: &'static str,
    /// Markdown: what it means, why it is bad, a bad and a good example.
    pub text: &'static str,
}

/// Every fault found so far; collecting never stops at the first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics {
    found: Vec<Diagnostic>,
}

impl Diagnostics {
    /// No fault yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    /// Adds all of another collection.
    pub fn append(&mut self, other: Diagnostics) {
        self.found.extend(other.found);
    }

    /// Turns every error into a warning: for documents of others, who won't correct them for us.
    #[must_use]
    pub fn softened(mut self) -> Self {
        for found in &mut self.found {
            found.severity = Severity::Warning;
        }
        self
    }

    /// Whether anything stops generation.
    pub fn has_errors(&self) -> bool {
        self.found.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// Whether an error points into `place`: what follows from it need not be said again.
    pub fn has_error_within(&self, place: &Span) -> bool {
        self.found.iter().any(|diagnostic| {
            let span = &diagnostic.primary.span;
            diagnostic.severity == Severity::Error
                && span.file == place.file
                && (place.start..=place.end).contains(&span.start)
        })
    }

    /// Whether nothing at all was found.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Number of diagnostics.
    pub fn len(&self) -> usize {
        self.found.len()
    }

    /// In the order of files and places, without repetition.
    #[must_use]
    pub fn sorted(mut self) -> Vec<Diagnostic> {
        self.found.sort_by(|a, b| {
            (&a.primary.span, a.severity, a.code, &a.message).cmp(&(
                &b.primary.span,
                b.severity,
                b.code,
                &b.message,
            ))
        });
        self.found.dedup();
        self.found
    }

    /// In the order they were found.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.found.iter()
    }
}
