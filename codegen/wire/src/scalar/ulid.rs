//! `format: ulid`.

use std::borrow::Cow;
use std::fmt;

use super::ascii::Ascii;
use super::{DateTime, not_a};
use crate::plain::{Plain, json_text};
use crate::violation::Fault;

/// A ULID: 48 bits of time and 80 of chance in 26 characters of Crockford's base 32, read in either case, written in
/// upper case. Ulids sort as the times in them do, as values and as text.
///
/// Read are the 32 letters and digits alone; `I`, `L` and `O`, which Crockford lets stand for digits, are refused as the
/// specification of ULIDs leaves them out. Source: <https://github.com/ulid/spec>.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ulid([u8; 16]);

/// Characters of a ULID.
const LENGTH: usize = 26;

/// Crockford's base 32.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The value of each letter in either case; 32 for what is none.
const VALUES: [u8; 256] = {
    let mut values = [32; 256];
    let mut value: u8 = 0;
    while value < 32 {
        let letter = LETTERS[value as usize];
        values[letter as usize] = value;
        values[letter.to_ascii_lowercase() as usize] = value;
        value += 1;
    }
    values
};

impl Ulid {
    /// All zeros.
    pub const NIL: Ulid = Ulid([0; 16]);

    /// From its bytes, the greatest first: six of time, ten of chance. A version 7 UUID has its time in the same place.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Ulid(bytes)
    }

    /// Its bytes, the greatest first.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// The time in it, to the millisecond; none after the year 9999.
    pub fn time(&self) -> Option<DateTime> {
        let millis = self.0[..6].iter().fold(0, |millis, byte| millis << 8 | i64::from(*byte));
        DateTime::from_unix_millis(millis).ok()
    }

    /// The text, without an allocation.
    pub fn to_ascii(&self) -> Ascii<LENGTH> {
        let mut rest = u128::from_be_bytes(self.0);
        let mut text = [0; LENGTH];
        for place in text.iter_mut().rev() {
            *place = LETTERS[usize::try_from(rest & 31).expect("five bits")];
            rest >>= 5;
        }
        Ascii::new(text)
    }
}

impl Plain for Ulid {
    fn from_text(text: &str) -> Result<Self, Fault> {
        parse(text.as_bytes()).map(Ulid).ok_or_else(|| not_a("must be a ULID"))
    }

    fn to_text(&self) -> Cow<'_, str> {
        Cow::Owned(self.to_ascii().as_str().to_owned())
    }
}

fn parse(text: &[u8]) -> Option<[u8; 16]> {
    // 26 characters hold 130 bits: the first one has three.
    if text.len() != LENGTH || VALUES[usize::from(text[0])] > 7 {
        return None;
    }
    let bits = text.iter().try_fold(0_u128, |bits, letter| {
        let value = VALUES[usize::from(*letter)];
        (value < 32).then(|| bits << 5 | u128::from(value))
    });
    bits.map(u128::to_be_bytes)
}

json_text!(Ulid);

impl fmt::Display for Ulid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.to_ascii())
    }
}

impl fmt::Debug for Ulid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ulid({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::Ulid;

    fn ulid(text: &str) -> Ulid {
        text.parse().unwrap()
    }

    #[test]
    fn the_example_of_the_specification_has_its_time() {
        let found = ulid("01ARZ3NDEKTSV4RRFFQ69G5FAV");
        assert_eq!(found.to_string(), "01ARZ3NDEKTSV4RRFFQ69G5FAV");
        assert_eq!(found.time().unwrap().unix_millis(), 1_469_922_850_259);
        assert_eq!(ulid("01arz3ndektsv4rrffq69g5fav"), found);
    }

    #[test]
    fn the_ends_are_read_and_what_is_beyond_them_is_not() {
        assert_eq!(ulid("00000000000000000000000000"), Ulid::NIL);
        assert_eq!(ulid("7ZZZZZZZZZZZZZZZZZZZZZZZZZ"), Ulid::from_bytes([255; 16]));
        assert_eq!(Ulid::from_bytes([255; 16]).time(), None);
        for text in
            ["8ZZZZZZZZZZZZZZZZZZZZZZZZZ", "01ARZ3NDEKTSV4RRFFQ69G5FAVX", "01ARZ3NDEKTSV4RRFFQ69G5FA", ""]
        {
            assert!(text.parse::<Ulid>().is_err(), "{text}");
        }
        for stranger in ["I", "L", "O", "U", "i", "-", "é", "\0"] {
            let text = format!("01ARZ3NDEKTSV4RRFFQ69G5FA{stranger}");
            assert!(text.parse::<Ulid>().is_err(), "{text:?}");
        }
    }
}
