//! Formats of text as types of their own.

mod ascii;
mod base64;
mod date;
mod date_time;
mod decimal;
mod email;
mod hostname;
mod ulid;
mod uri;
mod uuid;

pub use ascii::Ascii;
pub use base64::Base64;
pub use date::Date;
pub use date_time::DateTime;
pub use decimal::Decimal;
pub use email::Email;
pub use ulid::Ulid;
pub use uri::Uri;
pub use uuid::Uuid;

use crate::violation::{Code, Fault};

fn not_a(what: &'static str) -> Fault {
    Fault::new(Code::Format, what)
}

/// The number that a run of ASCII digits stands for. At most nine of them.
fn digits(text: &[u8]) -> Option<u32> {
    text.iter()
        .try_fold(0, |number, byte| byte.is_ascii_digit().then(|| number * 10 + u32::from(byte - b'0')))
}
