//! Keys of items: segments, each followed by `#`, in a form that keeps order and can be taken apart again.
//!
//! Three properties hold, and the tests try to break them with random pairs:
//!
//! - *Injective*: two different sequences of segments never give the same key.
//! - *Order-preserving*: keys sort (by bytes, as DynamoDB does) as their segments do, one after the other.
//! - *Prefix-safe*: a key begins with the key of a shorter sequence only if its segments begin with that sequence.
//!
//! The first two need no more than an escape that leaves no `#` and no byte below it: each byte up to `$` (0x24) is
//! written as `$` and the byte plus 0x40.

mod codec;
mod escape;
mod number;
mod parts;

pub use codec::{
    DATE_LENGTH, DATE_TIME_LENGTH, INTEGER_LENGTH, RANK_LENGTH, ULID_LENGTH, UUID_LENGTH, parse_boolean,
    parse_date, parse_date_time, parse_integer, parse_rank, parse_shard, parse_ulid, parse_uuid,
};
pub use escape::{Broken, escape, escaped_len, parse, unescape};
pub use number::{parse_decimal, parse_number};
pub use parts::KeyParts;

use std::fmt::{self, Write as _};

use sha2::{Digest, Sha256};
use stipule_wire::{Date, DateTime, Decimal, Ulid, Uuid};

/// Longest partition key in bytes. Source: limits of the DynamoDB developer guide.
pub const MAX_PK_BYTES: usize = 2048;

/// Longest sort key in bytes. Source: limits of the DynamoDB developer guide.
pub const MAX_SK_BYTES: usize = 1024;

/// Longest tenant, as it stands in a key. The rules of tables reckon with it when they say how long a key can get.
pub const MAX_TENANT_BYTES: usize = 64;

/// The greatest character: the upper end of everything.
pub(crate) const UPPER_END: char = '\u{10FFFF}';

