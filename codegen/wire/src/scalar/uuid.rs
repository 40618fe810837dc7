//! `format: uuid`.

use std::borrow::Cow;
use std::fmt;

use super::ascii::Ascii;
use super::not_a;
use crate::plain::{Plain, json_text};
use crate::violation::Fault;

/// A UUID (RFC 9562) of any version, read in its form with hyphens in either case, written in lower case.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uuid([u8; 16]);

/// Where the hyphens stand.
const HYPHENS: [usize; 4] = [8, 13, 18, 23];

/// Where the two digits of each byte stand.
const PLACES: [usize; 16] = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// The value of each digit in either case; 255 for what is none.
const VALUES: [u8; 256] = {
    let mut values = [255; 256];
    let mut value: u8 = 0;
    while value < 16 {
        let digit = DIGITS[value as usize];
        values[digit as usize] = value;
        values[digit.to_ascii_uppercase() as usize] = value;
        value += 1;
    }
    values
};

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
        for (byte, at) in self.0.into_iter().zip(PLACES) {
            text[at] = DIGITS[usize::from(byte >> 4)];
            text[at + 1] = DIGITS[usize::from(byte & 15)];
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
    let text: &[u8; 36] = text.try_into().ok()?;
    if HYPHENS.iter().any(|&at| text[at] != b'-') {
        return None;
    }
    let mut bytes = [0; 16];
    let mut all = 0;
    for (byte, at) in bytes.iter_mut().zip(PLACES) {
        let (high, low) = (VALUES[usize::from(text[at])], VALUES[usize::from(text[at + 1])]);
        all |= high | low;
        *byte = high << 4 | low & 15;
    }
    (all < 16).then_some(bytes)
}

json_text!(Uuid);

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.to_ascii())
    }
}

impl fmt::Debug for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Uuid({self})")
    }
}
