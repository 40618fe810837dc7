//! The languages of schemas that are read.

use serde_json::Value;

use crate::format::Format;

/// A language of schemas.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// JSON Schema draft 4.
    Draft4,
    /// JSON Schema drafts 6 and 7.
    Draft7,
    /// JSON Schema 2019-09.
    Draft2019,
    /// JSON Schema 2020-12, which is also that of OpenAPI 3.1.
    #[default]
    Draft2020,
    /// The schema object of OpenAPI 3.0.
    OpenApi30,
}

/// Which formats of strings are checked, rather than only noted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Formats {
    /// As the dialect says: drafts 4 to 7 and OpenAPI 3.0 check those that they define, 2019-09 and 2020-12 note.
    #[default]
    AsDialect,
    /// Known formats are checked in every dialect.
    Checked,
    /// No format is checked.
    Noted,
}

/// The formats that are assertions in a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Checks {
    All,
    /// Those that a dialect asserts.
    Of(Dialect),
    None,
}

impl Checks {
    pub(crate) fn new(formats: Formats, dialect: Dialect) -> Self {
        match formats {
            Formats::Checked => Checks::All,
            Formats::AsDialect if dialect.checks_formats() => Checks::Of(dialect),
            Formats::AsDialect | Formats::Noted => Checks::None,
        }
    }

    /// Whether a text that isn't of the format is refused.
    pub(crate) fn include(self, format: Format) -> bool {
        match self {
            Checks::All => true,
            Checks::Of(dialect) => dialect.asserts(format),
            Checks::None => false,
        }
    }
}

impl Dialect {
    /// The dialect that a document names; 2020-12 if it names none.
    pub fn of(document: &Value) -> Self {
        Dialect::default().declared(document)
    }

    /// The dialect that `$schema` or `openapi` of a document names, `self` if it names none that is known.
    pub(crate) fn declared(self, document: &Value) -> Self {
        let text = |key: &str| document.get(key).and_then(Value::as_str);
        let Some(named) = text("$schema").or_else(|| text("jsonSchemaDialect")) else {
            return match text("openapi") {
                Some(version) if version.starts_with("3.0") => Dialect::OpenApi30,
                Some(_) => Dialect::Draft2020,
                None => self,
            };
        };
        let known = [
            ("draft-04", Dialect::Draft4),
            ("draft-06", Dialect::Draft7),
            ("draft-07", Dialect::Draft7),
            ("2019-09", Dialect::Draft2019),
            ("2020-12", Dialect::Draft2020),
        ];
        known.iter().find(|(part, _)| named.contains(part)).map_or(self, |(_, dialect)| *dialect)
    }

    /// Whether keywords beside `$ref` are ignored.
    pub(crate) fn ref_stands_alone(self) -> bool {
        matches!(self, Dialect::Draft4 | Dialect::Draft7 | Dialect::OpenApi30)
    }

    /// Whether a list may stand in `items`, and `additionalItems` beside it.
    pub(crate) fn has_item_lists(self) -> bool {
        matches!(self, Dialect::Draft4 | Dialect::Draft7 | Dialect::Draft2019)
    }

    /// Whether formats are assertions.
    pub(crate) fn checks_formats(self) -> bool {
        matches!(self, Dialect::Draft4 | Dialect::Draft7 | Dialect::OpenApi30)
    }

    /// Whether a format is an assertion to everybody who reads the dialect.
    pub(crate) fn asserts(self, format: Format) -> bool {
        match format {
            // Neither is known before 2019-09, which only notes formats; OpenAPI has a registry of its own.
            Format::Uuid | Format::Ulid => self == Dialect::OpenApi30,
            // Draft 4 doesn't define dates and times; draft 3 did, and validators of draft 4 check them all the same.
            _ => self.checks_formats(),
        }
    }

    /// Whether a keyword means something in this dialect.
    pub(crate) fn has(self, keyword: &str) -> bool {
        let since_2019 = matches!(self, Dialect::Draft2019 | Dialect::Draft2020);
        match keyword {
            "prefixItems" | "$dynamicRef" => self == Dialect::Draft2020,
            "$recursiveRef" => self == Dialect::Draft2019,
            "additionalItems" => self.has_item_lists(),
            "dependencies" => matches!(self, Dialect::Draft4 | Dialect::Draft7),
            "dependentRequired"
            | "dependentSchemas"
            | "unevaluatedItems"
            | "unevaluatedProperties"
            | "minContains"
            | "maxContains" => since_2019,
            "if" | "const" | "contains" | "propertyNames" => {
                !matches!(self, Dialect::Draft4 | Dialect::OpenApi30)
            }
            "patternProperties" => self != Dialect::OpenApi30,
            "nullable" => self == Dialect::OpenApi30,
            _ => true,
        }
    }
}
