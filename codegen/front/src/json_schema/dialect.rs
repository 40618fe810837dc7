//! Which version of JSON Schema a file is written in.

use stipule_ir::Diagnostic;

use crate::reader::Node;

/// The versions that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// JSON Schema 2020-12, also in OpenAPI 3.1. The default.
    Draft202012,
    /// JSON Schema draft-07: tuples in `items`, nothing beside `$ref`.
    Draft07,
    /// OpenAPI 3.0: `nullable`, boolean `exclusiveMinimum`, nothing beside `$ref`.
    OpenApi30,
}

impl Dialect {
    /// The dialect of a file by its `$schema` or `openapi`; the default, with `JSC020`, for one that isn't read.
    pub(crate) fn of(root: &Node) -> (Self, Option<Diagnostic>) {
        let openapi = root.get("openapi").and_then(Node::as_str);
        if openapi.is_some_and(|version| version == "3.0" || version.starts_with("3.0.")) {
            return (Self::OpenApi30, None);
        }
        let key = if openapi.is_some() { "jsonSchemaDialect" } else { "$schema" };
        let Some(node) = root.get(key) else { return (Self::Draft202012, None) };
        let uri = node.as_str().unwrap_or_default().trim_end_matches('#');
        let known = match uri {
            "https://json-schema.org/draft/2020-12/schema"
            | "https://spec.openapis.org/oas/3.1/dialect/base" => Some(Self::Draft202012),
            "http://json-schema.org/draft-07/schema" | "https://json-schema.org/draft-07/schema" => {
                Some(Self::Draft07)
            }
            _ => None,
        };
        let fault = known.is_none().then(|| {
            Diagnostic::error("JSC020", &node.span, format!("`{key}` names a dialect that is not supported"))
                .help(format!(
                    "supported are `https://json-schema.org/draft/2020-12/schema` and \
                     `http://json-schema.org/draft-07/schema#`; without `{key}` it is 2020-12"
                ))
        });
        (known.unwrap_or(Self::Draft202012), fault)
    }

    /// Whether keywords beside `$ref` count. Where they don't, only words for the reader are accepted there.
    pub(crate) fn reads_beside_ref(self) -> bool {
        self == Self::Draft202012
    }
}
