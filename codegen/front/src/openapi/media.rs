//! Media types: what they say about how content is written.

use stipule_ir::service::StreamCoding;

/// Families of media types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    Json,
    Form,
    Multipart,
    Stream(StreamCoding),
    /// Formats that are text and aren't read here.
    Text,
    /// A range like `*/*`: the schema decides.
    Any,
    /// XML: nobody reads it here, but a JSON sibling says the same.
    Xml,
    Bytes,
}

/// Lower case, without parameters.
pub(super) fn essence(media_type: &str) -> String {
    media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Whether it is JSON by its name.
pub(super) fn is_json(essence: &str) -> bool {
    matches!(essence, "application/json" | "text/json" | "application/x-json" | "text/x-json")
        || essence.ends_with("+json")
}

/// The family of an essence. `None` for what is no media type at all.
pub(super) fn family(essence: &str) -> Option<Family> {
    let (kind, subtype) = essence.split_once('/')?;
    if kind.is_empty() || subtype.is_empty() {
        return None;
    }
    Some(match (kind, subtype) {
        _ if is_json(essence) => Family::Json,
        ("*", _) | ("application", "*") => Family::Any,
        ("application", "x-www-form-urlencoded") => Family::Form,
        ("multipart", _) => Family::Multipart,
        ("application", "x-ndjson" | "ndjson" | "jsonl" | "x-jsonl" | "jsonlines" | "json-seq")
        | ("application", "x-jsonlines" | "stream+json" | "json-lines") => {
            Family::Stream(StreamCoding::Lines)
        }
        ("text", "event-stream") => Family::Stream(StreamCoding::Events),
        ("application" | "text", "xml") => Family::Xml,
        _ if subtype.ends_with("+xml") && kind == "application" => Family::Xml,
        ("text", _) => Family::Text,
        ("application", "yaml" | "x-yaml" | "javascript" | "graphql" | "jwt" | "sql" | "toml") => {
            Family::Text
        }
        _ => Family::Bytes,
    })
}

/// The word that sets apart what is called after a media type: `csv` of `text/csv`, `v3 star` of
/// `application/vnd.github.v3.star+json`.
pub(super) fn word(essence: &str) -> String {
    let subtype = essence.split_once('/').map_or(essence, |(_, subtype)| subtype);
    let plain = match essence {
        "application/x-www-form-urlencoded" => "form",
        "application/octet-stream" | "*/*" | "application/*" => "bytes",
        "text/plain" => "text",
        "text/event-stream" => "events",
        _ => subtype,
    };
    let plain = plain.strip_suffix("+json").unwrap_or(plain);
    let plain = plain.strip_prefix("vnd.").or_else(|| plain.strip_prefix("x-")).unwrap_or(plain);
    plain.replace('*', "any")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_go_by_the_essence() {
        for (media_type, expected) in [
            ("application/json; charset=utf-8", Some(Family::Json)),
            ("application/vnd.github+json", Some(Family::Json)),
            ("Application/*+JSON", Some(Family::Json)),
            ("*/*", Some(Family::Any)),
            ("image/*", Some(Family::Bytes)),
            ("text/csv", Some(Family::Text)),
            ("image/svg+xml", Some(Family::Bytes)),
            ("application/atom+xml", Some(Family::Xml)),
            ("application/x-ndjson", Some(Family::Stream(StreamCoding::Lines))),
            ("json", None),
            ("", None),
        ] {
            assert_eq!(family(&essence(media_type)), expected, "{media_type}");
        }
    }

    #[test]
    fn words_name_what_is_particular() {
        for (media_type, expected) in [
            ("text/csv", "csv"),
            ("application/vnd.github.v3.star+json", "github.v3.star"),
            ("application/x-www-form-urlencoded", "form"),
            ("image/*", "any"),
        ] {
            assert_eq!(word(media_type), expected, "{media_type}");
        }
    }
}
