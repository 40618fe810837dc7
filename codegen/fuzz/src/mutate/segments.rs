//! Changes of what is written in base64url, in segments with a dot between: tokens, keys, cursors.

use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::{Dictionary, bytes as plain, replace_range, tokens, values};
use crate::random::Random;

/// A run of letters of base64url that is shorter says nothing.
const SHORTEST: usize = 4;

/// Changes of what a segment stands for.
const INSIDE: &[super::Mutation] = &[
    plain::flip,
    plain::flip,
    plain::insert,
    plain::remove,
    plain::cut,
    tokens::double,
    tokens::swap,
    tokens::remove,
    values::number,
    values::text,
];

/// Members that tell readers of headers and claims what to do.
const MEMBERS: &[&str] = &[
    r#""alg":"none""#,
    r#""alg":"HS256""#,
    r#""alg":"RS256""#,
    r#""alg":"ES256""#,
    r#""alg":"EdDSA""#,
    r#""kid":"other""#,
    r#""kid":null"#,
    r#""crit":["exp"]"#,
    r#""b64":false"#,
    r#""jku":"https://keys.example/""#,
    r#""jwk":{"kty":"OKP"}"#,
    r#""typ":"at+jwt""#,
    r#""typ":"dpop+jwt""#,
    r#""aud":["library","other"]"#,
    r#""aud":[]"#,
    r#""exp":1e400"#,
    r#""exp":9007199254740993"#,
    r#""nbf":-1"#,
    r#""iat":1e300"#,
    r#""store":"south""#,
    r#""store":"""#,
    r#""scope":"loans  shelves ""#,
    r#""token_use":"id""#,
    r#""key_ops":["sign"]"#,
    r#""use":"enc""#,
];

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}

/// The longest runs of letters of base64url.
fn segments(bytes: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let length = bytes[at..].iter().take_while(|byte| is_letter(**byte)).count();
        if length >= SHORTEST {
            found.push(at..at + length);
        }
        at += length + 1;
    }
    found
}

/// What a segment stands for becomes something else.
pub(super) fn inside(bytes: &mut Vec<u8>, dictionary: &Dictionary, random: &mut Random) {
    let Some(range) = random.pick(&segments(bytes)).cloned() else { return };
    let Ok(mut inner) = URL_SAFE_NO_PAD.decode(&bytes[range.clone()]) else { return };
    if let Some(mutation) = random.pick(INSIDE) {
        mutation(&mut inner, dictionary, random);
    }
    replace_range(bytes, range, URL_SAFE_NO_PAD.encode(inner).as_bytes());
}

/// A segment of another spelling: other bits at its end that no byte has, padding, the letters of plain base64.
pub(super) fn spell(bytes: &mut Vec<u8>, _: &Dictionary, random: &mut Random) {
    let Some(range) = random.pick(&segments(bytes)).cloned() else { return };
    match random.below(4) {
        0 => {
            let last = range.end - 1;
            let other = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
            if let Some(at) = other.iter().position(|letter| *letter == bytes[last]) {
                bytes[last] = other[at ^ (1 << random.below(4))];
            }
        }
        1 => replace_range(bytes, range.end..range.end, b"="),
        2 => {
            for byte in &mut bytes[range] {
                *byte = match *byte {
                    b'-' => b'+',
                    b'_' => b'/',
                    other => other,
                };
            }
        }
        _ => replace_range(bytes, range.end..range.end, b"."),
    }
}

/// A segment in the place of another.
pub(super) fn swap(bytes: &mut Vec<u8>, dictionary: &Dictionary, random: &mut Random) {
    let own = segments(bytes);
    let Some(range) = random.pick(&own).cloned() else { return };
    let other = if random.once_in(2) { dictionary.text(random) } else { Some(bytes.as_slice()) };
    let Some(other) = other else { return };
    let Some(from) = random.pick(&segments(other)).cloned() else { return };
    let piece = other[from].to_vec();
    replace_range(bytes, range, &piece);
}

/// One more member at the front or the end of an object.
pub(super) fn member(bytes: &mut Vec<u8>, _: &Dictionary, random: &mut Random) {
    let braces: Vec<usize> = (0..bytes.len()).filter(|at| matches!(bytes[*at], b'{' | b'}')).collect();
    let (Some(at), Some(member)) = (random.pick(&braces).copied(), random.pick(MEMBERS)) else { return };
    if bytes[at] == b'{' {
        replace_range(bytes, at + 1..at + 1, format!("{member},").as_bytes());
    } else {
        replace_range(bytes, at..at, format!(",{member}").as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_are_runs_of_their_letters() {
        let text = "Bearer eyJh.bG9h.a_-Z=";
        let found: Vec<&str> = segments(text.as_bytes()).into_iter().map(|range| &text[range]).collect();
        assert_eq!(found, ["Bearer", "eyJh", "bG9h", "a_-Z"]);
    }
}
