//! Percent-encoding of path segments and query parts (RFC 3986).

use std::borrow::Cow;
use std::fmt::Write as _;

/// Appends a text with everything but unreserved characters escaped. Source: RFC 3986, section 2.3.
pub fn encode(text: &str, out: &mut String) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            write!(out, "%{byte:02X}").expect("a String takes any text");
        }
    }
}

/// As [`encode`], leaving reserved characters as they are (`allowReserved`), but for those that would end the value.
pub fn encode_reserved(text: &str, out: &mut String) {
    for byte in text.bytes() {
        let reserved = b":/?@!$'()*,;=-._~".contains(&byte);
        if byte.is_ascii_alphanumeric() || reserved {
            out.push(char::from(byte));
        } else {
            write!(out, "%{byte:02X}").expect("a String takes any text");
        }
    }
}

/// The decoded text; `None` for a `%` without two hexadecimal digits, for bytes that aren't UTF-8, and for NUL.
pub fn decode(text: &str) -> Option<Cow<'_, str>> {
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

/// As [`decode`], with `+` for a blank, as forms and queries write it.
pub fn decode_query(text: &str) -> Option<String> {
    if text.contains('+') {
        return decode(&text.replace('+', " ")).map(Cow::into_owned);
    }
    decode(text).map(Cow::into_owned)
}

fn digit(byte: u8) -> Option<u8> {
    // A hexadecimal digit is below 16.
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_decoded() {
        assert_eq!(decode("a%20b%2Fc%C3%A4").as_deref(), Some("a b/cä"));
        assert_eq!(decode("plain+").as_deref(), Some("plain+"));
        assert_eq!(decode_query("plain+%2B").as_deref(), Some("plain +"));
    }

    #[test]
    fn what_is_not_an_escape_is_refused() {
        for text in ["%", "%2", "%zz", "a%", "%+1", "%C3", "%FF", "%00", "%ED%A0%80", "%\u{e4}\u{e4}"] {
            assert_eq!(decode(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_encoded_decodes_again() {
        for text in ["", "a b", "ä&=#?/%", "plain-._~", "\u{1F600}"] {
            for encode in [encode, encode_reserved] {
                let mut out = String::new();
                encode(text, &mut out);
                assert_eq!(decode(&out).as_deref(), Some(text), "{out}");
                assert!(!out.contains(['&', '#', ' ']), "{out}");
            }
        }
    }
}
