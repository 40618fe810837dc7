//! Which patterns provably admit no character that a key would have to escape.

use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, Hir, HirKind, Look};

/// The last byte that a key escapes: `$` itself, `#` and everything before it.
const LAST_ESCAPED: u8 = 0x24;

/// Whether every text that matches `pattern` (ECMA-262, found anywhere in the text) is free of bytes up to `$`.
///
/// `false` means unknown: a pattern with syntax whose meaning differs between ECMA-262 and the parser used here is
/// never called plain, which costs an escape and nothing else.
pub(super) fn is_plain(pattern: &str) -> bool {
    if !reads_the_same(pattern) {
        return false;
    }
    let parsed = ParserBuilder::new().unicode(false).utf8(true).nest_limit(64).build().parse(pattern);
    let Ok(hir) = parsed else { return false };
    let HirKind::Concat(parts) = hir.kind() else { return false };
    let [first, middle @ .., last] = parts.as_slice() else { return false };
    is_look(first, Look::Start) && is_look(last, Look::End) && middle.iter().all(admits_plain_only)
}

/// Only syntax that both dialects give one meaning.
fn reads_the_same(pattern: &str) -> bool {
    if ["&&", "--", "~~", "[[", "[]", "[^"].iter().any(|two| pattern.contains(two)) {
        return false;
    }
    let bytes = pattern.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match (bytes[at], bytes.get(at + 1)) {
            (b'\\', Some(next)) if b"dw-.[](){}+*?|^$\\".contains(next) => at += 1,
            (b'\\', _) => return false,
            (b'(', Some(b'?')) if bytes.get(at + 2) != Some(&b':') => return false,
            _ => {}
        }
        at += 1;
    }
    true
}

fn is_look(hir: &Hir, look: Look) -> bool {
    matches!(hir.kind(), HirKind::Look(found) if *found == look)
}

fn admits_plain_only(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => true,
        HirKind::Literal(literal) => literal.0.iter().all(|byte| *byte > LAST_ESCAPED),
        HirKind::Class(Class::Bytes(class)) => class.iter().all(|range| range.start() > LAST_ESCAPED),
        HirKind::Class(Class::Unicode(class)) => {
            class.iter().all(|range| range.start() > char::from(LAST_ESCAPED))
        }
        HirKind::Repetition(repetition) => admits_plain_only(&repetition.sub),
        HirKind::Capture(capture) => admits_plain_only(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().all(admits_plain_only),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchored_patterns_of_plain_classes_are_plain() {
        for pattern in [
            "^[A-Z0-9-]+$",
            "^[a-z][a-z0-9_-]{2,39}$",
            r"^\d{4}-\d{2}$",
            "^(red|green)$",
            r"^[\w.-]+@[\w.-]+$",
            "^a?(?:b|c)*$",
            "^é+$",
        ] {
            assert!(is_plain(pattern), "{pattern}");
        }
    }

    #[test]
    fn whatever_could_admit_an_escaped_character_is_not() {
        for pattern in [
            "[A-Z]+",
            "^[A-Z]+",
            "^a$|^b$|c",
            "^[^#]+$",
            "^.+$",
            "^[ -~]+$",
            r"^a\sb$",
            "^a b$",
            r"^\$[0-9]+$",
            "^a#b$",
            "^[!-Z]+$",
            r"^\S+$",
            r"^[\x20]$",
            "^(?=a)a$",
            "(",
            "",
        ] {
            assert!(!is_plain(pattern), "{pattern}");
        }
    }
}
