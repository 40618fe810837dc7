//! Mistakes that the play must find.

/// One mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mutant {
    /// Segments are set apart by `#` but the last has none: `ORDER#1` begins `ORDER#10`.
    NoTerminator,
    /// Text stands in keys as it is.
    NoEscape,
    /// Integers stand in keys as people write them.
    UnpaddedIntegers,
    /// Instants stand in keys with as many digits as they need.
    InstantsAsWritten,
    /// Decimal numbers stand in keys as they were written.
    DecimalsAsWritten,
    /// Keys have no tenant.
    NoTenant,
    /// The shard of a key is drawn from another hash when it is written.
    OtherShard,
    /// An update leaves keys in indexes alone.
    IndexKeyForgotten,
    /// An update never takes an item out of a sparse index.
    NeverLeaves,
    /// `when` counts for nothing.
    NotSparse,
    /// A put replaces whatever is there.
    PutOver,
    /// An update creates the item if there is none.
    UpdateCreates,
    /// The version isn't checked.
    Stale,
    /// No lock is taken for a unique field.
    NoLock,
    /// The lock of a unique field is not given back.
    LockKept,
    /// A query takes the whole partition.
    NoPrefix,
    /// A query goes the other way.
    OtherWay,
    /// The ends of a range are always part of it.
    EndsIncluded,
    /// Only the first shard is read.
    OneShard,
    /// A page after the first begins one item too late.
    PageSkips,
}

/// Every mistake.
pub const MUTANTS: &[Mutant] = &[
    Mutant::NoTerminator,
    Mutant::NoEscape,
    Mutant::UnpaddedIntegers,
    Mutant::InstantsAsWritten,
    Mutant::DecimalsAsWritten,
    Mutant::NoTenant,
    Mutant::OtherShard,
    Mutant::IndexKeyForgotten,
    Mutant::NeverLeaves,
    Mutant::NotSparse,
    Mutant::PutOver,
    Mutant::UpdateCreates,
    Mutant::Stale,
    Mutant::NoLock,
    Mutant::LockKept,
    Mutant::NoPrefix,
    Mutant::OtherWay,
    Mutant::EndsIncluded,
    Mutant::OneShard,
    Mutant::PageSkips,
];
