//! What parts of a value its schemas have spoken of: what `unevaluatedItems` and `unevaluatedProperties` leave out.

use std::collections::BTreeSet;

/// Items and members that a schema has evaluated.
#[derive(Clone, Debug, Default)]
pub(super) struct Evaluated {
    pub(super) all_items: bool,
    pub(super) items: BTreeSet<usize>,
    pub(super) all_members: bool,
    pub(super) members: BTreeSet<String>,
}

impl Evaluated {
    /// Adds what another schema has evaluated of the same value.
    pub(super) fn extend(&mut self, other: Evaluated) {
        self.all_items |= other.all_items;
        self.items.extend(other.items);
        self.all_members |= other.all_members;
        self.members.extend(other.members);
    }

    pub(super) fn has_item(&self, index: usize) -> bool {
        self.all_items || self.items.contains(&index)
    }

    pub(super) fn has_member(&self, name: &str) -> bool {
        self.all_members || self.members.contains(name)
    }
}
