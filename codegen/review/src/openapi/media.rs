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
    wide.strip_suffix("/*").is_some_and(|family| narrow.split('/').next() == Some(family))
}

/// Whether one type is another with more rules, written the same: `application/problem+json` of `application/json`.
/// It is another type all the same: who asks for the one isn't given the other.
pub(super) fn specializes(special: &str, general: &str) -> bool {
    let without = |media: &str| media.split(';').next().unwrap_or_default().to_owned();
    match (general.split_once('/'), without(special).split_once('/')) {
        (Some((family, format)), Some((other, name))) => {
            family == other && !format.contains('+') && name.ends_with(&format!("+{format}"))
        }
        _ => false,
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
    fn a_suffix_says_what_a_type_is_written_in() {
        assert!(specializes("application/problem+json", "application/json"));
        assert!(!specializes("application/json", "application/problem+json"));
        assert!(!specializes("image/svg+xml", "application/xml"));
    }

    #[test]
    fn ranges_cover_their_types() {
        for (wide, narrow, covered) in [
            ("*/*", "text/plain", true),
            ("application/*", "application/json", true),
            ("text/*", "application/json", false),
            ("application/json", "application/problem+json", false),
            ("application/json", "application/json;version=2", true),
            ("application/json;version=2", "application/json", false),
            ("application/problem+json", "application/json", false),
        ] {
            assert_eq!(covers(wide, narrow), covered, "{wide} covers {narrow}");
        }
    }
}
