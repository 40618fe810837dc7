//! What others probably meant by a word that isn't one of JSON Schema.

use stipule_ir::Spanned;

use super::schema::Kind;

/// Formats that are text in text: JSON, HTML and the like.
pub(super) fn is_readable(media_type: &str) -> bool {
    media_type.starts_with("text/") || media_type.ends_with("json") || media_type.ends_with("xml")
}

/// The type that a word of another language probably stands for.
pub(super) fn kind(word: &str) -> Option<Kind> {
    Some(match word.to_ascii_lowercase().as_str() {
        "int" | "int32" | "int64" | "long" | "integer" => Kind::Integer,
        "float" | "double" | "decimal" | "number" | "numeric" => Kind::Number,
        "bool" | "boolean" => Kind::Boolean,
        "str" | "text" | "string" | "date" | "datetime" | "date-time" | "uuid" | "url" | "uri" | "file"
        | "binary" | "enum" | "email" => Kind::String,
        "list" | "array" => Kind::Array,
        "map" | "dict" | "object" => Kind::Object,
        "null" => Kind::Null,
        _ => return None,
    })
}

/// The format that such a word says beside the type.
pub(super) fn format(word: &Spanned<String>) -> Option<Spanned<String>> {
    let format = match word.value.to_ascii_lowercase().as_str() {
        "file" | "binary" => "binary",
        "datetime" | "date-time" => "date-time",
        "date" => "date",
        "uuid" => "uuid",
        _ => return None,
    };
    Some(Spanned::new(format.to_owned(), word.span.clone()))
}
