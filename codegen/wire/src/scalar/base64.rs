//! Bytes as text.

use std::borrow::Cow;

use ::base64::Engine as _;
use ::base64::alphabet::{STANDARD, URL_SAFE};
use ::base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::not_a;
use crate::plain::{Plain, text_in_json};
use crate::violation::Fault;

/// Bytes that travel in JSON as text: `format: byte`, `contentEncoding: base64`.
///
/// Written with the standard alphabet and padding; read with either alphabet, padded or not. Source: RFC 4648.
///
/// ```
/// let bytes: stipule_wire::Base64 = "aGVsbG8=".parse().unwrap();
/// assert_eq!(bytes.as_ref(), b"hello");
/// assert_eq!(stipule_wire::Base64::from(b"hello".to_vec()).to_string(), "aGVsbG8=");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Base64(Vec<u8>);

const LOOSE: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
const PLAIN: GeneralPurpose = GeneralPurpose::new(&STANDARD, LOOSE);
const URL: GeneralPurpose = GeneralPurpose::new(&URL_SAFE, LOOSE);

impl Base64 {
    /// The bytes.
    pub fn into_inner(self) -> Vec<u8> {
        self.0
    }
}

impl AsRef<[u8]> for Base64 {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl From<Vec<u8>> for Base64 {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl From<&[u8]> for Base64 {
    fn from(bytes: &[u8]) -> Self {
        Self(bytes.to_vec())
    }
}

impl Plain for Base64 {
    fn from_text(text: &str) -> Result<Self, Fault> {
        let url = text.contains(['-', '_']);
        let bytes = if url { URL.decode(text) } else { PLAIN.decode(text) };
        bytes.map(Self).map_err(|_| not_a("must be bytes in base64"))
    }

    fn to_text(&self) -> Cow<'_, str> {
        Cow::Owned(PLAIN.encode(&self.0))
    }
}

text_in_json!(Base64);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_alphabets_are_read_padded_or_not() {
        for text in ["-_8=", "-_8", "+/8=", "+/8"] {
            assert_eq!(Base64::from_text(text).unwrap().as_ref(), [0xfb, 0xff], "{text}");
        }
        for text in ["a", "a b=", "é", "+_8="] {
            assert!(Base64::from_text(text).is_err(), "{text}");
        }
    }
}
