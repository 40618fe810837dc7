//! Who may call: security schemes and what operations ask of them.

use crate::name::Name;
use crate::service::Location;
use crate::span::Span;
use crate::types::Docs;

/// Who may call an operation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Security {
    /// Any of these is enough. None at all, or an empty one, lets anybody call (`security: []`): webhooks, health.
    pub alternatives: Vec<Vec<Requirement>>,
}

/// One thing that a caller must bring.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// Which scheme.
    pub scheme: SchemeId,
    /// What it must allow, sorted, without repetition.
    pub scopes: Vec<String>,
}

impl Security {
    /// Whether anybody may call.
    pub fn is_public(&self) -> bool {
        self.alternatives.is_empty() || self.alternatives.iter().any(Vec::is_empty)
    }

    /// The scopes of the token, where one token is all that is asked for.
    pub fn scopes(&self) -> &[String] {
        match self.alternatives.as_slice() {
            [only] => only.first().map_or(&[], |requirement| &requirement.scopes),
            _ => &[],
        }
    }
}

/// A scheme among [`Contract::schemes`](crate::Contract::schemes).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SchemeId(pub u32);

/// How callers show who they are.
#[derive(Clone, Debug)]
pub struct Scheme {
    /// Its name in the document.
    pub name: Name,
    /// What it is.
    pub kind: SchemeKind,
    /// For the reader.
    pub docs: Docs,
    /// Where it was written.
    pub span: Span,
}

/// Kinds of schemes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SchemeKind {
    /// `Authorization: Bearer …`, however the token is got.
    Bearer,
    /// `Authorization: Basic …`
    Basic,
    /// Another scheme of the `Authorization` header, by its name.
    Other(String),
    /// A secret in a header, the query or a cookie of this name.
    ApiKey {
        /// Where.
        location: Location,
        /// Under which name.
        name: String,
    },
    /// A certificate of the caller.
    MutualTls,
}
