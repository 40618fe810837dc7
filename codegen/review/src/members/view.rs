//! All that a schema says about one value: its keywords and those of every schema that it applies to the same value.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::documents::Documents;
use crate::schema::{Assertion, Body, NodeId, Schema};
use crate::value::{Kind, token};

/// Most schema objects of one view.
const MOST: usize = 300;

/// What schemas say about a value.
pub(super) struct View<'a> {
    pub(super) documents: &'a Documents<'a>,
    schema: &'a Schema,
    /// Schema objects, and whether each applies whatever the value is.
    nodes: Vec<(NodeId, bool)>,
    /// What is written at each that always applies.
    written: Vec<(&'a str, &'a Value)>,
}

/// A part of a value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    Member(String),
    Matching(String),
    OtherMembers,
    Item(usize),
    Items,
}

/// A member that is listed.
#[derive(Clone, Debug)]
pub(super) struct Listed {
    /// JSON Pointer of its schema where it is listed first.
    pub(super) pointer: String,
    /// The schema object that lists it applies whatever the value is.
    pub(super) always: bool,
    /// It doesn't travel this way.
    pub(super) hidden: bool,
}

impl<'a> View<'a> {
    pub(super) fn of(documents: &'a Documents<'a>, schema: &'a Schema, start: &[NodeId]) -> Self {
        let mut nodes: Vec<(NodeId, bool)> = Vec::new();
        let mut open: Vec<(NodeId, bool)> = start.iter().rev().map(|id| (*id, true)).collect();
        while let Some((id, always)) = open.pop() {
            if nodes.len() > MOST {
                break;
            }
            match nodes.iter_mut().find(|(known, _)| *known == id) {
                Some((_, known)) if *known || !always => continue,
                Some((_, known)) => *known = true,
                None => nodes.push((id, always)),
            }
            for keyword in schema.node(id).keywords().iter().rev() {
                match &keyword.assertion {
                    Assertion::Ref(id) => open.push((*id, always)),
                    Assertion::AllOf(ids) => open.extend(ids.iter().rev().map(|id| (*id, always))),
                    Assertion::AnyOf(ids) | Assertion::OneOf(ids) => {
                        open.extend(ids.iter().rev().map(|id| (*id, false)));
                    }
                    Assertion::If { condition, then, otherwise } => {
                        let branches = std::iter::once(*condition).chain(*then).chain(*otherwise);
                        open.extend(branches.map(|id| (id, false)));
                    }
                    Assertion::DependentSchemas(schemas) => {
                        open.extend(schemas.iter().map(|(_, id)| (*id, false)));
                    }
                    _ => {}
                }
            }
        }
        let always = nodes.iter().filter(|(_, always)| *always);
        let written = always
            .filter_map(|(id, _)| {
                let pointer = schema.node(*id).pointer.as_str();
                Some((pointer, documents.at(pointer)?))
            })
            .collect();
        View { documents, schema, nodes, written }
    }

    /// Where the value is described first, by more than a reference.
    pub(super) fn pointer(&self) -> String {
        let speaks = |(id, _): &&(NodeId, bool)| {
            let keywords = self.schema.node(*id).keywords();
            keywords.iter().any(|keyword| !matches!(keyword.assertion, Assertion::Ref(_)))
        };
        let place = self.nodes.iter().find(speaks).or(self.nodes.first());
        place.map(|(id, _)| self.schema.node(*id).pointer.clone()).unwrap_or_default()
    }

    /// A keyword that says nothing about what is accepted: where it stands and what it says.
    pub(super) fn annotation(&self, key: &str) -> Option<(String, &'a Value)> {
        let mut written = self.written.iter().filter_map(|(pointer, value)| {
            let value = value.get(key)?;
            Some((format!("{pointer}/{}", token(key)), value))
        });
        written.next()
    }

    fn assertions(&self) -> impl Iterator<Item = (&'a Assertion, &'a str, bool)> {
        let schema = self.schema;
        self.nodes.iter().flat_map(move |(id, always)| {
            let keywords = schema.node(*id).keywords().iter();
            keywords.map(move |keyword| (&keyword.assertion, keyword.pointer.as_str(), *always))
        })
    }

