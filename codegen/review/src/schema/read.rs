//! From a JSON value to the nodes of a schema.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::hidden::Hidden;
use super::origin::Reading;
use super::resolve::DEEPEST;
use super::scalar::{bound, count, decimal, text, texts};
use super::spelling::{NARROWING_TEXTS, spelt_alike};
use super::{Assertion, Body, Dialect, Keyword, Node, NodeId};
use crate::documents::Documents;
use crate::format::Format;
use crate::value::{Kind, Kinds, canonical, token};

/// Reads schema objects into nodes.
pub(super) struct Reader<'d> {
    documents: &'d Documents<'d>,
    as_text: bool,
    /// Of the schema object being read.
    dialect: Dialect,
    hidden: Hidden,
    nodes: Vec<Node>,
    known: BTreeMap<String, NodeId>,
    /// Nodes that are known and not read yet.
    open: Vec<(NodeId, Option<&'d Value>, String)>,
}

/// A keyword of a schema object being read.
struct Place<'v> {
    id: NodeId,
    members: &'v Map<String, Value>,
    /// Pointer of the schema object.
    at: String,
    /// Pointer of the keyword.
    pointer: String,
    /// What is written there.
    value: &'v Value,
}

type Read = Result<Vec<Assertion>, String>;

fn unsupported(pointer: &str, reason: &str) -> Body {
    Body::Keywords(vec![Keyword {
        pointer: pointer.to_owned(),
        // Nothing is known of what is meant, so that two such places may differ.
        assertion: Assertion::Unsupported { reason: reason.to_owned(), written: String::new() },
    }])
}

impl<'d> Reader<'d> {
    /// With a first node that accepts everything.
    pub(super) fn new(documents: &'d Documents<'d>, reading: Reading, as_text: bool) -> Self {
        Reader {
            documents,
            as_text,
            dialect: Dialect::default(),
            hidden: Hidden::new(reading),
            nodes: vec![Node { pointer: String::new(), body: Body::Bool(true), notes: String::new() }],
            known: BTreeMap::new(),
            open: Vec::new(),
        }
    }

    /// All nodes that were asked for, and all that those refer to.
    pub(super) fn nodes(mut self) -> Vec<Node> {
        // Not recursive: a chain of references may be as long as the document.
        while let Some((id, value, pointer)) = self.open.pop() {
            self.dialect = self.documents.dialect_at(&pointer);
            let body = match value {
                Some(value) if pointer.matches('/').count() <= DEEPEST => self.body(id, value, &pointer),
                Some(_) => unsupported(&pointer, "it is nested too deep"),
                None => unsupported(&pointer, "a reference leads here, where nothing is"),
            };
            self.nodes[id.0].body = body;
        }
        self.hidden.settle(&mut self.nodes);
        self.nodes
    }

    /// The node for the schema at a pointer, which is this value.
    pub(super) fn at(&mut self, value: Option<&'d Value>, pointer: String) -> NodeId {
        if let Some(known) = self.known.get(&pointer) {
            return *known;
        }
        let id = NodeId(self.nodes.len());
        self.nodes.push(Node { pointer: pointer.clone(), body: Body::Bool(true), notes: String::new() });
        self.known.insert(pointer.clone(), id);
        self.open.push((id, value, pointer));
        id
    }

    /// The node for the schema that is the value of a keyword.
    fn of_keyword(&mut self, place: &Place<'d>) -> NodeId {
        self.at(Some(place.value), place.pointer.clone())
    }

