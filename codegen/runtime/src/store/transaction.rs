//! Writes: actions that happen together, and the conditions they depend on.

use std::borrow::Cow;
use std::fmt;

use super::query::PrimaryKey;
use super::schema::TableSchema;
use crate::item::{Attr, Item};

/// Actions that happen together or not at all.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Transaction {
    /// At most [`MAX_ACTIONS`](Self::MAX_ACTIONS), no two on the same item.
    pub actions: Vec<Action>,
}

impl Transaction {
    /// Most actions of one transaction. Source: `TransactWriteItems` of the DynamoDB API reference.
    pub const MAX_ACTIONS: usize = 100;
}

/// One action of a [`Transaction`].
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Stores a whole item in place of one with the same key.
    Put {
        /// The item, key attributes included.
        item: Item,
        /// What must hold of the item that is there.
        condition: Option<Expression>,
    },
    /// Changes attributes of an item. Creates it if the condition allows that.
    Update {
        /// Its key.
        key: PrimaryKey,
        /// `SET …`, `REMOVE …`, `ADD …`.
        update: Expression,
        /// What must hold of the item that is there.
        condition: Option<Expression>,
    },
    /// Removes an item.
    Delete {
        /// Its key.
        key: PrimaryKey,
        /// What must hold of the item that is there.
        condition: Option<Expression>,
    },
    /// Requires something of an item without changing it.
    Check {
        /// Its key.
        key: PrimaryKey,
        /// What must hold of the item that is there.
        condition: Expression,
    },
}

impl Action {
    /// The key of the item it acts on; `None` for a put without key attributes.
    pub fn key(&self, table: &TableSchema) -> Option<PrimaryKey> {
        match self {
            Self::Put { item, .. } => PrimaryKey::of(item, table),
            Self::Update { key, .. } | Self::Delete { key, .. } | Self::Check { key, .. } => {
                Some(key.clone())
            }
        }
    }

    /// The condition, if it has one.
    pub fn condition(&self) -> Option<&Expression> {
        match self {
            Self::Put { condition, .. } | Self::Update { condition, .. } | Self::Delete { condition, .. } => {
                condition.as_ref()
            }
            Self::Check { condition, .. } => Some(condition),
        }
    }
}

/// A condition or an update in DynamoDB's expression syntax.
#[derive(Clone, PartialEq, Eq)]
pub struct Expression {
    /// The text: `attribute_exists(#pk) AND #v = :v`.
    pub text: Cow<'static, str>,
    /// What the placeholders of names (`#v`) stand for.
    pub names: Vec<(Cow<'static, str>, Cow<'static, str>)>,
    /// What the placeholders of values (`:v`) stand for.
    pub values: Vec<(Cow<'static, str>, Attr)>,
}

impl Expression {
    /// An expression without placeholders yet.
    pub fn new(text: impl Into<Cow<'static, str>>) -> Self {
        Self { text: text.into(), names: Vec::new(), values: Vec::new() }
    }

    /// Says what a placeholder of a name stands for.
    #[must_use]
    pub fn name(
        mut self,
        placeholder: impl Into<Cow<'static, str>>,
        name: impl Into<Cow<'static, str>>,
    ) -> Self {
        self.names.push((placeholder.into(), name.into()));
        self
    }

    /// Says what a placeholder of a value stands for.
    #[must_use]
    pub fn value(mut self, placeholder: impl Into<Cow<'static, str>>, value: Attr) -> Self {
        self.values.push((placeholder.into(), value));
        self
    }
}

/// The text without the values.
impl fmt::Debug for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {:?}", self.text, self.names)
    }
}
