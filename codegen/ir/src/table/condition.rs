//! What must hold of a stored item before something is written.

use super::entity::FieldRef;
use crate::name::Name;
use crate::types::TypeId;

/// What a write demands of the item with its key.
#[derive(Clone, Debug, PartialEq)]
pub enum Demand {
    /// There is none.
    Absent,
    /// There is one, and the condition holds of it if there is a condition.
    Present(Option<Box<Condition>>),
    /// Nothing: whatever is there.
    Any,
}

impl Demand {
    /// The condition on the item's fields.
    pub fn condition(&self) -> Option<&Condition> {
        match self {
            Self::Present(condition) => condition.as_deref(),
            Self::Absent | Self::Any => None,
        }
    }
}

/// A condition on a stored item: tests joined by `and`, `or`, `not`.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// All hold.
    All(Vec<Condition>),
    /// At least one holds.
    Any(Vec<Condition>),
    /// Does not hold.
    Not(Box<Condition>),
    /// `reserved <= $most`
    Compare {
        /// Left side.
        left: Subject,
        /// Operator.
        operator: Comparison,
        /// Right side.
        right: Operand,
    },
    /// `total between $low and 500`, both ends included.
    Between {
        /// What lies between.
        value: Subject,
        /// The lower end.
        low: Operand,
        /// The upper end.
        high: Operand,
    },
    /// `status in ('PENDING', 'PAID')`
    In {
        /// What is among them.
        value: Subject,
        /// The values.
        among: Among,
    },
    /// `exists(nickname)`: the item has the field, be it null.
    Exists(FieldPath),
    /// `missing(nickname)`: it hasn't.
    Missing(FieldPath),
    /// `begins_with(title, $start)`
    BeginsWith {
        /// A field with text.
        text: FieldPath,
        /// How it begins.
        start: Operand,
    },
    /// `contains(interests, 'chess')`: an item of a list, or a part of a text.
    Contains {
        /// A field with a list or a text.
        whole: FieldPath,
        /// What is in it.
        part: Operand,
    },
}

/// A field of the item, or something inside one.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldPath {
    /// The field of the entity.
    pub field: FieldRef,
    /// Wire names on the way from there: `["position", "latitude"]`.
    pub within: Vec<String>,
    /// The type at the end.
    pub ty: TypeId,
    /// Whether anything on the way is personal data.
    pub personal: bool,
}

/// What a test looks at.
#[derive(Clone, Debug, PartialEq)]
pub enum Subject {
    /// The value of a field.
    Value(FieldPath),
    /// `size(interests)`: the number of items of a list or entries of a map; of a text the number of its UTF-16 code
    /// units, which is how the service counts.
    Size(FieldPath),
}

impl Subject {
    /// The field.
    pub fn path(&self) -> &FieldPath {
        match self {
            Self::Value(path) | Self::Size(path) => path,
        }
    }
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

impl Comparison {
    /// Its sign, the same in contracts and in expressions of DynamoDB.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "<>",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }
}

/// What a subject is compared with.
#[derive(Clone, Debug, PartialEq)]
pub enum Operand {
    /// Something else of the item.
    Subject(Subject),
    /// `$name`
    Argument(Argument),
    /// A literal.
    Literal(Literal),
}

/// Values that a subject may have.
#[derive(Clone, Debug, PartialEq)]
pub enum Among {
    /// These, at least one.
    These(Vec<Operand>),
    /// Those of an argument list; at most [`MOST_AMONG`](Self::MOST_AMONG), and never any of an empty one.
    List(Argument),
}

impl Among {
    /// Most operands of `IN`. Source: "Condition expressions" of the DynamoDB developer guide.
    pub const MOST_AMONG: usize = 100;
}

/// An argument of the generated function. Wherever a write names it, it is one value.
#[derive(Clone, Debug, PartialEq)]
pub struct Argument {
    /// Its name, without the `$`.
    pub name: Name,
    /// What it is.
    pub form: Form,
}

/// What an argument is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A value of this type.
    Like(TypeId),
    /// A whole number of 64 bits: a threshold may lie where no value of the field does.
    Integer,
    /// Any text: what a text begins with need not be a value of its type.
    Text,
}

/// A literal, in the form in which items have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Literal {
    /// Text. An instant is in its form of fixed width, an id in small letters.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction, as written.
    Decimal(String),
    /// `true` or `false`.
    Boolean(bool),
    /// `null`
    Null,
}
