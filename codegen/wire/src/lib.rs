//! What generated types stand on: JSON that is read strictly, types that can't hold a wrong value, and every violation
//! of a document at once, each with its place.
//!
//! A generated type is a plain struct or enum with three small implementations: [`Decode`] (a table of properties),
//! `serde::Serialize` (the same table) and, through [`serde_through_decode!`], `serde::Deserialize`. Newtypes and enums of
//! values are one macro call each. `tests/shape.rs` shows every kind of type in full; in short:
//!
//! ```
//! use serde::{Serialize, Serializer};
//! use stipule_wire as wire;
//! use wire::{Decode, Decoder, Json, Patch, Posture};
//!
//! wire::text_newtype! {
//!     /// Names a book.
//!     pub struct Isbn(String) { min: 10, max: 17, pattern: "^[0-9-]+X?$" }
//! }
//!
//! wire::closed_enum! {
//!     /// What became of a loan.
//!     pub enum LoanState {
//!         /// The reader has it.
//!         Lent = "lent",
//!         Returned = "returned",
//!     }
//! }
//!
//! /// A reader has a book.
//! #[derive(Clone, Debug, PartialEq)]
//! pub struct Loan {
//!     pub isbn: Isbn,
//!     pub state: LoanState,
//!     pub due: Option<wire::Date>,
//!     pub note: Patch<wire::Text<1, 80>>,
//! }
//!
//! impl Decode for Loan {
//!     fn decode(json: &Json<'_>, d: &mut Decoder) -> Option<Self> {
//!         let mut o = d.object(json)?;
//!         let isbn = o.required("isbn");
//!         let state = o.required("state");
//!         let due = o.optional("due");
//!         let note = o.patch("note");
//!         o.refuse_rest();
//!         Some(Loan { isbn: isbn?, state: state?, due: due?, note: note? })
//!     }
//! }
//!
//! impl Serialize for Loan {
//!     fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
//!         let mut o = wire::write_object(serializer)?;
//!         o.field("isbn", &self.isbn)?;
//!         o.field("state", &self.state)?;
//!         o.optional("due", &self.due)?;
//!         o.patch("note", &self.note)?;
//!         o.end()
//!     }
//! }
//!
//! wire::serde_through_decode!(Loan);
//!
//! /// What happened at the desk: told apart by `kind`.
//! #[derive(Clone, Debug, PartialEq)]
//! pub enum DeskEvent {
//!     Loan(Loan),
//! }
//!
//! impl Decode for DeskEvent {
//!     fn decode(json: &Json<'_>, d: &mut Decoder) -> Option<Self> {
//!         match d.tag(json, "kind")? {
//!             "loan" => Decode::decode(json, d).map(Self::Loan),
//!             _ => d.unknown_tag("kind", &["loan"]),
//!         }
//!     }
//! }
//!
//! let text = br#"{"isbn": "12", "state": "lost", "sate": 1, "note": null}"#;
//! let wire::Invalid::Violations(violations) = wire::from_slice::<Loan>(text, Posture::Closed).unwrap_err() else {
//!     panic!("it is JSON");
//! };
//! let said: Vec<String> = violations.list.iter().map(ToString::to_string).collect();
//! assert_eq!(said, [
//!     "/isbn: must have 10 to 17 characters [length]",
//!     "/state: must be one of `lent`, `returned` [enum]",
//!     "/sate: is not a known property; did you mean `state`? [unknown-field]",
//! ]);
//! ```
//!
//! | in the contract | here |
//! | --- | --- |
//! | string with lengths | [`Text`], or [`text_newtype!`] with a name or a pattern |
//! | string with a format | [`Uuid`], [`Ulid`], [`Date`], [`DateTime`], [`Email`], [`Uri`], [`Decimal`]; named: [`text_newtype!`] |
//! | integer, number with limits | [`Ranged`], [`integer_newtype!`], [`number_newtype!`] |
//! | personal data | [`personal_newtype!`]; [`Redacted`] for a field of a struct |
//! | array with limits | [`BoundedVec`], [`UniqueVec`]; a tuple for a fixed length |
//! | object with free names | `BTreeMap`, [`BoundedMap`]; [`Fields::rest`] beside declared properties |
//! | enum, const | [`closed_enum!`], [`literal_enum!`]; for readers [`open_enum!`] |
//! | oneOf, anyOf | [`Decoder::tag`], [`Decoder::exactly_one`], [`Decoder::first_of`] |
//! | optional, nullable, both | [`Fields::optional`], [`Fields::nullable`], [`Fields::patch`] |
//! | anything | [`Any`] |
//!
//! Promises: no input makes anything here panic or run without bound; messages name the rule and never the value, which
//! may be personal; equality of JSON is JSON Schema's (`1` is `1.0`). Deliberately absent: time zones, arithmetic on
//! [`Decimal`], patterns with look-around.

mod blob;
mod decimal_multiple;
mod declared;
mod decode;
mod encode;
mod enumeration;
mod event;
mod json;
mod list;
mod map;
mod newtype;
mod newtype_parts;
mod number;
mod parts;
mod patch;
mod pattern;
pub mod percent;
mod plain;
mod pointer;
mod redacted;
mod scalar;
mod schema;
pub mod style;
mod text;
mod violation;

#[doc(hidden)]
pub use serde;

pub use bytes::Bytes;

pub use blob::{Blob, ByteStream, Upload};
pub use declared::Declared;
pub use decode::{Choice, Decode, Decoder, Fields, Literal, Posture, decode, from_slice, through_serde};
#[doc(hidden)]
pub use decode::{Member, place_in};
pub use encode::{ObjectWriter, write_object, write_tagged};
pub use event::EventPayload;
pub use json::{Any, Json, Limits, Malformed, Number, Object, Reason};
pub use list::{BoundedVec, UniqueVec};
pub use map::BoundedMap;
pub use number::{IntegerLimits, NumberLimits, Ranged};
pub use parts::{Multipart, Parts, PartsReader, PartsWriter, parse as parse_parts};
pub use patch::Patch;
pub use pattern::{Pattern, Unsupported};
pub use plain::Plain;
pub use redacted::Redacted;
pub use scalar::{Ascii, Base64, Date, DateTime, Decimal, Email, Ulid, Uri, Uuid};
pub use schema::{Rules, Schema, Unreadable};
pub use text::{Text, TextLimits};
pub use violation::{Code, Fault, Invalid, Violation, Violations};
