//! Every keyword we have heard of, and what is done with it.

use super::dialect::Dialect;
use crate::posture::Posture;

/// What is done with a keyword.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Word {
    /// Decides which values are valid.
    Deciding,
    /// Words for the reader and hints for the generator.
    Describing,
    /// Looked at elsewhere, or of no meaning for the types.
    Silent,
    /// Exists, but isn't supported yet; with what to do today.
    Unsupported(&'static str),
    /// Decides as well, and no type can say it: only in documents of others.
    Unsaid,
    /// Not a keyword.
    Unknown,
}

const DECIDING: &[&str] = &[
    "$ref",
    "additionalProperties",
    "allOf",
    "anyOf",
    "enum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "items",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "oneOf",
    "pattern",
    "properties",
    "required",
    "type",
    "uniqueItems",
];

const DESCRIBING: &[&str] = &[
    "default",
    "deprecated",
    "description",
    "discriminator",
    "example",
    "examples",
    "title",
    "x-stipule-pii",
    "x-stipule-transitions",
];

/// `$schema` and `$id` count at the root, definitions when something refers to them, event data in its own room.
const SILENT: &[&str] = &["$comment", "$defs", "$id", "$schema", "definitions", "x-stipule-event"];

const NAMED: &str = "refer to a schema by its JSON pointer: `#/$defs/Name`";
const CLOSED: &str = "write the whole object with `additionalProperties: false`";

const UNSUPPORTED: &[(&str, &str)] = &[
    ("$anchor", NAMED),
    ("$dynamicAnchor", NAMED),
    ("$dynamicRef", NAMED),
    ("$recursiveAnchor", NAMED),
    ("$recursiveRef", NAMED),
    ("$vocabulary", "leave it out"),
    ("contains", "limit the items with `items`"),
    ("contentEncoding", "say it in the description"),
    ("contentMediaType", "say it in the description"),
    ("contentSchema", "write the object itself"),
    ("dependencies", "write the combinations as `oneOf`"),
    ("dependentRequired", "write the combinations as `oneOf`"),
    ("dependentSchemas", "write the combinations as `oneOf`"),
    ("else", "write the cases as `oneOf`"),
    ("externalDocs", "put the link into the description"),
    ("if", "write the cases as `oneOf`"),
    ("maxContains", "limit the items with `items`"),
    ("minContains", "limit the items with `items`"),
    ("not", "describe what is allowed with `enum`, `pattern` or `oneOf`"),
    ("patternProperties", "use `additionalProperties` with `propertyNames`"),
    ("readOnly", "write one schema for requests and one for responses"),
    ("then", "write the cases as `oneOf`"),
    ("unevaluatedItems", "use `prefixItems` with `items: false`"),
    ("unevaluatedProperties", CLOSED),
    ("writeOnly", "write one schema for requests and one for responses"),
    ("xml", "only JSON is written"),
];

/// What is done with `key` in a document of others, whose author may have taken one dialect for another.
fn of_others(key: &str) -> Option<Word> {
    Some(match key {
        "nullable" | "const" | "prefixItems" | "additionalItems" | "propertyNames" => Word::Deciding,
        "contentEncoding" | "contentMediaType" => Word::Deciding,
        "readOnly" | "writeOnly" => Word::Describing,
        "contains"
        | "maxContains"
        | "minContains"
        | "dependencies"
        | "dependentRequired"
        | "dependentSchemas"
        | "if"
        | "then"
        | "else"
        | "not"
        | "patternProperties"
        | "unevaluatedItems"
        | "unevaluatedProperties"
        | "$dynamicRef" => Word::Unsaid,
        "$anchor" | "$dynamicAnchor" | "$recursiveAnchor" | "$vocabulary" | "contentSchema"
        | "externalDocs" | "xml" | "id" => Word::Silent,
        _ => return None,
    })
}

/// What is done with `key`. Extensions of others pass; our own must be known.
pub(crate) fn word(key: &str, dialect: Dialect, posture: Posture) -> Word {
    let others = if posture.is_import() { of_others(key) } else { None };
    if let Some(word) = others.or_else(|| of_dialect(key, dialect)) {
        return word;
    }
    if DECIDING.contains(&key) {
        Word::Deciding
    } else if DESCRIBING.contains(&key) {
        Word::Describing
    } else if SILENT.contains(&key) {
        Word::Silent
    } else if let Some((_, instead)) = UNSUPPORTED.iter().find(|(word, _)| *word == key) {
        Word::Unsupported(instead)
    } else if key.starts_with("x-") && !key.starts_with("x-stipule-") {
        Word::Silent
    } else {
        Word::Unknown
    }
}

/// Keywords that only some dialects have.
fn of_dialect(key: &str, dialect: Dialect) -> Option<Word> {
    let is = |wanted: bool, otherwise: &'static str| {
        Some(if wanted { Word::Deciding } else { Word::Unsupported(otherwise) })
    };
    match key {
        "nullable" => {
            is(dialect == Dialect::OpenApi30, "write `type: [string, \"null\"]`: this is not OpenAPI 3.0")
        }
        "const" => {
            is(dialect != Dialect::OpenApi30, "OpenAPI 3.0 has no `const`: write an `enum` of one value")
        }
        "prefixItems" => is(dialect == Dialect::Draft202012, "this dialect has no `prefixItems`"),
        "additionalItems" => {
            is(dialect == Dialect::Draft07, "only draft-07 has `additionalItems`: write `items`")
        }
        "propertyNames" => is(dialect != Dialect::OpenApi30, "OpenAPI 3.0 has no `propertyNames`"),
        _ => None,
    }
}

/// All keywords that can be used, for proposals.
pub(crate) fn words(dialect: Dialect) -> impl Iterator<Item = &'static str> {
    let some = ["nullable", "const", "prefixItems", "additionalItems", "propertyNames"];
    let usable = some.into_iter().filter(move |key| of_dialect(key, dialect) == Some(Word::Deciding));
    DECIDING.iter().chain(DESCRIBING).chain(SILENT).copied().chain(usable)
}
