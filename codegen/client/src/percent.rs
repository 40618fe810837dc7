//! Percent-encoding of path segments and query parts.

use std::fmt::Write as _;

/// Appends a text with everything but unreserved characters escaped. Source: RFC 3986, section 2.3.
pub(crate) fn encode(text: &str, out: &mut String) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            write!(out, "%{byte:02X}").expect("a String takes any text");
        }
    }
}

/// Whether a path segment would mean another folder: `.` and `..` can't be escaped, every server resolves them.
pub(crate) fn is_dots(segment: &str) -> bool {
    matches!(segment, "." | "..")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_could_end_a_segment_is_escaped() {
        let mut out = String::new();
        encode("a/b c?d#e%é", &mut out);
        assert_eq!(out, "a%2Fb%20c%3Fd%23e%25%C3%A9");
    }
}