    fn body(&mut self, id: NodeId, value: &'d Value, pointer: &str) -> Body {
        let members = match value {
            Value::Bool(value) => return Body::Bool(*value),
            Value::Object(members) => members,
            _ => return unsupported(pointer, "it is not a schema"),
        };
        let mut keywords = Vec::new();
        let mut names: Vec<&String> = members.keys().collect();
        names.sort_unstable();
        let alone = self.dialect.ref_stands_alone() && members.contains_key("$ref");
        for name in names {
            let value = &members[name];
            if !self.dialect.has(name) || alone && name != "$ref" {
                self.note(id, name, value);
                continue;
            }
            let at = format!("{pointer}/{}", token(name));
            let place = Place { id, members, at: pointer.to_owned(), pointer: at, value };
            if name == "required" && value.is_array() {
                self.required(value, &place.pointer, &mut keywords);
                continue;
            }
            match self.keyword(name, value, &place) {
                Ok(read) if read.is_empty() => self.note(id, name, value),
                Ok(read) => keywords.extend(
                    read.into_iter().map(|assertion| Keyword { pointer: place.pointer.clone(), assertion }),
                ),
                Err(reason) => {
                    let written = format!("{name} {}", canonical(value));
                    let assertion = Assertion::Unsupported { reason, written };
                    keywords.push(Keyword { pointer: place.pointer, assertion });
                }
            }
        }
        Body::Keywords(keywords)
    }

    /// Remembers what asserts nothing.
    fn note(&mut self, id: NodeId, name: &str, value: &Value) {
        let notes = &mut self.nodes[id.0].notes;
        notes.push_str(name);
        notes.push_str(&canonical(value));
    }

    /// One assertion per name, so that each can be told apart.
    fn required(&self, value: &Value, pointer: &str, keywords: &mut Vec<Keyword>) {
        for (index, name) in value.as_array().into_iter().flatten().enumerate() {
            let assertion = match name.as_str() {
                Some(name) => Assertion::Required(name.to_owned()),
                None => Assertion::Unsupported {
                    reason: "a name must be text".to_owned(),
                    written: format!("required {}", canonical(name)),
                },
            };
            keywords.push(Keyword { pointer: format!("{pointer}/{index}"), assertion });
        }
    }

    fn keyword(&mut self, name: &str, value: &'d Value, place: &Place<'d>) -> Read {
        let one = |assertion| Ok(vec![assertion]);
        match name {
            "type" => self.types(value, place),
            "enum" => one(Assertion::Enum(self.values(value.as_array().ok_or("it must be a list")?))),
            "const" => one(Assertion::Enum(self.values(std::slice::from_ref(value)))),
            "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" => {
                bound(name, value, place.members)
            }
            "multipleOf" => {
                let divisor = decimal(value)?;
                let positive = divisor.is_positive();
                if positive {
                    one(Assertion::MultipleOf(divisor))
                } else {
                    Err("it must be above 0".to_owned())
                }
            }
            "minLength" => one(Assertion::MinLength(count(value)?)),
            "maxLength" => one(Assertion::MaxLength(count(value)?)),
            "pattern" => one(Assertion::Pattern(text(value)?.to_owned())),
            "format" => {
                let format = Format::named(text(value)?);
                Ok(format.map(Assertion::Format).into_iter().collect())
            }
            "$ref" => one(Assertion::Ref(self.reference(text(value)?, place)?)),
            "$dynamicRef" => {
                let target = self.documents.names().resolve_dynamic(text(value)?, &place.at)?;
                one(Assertion::Ref(self.at(self.documents.at(&target), target)))
            }
            "$recursiveRef" => one(Assertion::Ref(self.reference(text(value)?, place)?)),
            "allOf" => one(Assertion::AllOf(self.list(value, place)?)),
            "anyOf" => one(Assertion::AnyOf(self.list(value, place)?)),
            "oneOf" => one(Assertion::OneOf(self.list(value, place)?)),
            "not" => one(Assertion::Not(self.of_keyword(place))),
            "if" => Ok(self.conditional(place)),
            _ => match self.array_keyword(name, value, place) {
                Some(read) => read,
                None => self.object_keyword(name, value, place).unwrap_or(Ok(Vec::new())),
            },
        }
    }

