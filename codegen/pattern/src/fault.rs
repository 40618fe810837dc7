//! What can be wrong with a pattern, where, and the way out.

use std::fmt;

use crate::address::BlockFault;
use crate::json::SyntaxFault;

/// The service's hard limit on a pattern's length, in characters (PutRule's `EventPattern`).
pub const MAX_PATTERN_CHARS: usize = 4096;
/// The default quota on a pattern's length; an account can have it raised to [`MAX_PATTERN_CHARS`].
pub const QUOTA_PATTERN_CHARS: usize = 2048;
/// The most rule combinations that the `$or` lists of one pattern may multiply to.
pub const MAX_COMBINATIONS: usize = 1000;
/// The most fields one combination may test.
pub const MAX_FIELDS: usize = 256;

/// A fault, with the place it stands at.
#[derive(Debug, Clone, PartialEq)]
pub struct CompileError {
    /// What is wrong.
    pub fault: Fault,
    /// JSON pointer into the pattern.
    pub pointer: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

impl CompileError {
    /// Why the pattern is refused, in one sentence.
    pub fn reason(&self) -> String {
        self.fault.to_string()
    }

    /// What to write instead.
    pub fn way_out(&self) -> String {
        self.fault.way_out()
    }
}

impl fmt::Display for CompileError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pointer = if self.pointer.is_empty() { "/" } else { &self.pointer };
        write!(out, "{}:{}: {pointer}: {}; {}", self.line, self.column, self.fault, self.fault.way_out())
    }
}

impl std::error::Error for CompileError {}

