//! JSON pointers (RFC 6901), as values carry them and as references write them.

use std::borrow::Cow;

/// The pointer of a key below `parent`.
pub fn child(parent: &str, key: &str) -> String {
    format!("{parent}/{}", escape(key))
}

/// `a/b` → `a~1b`, `a~b` → `a~0b`.
pub fn escape(token: &str) -> Cow<'_, str> {
    if token.contains(['~', '/']) {
        Cow::Owned(token.replace('~', "~0").replace('/', "~1"))
    } else {
        Cow::Borrowed(token)
    }
}

/// The key that a part of a pointer names.
pub fn unescape(token: &str) -> Cow<'_, str> {
    if token.contains('~') {
        Cow::Owned(token.replace("~1", "/").replace("~0", "~"))
    } else {
        Cow::Borrowed(token)
    }
}

/// Undoes percent-encoding, as a pointer in the fragment of a URI has it. `None` when an escape is broken or
/// the result isn't UTF-8.
pub fn percent_decode(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains('%') {
        return Some(Cow::Borrowed(text));
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let high = char::from(rest.next()?).to_digit(16)?;
            let low = char::from(rest.next()?).to_digit(16)?;
            bytes.push(u8::try_from(high * 16 + low).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok().map(Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escaping_and_unescaping_are_inverse() {
        for key in ["a", "a/b", "~", "~1", "/~0/", "", "application/json"] {
            assert_eq!(unescape(&escape(key)), key);
        }
        assert_eq!(child("/paths", "/books/{id}"), "/paths/~1books~1{id}");
    }

    #[test]
    fn percent_escapes_are_undone_or_refused() {
        assert_eq!(percent_decode("a%20b%7B").as_deref(), Some("a b{"));
        assert_eq!(percent_decode("%C3%A9").as_deref(), Some("é"));
        for broken in ["%", "%2", "%zz", "%ff"] {
            assert_eq!(percent_decode(broken), None, "{broken}");
        }
    }
}
