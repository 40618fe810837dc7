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
    r#""kid":"ed-1""#,
    r#""kid":"es-1""#,
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

/// A member of an object says something else; one more at the front or the end where it isn't there.
pub(super) fn member(bytes: &mut Vec<u8>, _: &Dictionary, random: &mut Random) {
    let Some(member) = random.pick(MEMBERS) else { return };
    let name = member.split_inclusive(':').next().unwrap_or_default().as_bytes();
    let there = bytes.windows(name.len()).position(|part| part == name);
    if let Some(start) = there.filter(|_| !random.once_in(8)) {
        let rest = &bytes[start..];
        let length = rest.iter().position(|byte| matches!(byte, b',' | b'}' | b'\n')).unwrap_or(rest.len());
        replace_range(bytes, start..start + length, member.as_bytes());
        return;
    }
    let braces: Vec<usize> = (0..bytes.len()).filter(|at| matches!(bytes[*at], b'{' | b'}')).collect();
    let Some(at) = random.pick(&braces).copied() else { return };
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

    #[test]
    fn a_member_that_is_there_says_something_else() {
        let dictionary = Dictionary::of(&[]);
        let all: Vec<String> = (0..400)
            .map(|number| {
                let mut bytes = br#"{"alg":"EdDSA","kid":"a"}"#.to_vec();
                member(&mut bytes, &dictionary, &mut Random::new(1, number));
                String::from_utf8(bytes).expect("text")
            })
            .collect();
        for wanted in [r#"{"alg":"none","kid":"a"}"#, r#"{"alg":"EdDSA","kid":"es-1"}"#] {
            assert!(all.iter().any(|text| text == wanted), "{wanted}");
        }
    }
}
