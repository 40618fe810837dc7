//! The texts that a field may hold: whether it admits one, an example, and the most bytes.

use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, ClassUnicodeRange, Hir, HirKind};
use stipule_ir::types::{Limits, Scalar};
use stipule_ir::{TypeId, TypeKind, TypeTable};

use super::product::{Shared, shared_text};

/// Longest example that is made up.
const LONGEST_EXAMPLE: usize = 64;

/// The texts of one field.
#[derive(Clone, Debug)]
pub(super) struct Texts {
    min: usize,
    max: Option<usize>,
    pattern: Option<String>,
    format: Scalar,
}

impl Texts {
    /// Those of a type over text.
    pub(super) fn of(types: &TypeTable, ty: TypeId) -> Self {
        let (format, limits) = match &types.get(ty).kind {
            TypeKind::Newtype(newtype) => (newtype.base, newtype.limits.clone()),
            TypeKind::Scalar(scalar) => (*scalar, Limits::default()),
            _ => (Scalar::String, Limits::default()),
        };
        let size = |limit: Option<u64>| limit.map(|limit| usize::try_from(limit).unwrap_or(usize::MAX));
        Self {
            min: size(limits.min_length).unwrap_or(0),
            max: size(limits.max_length),
            pattern: limits.pattern,
            format,
        }
    }

    /// Any text at all: the fields of the platform's own rows.
    pub(super) fn any() -> Self {
        Self { min: 0, max: None, pattern: None, format: Scalar::String }
    }

    /// Whether the field may hold `text`. Yes when it can't be decided: a rule must not miss a collision.
    pub(super) fn admits(&self, text: &str) -> bool {
        let length = text.chars().count();
        let format = match self.format {
            Scalar::Email => text.contains('@'),
            Scalar::Uri => text.contains(':'),
            _ => true,
        };
        let pattern = || match self.pattern.as_deref().map(regex::Regex::new) {
            Some(Ok(pattern)) => pattern.is_match(text),
            Some(Err(_)) | None => true,
        };
        length >= self.min && self.max.is_none_or(|max| length <= max) && format && pattern()
    }

    /// A text that the field may hold, if one is easy to find.
    pub(super) fn example(&self) -> Option<String> {
        let proposals = [
            self.pattern.as_deref().and_then(shortest),
            Some("x".repeat(self.min.clamp(1, LONGEST_EXAMPLE))),
            Some("1".repeat(self.min.clamp(1, LONGEST_EXAMPLE))),
            Some("a@b.example".to_owned()),
            Some("https://a.example".to_owned()),
        ];
        proposals.into_iter().flatten().find(|text| self.admits(text))
    }

    /// A text that both may hold; `None` when there provably is none; `Some(None)` when it isn't known.
    pub(super) fn shared(&self, other: &Texts) -> Option<Option<String>> {
        let disjoint = |one: &Texts, two: &Texts| one.max.is_some_and(|max| max < two.min);
        if disjoint(self, other) || disjoint(other, self) {
            return None;
        }
        let both = |text: &String| self.admits(text) && other.admits(text);
        let proposals = [self.example(), other.example()];
        if let Some(found) = proposals.into_iter().flatten().find(both) {
            return Some(Some(found));
        }
        let (Some(one), Some(two)) = (&self.pattern, &other.pattern) else { return Some(None) };
        match shared_text(one, two) {
            Shared::Never => None,
            Shared::Text(text) => Some(Some(text).filter(both)),
            Shared::Unknown => Some(None),
        }
    }

    /// Most bytes in a key, escapes included, if anything bounds them.
    pub(super) fn most_bytes(&self) -> Option<usize> {
        let by_pattern = self.pattern.as_deref().and_then(anchored).and_then(|hir| {
            let characters = hir.properties().maximum_len()?;
            Some(if is_plain_ascii(&hir) { characters } else { characters.checked_mul(2)? })
        });
        let per_character =
            if self.pattern.as_deref().and_then(anchored).is_some_and(|hir| is_plain_ascii(&hir)) {
                1
            } else {
                4
            };
        let by_length = self.max.map(|max| max.saturating_mul(per_character));
        match (by_pattern, by_length) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        }
    }
}

/// Most bytes of the texts that a pattern admits, without escapes, if it bounds them.
pub(super) fn most_bytes_of_pattern(pattern: &str) -> Option<u64> {
    let hir = anchored(pattern)?;
    u64::try_from(hir.properties().maximum_len()?).ok()
}

