//! The port to the table: what generated stores ask for, in the terms of DynamoDB.
//!
//! `infra/local`, the AWS adapter and the simulator implement [`Store`]; nothing else does.

use std::borrow::Cow;
use std::fmt;

use futures_util::future::BoxFuture;

use crate::item::{Attr, Item};
use crate::key::{KeyBuf, Segment, UPPER_END};

/// A table with secondary indexes and transactions.
///
/// Implementations don't retry: the runtime does, and the simulator counts each call. Every method must be safe to
/// drop at any point; a dropped `transact` may or may not have happened, as with a lost acknowledgement.
pub trait Store: Send + Sync {
    /// One item by its primary key.
    ///
    /// # Errors
    /// [`StoreError`]; a missing item is not an error.
    fn get(&self, request: Get) -> BoxFuture<'_, Result<Option<Item>, StoreError>>;

    /// One page of one partition, in the order of the sort key (bytes of UTF-8).
    ///
    /// # Errors
    /// [`StoreError`]; an empty partition is not an error.
    fn query(&self, request: Query) -> BoxFuture<'_, Result<QueryPage, StoreError>>;

    /// All actions or none.
    ///
    /// # Errors
    /// [`TransactError::Cancelled`] when nothing happened because of the actions themselves; [`TransactError::Store`]
    /// otherwise, where [`StoreError::Unavailable`] leaves open whether it happened.
    fn transact(&self, transaction: Transaction) -> BoxFuture<'_, Result<(), TransactError>>;
}

/// The primary key of an item.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PrimaryKey {
    /// Partition key, made by [`KeyBuf`].
    pub pk: String,
    /// Sort key, made by [`KeyBuf`].
    pub sk: String,
}

impl PrimaryKey {
    /// A key from its two parts.
    pub fn new(pk: impl Into<String>, sk: impl Into<String>) -> Self {
        Self { pk: pk.into(), sk: sk.into() }
    }

    /// The key of a stored item; `None` when one of the attributes is missing or not text.
    pub fn of(item: &Item, table: &TableSchema) -> Option<Self> {
        Some(Self::new(item.text(table.pk)?, item.text(table.sk)?))
    }

    /// The two key attributes as an item, as an exclusive start key has them.
    pub fn to_item(&self, table: &TableSchema) -> Item {
        Item::new().with(table.pk, Attr::text(self.pk.as_str())).with(table.sk, Attr::text(self.sk.as_str()))
    }
}

/// A fingerprint, not the key: keys carry values of fields, which may be personal data.
impl fmt::Debug for PrimaryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "key:{}", crate::key::fingerprint(&[&self.pk, &self.sk]))
    }
}

/// A read of one item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Get {
    /// Its key.
    pub key: PrimaryKey,
    /// Whether the read must see every write acknowledged before it.
    pub consistent: bool,
}

/// A read of one partition.
#[derive(Clone, PartialEq, Eq)]
pub struct Query {
    /// Name of the index; `None` for the table itself.
    pub index: Option<&'static str>,
    /// Partition key in the index or table.
    pub pk: String,
    /// Which sort keys.
    pub sort: Sort,
    /// From the greatest sort key down.
    pub descending: bool,
    /// Most items; `None` for as many as fit into the store's own page (1 MB).
    pub limit: Option<u32>,
    /// Exclusive start key: the `next` of the page before.
    pub start: Option<Item>,
    /// Whether the read must see every write acknowledged before it. Indexes can't.
    pub consistent: bool,
}

/// The shape of the query without its values.
impl fmt::Debug for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Query")
            .field("index", &self.index)
            .field("pk", &crate::key::fingerprint(&[&self.pk]))
            .field("descending", &self.descending)
            .field("limit", &self.limit)
            .field("start", &self.start.is_some())
            .finish()
    }
}

impl Query {
    /// Everything of a partition of the table, ascending, strongly consistent.
    pub fn partition(pk: String) -> Self {
        Self {
            index: None,
            pk,
            sort: Sort::All,
            descending: false,
            limit: None,
            start: None,
            consistent: true,
        }
    }

    /// Everything of a partition of an index, ascending.
    pub fn index(name: &'static str, pk: String) -> Self {
        Self { index: Some(name), consistent: false, ..Self::partition(pk) }
    }

    /// Only these sort keys.
    #[must_use]
    pub fn sorted(mut self, sort: Sort) -> Self {
        self.sort = sort;
        self
    }

    /// From the greatest sort key down.
    #[must_use]
    pub fn descending(mut self) -> Self {
        self.descending = true;
        self
    }
}

/// Which sort keys a [`Query`] takes.
#[derive(Clone, PartialEq, Eq)]
pub enum Sort {
    /// All.
    All,
    /// Those that begin with this text, which is not empty.
    Prefix(String),
    /// Those from the first to the second text, both included.
    Between(String, String),
}

impl Sort {
    /// Those that begin with the segments of `prefix`; all of them if there is no segment.
    pub fn prefix(prefix: &KeyBuf<'_>) -> Self {
        let prefix = prefix.finish();
        if prefix.is_empty() { Self::All } else { Self::Prefix(prefix) }
    }

