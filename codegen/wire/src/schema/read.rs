//! From JSON to [`Rules`].

use std::collections::BTreeMap;
use std::fmt;

use regex::Regex;

use super::rules::{Id, KINDS, Node, Properties, Rule, Rules};
use crate::json::{Json, Number, Object};
use crate::pattern::compile;

/// Why a text isn't a schema that can be run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    reason: String,
}

impl Unreadable {
    pub(super) fn new(reason: impl Into<String>) -> Self {
        Unreadable { reason: reason.into() }
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl std::error::Error for Unreadable {}

type Read<T> = Result<T, Unreadable>;

/// The keys with which the generator says what belongs together; no dialect has them.
const RESOURCE: &str = "x-stipule-resource";
const ANCHORS: &str = "x-stipule-anchors";
const DYNAMIC: &str = "x-stipule-dynamic";

pub(super) fn rules(json: &Json<'_>) -> Read<Rules> {
    let mut reader = Reader::default();
    let definitions = json.get("$defs").and_then(Json::as_object);
    for (name, _) in definitions.into_iter().flat_map(Object::iter) {
        let id = reader.reserve();
        reader.definitions.insert(format!("#/$defs/{name}"), id);
    }
    let root = reader.schema(json, 0)?;
    reader.definitions.insert("#".to_owned(), root);
    for (name, schema) in definitions.into_iter().flat_map(Object::iter) {
        let id = reader.definition(&format!("#/$defs/{name}"))?;
        reader.fill(id, schema, 0)?;
    }
    let mut anchors = BTreeMap::new();
    for (resource, names) in json.get(ANCHORS).and_then(Json::as_object).into_iter().flat_map(Object::iter) {
        let resource = resource.parse().map_err(|_| Unreadable::new("a resource is a number"))?;
        let mut found = BTreeMap::new();
        for (name, to) in names.as_object().into_iter().flat_map(Object::iter) {
            found.insert(name.to_owned(), reader.definition(to.as_str().unwrap_or_default())?);
        }
        anchors.insert(resource, found);
    }
    Ok(Rules { nodes: reader.nodes, root, anchors, asks_evaluated: reader.asks_evaluated })
}

#[derive(Default)]
struct Reader {
    nodes: Vec<Node>,
    definitions: BTreeMap<String, Id>,
    asks_evaluated: bool,
}

impl Reader {
    fn reserve(&mut self) -> Id {
        self.nodes.push(Node::default());
        self.nodes.len() - 1
    }

    fn definition(&self, reference: &str) -> Read<Id> {
        let found = self.definitions.get(reference).copied();
        found.ok_or_else(|| Unreadable::new(format!("`{reference}` is not in `$defs`")))
    }

    fn schema(&mut self, json: &Json<'_>, resource: u32) -> Read<Id> {
        let id = self.reserve();
        self.fill(id, json, resource)?;
        Ok(id)
    }

    fn fill(&mut self, id: Id, json: &Json<'_>, resource: u32) -> Read<()> {
        let mut node = Node { resource, ..Node::default() };
        match json {
            Json::Bool(true) => {}
            Json::Bool(false) => node.rules.push(Rule::Never),
            Json::Object(object) => {
                let own = object.get(RESOURCE).and_then(Json::as_i64).and_then(|own| u32::try_from(own).ok());
                node.resource = own.unwrap_or(resource);
                self.values(object, &mut node)?;
                self.parts(object, &mut node)?;
                self.branches(object, &mut node)?;
                let one = |reader: &mut Self, key: &str| reader.one(object, key, node.resource);
                node.unevaluated_items = one(self, "unevaluatedItems")?;
                node.unevaluated_properties = one(self, "unevaluatedProperties")?;
                self.asks_evaluated |=
                    node.unevaluated_items.is_some() || node.unevaluated_properties.is_some();
            }
            _ => return Err(Unreadable::new("a schema is a boolean or an object")),
        }
        self.nodes[id] = node;
        Ok(())
    }

    /// Keywords about the value itself.
    fn values(&mut self, object: &Object<'_>, node: &mut Node) -> Read<()> {
        let rules = &mut node.rules;
        if let Some(types) = object.get("type") {
            let single = std::slice::from_ref(types);
            let words = types.as_array().unwrap_or(single);
            rules.push(Rule::Types(KINDS.map(|kind| words.iter().any(|word| word.as_str() == Some(kind)))));
        }
        if let Some(values) = object.get("enum").and_then(Json::as_array) {
            rules.push(Rule::Values(values.iter().map(Json::to_any).collect()));
        }
        if let Some(value) = object.get("const") {
            rules.push(Rule::Values(vec![value.to_any()]));
        }
        let number = |key: &str| object.get(key).and_then(Json::as_number);
        let above = |(key, exclusive)| number(key).map(|bound| Rule::Above { bound, exclusive });
        let below = |(key, exclusive)| number(key).map(|bound| Rule::Below { bound, exclusive });
        rules.extend([("minimum", false), ("exclusiveMinimum", true)].into_iter().filter_map(above));
        rules.extend([("maximum", false), ("exclusiveMaximum", true)].into_iter().filter_map(below));
        rules.extend(number("multipleOf").map(Rule::MultipleOf));
        rules.extend(
            range(object, "minLength", "maxLength").map(|(least, most)| Rule::Length { least, most }),
        );
        if let Some(source) = object.get("pattern").and_then(Json::as_str) {
            rules.push(Rule::Pattern { source: source.to_owned(), regex: pattern(source)? });
        }
        Ok(())
    }

    /// Keywords about items and members.
    fn parts(&mut self, object: &Object<'_>, node: &mut Node) -> Read<()> {
        let resource = node.resource;
        let mut rules = Vec::new();
        rules.extend(range(object, "minItems", "maxItems").map(|(least, most)| Rule::Count { least, most }));
        if object.get("uniqueItems").and_then(Json::as_bool) == Some(true) {
            rules.push(Rule::Unique);
        }
        let prefix = self.many(object, "prefixItems", resource)?;
        let rest = self.one(object, "items", resource)?;
        if !prefix.is_empty() || rest.is_some() {
            rules.push(Rule::Items { prefix, rest });
        }
        if let Some(schema) = self.one(object, "contains", resource)? {
            let count = |key: &str| object.get(key).and_then(Json::as_number).and_then(count);
            let (least, most) = (count("minContains").unwrap_or(1), count("maxContains").unwrap_or(u64::MAX));
            rules.push(Rule::Contains { schema, least, most });
        }
        let members = range(object, "minProperties", "maxProperties");
        rules.extend(members.map(|(least, most)| Rule::Members { least, most }));
        if let Some(names) = object.get("required").and_then(Json::as_array) {
            rules.push(Rule::Required(texts(names)));
        }
        let named = self.named(object, "properties", resource)?.into_iter().collect();
        let mut patterns = Vec::new();
        for (source, id) in self.named(object, "patternProperties", resource)? {
            patterns.push((pattern(&source)?, id));
        }
        let properties =
            Properties { named, patterns, others: self.one(object, "additionalProperties", resource)? };
        if !properties.named.is_empty() || !properties.patterns.is_empty() || properties.others.is_some() {
            rules.push(Rule::Properties(properties));
        }
        rules.extend(self.one(object, "propertyNames", resource)?.map(Rule::Names));
        if let Some(dependent) = object.get("dependentRequired").and_then(Json::as_object) {
            let pairs = dependent
                .iter()
                .map(|(name, names)| (name.to_owned(), texts(names.as_array().unwrap_or_default())));
            rules.push(Rule::DependentRequired(pairs.collect()));
        }
        let dependent = self.named(object, "dependentSchemas", resource)?;
        if !dependent.is_empty() {
            rules.push(Rule::DependentSchemas(dependent));
        }
        node.rules.extend(rules);
        Ok(())
    }

    /// Keywords that apply other schemas to the same value.
    fn branches(&mut self, object: &Object<'_>, node: &mut Node) -> Read<()> {
        let resource = node.resource;
        let mut rules = Vec::new();
        if let Some(reference) = object.get("$ref").and_then(Json::as_str) {
            rules.push(Rule::All(vec![self.definition(reference)?]));
        }
        if let Some(dynamic) = object.get(DYNAMIC).and_then(Json::as_object) {
            for (name, to) in dynamic.iter() {
                let to = self.definition(to.as_str().unwrap_or_default())?;
                rules.push(Rule::Dynamic { name: name.to_owned(), to });
            }
        }
        for (key, rule) in
            [("allOf", Rule::All as fn(Vec<Id>) -> Rule), ("anyOf", Rule::Any), ("oneOf", Rule::One)]
        {
            if object.get(key).is_some() {
                rules.push(rule(self.many(object, key, resource)?));
            }
        }
        rules.extend(self.one(object, "not", resource)?.map(Rule::Not));
        if let Some(condition) = self.one(object, "if", resource)? {
            let (then, otherwise) =
                (self.one(object, "then", resource)?, self.one(object, "else", resource)?);
            rules.push(Rule::If { condition, then, otherwise });
        }
        node.rules.extend(rules);
        Ok(())
    }

    fn one(&mut self, object: &Object<'_>, key: &str, resource: u32) -> Read<Option<Id>> {
        object.get(key).map(|json| self.schema(json, resource)).transpose()
    }

    fn many(&mut self, object: &Object<'_>, key: &str, resource: u32) -> Read<Vec<Id>> {
        let items = object.get(key).and_then(Json::as_array).unwrap_or_default();
        items.iter().map(|json| self.schema(json, resource)).collect()
    }

    fn named(&mut self, object: &Object<'_>, key: &str, resource: u32) -> Read<Vec<(String, Id)>> {
        let members = object.get(key).and_then(Json::as_object).into_iter().flat_map(Object::iter);
        members.map(|(name, json)| Ok((name.to_owned(), self.schema(json, resource)?))).collect()
    }
}

fn texts(items: &[Json<'_>]) -> Vec<String> {
    items.iter().filter_map(Json::as_str).map(str::to_owned).collect()
}

/// A whole number from 0, also one that is written `2.0`.
fn count(number: Number) -> Option<u64> {
    number.as_u64()
}

fn range(object: &Object<'_>, least: &str, most: &str) -> Option<(u64, u64)> {
    let bound = |key: &str| object.get(key).and_then(Json::as_number).and_then(count);
    let (least, most) = (bound(least), bound(most));
    (least.is_some() || most.is_some()).then(|| (least.unwrap_or(0), most.unwrap_or(u64::MAX)))
}

fn pattern(source: &str) -> Read<Regex> {
    compile(source).map_err(|unsupported| Unreadable::new(format!("pattern `{source}`: {unsupported}")))
}
