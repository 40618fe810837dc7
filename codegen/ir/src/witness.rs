//! What a proof says, for programs: concrete items that show that a rule is right to complain.
//!
//! Names are those of the table's file; no two entities, reads or writes have the same. Fields that play no part are
//! left out: an item that shows the fault can be completed with any values that its schema allows, but for fields that
//! it must be without.

use std::fmt;

use crate::types::EnumLiteral;

/// An item with the fields that matter. Ids, dates and instants are text, as in JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// Name of the entity.
    pub entity: String,
    /// Wire names and values, each field once.
    pub fields: Vec<(String, EnumLiteral)>,
    /// Wire names of fields that it doesn't have.
    pub without: Vec<String>,
}

impl Example {
    /// `bookId: x, lentAt: 2026-01-02, no note`; long texts are cut.
    pub fn values(&self) -> String {
        let fields = self.fields.iter().map(|(name, value)| format!("{name}: {}", shown(value)));
        let without = self.without.iter().map(|name| format!("no {name}"));
        fields.chain(without).collect::<Vec<_>>().join(", ")
    }
}

impl fmt::Display for Example {
    /// `Loan {bookId: x, lentAt: 2026-01-02}`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {{{}}}", self.entity, self.values())
    }
}

fn shown(value: &EnumLiteral) -> String {
    match value {
        EnumLiteral::String(text) => shown_text(text),
        EnumLiteral::Integer(number) => number.to_string(),
        EnumLiteral::Boolean(truth) => truth.to_string(),
    }
}

fn shown_text(text: &str) -> String {
    /// Characters of a text that is shown whole.
    const LONGEST: usize = 64;
    let length = text.chars().count();
    if length > LONGEST {
        let start: String = text.chars().take(LONGEST / 4).collect();
        return format!("{start}… ({length} characters)");
    }
    let plain = !text.is_empty() && text.chars().all(|it| !it.is_control() && !" ,{}\"".contains(it));
    if plain { text.to_owned() } else { format!("{text:?}") }
}

/// A counterexample.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Witness {
    /// Two items that are stored under one key.
    Collision {
        /// The first.
        one: Example,
        /// The second, of another entity.
        other: Example,
    },
    /// An item that has the key of one of the platform's own rows.
    PlatformKey {
        /// The item.
        item: Example,
        /// The key, without the tenant: unescaped segments of the partition key, and of the sort key.
        key: (Vec<String>, Vec<String>),
    },
    /// An item among what a read returns that the read doesn't name.
    Foreign {
        /// Name of the read.
        read: String,
        /// What the read is called with.
        bound: Example,
        /// The item.
        item: Example,
    },
    /// Two items where a partition should hold one.
    Heads {
        /// Name of the read.
        read: String,
        /// The first.
        one: Example,
        /// The second, with the same partition key.
        other: Example,
    },
    /// Two rows that come in another order than a read promises, or of which a range takes the wrong ones.
    Misorder {
        /// Name of the read.
        read: String,
        /// Comes first in ascending order of the sort key.
        first: Example,
        /// Comes after it, though it has less in the field that is asked for.
        second: Example,
    },
    /// An item with a key that is too long.
    LongKey {
        /// The item.
        item: Example,
        /// The index, if it isn't the primary key.
        index: Option<String>,
        /// Bytes of the partition key (with a tenant of the longest kind) or of the sort key.
        bytes: u64,
    },
    /// A change after which a key no longer says what the fields say.
    Drift {
        /// Name of the write.
        write: String,
        /// Place of the operation in the write.
        operation: u32,
        /// The index; `None` for the primary key.
        index: Option<String>,
        /// The item before.
        before: Example,
        /// What the operation is called with: values of fields, and what is added to counters.
        asked: Example,
    },
    /// Two operations of a write that are about this item.
    SameItem {
        /// Name of the write.
        write: String,
        /// Places of the operations in the write.
        operations: (u32, u32),
        /// Both are about this one.
        item: Example,
    },
    /// A write with every list at its longest.
    Actions {
        /// Name of the write.
        write: String,
        /// Items of the transaction then.
        items: u64,
    },
    /// A write with every list at its longest, and every element as large as it may be.
    LargeTransaction {
        /// Name of the write.
        write: String,
        /// Places of operations, and what they are called with, but for keys and what isn't a scalar.
        items: Vec<(u32, Example)>,
        /// Bytes of the transaction then, keys aside.
        bytes: u64,
    },
    /// An item with every text and list at its longest.
    LargeItem {
        /// The item, but for what isn't a scalar.
        item: Example,
        /// Bytes of the item then, its keys aside.
        bytes: u64,
    },
}
