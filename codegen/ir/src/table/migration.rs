//! Keys that items from before don't have yet, or have no more use for.

use super::entity::EntityId;
use super::index::IndexId;
use crate::span::{Span, Spanned};

/// A key of an entity in an index on its way in or out. Items that are there already get it, or lose it, from a runner
/// beside the running system.
#[derive(Clone, Debug)]
pub struct Migration {
    /// Whose items.
    pub entity: EntityId,
    /// The index in which their key changes.
    pub index: IndexId,
    /// The released version of the template that is left; `None` for an entity that had no key in the index.
    pub from: Option<Spanned<u32>>,
    /// How far it is.
    pub phase: Spanned<Phase>,
    /// Where it was written.
    pub span: Span,
}

/// How far a migration is. Each phase is deployed before the next one begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// Every write stores the new key; items from before lack it. Nothing may read by it.
    DualWrite,
    /// The runner gives it to items from before. Nothing may read by it yet.
    Backfill,
    /// All items have it: reads may use it.
    ReadNew,
    /// Nothing stores or reads the key any more: the runner takes it from items that have it.
    Drop,
}

impl Phase {
    /// Every phase, in the order in which a migration goes through them.
    pub const ALL: [Self; 4] = [Self::DualWrite, Self::Backfill, Self::ReadNew, Self::Drop];

    /// As it stands in the file.
    pub const fn word(self) -> &'static str {
        match self {
            Self::DualWrite => "dual_write",
            Self::Backfill => "backfill",
            Self::ReadNew => "read_new",
            Self::Drop => "drop",
        }
    }

    /// Whether every item has the key.
    pub const fn is_complete(self) -> bool {
        matches!(self, Self::ReadNew)
    }
}
