//! JSON Schemas of our own formats, for editors: `stipule schema table`.
//!
//! They are written by hand, because the readers say more than types could; a test holds their keys against those
//! that the readers ask for, so that the two can't drift.

/// The schema of one format.
#[derive(Clone, Copy, Debug)]
pub struct FormatSchema {
    /// What the format is called: `table`.
    pub name: &'static str,
    /// The JSON Schema (2020-12) as text.
    pub text: &'static str,
}

/// The schema of every format of our own.
pub const SCHEMAS: &[FormatSchema] = &[
    FormatSchema { name: "platform", text: include_str!("platform/platform.schema.json") },
    FormatSchema { name: "table", text: include_str!("table/table.schema.json") },
    FormatSchema { name: "lock", text: include_str!("table/lock.schema.json") },
    FormatSchema { name: "saga", text: include_str!("saga/saga.schema.json") },
    FormatSchema { name: "subscriptions", text: include_str!("event/subscriptions.schema.json") },
    FormatSchema { name: "event", text: include_str!("event/event.schema.json") },
    FormatSchema { name: "policy", text: include_str!("review/policy.schema.json") },
    FormatSchema { name: "acknowledgements", text: include_str!("review/acknowledgements.schema.json") },
    FormatSchema { name: "consumers", text: include_str!("review/consumers.schema.json") },
];

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use stipule_ir::{Diagnostics, FileId, Source, Sources, TypeTable};

    use super::*;
    use crate::reader::{Node, read};
    use crate::shape::asked;
    use crate::{event, platform, review, saga, table};

    fn node(path: &str, text: &str) -> (Sources, Node) {
        let source = Source { path: path.to_owned(), text: text.to_owned() };
        let mut diagnostics = Diagnostics::new();
        let node = read(FileId(0), &source, &mut diagnostics).expect("the text of a test can be read");
        assert!(diagnostics.is_empty(), "{diagnostics:?}");
        (Sources::new([source]), node)
    }

    /// The properties of every object schema with a title.
    fn published() -> BTreeMap<String, BTreeSet<String>> {
        fn collect(node: &Node, found: &mut BTreeMap<String, BTreeSet<String>>) {
            if let (Some(title), Some(properties)) =
                (node.get("title").and_then(Node::as_str), node.get("properties").and_then(Node::entries))
            {
                let keys = properties.iter().map(|entry| entry.key.value.clone()).collect();
                found.insert(title.to_owned(), keys);
            }
            for entry in node.entries().unwrap_or_default() {
                collect(&entry.value, found);
            }
        }
        let mut found = BTreeMap::new();
        for schema in SCHEMAS {
            collect(&node("schema.json", schema.text).1, &mut found);
        }
        found
    }

    /// Every shape of a table.
    const TABLE: &str = "table: {}
indexes: {gsi1: {}}
entities:
  Loan: {schema: x, key: {}, unique: {id: {}}, ttl: {}, gsi1: {pk: [{shard: id, n: 2}], sk: [{rank: id}]}}
  Outbox: {builtin: outbox}
reads:
  by_key: {get: Loan}
  whole: {partition: Loan, returns: {}}
  page: {of: Loan}
  many: {batch: Loan}
  all: {scan: Loan}
writes:
  list: [{put: Loan}, {update: Loan}, {upsert: Loan}, {delete: Loan}, {check: Loan}]
  many: {batch: {put: Loan}}
  mapping: {do: []}
migrate: {Loan.gsi1: {phase: drop}}
";

    /// Reads something of every shape, so that each is asked for all its keys.
    fn read_everything() {
        let mut faults = Diagnostics::new();
        let (_, document) = node(
            "a.yaml",
            "{tenant: {}, token: {}, services: {lending: {functions: {}}}, budget: {services: {}}, assumptions: {}, gateway: {plans: {a: {}}, cors: {origins: []}}, bus: {}, environments: {a: {}}, objectives: {}, delivery: {}}",
        );
        platform::lower(&document, &mut faults);
        let (_, document) = node("a.yaml", "{x-stipule-event: {}}");
        event::Header::read(&document, &mut faults);
        let (_, document) = node("a.yaml", "{service: lending, subscriptions: [{}]}");
        let known = event::subscription::Known { events: &[], services: &[] };
        event::subscription::lower(&document, known, &mut Vec::new(), &mut faults);
        let (_, document) = node("a.yaml", "{}");
        review::policy::read(&document, &mut faults);
        let (_, document) = node("a.yaml", "{acknowledgements: [{}]}");
        review::acknowledgements::read(&document, &mut faults);
        let (_, document) = node("a.yaml", "{consumers: {desk: {}}}");
        review::consumers::read(&document, &mut faults);
        let (sources, document) = node("a.yaml", TABLE);
        let mut types = TypeTable::default();
        let span = document.span.clone();
        let fields = stipule_ir::types::Struct {
            fields: Vec::new(),
            extra: stipule_ir::types::Extra::Ignored,
            min_properties: None,
            max_properties: None,
        };
        let kind = stipule_ir::TypeKind::Struct(fields);
        let loan = types.add(stipule_ir::Type { declaration: None, kind, span });
        let schemas = BTreeMap::from([("Loan".to_owned(), loan)]);
        let around = table::Surroundings {
            sources: &sources,
            types: &types,
            events: &[],
            services: &[],
            schemas: &schemas,
        };
        table::lower("library", &document, &around, &mut faults);
        let (_, document) = node("a.yaml", "{entities: {Loan: {key: {version: 1}}}}");
        table::lock::read(&document, &mut faults);
        let (_, document) = node(
            "a.yaml",
            "input: x
timeout: 1d
starts_on: [{}]
steps: {lend: {service: lending, input: x, timeout: 5s, retry: {}}}
flow:
  - {do: lend, undo: {}}
  - {choice: which, arms: [{when: {$input: {}}}]}
  - {parallel: both, branches: {}}
  - {each: one, in: $input, as: it, flow: []}
  - {wait: there}
on_failure: {}
",
        );
        let schemas = BTreeMap::from([("input".to_owned(), loan), ("lend/input".to_owned(), loan)]);
        let around =
            saga::Surroundings { types: &types, text: loan, events: &[], services: &[], schemas: &schemas };
        saga::lower("lending", &document, &around, &mut faults);
    }

    #[test]
    fn the_schemas_have_exactly_the_keys_that_the_readers_ask_for() {
        read_everything();
        let asked = asked::keys();
        let mut published = published();
        // An event's schema has the keys of JSON Schema; only its header is ours.
        published.remove("an event");
        // The outbox is read as an entity that says `builtin`.
        let outbox = published.remove("the outbox").expect("the outbox has a schema");
        for (what, keys) in published {
            let mut asked: BTreeSet<String> =
                asked.get(what.as_str()).into_iter().flatten().map(|key| (*key).to_owned()).collect();
            if what == "an entity" {
                asked.retain(|key| !outbox.contains(key) || keys.contains(key));
            }
            assert_eq!(asked, keys, "the keys of {what}");
        }
    }

    #[test]
    fn every_shape_of_ours_has_a_schema() {
        read_everything();
        let published = published();
        for what in asked::keys().keys() {
            assert!(published.contains_key(*what), "{what} is in no schema");
        }
    }
}