    /// Those that begin with `prefix` and whose next segment lies within `range`.
    ///
    /// Ends may be included or not: the terminator `#` and the escape `$` that follows it in ASCII give an
    /// exact bound for each case, whatever comes after the segment.
    pub fn range<'r, T: 'r>(
        prefix: &KeyBuf<'_>,
        range: &'r impl std::ops::RangeBounds<T>,
        segment: impl Fn(&'r T) -> Segment<'r>,
    ) -> Self {
        use std::ops::Bound::{Excluded, Included, Unbounded};
        let prefix = prefix.finish();
        let at = |value: &'r T, end: &str| {
            let mut bound = prefix.clone();
            segment(value).write_to(&mut bound);
            bound.push_str(end);
            bound
        };
        let low = match range.start_bound() {
            Included(value) => Some(at(value, "#")),
            Excluded(value) => Some(at(value, "$")),
            Unbounded => None,
        };
        let high = match range.end_bound() {
            Included(value) => Some(at(value, "$")),
            Excluded(value) => Some(at(value, "")),
            Unbounded => None,
        };
        match (low, high) {
            (None, None) if prefix.is_empty() => Self::All,
            (None, None) => Self::Prefix(prefix),
            (low, high) => Self::Between(
                low.unwrap_or_else(|| if prefix.is_empty() { "#".to_owned() } else { prefix.clone() }),
                high.unwrap_or_else(|| after_all(&prefix)),
            ),
        }
    }

    /// Whether no sort key can be within: the store is not asked, because it refuses such a range.
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Between(low, high) if low > high)
    }
}

/// The least text greater than all keys that begin with `prefix`, which is empty or ends with `#`.
fn after_all(prefix: &str) -> String {
    prefix.strip_suffix('#').map_or_else(|| UPPER_END.to_string().repeat(256), |rest| format!("{rest}$"))
}

/// The kind only: sort keys carry values of fields.
impl fmt::Debug for Sort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::All => "All",
            Self::Prefix(_) => "Prefix",
            Self::Between(..) => "Between",
        })
    }
}

/// What a query found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueryPage {
    /// The items, in order.
    pub items: Vec<Item>,
    /// Where the next page starts; `None` after the last.
    pub next: Option<Item>,
}

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

    /// There is no item with this key.
    pub fn absent(table: &TableSchema) -> Self {
        Self::new("attribute_not_exists(#pk)").name("#pk", table.pk)
    }

    /// There is an item with this key.
    pub fn present(table: &TableSchema) -> Self {
        Self::new("attribute_exists(#pk)").name("#pk", table.pk)
    }
}

/// The text without the values.
impl fmt::Debug for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {:?}", self.text, self.names)
    }
}

/// Why a transaction failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TransactError {
    /// Nothing happened; one reason per action, in order.
    Cancelled(Vec<Cancellation>),
    /// See [`StoreError`].
    Store(StoreError),
}

/// What one action did to a cancelled transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cancellation {
    /// Nothing.
    None,
    /// Its condition doesn't hold.
    ConditionFailed,
    /// Another transaction has the item in hand: try again.
    Conflict,
    /// Too many requests: try again.
    Throttled,
    /// It can never succeed.
    Invalid(String),
}

/// Why the store didn't answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreError {
    /// Too many requests; nothing happened.
    Throttled,
    /// Out of reach, or the answer was lost: what was asked may have happened. Safe to ask again, because writes
    /// are keyed.
    Unavailable(String),
    /// Asked wrongly: a fault of the program; nothing happened.
    Invalid(String),
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Throttled => f.write_str("the store throttles"),
            Self::Unavailable(reason) => write!(f, "the store is unavailable: {reason}"),
            Self::Invalid(reason) => write!(f, "the store refuses the request: {reason}"),
        }
    }
}

impl std::error::Error for StoreError {}

impl fmt::Display for TransactError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cancelled(reasons) => write!(f, "the transaction was cancelled: {reasons:?}"),
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for TransactError {}

impl From<StoreError> for TransactError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// The shape of a table: enough to make it, and to read and write the platform's own rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableSchema {
    /// Its name.
    pub name: &'static str,
    /// Attribute of the partition key.
    pub pk: &'static str,
    /// Attribute of the sort key.
    pub sk: &'static str,
    /// Attribute with the expiry in seconds since 1970, if rows expire. The platform's own rows use
    /// [`ttl_attribute`](Self::ttl_attribute) in any case.
    pub ttl: Option<&'static str>,
    /// Attribute with the name of the entity.
    pub type_attribute: &'static str,
    /// Secondary indexes.
    pub indexes: &'static [IndexSchema],
    /// Number of partitions of the outbox, at least 1.
    pub outbox_shards: u32,
}

impl TableSchema {
    /// The attribute with the expiry, also where the contract names none.
    pub const fn ttl_attribute(&self) -> &'static str {
        match self.ttl {
            Some(name) => name,
            None => "_expires",
        }
    }

    /// The index with this name.
    pub fn index(&self, name: &str) -> Option<&'static IndexSchema> {
        self.indexes.iter().find(|index| index.name == name)
    }
}

/// A secondary index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IndexSchema {
    /// Its name.
    pub name: &'static str,
    /// Attribute of its partition key.
    pub pk: &'static str,
    /// Attribute of its sort key.
    pub sk: &'static str,
    /// What it carries.
    pub projection: Projection,
}

/// The attributes that an index carries beside its keys and those of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Projection {
    /// All.
    All,
    /// None.
    Keys,
    /// These.
    Include(&'static [&'static str]),
}