/// One part of a key, before it is written.
#[derive(Clone, Copy, PartialEq)]
pub enum Segment<'a> {
    /// Fixed text of the contract, which holds nothing to escape: `ORDER`.
    Literal(&'a str),
    /// Any text; escaped.
    Text(&'a str),
    /// Text of a type that holds nothing to escape. Should it do so all the same, it is escaped.
    Plain(&'a str),
    /// Signed 64-bit integer: `1` and 19 digits from 0 up, `0` and the 19 digits of value + 2⁶³ below.
    Integer(i64),
    /// Decimal number of any size. Equal numbers are one segment: `1.0` and `1.00`.
    Decimal(&'a Decimal),
    /// Double, written as the decimal number that is its shortest form. An infinity is at the end where it belongs, what
    /// is no number after all others: neither comes from a contract's type.
    Number(f64),
    /// `false` or `true`.
    Boolean(bool),
    /// `2026-01-02`
    Date(&'a Date),
    /// `2026-01-02T03:04:05.678901234Z`: UTC, always with nanoseconds, as instants have them.
    DateTime(&'a DateTime),
    /// Lower case with hyphens.
    Uuid(&'a Uuid),
    /// 26 letters and digits in upper case.
    Ulid(&'a Ulid),
    /// Place of an enum's value in the declared order, from 0, with three digits.
    Rank(usize),
    /// Number of a shard, decimal.
    Shard(u32),
}

impl Segment<'_> {
    /// Appends the segment without its terminator.
    pub fn write_to(&self, key: &mut String) {
        match *self {
            Self::Literal(text) | Self::Text(text) | Self::Plain(text) => escape::escape_into(key, text),
            Self::Integer(value) => codec::integer_into(key, value),
            Self::Decimal(decimal) => number::decimal_into(key, decimal),
            Self::Number(number) => number::number_into(key, number),
            Self::Boolean(value) => key.push_str(codec::boolean(value)),
            Self::Date(date) => key.push_str(&date.to_ascii()),
            Self::DateTime(instant) => key.push_str(&instant.to_ascii()),
            Self::Uuid(id) => key.push_str(&id.to_ascii()),
            Self::Ulid(id) => key.push_str(&id.to_ascii()),
            Self::Rank(rank) => codec::rank_into(key, rank),
            Self::Shard(number) => codec::shard_into(key, number),
        }
    }

    /// Bytes that [`write_to`](Self::write_to) appends.
    pub fn len(&self) -> usize {
        match *self {
            Self::Literal(text) | Self::Text(text) | Self::Plain(text) => escaped_len(text),
            Self::Integer(_) => INTEGER_LENGTH,
            Self::Decimal(decimal) => number::decimal_len(decimal),
            Self::Number(number) => number::number_len(number),
            Self::Boolean(value) => codec::boolean(value).len(),
            Self::Date(_) => DATE_LENGTH,
            Self::DateTime(_) => DATE_TIME_LENGTH,
            Self::Uuid(_) => UUID_LENGTH,
            Self::Ulid(_) => ULID_LENGTH,
            Self::Rank(rank) => codec::digits_of(rank as u64).max(RANK_LENGTH),
            Self::Shard(number) => codec::digits_of(number.into()),
        }
    }

    /// Whether nothing is appended.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The kind only: segments carry values of fields.
impl fmt::Debug for Segment<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Literal(text) => return f.write_str(text),
            Self::Text(_) => "{text}",
            Self::Plain(_) => "{plain}",
            Self::Integer(_) => "{integer}",
            Self::Decimal(_) => "{decimal}",
            Self::Number(_) => "{number}",
            Self::Boolean(_) => "{boolean}",
            Self::Date(_) => "{date}",
            Self::DateTime(_) => "{date_time}",
            Self::Uuid(_) => "{uuid}",
            Self::Ulid(_) => "{ulid}",
            Self::Rank(_) => "{rank}",
            Self::Shard(_) => "{shard}",
        })
    }
}

/// Most segments of a key without a second allocation.
const INLINE: usize = 12;

/// A key under construction: the segments are noted first and written once, into a text of exactly the right size.
///
/// ```
/// use stipule_runtime::key::KeyBuf;
/// let key = KeyBuf::partition("north").literal("LOAN").text("a#b").integer(7).finish();
/// assert_eq!(key, "north#LOAN#a$cb#10000000000000000007#");
/// ```
#[derive(Clone, Debug)]
pub struct KeyBuf<'a> {
    inline: [Segment<'a>; INLINE],
    used: usize,
    more: Vec<Segment<'a>>,
}

impl<'a> KeyBuf<'a> {
    /// A sort key, or the key of something that belongs to no tenant.
    pub fn new() -> Self {
        Self { inline: [Segment::Literal(""); INLINE], used: 0, more: Vec::new() }
    }

    /// A partition key, which the tenant leads.
    pub fn partition(tenant: &'a str) -> Self {
        Self::new().text(tenant)
    }

    /// Adds a segment.
    #[must_use]
    pub fn segment(mut self, segment: Segment<'a>) -> Self {
        match self.inline.get_mut(self.used) {
            Some(free) => {
                *free = segment;
                self.used += 1;
            }
            None => self.more.push(segment),
        }
        self
    }

    /// Adds fixed text of the contract.
    #[must_use]
    pub fn literal(self, text: &'a str) -> Self {
        self.segment(Segment::Literal(text))
    }

    /// Adds any text.
    #[must_use]
    pub fn text(self, text: &'a str) -> Self {
        self.segment(Segment::Text(text))
    }

    /// Adds text of a type that holds nothing to escape.
    #[must_use]
    pub fn plain(self, text: &'a str) -> Self {
        self.segment(Segment::Plain(text))
    }

    /// Adds an integer.
    #[must_use]
    pub fn integer(self, value: i64) -> Self {
        self.segment(Segment::Integer(value))
    }

    /// Adds a decimal number.
    #[must_use]
    pub fn decimal(self, decimal: &'a Decimal) -> Self {
        self.segment(Segment::Decimal(decimal))
    }

    /// Adds a double.
    #[must_use]
    pub fn number(self, number: f64) -> Self {
        self.segment(Segment::Number(number))
    }

    /// Adds a boolean.
    #[must_use]
    pub fn boolean(self, value: bool) -> Self {
        self.segment(Segment::Boolean(value))
    }

    /// Adds a date.
    #[must_use]
    pub fn date(self, date: &'a Date) -> Self {
        self.segment(Segment::Date(date))
    }

    /// Adds an instant.
    #[must_use]
    pub fn date_time(self, instant: &'a DateTime) -> Self {
        self.segment(Segment::DateTime(instant))
    }

    /// Adds a UUID.
    #[must_use]
    pub fn uuid(self, id: &'a Uuid) -> Self {
        self.segment(Segment::Uuid(id))
    }

    /// Adds a ULID.
    #[must_use]
    pub fn ulid(self, id: &'a Ulid) -> Self {
        self.segment(Segment::Ulid(id))
    }

    /// Adds the place of an enum's value in the declared order.
    #[must_use]
    pub fn rank(self, rank: usize) -> Self {
        self.segment(Segment::Rank(rank))
    }

    /// Adds the number of a shard; see [`shard_of`].
    #[must_use]
    pub fn shard(self, number: u32) -> Self {
        self.segment(Segment::Shard(number))
    }

    /// The key. One allocation, of exactly its length.
    pub fn finish(&self) -> String {
        let segments = || self.inline[..self.used].iter().chain(&self.more);
        let length = segments().map(|segment| segment.len() + 1).sum();
        let mut key = String::with_capacity(length);
        for segment in segments() {
            segment.write_to(&mut key);
            key.push('#');
        }
        debug_assert_eq!(key.len(), length, "every codec says its length beforehand");
        key
    }
}

impl Default for KeyBuf<'_> {
    fn default() -> Self {
        Self::new()
    }
}

impl From<KeyBuf<'_>> for String {
    fn from(key: KeyBuf<'_>) -> Self {
        key.finish()
    }
}

/// Hashes a text as it is written, without holding it.
struct Fnv(u64);

impl fmt::Write for Fnv {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 =
            text.bytes().fold(self.0, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        Ok(())
    }
}

/// The shard of a value among `shards`: FNV-1a over the bytes of its text, the same on every machine and for ever.
pub fn shard_of<T: fmt::Display + ?Sized>(value: &T, shards: u32) -> u32 {
    let mut hash = Fnv(0xcbf2_9ce4_8422_2325);
    write!(hash, "{value}").expect("hashing never fails");
    // FNV's low bits alone are weak for values that differ at the end only.
    let mixed = hash.0 ^ (hash.0 >> 32);
    u32::try_from(mixed % u64::from(shards.max(1))).expect("a remainder of a u32")
}

/// Eight hexadecimal digits that tell keys apart in logs without showing them.
pub fn fingerprint(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}
