//! Which schemas speak of a part of a valid document: where the other version says something about the same value.

use serde_json::Value;

use super::Evaluator;
use super::evaluated::Evaluated;
use crate::schema::{Assertion, NodeId};
use crate::value::untoken;

/// Most schemas that are followed.
const MOST: usize = 400;

impl Evaluator<'_> {
    /// The nodes that apply to the part of a document at a JSON Pointer, outermost first.
    pub(crate) fn applied(&self, document: &Value, instance: &str) -> Vec<NodeId> {
        self.left.set(super::MOST_EVALUATIONS);
        let mut value = document;
        let mut nodes = self.in_place_of(vec![self.schema.root], value);
        for part in instance.split('/').skip(1) {
            let part = untoken(part);
            let mut below = Vec::new();
            let Some(next) = (match value {
                Value::Array(items) => part.parse::<usize>().ok().and_then(|index| items.get(index)),
                other => other.get(&part),
            }) else {
                return Vec::new();
            };
            for id in &nodes {
                for keyword in self.schema.node(*id).keywords() {
                    self.below(&keyword.assertion, &part, value.is_array(), &mut below);
                }
            }
            value = next;
            nodes = self.in_place_of(below, value);
        }
        nodes
    }

    /// The nodes given and those that they apply to the value itself, where they hold.
    fn in_place_of(&self, start: Vec<NodeId>, value: &Value) -> Vec<NodeId> {
        let mut found: Vec<NodeId> = Vec::new();
        let mut open = start;
        open.reverse();
        while let Some(id) = open.pop() {
            if found.contains(&id) || found.len() > MOST {
                continue;
            }
            found.push(id);
            let holds = |id: &NodeId| self.node(*id, value, 0).0 == Some(true);
            for keyword in self.schema.node(id).keywords().iter().rev() {
                match &keyword.assertion {
                    Assertion::Ref(id) => open.push(*id),
                    Assertion::AllOf(ids) => open.extend(ids.iter().rev()),
                    Assertion::AnyOf(ids) | Assertion::OneOf(ids) => {
                        open.extend(ids.iter().rev().copied().filter(holds));
                    }
                    Assertion::If { condition, then, otherwise } => {
                        let branch = if holds(condition) { then } else { otherwise };
                        open.extend(*branch);
                    }
                    Assertion::DependentSchemas(schemas) => {
                        let due = schemas.iter().rev().filter(|(name, _)| value.get(name).is_some());
                        open.extend(due.map(|(_, id)| *id));
                    }
                    _ => {}
                }
            }
        }
        found
    }

    /// The nodes that a keyword applies to a part.
    fn below(&self, assertion: &Assertion, part: &str, array: bool, found: &mut Vec<NodeId>) {
        if array {
            let Ok(index) = part.parse::<usize>() else { return };
            match assertion {
                Assertion::PrefixItems(ids) => found.extend(ids.get(index)),
                Assertion::Items { from, schema } if index >= *from => found.push(*schema),
                Assertion::UnevaluatedItems(schema) => found.push(*schema),
                _ => {}
            }
        } else {
            let each = self.of_member(assertion, part, &Evaluated::default());
            found.extend(each.into_iter().filter(|(applies, _)| *applies == Some(true)).map(|(_, id)| id));
        }
    }
}
