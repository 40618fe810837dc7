//! Percent-encoding, strictly.

use std::borrow::Cow;

/// The decoded text; `None` for a `%` without two hexadecimal digits, for bytes that aren't UTF-8, and for NUL.
pub(super) fn decode(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains('%') {
        return (!text.contains('\0')).then_some(Cow::Borrowed(text));
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(if byte == b'%' { digit(rest.next()?)? * 16 + digit(rest.next()?)? } else { byte });
    }
    let text = String::from_utf8(bytes).ok()?;
    (!text.contains('\0')).then_some(Cow::Owned(text))
}

fn digit(byte: u8) -> Option<u8> {
    // A hexadecimal digit is below 16.
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn escapes_are_decoded() {
        assert_eq!(decode("a%20b%2Fc%C3%A4").as_deref(), Some("a b/cä"));
        assert_eq!(decode("plain+").as_deref(), Some("plain+"));
    }

    #[test]
    fn what_is_not_an_escape_is_refused() {
        for text in ["%", "%2", "%zz", "a%", "%+1", "%C3", "%FF", "%00", "%ED%A0%80", "%\u{e4}\u{e4}"] {
            assert_eq!(decode(text), None, "{text}");
        }
    }
}
