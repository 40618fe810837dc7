//! Schemas of all dialects as those of 2020-12.

use super::super::dialect::Dialect;
use super::super::lookahead;
use super::super::schema::Kind;
use super::bundle::{Bundle, object, text};
use super::resources::{LISTS, NAMED, SINGLE};
use crate::reader::{Node, Value};

/// Keywords that are copied: they mean the same everywhere.
const COPIED: [&str; 15] = [
    "const",
    "dependentRequired",
    "enum",
    "maxContains",
    "maxItems",
    "maxLength",
    "maxProperties",
    "minContains",
    "minItems",
    "minLength",
    "minProperties",
    "multipleOf",
    "pattern",
    "required",
    "uniqueItems",
];

type Members = Vec<(String, String)>;

impl<'d> Bundle<'_, 'd> {
    /// A schema, with references into the definitions.
    pub(super) fn schema(&mut self, node: &'d Node) -> String {
        match &node.value {
            Value::Bool(value) => value.to_string(),
            Value::Mapping(_) => {
                let members = self.members(node, &|_| true);
                object(&members)
            }
            _ => "true".to_owned(),
        }
    }

    /// The keywords of a schema that somebody wants.
    pub(super) fn members(&mut self, node: &'d Node, wanted: &dyn Fn(&str) -> bool) -> Members {
        let mut members = Members::new();
        if let Some(at) = self.resources.beginning_with(node).filter(|_| self.resources.has_dynamic()) {
            self.entered.insert(at);
            members.push(("x-stipule-resource".to_owned(), (at + 1).to_string()));
        }
        let dialect =
            self.resources.around(node).map_or(Dialect::Draft202012, |at| self.resources.list[at].dialect);
        let reference = node.get("$ref").and_then(Node::as_str);
        if let Some(reference) = reference
            && wanted("$ref")
        {
            let place = self.reference(node, reference);
            let is_nullable = dialect == Dialect::OpenApi30 && says(node, "nullable");
            if !is_nullable {
                members.push(("$ref".to_owned(), text(&place)));
            } else {
                let nothing = r#"{"type":"null"}"#;
                members.push(("anyOf".to_owned(), format!("[{{\"$ref\":{}}},{nothing}]", text(&place))));
            }
            if !dialect.reads_beside_ref() {
                return members;
            }
        }
        for entry in node.entries().unwrap_or_default() {
            let key = entry.key.value.as_str();
            if wanted(key) {
                self.keyword(node, key, &entry.value, dialect, &mut members);
            }
        }
        joined(members)
    }

    fn keyword(
        &mut self,
        node: &'d Node,
        key: &str,
        value: &'d Node,
        dialect: Dialect,
        members: &mut Members,
    ) {
        let mut push = |key: &str, json: String| members.push((key.to_owned(), json));
        match key {
            "type" => {
                if let Some(types) = types(node, value, dialect) {
                    push(key, types);
                }
            }
            "pattern" => match value.as_str().map(stipule_wire::Pattern::translate) {
                Some(Ok(_)) => push(key, value.to_json()),
                _ => match value.as_str().and_then(lookahead::split) {
                    Some(split) => push("allOf", format!("[{}]", patterns(&split).join(","))),
                    None => self.is_broken = true,
                },
            },
            "minimum" | "maximum" => {
                let exclusive = if key == "minimum" { "exclusiveMinimum" } else { "exclusiveMaximum" };
                push(if says(node, exclusive) { exclusive } else { key }, value.to_json());
            }
            "exclusiveMinimum" | "exclusiveMaximum" if value.as_number().is_some() => {
                push(key, value.to_json());
            }
            // A tuple of draft-07, which many write in other dialects too.
            "items" if value.items().is_some() => push("prefixItems", self.list(value)),
            // Beside a tuple; beside anything else it says nothing.
            "additionalItems" if node.get("items").is_some_and(|items| items.items().is_some()) => {
                push("items", self.schema(value));
            }
            "additionalItems" => {}
            "dependencies" => {
                let entries = value.entries().unwrap_or_default().iter();
                let (lists, schemas): (Vec<_>, Vec<_>) =
                    entries.partition(|entry| entry.value.items().is_some());
                let required: Members =
                    lists.iter().map(|entry| (entry.key.value.clone(), entry.value.to_json())).collect();
                let schemas: Members = schemas
                    .iter()
                    .map(|entry| (entry.key.value.clone(), self.schema(&entry.value)))
                    .collect();
                push("dependentRequired", object(&required));
                push("dependentSchemas", object(&schemas));
            }
            "patternProperties" => {
                for entry in value.entries().unwrap_or_default() {
                    self.is_broken |= stipule_wire::Pattern::translate(&entry.key.value).is_err();
                }
                let schemas = self.named(value);
                push(key, schemas);
            }
            "$dynamicRef" => {
                if let Some(reference) = value.as_str() {
                    let (key, json) = self.dynamic(node, reference);
                    push(&key, json);
                }
            }
            key if SINGLE.contains(&key) => push(key, self.schema(value)),
            key if LISTS.contains(&key) => push(key, self.list(value)),
            key if NAMED.contains(&key) => push(key, self.named(value)),
            key if COPIED.contains(&key) => push(key, value.to_json()),
            _ => {}
        }
    }

    fn list(&mut self, value: &'d Node) -> String {
        let items: Vec<String> =
            value.items().unwrap_or_default().iter().map(|schema| self.schema(schema)).collect();
        format!("[{}]", items.join(","))
    }

    fn named(&mut self, value: &'d Node) -> String {
        let entries = value.entries().unwrap_or_default().iter();
        let members: Members =
            entries.map(|entry| (entry.key.value.clone(), self.schema(&entry.value))).collect();
        object(&members)
    }

    fn reference(&mut self, from: &'d Node, reference: &str) -> String {
        match self.resources.follow(from, reference) {
            Some((_, node)) => self.place(node),
            None => {
                self.is_broken = true;
                String::new()
            }
        }
    }

    /// A dynamic reference whose first target is a dynamic anchor depends on how one came here; any other is a reference.
    fn dynamic(&mut self, from: &'d Node, reference: &str) -> (String, String) {
        let resources = self.resources;
        let name = reference.split_once('#').map_or("", |(_, fragment)| fragment);
        match resources.follow(from, reference) {
            Some((at, node)) if resources.list[at].dynamic.contains_key(name) => {
                self.is_dynamic = true;
                let place = text(&self.place(node));
                ("x-stipule-dynamic".to_owned(), object(&[(name.to_owned(), place)]))
            }
            _ => ("$ref".to_owned(), text(&self.reference(from, reference))),
        }
    }
}