/// What is wrong with a pattern. The last five are cautions: the service takes such a pattern, but it may not mean
/// what its author thinks (see [`crate::Pattern::cautions`]).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Fault {
    /// The text isn't JSON.
    Syntax(SyntaxFault),
    /// More characters than [`MAX_PATTERN_CHARS`].
    TooLong(usize),
    /// The document isn't an object.
    NotAnObject,
    /// An object without a field.
    EmptyObject,
    /// A field whose value is neither a list nor an object.
    NotAList(String),
    /// A list without an entry.
    EmptyList,
    /// A list as an entry of a list.
    ListInList,
    /// `{}` as an entry of a list.
    NoOperator,
    /// An object with several keys as an entry of a list.
    ManyOperators,
    /// An operator that doesn't exist, and the nearest that does.
    UnknownOperator(String, Option<&'static str>),
    /// An operator whose operand must be a string.
    NotAString(String),
    /// `exists` with anything but `true` or `false`.
    NotABoolean,
    /// An operator inside `prefix`, `suffix` or `anything-but` that can't stand there.
    WrongInner {
        /// The outer operator.
        outer: &'static str,
        /// The inner operator.
        inner: String,
    },
    /// `anything-but` of something that it can't exclude.
    WrongExcept,
    /// `anything-but` with a list of strings and numbers.
    MixedExcept,
    /// `anything-but` a prefix or suffix of no characters.
    EmptyAffix,
    /// `numeric` without a list.
    NumericNotAList,
    /// A word in `numeric` that is no comparison.
    NumericComparison(String),
    /// A comparison in `numeric` without its number.
    NumericOperand(String),
    /// More after a complete `numeric` test.
    NumericTooMuch,
    /// A lower bound that isn't below the upper bound.
    RangeInverted(f64, f64),
    /// A number that a double would change, where a comparison needs it.
    Incomparable(String),
    /// A block of addresses that isn't one.
    Block(BlockFault, String),
    /// Two stars in a row.
    ConsecutiveStars,
    /// A backslash before anything but a star or a backslash.
    BadEscape,
    /// Wildcards that would hold too many positions at once.
    TooComplex,
    /// `$or` that isn't a list.
    OrNotAList,
    /// `$or` with an entry that isn't an object.
    OrEntry,
    /// `$or` with fewer than two entries.
    OrTooFew,
    /// A field inside `$or` with the name of an operator.
    OrReserved(String),
    /// `$or` lists that multiply beyond [`MAX_COMBINATIONS`].
    TooManyCombinations(usize),
    /// A combination with more fields than [`MAX_FIELDS`].
    TooManyFields(usize),

    /// Caution: a field tested twice; the service keeps the last test only.
    Repeated(String),
    /// Caution: a number outside what the user guide promises to compare (±5.0e9, 15 digits).
    Undocumented(String),
    /// Caution: `$or` that the service reads as the name of a field.
    OrIsAField,
    /// Caution: an operator that works but that the user guide doesn't know.
    UndocumentedOperator(&'static str),
    /// Caution: longer than [`QUOTA_PATTERN_CHARS`].
    OverQuota(usize),
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax(fault) => write!(out, "not JSON: {fault}"),
            Self::TooLong(length) => write!(out, "{length} characters, {MAX_PATTERN_CHARS} are allowed"),
            Self::NotAnObject => write!(out, "a pattern must be an object"),
            Self::EmptyObject => write!(out, "an empty object tests nothing"),
            Self::NotAList(key) => write!(out, "{key:?} must be an object or a list"),
            Self::EmptyList => write!(out, "an empty list can never match"),
            Self::ListInList => write!(out, "a list can't be an entry of a list"),
            Self::NoOperator => write!(out, "an operator is missing"),
            Self::ManyOperators => write!(out, "one entry holds several operators"),
            Self::UnknownOperator(name, _) => write!(out, "there is no operator {name:?}"),
            Self::NotAString(operator) => write!(out, "{operator} needs a string"),
            Self::NotABoolean => write!(out, "exists needs true or false"),
            Self::WrongInner { outer, inner } => write!(out, "{outer} can't hold {inner:?}"),
            Self::WrongExcept => write!(out, "anything-but can't exclude this"),
            Self::MixedExcept => write!(out, "anything-but needs a list of strings only or of numbers only"),
            Self::EmptyAffix => write!(out, "every string starts and ends with an empty text"),
            Self::NumericNotAList => write!(out, "numeric needs a list"),
            Self::NumericComparison(found) => write!(out, "{found} is no comparison that can stand here"),
            Self::NumericOperand(comparison) => write!(out, "{comparison} needs a number"),
            Self::NumericTooMuch => write!(out, "more follows a complete numeric test"),
            Self::RangeInverted(low, high) => {
                write!(out, "the lower bound {low} isn't below the upper bound {high}")
            }
            Self::Incomparable(spelling) => write!(out, "{spelling} can't be compared without loss"),
            Self::Block(fault, text) => {
                write!(out, "{text:?} is no block of addresses: {}", block_words(*fault))
            }
            Self::ConsecutiveStars => write!(out, "two stars follow each other"),
            Self::BadEscape => write!(out, "a backslash must stand before a star or a backslash"),
            Self::TooComplex => write!(out, "the wildcards of this field are too complex"),
            Self::OrNotAList => write!(out, "$or needs a list"),
            Self::OrEntry => write!(out, "an entry of $or must be an object"),
            Self::OrTooFew => write!(out, "$or needs at least two entries"),
            Self::OrReserved(key) => write!(out, "{key:?} is reserved inside $or"),
            Self::TooManyCombinations(found) => {
                write!(out, "the $or lists multiply to {found} combinations, {MAX_COMBINATIONS} are allowed")
            }
            Self::TooManyFields(found) => {
                write!(out, "{found} fields in one combination, {MAX_FIELDS} are allowed")
            }
            Self::Repeated(path) => write!(out, "{path} is tested twice, and only the last test counts"),
            Self::Undocumented(spelling) => {
                write!(out, "{spelling} lies outside the documented numbers (-5.0e9 to 5.0e9, 15 digits)")
            }
            Self::OrIsAField => write!(out, "this $or is read as the name of a field"),
            Self::UndocumentedOperator(name) => write!(out, "{name} works but is undocumented"),
            Self::OverQuota(length) => {
                write!(out, "{length} characters, more than the default quota of {QUOTA_PATTERN_CHARS}")
            }
        }
    }
}

