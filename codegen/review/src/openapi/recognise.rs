//! What kind of document it is, told by its content.

use serde_json::Value;

/// Kinds of documents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// OpenAPI 3.0, 3.1 or 3.2.
    OpenApi,
    /// A JSON Schema.
    JsonSchema,
    /// A version of OpenAPI that isn't read, as it is written.
    OtherOpenApi(String),
    /// AsyncAPI.
    AsyncApi,
    /// None that is known.
    Unknown,
}

/// Keywords of which a schema has at least one.
const OF_SCHEMAS: &[&str] = &[
    "$schema",
    "$id",
    "$ref",
    "$defs",
    "definitions",
    "type",
    "properties",
    "items",
    "enum",
    "const",
    "allOf",
    "anyOf",
    "oneOf",
    "not",
    "if",
    "required",
    "additionalProperties",
    "patternProperties",
    "pattern",
    "format",
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
];

/// Tells the kind of a document.
pub fn recognise(document: &Value) -> Kind {
    let Some(members) = document.as_object() else {
        return if document.is_boolean() { Kind::JsonSchema } else { Kind::Unknown };
    };
    let version =
        |key: &str| members.get(key).map(|value| value.as_str().map_or(value.to_string(), str::to_owned));
    if let Some(version) = version("swagger") {
        return Kind::OtherOpenApi(version);
    }
    if let Some(version) = version("openapi") {
        let known = ["3.0", "3.1", "3.2"]
            .iter()
            .any(|known| version == *known || version.starts_with(&format!("{known}.")));
        return if known { Kind::OpenApi } else { Kind::OtherOpenApi(version) };
    }
    if members.contains_key("asyncapi") {
        return Kind::AsyncApi;
    }
    // An API that forgot to say which version it is written in.
    if members.get("paths").is_some_and(Value::is_object) && !members.contains_key("type") {
        return Kind::OpenApi;
    }
    if members.is_empty() || members.keys().any(|name| OF_SCHEMAS.contains(&name.as_str())) {
        Kind::JsonSchema
    } else {
        Kind::Unknown
    }
}

impl Kind {
    /// Why a document of the kind isn't compared; `None` if it is.
    pub fn refusal(&self) -> Option<String> {
        match self {
            Kind::OpenApi | Kind::JsonSchema => None,
            Kind::OtherOpenApi(version) if version.starts_with("2") || version.starts_with("1") => {
                Some(format!(
                    "it is Swagger {version}; OpenAPI 3.0 to 3.2 are compared: convert both versions first, for example \
                 with swagger2openapi"
                ))
            }
            Kind::OtherOpenApi(version) => {
                Some(format!("`openapi: {version}` is no version that is known; 3.0 to 3.2 are"))
            }
            Kind::AsyncApi => Some("it is AsyncAPI, which isn't compared yet".to_owned()),
            Kind::Unknown => Some("it is neither an OpenAPI document nor a JSON Schema".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn documents_are_told_apart_by_what_they_say() {
        for (document, kind) in [
            (json!({"openapi": "3.0.3", "paths": {}}), Kind::OpenApi),
            (json!({"openapi": "3.1.1"}), Kind::OpenApi),
            (json!({"paths": {}}), Kind::OpenApi),
            (json!({"swagger": "2.0"}), Kind::OtherOpenApi("2.0".to_owned())),
            (json!({"openapi": 4}), Kind::OtherOpenApi("4".to_owned())),
            (json!({"asyncapi": "3.0.0"}), Kind::AsyncApi),
            (json!({"type": "object", "properties": {"paths": {}}}), Kind::JsonSchema),
            (json!({}), Kind::JsonSchema),
            (json!(false), Kind::JsonSchema),
            (json!({"name": "shop"}), Kind::Unknown),
            (json!([1]), Kind::Unknown),
        ] {
            assert_eq!(recognise(&document), kind, "{document}");
        }
    }
}