    /// The alternatives of the only `oneOf` that always applies, references followed, with its place.
    pub(super) fn alternatives(&self) -> Option<(&'a str, Vec<NodeId>)> {
        let mut found = self.assertions().filter_map(|(assertion, place, always)| match assertion {
            Assertion::OneOf(ids) if always => Some((place, ids)),
            _ => None,
        });
        let (place, ids) = found.next()?;
        let only = found.next().is_none();
        only.then(|| (place, ids.iter().map(|id| self.followed(*id)).collect()))
    }

    /// What a schema object refers to, if that is all it says.
    fn followed(&self, mut id: NodeId) -> NodeId {
        for _ in 0..MOST {
            match self.schema.node(id).keywords() {
                [keyword] => match &keyword.assertion {
                    Assertion::Ref(target) => id = *target,
                    _ => break,
                },
                _ => break,
            }
        }
        id
    }

    /// Whether values that a schema object accepts may be objects, as far as it says so itself.
    pub(super) fn may_be_object(&self, id: NodeId) -> bool {
        self.schema.node(id).keywords().iter().all(|keyword| match &keyword.assertion {
            Assertion::Type { kinds, .. } => kinds.contains(Kind::Object),
            Assertion::Enum(values) => values.iter().any(Value::is_object),
            _ => true,
        })
    }

    /// Where a schema object stands, and what it says.
    pub(super) fn written(&self, id: NodeId) -> (&'a str, Option<&'a Value>) {
        let pointer = self.schema.node(id).pointer.as_str();
        (pointer, self.documents.at(pointer))
    }

    /// Members by name.
    pub(super) fn listed(&self) -> BTreeMap<&'a str, Listed> {
        let mut found: BTreeMap<&'a str, Listed> = BTreeMap::new();
        for (assertion, place, always) in self.assertions() {
            let Assertion::Properties(named) = assertion else { continue };
            for (name, id) in named {
                let pointer = format!("{place}/{}", token(name));
                let hidden = *id == NodeId(0);
                let known = found.entry(name).or_insert_with(|| Listed { pointer, always, hidden });
                known.always |= always;
                known.hidden &= hidden;
            }
        }
        found
    }

    /// Names of members that are required whatever the value is.
    pub(super) fn required(&self) -> BTreeSet<&'a str> {
        let names = self.assertions().filter_map(|(assertion, _, always)| match assertion {
            Assertion::Required(name) if always => Some(name.as_str()),
            _ => None,
        });
        names.collect()
    }

    /// Whether other members than those listed are refused.
    pub(super) fn is_closed(&self) -> bool {
        self.assertions().any(|(assertion, _, always)| match assertion {
            Assertion::AdditionalProperties { schema, .. } | Assertion::UnevaluatedProperties(schema) => {
                always && matches!(self.schema.node(*schema).body, Body::Bool(false))
            }
            _ => false,
        })
    }

    /// The schemas of all parts.
    pub(super) fn parts(&self) -> BTreeMap<Part, Vec<NodeId>> {
        let mut found: BTreeMap<Part, Vec<NodeId>> = BTreeMap::new();
        let mut add = |part: Part, id: NodeId| {
            let ids = found.entry(part).or_default();
            if id != NodeId(0) && !ids.contains(&id) {
                ids.push(id);
            }
        };
        for (assertion, _, _) in self.assertions() {
            match assertion {
                Assertion::Properties(named) => {
                    named.iter().for_each(|(name, id)| add(Part::Member(name.clone()), *id));
                }
                Assertion::PatternProperties(named) => {
                    named.iter().for_each(|(name, id)| add(Part::Matching(name.clone()), *id));
                }
                Assertion::AdditionalProperties { schema, .. } => add(Part::OtherMembers, *schema),
                Assertion::PrefixItems(ids) => {
                    ids.iter().enumerate().for_each(|(index, id)| add(Part::Item(index), *id));
                }
                Assertion::Items { schema, .. } => add(Part::Items, *schema),
                _ => {}
            }
        }
        found.retain(|_, ids| !ids.is_empty());
        found
    }
}