fn block_words(fault: BlockFault) -> &'static str {
    match fault {
        BlockFault::Slash => "it needs exactly one slash",
        BlockFault::Bits => "the part after the slash must be an integer",
        BlockFault::Negative => "the number of bits can't be negative",
        BlockFault::Address => "the part before the slash isn't an address",
        BlockFault::Width => "an IPv4 block has at most 31 bits, an IPv6 block at most 127",
    }
}

impl Fault {
    /// What to write instead.
    pub fn way_out(&self) -> String {
        let advice = match self {
            Self::Syntax(_) => "write it as JSON",
            Self::TooLong(_) => "split it into several rules",
            Self::NotAnObject => "write fields as {\"field\": [values]}",
            Self::EmptyObject => "name a field, or leave the object out",
            Self::NotAList(_) => "put the value into a list: [value]",
            Self::EmptyList => "list the values to match, [\"\"] for an empty string, [null] for null",
            Self::ListInList => "write its entries into the outer list",
            Self::NoOperator => "name an operator such as {\"prefix\": \"text\"}",
            Self::ManyOperators => "write one object per operator; any of them may match",
            Self::UnknownOperator(_, Some(nearest)) => return format!("did you mean {nearest:?}?"),
            Self::UnknownOperator(_, None) => {
                "use prefix, suffix, equals-ignore-case, wildcard, anything-but, numeric, cidr or exists"
            }
            Self::NotAString(_) => "write a string; for several, one object each",
            Self::NotABoolean => "write {\"exists\": true} or {\"exists\": false}",
            Self::WrongInner { outer: "anything-but", .. } => {
                "it may hold prefix, suffix, equals-ignore-case or wildcard"
            }
            Self::WrongInner { .. } => "it may hold equals-ignore-case only",
            Self::WrongExcept => {
                "it takes a string, a number, a list of either, or one inner operator with strings"
            }
            Self::MixedExcept => "make it a list of one kind, and not empty",
            Self::EmptyAffix => "write at least one character; {\"exists\": true} tests for any value",
            Self::NumericNotAList => "write it as {\"numeric\": [\">\", 0, \"<=\", 5]}",
            Self::NumericComparison(_) => {
                "use =, <, <=, > or >=; a range gives the lower bound (> or >=) first"
            }
            Self::NumericOperand(_) => "write a number without quotes after the comparison",
            Self::NumericTooMuch => "only > or >= may be followed by a second comparison, < or <=",
            Self::RangeInverted(..) => "write the smaller number first; for one number use [\"=\", number]",
            Self::Incomparable(_) => "use at most 15 significant digits",
            Self::Block(..) => {
                "write it like 10.0.0.0/24 or 2001:db8::/32; a single address is a plain string"
            }
            Self::ConsecutiveStars => "one star stands for any run of characters",
            Self::BadEscape => "write \\* for a star and \\\\ for a backslash (doubled again inside JSON)",
            Self::TooComplex => "use fewer stars, or fewer repeats after a star; or use prefix or suffix",
            Self::OrNotAList => "write it as \"$or\": [{\"field\": [..]}, {\"other\": [..]}]",
            Self::OrEntry => "write each alternative as an object of fields",
            Self::OrTooFew => "add an alternative, or write the only one without $or",
            Self::OrReserved(_) => "put the operator into a list under a field's name",
            Self::TooManyCombinations(_) | Self::TooManyFields(_) => "split the pattern into several rules",
            Self::Repeated(_) => "merge both into one list (any may match), or use $or",
            Self::Undocumented(_) => "keep to the documented numbers, or match a string",
            Self::OrIsAField => "write $or with at least two objects of fields, or rename the field",
            Self::UndocumentedOperator(_) => "write the string itself",
            Self::OverQuota(_) => "shorten it, or have the quota raised",
        };
        advice.to_owned()
    }
}
