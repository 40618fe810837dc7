//! JSON Schemas of our own formats, for editors: they say which keys exist; loading says all the rest.

/// One of our own formats.
#[derive(Clone, Copy, Debug)]
pub struct FormatSchema {
    /// `table`: what `stipule schema` is asked for.
    pub name: &'static str,
    /// The schema, JSON.
    pub text: &'static str,
}

/// All formats, by name.
pub const SCHEMAS: &[FormatSchema] = &[
    FormatSchema { name: "event", text: include_str!("../schemas/event.json") },
    FormatSchema { name: "platform", text: include_str!("../schemas/platform.json") },
    FormatSchema { name: "subscriptions", text: include_str!("../schemas/subscriptions.json") },
    FormatSchema { name: "table", text: include_str!("../schemas/table.json") },
];

#[cfg(test)]
mod tests {
    use stipule_ir::{Diagnostics, FileId, Source};

    use super::*;

    #[test]
    fn every_schema_is_json_with_a_description() {
        for schema in SCHEMAS {
            let source = Source { path: format!("{}.json", schema.name), text: schema.text.to_owned() };
            let mut diagnostics = Diagnostics::new();
            let root = crate::reader::read(FileId(0), &source, &mut diagnostics).unwrap();
            assert!(diagnostics.is_empty(), "{}: {diagnostics:?}", schema.name);
            assert!(root.get("description").is_some(), "{}", schema.name);
        }
    }
}
