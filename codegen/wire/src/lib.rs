//! What generated types stand on: JSON that is read strictly, types that can't hold a wrong value, and every violation
//! of a document at once, each with its place.

mod decimal_multiple;
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
mod patch;
mod pattern;
mod plain;
mod pointer;
mod redacted;
mod scalar;
mod text;
mod violation;

#[doc(hidden)]
pub use serde;

pub use decode::{Choice, Decode, Decoder, Fields, Literal, Posture, decode, from_slice, through_serde};
pub use encode::{ObjectWriter, write_object, write_tagged};
pub use event::EventPayload;
pub use json::{Any, Json, Limits, Malformed, Number, Object, Reason};
pub use list::{BoundedVec, UniqueVec};
pub use map::BoundedMap;
pub use number::{IntegerLimits, NumberLimits, Ranged};
pub use patch::Patch;
pub use pattern::{Pattern, Unsupported};
pub use plain::Plain;
pub use redacted::Redacted;
pub use scalar::{Date, DateTime, Decimal, Email, Uri, Uuid};
pub use text::{Text, TextLimits};
pub use violation::{Code, Fault, Invalid, Violation, Violations};
