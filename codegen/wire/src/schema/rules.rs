//! A schema that was read: every subschema has a number.

use std::collections::BTreeMap;

use regex::Regex;

use crate::json::{Any, Number};

/// The number of a subschema.
pub(super) type Id = usize;

/// A schema with all that it refers to.
#[derive(Debug, Default)]
pub struct Rules {
    pub(super) nodes: Vec<Node>,
    pub(super) root: Id,
    /// Per resource the subschemas that a dynamic reference may find by name.
    pub(super) anchors: BTreeMap<u32, BTreeMap<String, Id>>,
    /// Whether anything asks for what was evaluated.
    pub(super) asks_evaluated: bool,
}

/// One subschema.
#[derive(Debug, Default)]
pub(super) struct Node {
    /// Which resource it belongs to, where that matters.
    pub(super) resource: u32,
    pub(super) rules: Vec<Rule>,
    pub(super) unevaluated_items: Option<Id>,
    pub(super) unevaluated_properties: Option<Id>,
}

/// What one keyword, or a few that belong together, ask for.
#[derive(Debug)]
pub(super) enum Rule {
    /// `false`
    Never,
    /// `type`: which of [`KINDS`].
    Types([bool; KINDS.len()]),
    /// `enum`, `const`
    Values(Vec<Any>),
    /// `minimum` and its like.
    Above {
        bound: Number,
        exclusive: bool,
    },
    /// `maximum` and its like.
    Below {
        bound: Number,
        exclusive: bool,
    },
    MultipleOf(Number),
    Length {
        least: u64,
        most: u64,
    },
    Pattern {
        source: String,
        regex: Regex,
    },
    /// `minItems`, `maxItems`
    Count {
        least: u64,
        most: u64,
    },
    Unique,
    /// `prefixItems`, and `items` after it.
    Items {
        prefix: Vec<Id>,
        rest: Option<Id>,
    },
    Contains {
        schema: Id,
        least: u64,
        most: u64,
    },
    /// `minProperties`, `maxProperties`
    Members {
        least: u64,
        most: u64,
    },
    Required(Vec<String>),
    Properties(Properties),
    Names(Id),
    DependentRequired(Vec<(String, Vec<String>)>),
    DependentSchemas(Vec<(String, Id)>),
    /// `allOf`, and references.
    All(Vec<Id>),
    Any(Vec<Id>),
    One(Vec<Id>),
    Not(Id),
    If {
        condition: Id,
        then: Option<Id>,
        otherwise: Option<Id>,
    },
    /// `$dynamicRef`: the outermost schema of this name, or the one that the reference leads to.
    Dynamic {
        name: String,
        to: Id,
    },
}

/// `properties`, `patternProperties`, `additionalProperties`: what one says depends on the others.
#[derive(Debug, Default)]
pub(super) struct Properties {
    pub(super) named: BTreeMap<String, Id>,
    pub(super) patterns: Vec<(Regex, Id)>,
    pub(super) others: Option<Id>,
}

/// The words of `type`, in the order of their places.
pub(super) const KINDS: [&str; 7] = ["null", "boolean", "integer", "number", "string", "array", "object"];
