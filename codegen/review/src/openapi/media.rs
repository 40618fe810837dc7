//! Media types as they are meant: without regard to case and blanks, with ranges.

use super::document::Part;

/// `application/json` of `Application/JSON; charset=utf-8`; a parameter that says more is kept.
pub(super) fn normal(written: &str) -> String {
    let mut parts = written.split(';').map(|part| part.trim().to_ascii_lowercase());
    let mut normal = parts.next().unwrap_or_default();
    let mut kept: Vec<String> =
        parts.filter(|part| !part.is_empty() && !part.starts_with("charset=")).collect();
    kept.sort();
    for part in kept {
        normal.push(';');
        normal.push_str(&part);
    }
    normal
}

/// Whether everything of one type is of the other: `application/json` of `application/*`.
pub(super) fn covers(wide: &str, narrow: &str) -> bool {
    if wide == narrow || wide == "*/*" {
        return true;
    }
    let without = |media: &str| media.split(';').next().unwrap_or_default().to_owned();
    if !wide.contains(';') && without(narrow) == wide {
        return true;
    }
    match wide.strip_suffix("/*") {
        Some(family) => narrow.split('/').next() == Some(family),
        // `application/json` has what `application/problem+json` is written in.
        None => match (wide.split_once('/'), without(narrow).split_once('/')) {
            (Some((family, format)), Some((other, name))) => {
                family == other && !format.contains('+') && name.ends_with(&format!("+{format}"))
            }
            _ => false,
        },
    }
}

/// The media types of a part by what they mean.
pub(super) fn content<'d>(part: &Part<'d>) -> Vec<(String, Part<'d>)> {
    part.below("content").into_iter().map(|(media, part)| (normal(media), part)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_blanks_and_character_sets_say_nothing() {
        assert_eq!(normal("Application/JSON; charset=utf-8"), "application/json");
        assert_eq!(normal("application/json;version=2"), "application/json;version=2");
    }

    #[test]
    fn ranges_cover_their_types() {
        for (wide, narrow, covered) in [
            ("*/*", "text/plain", true),
            ("application/*", "application/json", true),
            ("text/*", "application/json", false),
            ("application/json", "application/problem+json", true),
            ("application/json", "application/json;version=2", true),
            ("application/json;version=2", "application/json", false),
            ("application/problem+json", "application/json", false),
        ] {
            assert_eq!(covers(wide, narrow), covered, "{wide} covers {narrow}");
        }
    }
}
