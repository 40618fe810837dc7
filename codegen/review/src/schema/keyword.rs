//! The nodes of a schema: one per schema object, with what each of its keywords asserts.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value;

use crate::decimal::Decimal;
use crate::format::Format;
use crate::value::Kinds;

/// A schema object of a [`Schema`](super::Schema).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct NodeId(pub(crate) usize);

/// One schema object.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    /// JSON Pointer of the object in its document.
    pub(crate) pointer: String,
    pub(crate) body: Body,
    /// What it says that asserts nothing, as it is written: words, defaults, marks.
    pub(crate) notes: String,
}

impl Node {
    /// Its keywords; a boolean schema has none.
    pub(crate) fn keywords(&self) -> &[Keyword] {
        match &self.body {
            Body::Keywords(keywords) => keywords,
            Body::Bool(_) => &[],
        }
    }
}

/// What a schema object says.
#[derive(Clone, Debug)]
pub(crate) enum Body {
    Bool(bool),
    Keywords(Vec<Keyword>),
}

/// One keyword, or one entry of `required`.
#[derive(Clone, Debug)]
pub(crate) struct Keyword {
    /// JSON Pointer of the keyword in its document.
    pub(crate) pointer: String,
    pub(crate) assertion: Assertion,
}

/// Names of members that aren't there unless something speaks of them.
#[derive(Debug)]
pub(crate) struct Undeclared {
    /// All names of a comparison.
    pub(crate) names: Arc<BTreeSet<String>>,
    /// Those of them that are spoken of in any case.
    pub(crate) known: BTreeSet<String>,
}

impl Undeclared {
    pub(crate) fn has(&self, name: &str) -> bool {
        self.names.contains(name) && !self.known.contains(name)
    }
}

/// What a keyword asserts. It holds for values of kinds that it says nothing about.
#[derive(Clone, Debug)]
pub(crate) enum Assertion {
    Type {
        kinds: Kinds,
        integral: bool,
    },
    Enum(Vec<Value>),
    AtLeast {
        bound: Decimal,
        strict: bool,
    },
    AtMost {
        bound: Decimal,
        strict: bool,
    },
    MultipleOf(Decimal),
    MinLength(u64),
    MaxLength(u64),
    Pattern(String),
    Format(Format),
    PrefixItems(Vec<NodeId>),
    /// For the items from an index on.
    Items {
        from: usize,
        schema: NodeId,
    },
    Contains {
        schema: NodeId,
        min: u64,
        max: Option<u64>,
    },
    UniqueItems,
    MinItems(u64),
    MaxItems(u64),
    Properties(Vec<(String, NodeId)>),
    PatternProperties(Vec<(String, NodeId)>),
    /// For members that neither `names` nor `patterns` of the same object speak of.
    AdditionalProperties {
        names: Vec<String>,
        patterns: Vec<String>,
        schema: NodeId,
    },
    PropertyNames(NodeId),
    Required(String),
    MinProperties(u64),
    MaxProperties(u64),
    DependentRequired(Vec<(String, Vec<String>)>),
    DependentSchemas(Vec<(String, NodeId)>),
    UnevaluatedItems(NodeId),
    UnevaluatedProperties(NodeId),
    /// Members of these names are not there unless something speaks of them.
    Declared(Arc<Undeclared>),
    AllOf(Vec<NodeId>),
    AnyOf(Vec<NodeId>),
    OneOf(Vec<NodeId>),
    Not(NodeId),
    If {
        condition: NodeId,
        then: Option<NodeId>,
        otherwise: Option<NodeId>,
    },
    Ref(NodeId),
    /// Something that isn't understood, why, and how it is written: the same text means the same.
    Unsupported {
        reason: String,
        written: String,
    },
}

impl Assertion {
    /// The schemas that it applies.
    pub(crate) fn schemas(&self) -> Vec<NodeId> {
        match self {
            Assertion::PrefixItems(ids)
            | Assertion::AllOf(ids)
            | Assertion::AnyOf(ids)
            | Assertion::OneOf(ids) => ids.clone(),
            Assertion::Properties(named)
            | Assertion::PatternProperties(named)
            | Assertion::DependentSchemas(named) => named.iter().map(|(_, id)| *id).collect(),
            Assertion::Items { schema, .. }
            | Assertion::Contains { schema, .. }
            | Assertion::AdditionalProperties { schema, .. }
            | Assertion::PropertyNames(schema)
            | Assertion::UnevaluatedItems(schema)
            | Assertion::UnevaluatedProperties(schema)
            | Assertion::Not(schema)
            | Assertion::Ref(schema) => vec![*schema],
            Assertion::If { condition, then, otherwise } => {
                std::iter::once(*condition).chain(*then).chain(*otherwise).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The same, to be changed.
    pub(crate) fn schemas_mut(&mut self) -> Vec<&mut NodeId> {
        match self {
            Assertion::PrefixItems(ids)
            | Assertion::AllOf(ids)
            | Assertion::AnyOf(ids)
            | Assertion::OneOf(ids) => ids.iter_mut().collect(),
            Assertion::Properties(named)
            | Assertion::PatternProperties(named)
            | Assertion::DependentSchemas(named) => named.iter_mut().map(|(_, id)| id).collect(),
            Assertion::Items { schema, .. }
            | Assertion::Contains { schema, .. }
            | Assertion::AdditionalProperties { schema, .. }
            | Assertion::PropertyNames(schema)
            | Assertion::UnevaluatedItems(schema)
            | Assertion::UnevaluatedProperties(schema)
            | Assertion::Not(schema)
            | Assertion::Ref(schema) => vec![schema],
            Assertion::If { condition, then, otherwise } => {
                std::iter::once(condition).chain(then).chain(otherwise).collect()
            }
            _ => Vec::new(),
        }
    }
}