    fn array_keyword(&mut self, name: &str, value: &'d Value, place: &Place<'d>) -> Option<Read> {
        let one = |assertion| Ok(vec![assertion]);
        Some(match name {
            "prefixItems" => self.list(value, place).map(|items| vec![Assertion::PrefixItems(items)]),
            "items" if value.is_array() && self.dialect.has_item_lists() => {
                self.list(value, place).map(|items| vec![Assertion::PrefixItems(items)])
            }
            "items" => {
                let before = place.members.get("prefixItems").filter(|_| self.dialect.has("prefixItems"));
                let from = before.and_then(Value::as_array).map_or(0, Vec::len);
                one(Assertion::Items { from, schema: self.of_keyword(place) })
            }
            "additionalItems" => match place.members.get("items") {
                Some(Value::Array(items)) => {
                    let schema = self.of_keyword(place);
                    one(Assertion::Items { from: items.len(), schema })
                }
                _ => Ok(Vec::new()),
            },
            "contains" => {
                let bound =
                    |name: &str| place.members.get(name).filter(|_| self.dialect.has(name)).map(count);
                let (min, max) = (bound("minContains").unwrap_or(Ok(1)), bound("maxContains").transpose());
                match (min, max) {
                    (Ok(min), Ok(max)) => {
                        one(Assertion::Contains { schema: self.of_keyword(place), min, max })
                    }
                    (Err(reason), _) | (_, Err(reason)) => Err(reason),
                }
            }
            "uniqueItems" => match value {
                Value::Bool(true) => one(Assertion::UniqueItems),
                Value::Bool(false) => Ok(Vec::new()),
                _ => Err("it must be `true` or `false`".to_owned()),
            },
            "minItems" => count(value).map(|count| vec![Assertion::MinItems(count)]),
            "maxItems" => count(value).map(|count| vec![Assertion::MaxItems(count)]),
            "unevaluatedItems" => one(Assertion::UnevaluatedItems(self.of_keyword(place))),
            _ => return None,
        })
    }

    fn object_keyword(&mut self, name: &str, value: &'d Value, place: &Place<'d>) -> Option<Read> {
        let one = |assertion| Ok(vec![assertion]);
        Some(match name {
            "properties" => self.properties(value, place).map(|named| vec![Assertion::Properties(named)]),
            "patternProperties" => {
                self.named(value, place).map(|named| vec![Assertion::PatternProperties(named)])
            }
            "additionalProperties" => {
                let names = |key: &str| -> Vec<String> {
                    let members = place.members.get(key).filter(|_| self.dialect.has(key));
                    members
                        .and_then(Value::as_object)
                        .map_or(Vec::new(), |members| members.keys().cloned().collect())
                };
                let (names, patterns) = (names("properties"), names("patternProperties"));
                one(Assertion::AdditionalProperties { names, patterns, schema: self.of_keyword(place) })
            }
            "propertyNames" => one(Assertion::PropertyNames(self.of_keyword(place))),
            "required" if value.is_boolean() => Ok(Vec::new()),
            "required" => Err("it must be a list".to_owned()),
            "minProperties" => count(value).map(|count| vec![Assertion::MinProperties(count)]),
            "maxProperties" => count(value).map(|count| vec![Assertion::MaxProperties(count)]),
            "dependentRequired" => dependent_required(value),
            "dependentSchemas" => {
                self.named(value, place).map(|named| vec![Assertion::DependentSchemas(named)])
            }
            "dependencies" => self.dependencies(value, place),
            "unevaluatedProperties" => one(Assertion::UnevaluatedProperties(self.of_keyword(place))),
            _ => return None,
        })
    }

    fn types(&self, value: &Value, place: &Place<'_>) -> Read {
        let listed = match value {
            Value::Array(listed) => listed.as_slice(),
            single => std::slice::from_ref(single),
        };
        let (mut kinds, mut integral) = (Kinds::default(), true);
        for name in listed {
            match text(name)? {
                "null" => kinds.insert(Kind::Null),
                "boolean" => kinds.insert(Kind::Boolean),
                "integer" => kinds.insert(Kind::Number),
                "number" => {
                    kinds.insert(Kind::Number);
                    integral = false;
                }
                "string" => kinds.insert(Kind::String),
                "array" => kinds.insert(Kind::Array),
                "object" => kinds.insert(Kind::Object),
                other => return Err(format!("`{other}` is not a type")),
            }
        }
        let nullable = place.members.get("nullable").filter(|_| self.dialect.has("nullable"));
        if nullable == Some(&Value::Bool(true)) {
            kinds.insert(Kind::Null);
        }
        let narrows = |name: &str| place.members.contains_key(name) && self.dialect.has(name);
        if self.as_text && kinds.contains(Kind::String) && !NARROWING_TEXTS.iter().any(|name| narrows(name)) {
            [Kind::Number, Kind::Boolean, Kind::Null].into_iter().for_each(|kind| kinds.insert(kind));
            integral = false;
        }
        Ok(vec![Assertion::Type { kinds, integral: integral && kinds.contains(Kind::Number) }])
    }