/// The pattern, if it describes whole texts.
fn anchored(pattern: &str) -> Option<Hir> {
    let whole = pattern.starts_with('^') && pattern.ends_with('$') && !pattern.ends_with("\\$");
    // `^a|b$` is only half anchored on each side.
    let hir = whole.then(|| parse(pattern))??;
    (!matches!(hir.kind(), HirKind::Alternation(_))).then_some(hir)
}

/// ECMA-262 reads `\d` and its like as ASCII; other classes need all of Unicode.
fn parse(pattern: &str) -> Option<Hir> {
    let ascii = ParserBuilder::new().unicode(false).utf8(true).build().parse(pattern).ok();
    ascii.or_else(|| regex_syntax::Parser::new().parse(pattern).ok())
}

/// Whether every character is ASCII and needs no escape.
fn is_plain_ascii(hir: &Hir) -> bool {
    let plain = |byte: u32| (0x25..0x80).contains(&byte);
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => true,
        HirKind::Literal(literal) => literal.0.iter().all(|byte| plain(u32::from(*byte))),
        HirKind::Class(Class::Bytes(class)) => {
            class.iter().all(|range| plain(u32::from(range.start())) && plain(u32::from(range.end())))
        }
        HirKind::Class(Class::Unicode(class)) => {
            class.iter().all(|range| plain(u32::from(range.start())) && plain(u32::from(range.end())))
        }
        HirKind::Repetition(repetition) => is_plain_ascii(&repetition.sub),
        HirKind::Capture(capture) => is_plain_ascii(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().all(is_plain_ascii),
    }
}

/// One of the shortest texts that match.
fn shortest(pattern: &str) -> Option<String> {
    let hir = parse(pattern)?;
    let mut text = String::new();
    write_shortest(&hir, &mut text)?;
    Some(text)
}

fn write_shortest(hir: &Hir, out: &mut String) -> Option<()> {
    if out.len() > LONGEST_EXAMPLE {
        return None;
    }
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => out.push_str(std::str::from_utf8(&literal.0).ok()?),
        HirKind::Class(Class::Unicode(class)) => {
            let starts = || class.iter().map(ClassUnicodeRange::start);
            out.push(starts().find(char::is_ascii_alphanumeric).or_else(|| starts().next())?);
        }
        HirKind::Class(Class::Bytes(class)) => out.push(char::from(class.iter().next()?.start())),
        HirKind::Repetition(repetition) => {
            for _ in 0..repetition.min {
                write_shortest(&repetition.sub, out)?;
            }
        }
        HirKind::Capture(capture) => write_shortest(&capture.sub, out)?,
        HirKind::Concat(parts) => parts.iter().try_for_each(|part| write_shortest(part, out))?,
        HirKind::Alternation(parts) => write_shortest(parts.first()?, out)?,
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(min: usize, max: Option<usize>, pattern: Option<&str>) -> Texts {
        Texts { min, max, pattern: pattern.map(str::to_owned), format: Scalar::String }
    }

    #[test]
    fn an_example_is_admitted_by_its_own_field() {
        for pattern in ["^[A-Z]{3}$", "^(red|green)-[0-9]+$", r"^\d{4}$", "^[a-z0-9-]{2,40}$", "x"] {
            let field = texts(0, None, Some(pattern));
            let example = field.example();
            assert!(example.as_deref().is_some_and(|text| field.admits(text)), "{pattern}: {example:?}");
        }
    }

    #[test]
    fn lengths_and_patterns_keep_texts_apart() {
        assert_eq!(texts(0, Some(3), None).shared(&texts(4, None, None)), None);
        assert!(!texts(0, None, Some("^[a-z]+$")).admits("HEAD"));
        assert_eq!(texts(2, None, None).shared(&texts(0, Some(5), None)), Some(Some("xx".to_owned())));
    }

    #[test]
    fn the_most_bytes_come_from_the_length_or_the_pattern() {
        assert_eq!(texts(0, Some(10), None).most_bytes(), Some(40));
        assert_eq!(texts(0, Some(10), Some("^[A-Z-]+$")).most_bytes(), Some(10));
        assert_eq!(texts(0, None, Some("^[A-Z]{3}$")).most_bytes(), Some(3));
        assert_eq!(texts(0, None, Some("^[A-Z]+$")).most_bytes(), None);
        assert_eq!(texts(0, None, None).most_bytes(), None);
    }
}
