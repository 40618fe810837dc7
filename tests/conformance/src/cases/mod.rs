//! The cases, in groups of a kind.

mod batches;
mod comparisons;
mod conditions;
mod indexes;
mod limits;
mod native;
mod pages;
mod projections;
mod queries;
mod scans;
mod transactions;
mod updates;
mod values;

use futures_util::future::BoxFuture;
use stipule_runtime::store::TableSchema;

use crate::table::Table;

/// Something that a store must do. It panics where the store doesn't.
#[derive(Clone, Copy)]
pub struct Case {
    /// The sentence, as an identifier.
    pub name: &'static str,
    /// Asks a new table.
    pub run: for<'s> fn(Table<'s>) -> BoxFuture<'s, ()>,
}

/// Cases about one thing.
pub struct Group {
    /// The thing.
    pub name: &'static str,
    /// How the single actions of its cases are sent.
    pub writes: Writes,
    /// The table that they are about.
    pub table: &'static TableSchema,
    /// In the order of the file.
    pub cases: &'static [Case],
}

/// How a group's single actions are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writes {
    /// There are none, or they aren't what the cases are about.
    Any,
    /// Each case twice: alone, and in the company of another action.
    Both,
    /// The cases are about transactions: a store without them isn't asked.
    Together,
}

/// Every group.
pub const GROUPS: &[Group] = &[
    values::GROUP,
    limits::GROUP,
    conditions::GROUP,
    comparisons::GROUP,
    updates::GROUP,
    transactions::GROUP,
    queries::GROUP,
    pages::GROUP,
    indexes::GROUP,
    native::GROUP,
    projections::GROUP,
    batches::GROUP,
    scans::GROUP,
];

/// Names functions of a file as its cases.
macro_rules! cases {
    ($($case:ident),* $(,)?) => {
        &[$($crate::cases::Case {
            name: stringify!($case),
            run: |table| futures_util::FutureExt::boxed($case(table)),
        }),*]
    };
}
use cases;
