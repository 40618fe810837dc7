//! Media types: what comes in and what the caller takes.

use http::HeaderMap;
use http::header::{ACCEPT, CONTENT_TYPE};

/// The media type of the body, lower case, without parameters; `None` when the header is missing, repeated, or names
/// a character set other than UTF-8.
pub(crate) fn media_type(headers: &HeaderMap) -> Option<String> {
    let mut values = headers.get_all(CONTENT_TYPE).iter();
    let value = values.next()?.to_str().ok()?;
    if values.next().is_some() {
        return None;
    }
    let mut parts = value.split(';');
    let media = parts.next()?.trim().to_ascii_lowercase();
    let foreign = |parameter: &str| {
        parameter.split_once('=').is_some_and(|(name, value)| {
            name.trim().eq_ignore_ascii_case("charset")
                && !value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
        })
    };
    (media.contains('/') && !parts.any(foreign)).then_some(media)
}

/// Whether a media type is one of a range: `image/*`, `*/*`, or itself. Parameters don't count.
pub(crate) fn is_of(range: &str, media: &str) -> bool {
    let range = range.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match range.split_once('*') {
        Some((before, after)) => media.starts_with(before) && media.ends_with(after),
        None => range == media,
    }
}

/// Whether the caller takes one of these media types. A missing or unreadable `Accept` takes everything; a range
/// with `q=0` takes nothing, and the most specific range that matches decides.
///
/// Source: RFC 9110, section 12.5.1.
pub(crate) fn accepts(headers: &HeaderMap, produces: &[&str]) -> bool {
    let ranges: Vec<(String, bool)> = headers
        .get_all(ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(range)
        .collect();
    produces.is_empty() || ranges.is_empty() || produces.iter().any(|media| is_taken(&ranges, media))
}

/// A media range and whether its weight is above zero.
fn range(text: &str) -> Option<(String, bool)> {
    let mut parts = text.split(';');
    let range = parts.next()?.trim().to_ascii_lowercase();
    let weight = parts
        .filter_map(|parameter| parameter.split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("q"))
        .map_or(Some(1.0), |(_, weight)| weight.trim().parse::<f32>().ok())?;
    range.contains('/').then_some((range, weight > 0.0))
}

fn is_taken(ranges: &[(String, bool)], media: &str) -> bool {
    let media = media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let family = media.split('/').next().unwrap_or_default();
    // Of a range the handler picks what it gives.
    if media.contains('*') {
        return true;
    }
    let candidates = [media.clone(), format!("{family}/*"), "*/*".to_owned()];
    let found = candidates.iter().find_map(|wanted| ranges.iter().find(|(range, _)| range == wanted));
    found.is_some_and(|(_, taken)| *taken)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn accepting(value: &'static str) -> bool {
        let headers = HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static(value))]);
        accepts(&headers, &["application/json"])
    }

    #[test]
    fn ranges_are_honoured_the_most_specific_first() {
        for taken in ["*/*", "application/*", "text/html, application/json;q=0.5", "nonsense", ""] {
            assert!(accepting(taken), "{taken}");
        }
        for refused in ["text/html", "application/json;q=0, */*", "application/xml;q=1"] {
            assert!(!accepting(refused), "{refused}");
        }
    }

    #[test]
    fn the_media_type_comes_without_parameters() {
        let media =
            |value| media_type(&HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static(value))]));
        assert_eq!(media("Application/JSON; charset=\"UTF-8\"").as_deref(), Some("application/json"));
        assert_eq!(media("application/json;charset=latin1"), None);
        assert_eq!(media("json"), None);
        assert_eq!(media_type(&HeaderMap::new()), None);
    }
}