    /// The values of an `enum`, and what is written the same as one of them where that can't be told apart.
    fn values(&self, listed: &[Value]) -> Vec<Value> {
        let alike = listed.iter().filter(|_| self.as_text).filter_map(spelt_alike);
        listed.iter().cloned().chain(alike).collect()
    }

    fn conditional(&mut self, place: &Place<'d>) -> Vec<Assertion> {
        let mut branch = |name: &str| {
            let value = place.members.get(name)?;
            Some(self.at(Some(value), format!("{}/{name}", place.at)))
        };
        let (then, otherwise) = (branch("then"), branch("else"));
        vec![Assertion::If { condition: self.of_keyword(place), then, otherwise }]
    }

    fn reference(&mut self, reference: &str, place: &Place<'_>) -> Result<NodeId, String> {
        let target = self.documents.names().resolve(reference, &place.at)?;
        match self.documents.at(&target) {
            None => Err(format!("nothing is where `{reference}` leads")),
            value => Ok(self.at(value, target)),
        }
    }

    fn list(&mut self, value: &'d Value, place: &Place<'d>) -> Result<Vec<NodeId>, String> {
        let items = value.as_array().ok_or("it must be a list of schemas")?;
        let items = items.iter().enumerate();
        Ok(items.map(|(index, item)| self.at(Some(item), format!("{}/{index}", place.pointer))).collect())
    }

    fn named(&mut self, value: &'d Value, place: &Place<'d>) -> Result<Vec<(String, NodeId)>, String> {
        let members = value.as_object().ok_or("it must be a mapping to schemas")?;
        let mut named: Vec<(&String, &'d Value)> = members.iter().collect();
        named.sort_unstable_by_key(|(name, _)| *name);
        let node = |(name, value): (&String, &'d Value)| {
            (name.clone(), self.at(Some(value), format!("{}/{}", place.pointer, token(name))))
        };
        Ok(named.into_iter().map(node).collect())
    }

    /// As [`named`](Self::named), where members that don't travel accept everything.
    fn properties(&mut self, value: &'d Value, place: &Place<'d>) -> Result<Vec<(String, NodeId)>, String> {
        let members = value.as_object().ok_or("it must be a mapping to schemas")?;
        let mut sorted: Vec<(&String, &'d Value)> = members.iter().collect();
        sorted.sort_unstable_by_key(|(name, _)| *name);
        let mut named = Vec::with_capacity(sorted.len());
        for (name, value) in sorted {
            let pointer = format!("{}/{}", place.pointer, token(name));
            let hidden = self.hidden.hides(self.documents, place.id, name, (value, &pointer));
            named.push((name.clone(), if hidden { NodeId(0) } else { self.at(Some(value), pointer) }));
        }
        Ok(named)
    }

    /// Each of `dependencies` is a list of names or a schema.
    fn dependencies(&mut self, value: &'d Value, place: &Place<'d>) -> Read {
        let members = value.as_object().ok_or("it must be a mapping")?;
        let (mut required, mut schemas) = (Vec::new(), Vec::new());
        for (name, dependency) in members {
            match dependency.as_array() {
                Some(listed) => required.push((name.clone(), texts(listed)?)),
                None => {
                    let pointer = format!("{}/{}", place.pointer, token(name));
                    schemas.push((name.clone(), self.at(Some(dependency), pointer)));
                }
            }
        }
        required.sort();
        schemas.sort();
        Ok(vec![Assertion::DependentRequired(required), Assertion::DependentSchemas(schemas)])
    }
}

fn dependent_required(value: &Value) -> Read {
    let members = value.as_object().ok_or("it must be a mapping")?;
    let mut read = Vec::new();
    for (name, listed) in members {
        read.push((name.clone(), texts(listed.as_array().ok_or("it must map to lists of names")?)?));
    }
    read.sort();
    Ok(vec![Assertion::DependentRequired(read)])
}
