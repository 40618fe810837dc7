//! Schemas that say the same, told apart by nothing but their place: recursive ones too.
//!
//! Nodes of two schemas start in one class each per what they say themselves, and are split until nodes of a class
//! refer to the same classes. What is in one class is lowered once, so that whatever two documents have in common
//! costs nothing to compare.

use std::collections::HashMap;

use crate::evaluate::Waived;
use crate::schema::{Assertion, Body, Node, NodeId, Schema};
use crate::value::canonical;

/// The class of every node of a schema.
pub(crate) type Classes = Vec<usize>;

/// Most nodes times rounds; beyond that every node is its own class.
const MOST_WORK: usize = 2_000_000;

/// A schema, the keywords of it that are taken to hold, and whether its formats are checked.
pub(crate) type Read<'s> = (&'s Schema, &'s Waived, bool);

/// The classes of the nodes of some schemas.
pub(crate) fn classes(schemas: &[Read<'_>]) -> Vec<Classes> {
    let mut shapes = Vec::new();
    for (schema, waived, checks) in schemas {
        let offset = shapes.len();
        shapes.extend(schema.nodes.iter().map(|node| shape(node, offset, waived, *checks)));
    }
    let mut names: HashMap<&str, usize> = HashMap::new();
    let mut classes: Classes = Vec::with_capacity(shapes.len());
    for (said, _) in &shapes {
        let next = names.len();
        classes.push(*names.entry(said).or_insert(next));
    }
    let (mut count, mut work) = (names.len(), 0);
    loop {
        let mut refined: HashMap<(usize, Vec<usize>), usize> = HashMap::new();
        let mut next_classes = Classes::with_capacity(shapes.len());
        for (index, (_, parts)) in shapes.iter().enumerate() {
            let key = (classes[index], parts.iter().map(|part| classes[*part]).collect());
            let next = refined.len();
            next_classes.push(*refined.entry(key).or_insert(next));
        }
        let stable = refined.len() == count;
        (count, classes) = (refined.len(), next_classes);
        work += shapes.len();
        if stable {
            break;
        }
        if work > MOST_WORK {
            classes = (0..shapes.len()).collect();
            break;
        }
    }
    let mut rest = classes.into_iter();
    schemas.iter().map(|(schema, ..)| rest.by_ref().take(schema.nodes.len()).collect()).collect()
}

/// What a node says itself, and the nodes it refers to.
fn shape(node: &Node, offset: usize, waived: &Waived, checks: bool) -> (String, Vec<usize>) {
    let is_waived = |pointer: &String| !waived.is_empty() && waived.contains(pointer);
    let (mut said, mut parts) = (String::new(), Vec::new());
    match &node.body {
        Body::Bool(value) => said = (*value || is_waived(&node.pointer)).to_string(),
        Body::Keywords(keywords) => {
            for keyword in keywords {
                let mark = if is_waived(&keyword.pointer) { '-' } else { '+' };
                said.push(mark);
                parts.extend(keyword.assertion.schemas());
                said.push_str(&saying(&keyword.assertion, checks));
            }
        }
    }
    (said, parts.into_iter().map(|part| part.0 + offset).collect())
}

/// What an assertion says without the schemas it applies.
fn saying(assertion: &Assertion, checks: bool) -> String {
    let names =
        |named: &[(String, NodeId)]| format!("{:?}", named.iter().map(|(name, _)| name).collect::<Vec<_>>());
    let text = match assertion {
        Assertion::Enum(values) => values.iter().map(canonical).collect::<Vec<_>>().join(","),
        Assertion::Format(format) => format!("{format:?}{checks}"),
        Assertion::PrefixItems(ids)
        | Assertion::AllOf(ids)
        | Assertion::AnyOf(ids)
        | Assertion::OneOf(ids) => ids.len().to_string(),
        Assertion::Items { from, .. } => from.to_string(),
        Assertion::Contains { min, max, .. } => format!("{min},{max:?}"),
        Assertion::Properties(named)
        | Assertion::PatternProperties(named)
        | Assertion::DependentSchemas(named) => names(named),
        Assertion::AdditionalProperties { names, patterns, .. } => format!("{names:?}{patterns:?}"),
        Assertion::If { then, otherwise, .. } => format!("{}{}", then.is_some(), otherwise.is_some()),
        Assertion::PropertyNames(_)
        | Assertion::UnevaluatedItems(_)
        | Assertion::UnevaluatedProperties(_)
        | Assertion::Not(_)
        | Assertion::Ref(_) => String::new(),
        // What isn't written can't be told to be the same: never in one class with another.
        Assertion::Unsupported { written, .. } if written.is_empty() => {
            format!("{:p}", std::ptr::from_ref(written))
        }
        other => format!("{other:?}"),
    };
    format!("{:?}{text};", std::mem::discriminant(assertion))
}