/// A schema for each of the patterns that one stands for.
fn patterns(split: &lookahead::Split) -> Vec<String> {
    let pattern = |pattern: &String| object(&[("pattern".to_owned(), text(pattern))]);
    let not = |refused: &String| object(&[("not".to_owned(), pattern(refused))]);
    split.must.iter().map(pattern).chain(split.must_not.iter().map(not)).collect()
}

/// All that must hold, once.
fn joined(members: Members) -> Members {
    let mut out = Members::new();
    for (key, value) in members {
        match out.iter_mut().find(|(own, _)| key == "allOf" && *own == key) {
            Some((_, all)) => *all = format!("[{{\"allOf\":{all}}},{{\"allOf\":{value}}}]"),
            None => out.push((key, value)),
        }
    }
    out
}

fn says(node: &Node, key: &str) -> bool {
    node.get(key).and_then(Node::as_bool) == Some(true)
}

/// `type`, with null where OpenAPI 3.0 says it beside; `None` for words that are no types.
fn types(node: &Node, value: &Node, dialect: Dialect) -> Option<String> {
    let words: Vec<&str> =
        value.items().unwrap_or(std::slice::from_ref(value)).iter().filter_map(Node::as_str).collect();
    let is_known = |word: &&str| Kind::ALL.into_iter().any(|kind| kind.word() == *word);
    if words.is_empty() || !words.iter().all(is_known) {
        return None;
    }
    let null = (dialect == Dialect::OpenApi30 && says(node, "nullable")).then_some("null");
    let words: Vec<String> = words.into_iter().chain(null).map(text).collect();
    Some(format!("[{}]", words.join(",")))
}
