//! `format: uuid`.

use std::borrow::Cow;
use std::fmt;

use super::ascii::Ascii;
use super::not_a;
use crate::plain::{Plain, text_in_json};
use crate::violation::Fault;

/// A UUID (RFC 9562) of any version, read in its form with hyphens in either case, written in lower case.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uuid([u8; 16]);

/// Where the hyphens stand.
const HYPHENS: [usize; 4] = [8, 13, 18, 23];

impl Uuid {
    /// All zeros.
    pub const NIL: Uuid = Uuid([0; 16]);

    /// From its bytes, in the order in which they are written.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Uuid(bytes)
    }

    /// Its bytes, in the order in which they are written.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// The text, without an allocation.
    pub fn to_ascii(&self) -> Ascii<36> {
        let mut text = [b'-'; 36];
        let mut places = text.iter_mut().enumerate().filter(|(at, _)| !HYPHENS.contains(at));
        for byte in self.0 {
            for digit in [byte >> 4, byte & 15] {
                let (_, place) = places.next().expect("36 characters less four hyphens");
                *place = b"0123456789abcdef"[usize::from(digit)];
            }
        }
        Ascii::new(text)
    }
}

impl Plain for Uuid {
    fn from_text(text: &str) -> Result<Self, Fault> {
        parse(text.as_bytes()).map(Uuid).ok_or_else(|| not_a("must be a UUID"))
    }

    fn to_text(&self) -> Cow<'_, str> {
        Cow::Owned(self.to_ascii().as_str().to_owned())
    }
}

fn parse(text: &[u8]) -> Option<[u8; 16]> {
    if text.len() != 36 || HYPHENS.iter().any(|&at| text[at] != b'-') {
        return None;
    }
    let mut bytes = [0; 16];
    let mut digits = text.iter().filter(|byte| **byte != b'-').map(|byte| char::from(*byte).to_digit(16));
    for byte in &mut bytes {
        let (high, low) = (digits.next()??, digits.next()??);
        *byte = u8::try_from(high << 4 | low).ok()?;
    }
    // Hyphens elsewhere would leave fewer than 32 digits, seen above.
    Some(bytes)
}

text_in_json!(Uuid);

impl fmt::Debug for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Uuid({self})")
    }
}
