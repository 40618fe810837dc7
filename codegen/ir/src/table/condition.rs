//! Conditions on stored items.

use super::entity::FieldRef;
use crate::name::Name;
use crate::types::EnumLiteral;

/// A condition on a stored item: comparisons joined by `and`, `or`, `not`.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// All hold.
    All(Vec<Condition>),
    /// At least one holds.
    Any(Vec<Condition>),
    /// Does not hold.
    Not(Box<Condition>),
    /// A comparison.
    Compare {
        /// Left side: a field.
        left: FieldRef,
        /// Operator.
        operator: Comparison,
        /// Right side.
        right: Operand,
    },
}

/// Comparison operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `=`
    Equal,
    /// `<>`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

/// The right side of a comparison.
#[derive(Clone, Debug, PartialEq)]
pub enum Operand {
    /// Another field of the item.
    Field(FieldRef),
    /// `$name`: an argument with the type of the left field.
    Argument(Name),
    /// A literal.
    Literal(EnumLiteral),
}
