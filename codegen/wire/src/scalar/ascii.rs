//! Short texts of fixed length on the stack.

use std::fmt;
use std::ops::Deref;

/// A text of `N` ASCII characters, held without an allocation: the written form of dates, instants and ids.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Ascii<const N: usize>([u8; N]);

impl<const N: usize> Ascii<N> {
    /// From bytes that the caller knows to be ASCII.
    pub(super) const fn new(bytes: [u8; N]) -> Self {
        Ascii(bytes)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("only ASCII is put in")
    }
}

impl<const N: usize> Deref for Ascii<N> {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl<const N: usize> AsRef<str> for Ascii<N> {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl<const N: usize> fmt::Display for Ascii<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl<const N: usize> fmt::Debug for Ascii<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

/// Writes the last digits of a number, as many as there is room for.
pub(super) fn put_digits(room: &mut [u8], mut number: u32) {
    for place in room.iter_mut().rev() {
        *place = b'0' + u8::try_from(number % 10).expect("a digit is small");
        number /= 10;
    }
}
