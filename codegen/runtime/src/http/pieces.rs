//! Segments of a path in which fixed text and values stand side by side: `{base}...{head}`, `{name}.json`.

/// A part of such a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Piece {
    /// Fixed text.
    Literal(&'static str),
    /// A value.
    Parameter(&'static str),
}

/// The parts of a segment of a template.
pub(super) fn split(segment: &'static str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = segment;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, after)) = after.split_once('}') else { break };
        if !before.is_empty() {
            pieces.push(Piece::Literal(before));
        }
        pieces.push(Piece::Parameter(name));
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Literal(rest));
    }
    pieces
}

/// The values in a segment, as they were sent; `None` when it doesn't fit. A value ends where the fixed text behind it
/// begins for the last time that leaves the rest to fit.
pub(super) fn values<'s>(pieces: &[Piece], segment: &'s str) -> Option<Vec<&'s str>> {
    match pieces {
        [] => segment.is_empty().then(Vec::new),
        [Piece::Literal(text), rest @ ..] => values(rest, segment.strip_prefix(text)?),
        [Piece::Parameter(_)] => (!segment.is_empty()).then(|| vec![segment]),
        [Piece::Parameter(_), Piece::Literal(text), rest @ ..] => {
            segment.rmatch_indices(text).filter(|(at, _)| *at > 0).find_map(|(at, _)| {
                let mut all = vec![&segment[..at]];
                all.extend(values(rest, &segment[at + text.len()..])?);
                Some(all)
            })
        }
        // Nothing parts these two: the first takes one letter at least, and as much as leaves something.
        [Piece::Parameter(_), rest @ ..] => {
            segment.char_indices().rev().filter(|(at, _)| *at > 0).find_map(|(at, _)| {
                let mut all = vec![&segment[..at]];
                all.extend(values(rest, &segment[at..])?);
                Some(all)
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_between_fixed_text() {
        for (template, segment, expected) in [
            ("{base}...{head}", "main...v1.2", Some(vec!["main", "v1.2"])),
            ("{name}.json", "a.json.json", Some(vec!["a.json"])),
            ("{name}.json", ".json", None),
            ("v{n}", "v12", Some(vec!["12"])),
            ("v{n}", "w12", None),
            ("{a}{b}", "xyz", Some(vec!["xy", "z"])),
            ("{a}:{b}:{c}", "1:2:3:4", Some(vec!["1:2", "3", "4"])),
        ] {
            assert_eq!(values(&split(template), segment), expected, "{template} {segment}");
        }
    }
}
