//! Which keywords an invalid document fails on.

use serde_json::Value;

use super::evaluated::Evaluated;
use super::{DEEPEST, Evaluator};
use crate::schema::{Assertion, Body, Keyword, NodeId};
use crate::value::token;

/// A keyword that a document fails on and that alone makes the document invalid.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Failure {
    /// JSON Pointer of the keyword (or of a schema that is `false`).
    pub(crate) pointer: String,
    /// JSON Pointer of what fails, within the document.
    pub(crate) instance: String,
    /// Node and index of the keyword; no index for a schema that is `false`.
    pub(crate) place: (NodeId, Option<usize>),
}

impl Evaluator<'_> {
    /// The innermost keywords that fail, within what must hold: an alternative as a whole, not its branches.
    pub(crate) fn failures(&self, value: &Value) -> Vec<Failure> {
        self.left.set(super::MOST_EVALUATIONS);
        let mut found = Vec::new();
        self.blame(self.schema.root, value, "", 0, &mut found);
        found.sort();
        found.dedup_by(|one, two| one.pointer == two.pointer);
        found
    }

    fn blame(&self, id: NodeId, value: &Value, instance: &str, depth: usize, found: &mut Vec<Failure>) {
        if depth > DEEPEST || self.node(id, value, depth).0 != Some(false) {
            return;
        }
        let node = self.schema.node(id);
        let Body::Keywords(keywords) = &node.body else {
            found.push(Failure {
                pointer: node.pointer.clone(),
                instance: instance.to_owned(),
                place: (id, None),
            });
            return;
        };
        let mut evaluated = Evaluated::default();
        for late in [false, true] {
            for (index, keyword) in keywords.iter().enumerate() {
                if keyword.assertion.is_late() != late {
                    continue;
                }
                let seen = if late { evaluated.clone() } else { Evaluated::default() };
                if self.keyword(keyword, value, &mut evaluated, depth) == Some(false) {
                    let before = found.len();
                    self.descend(keyword, (value, &seen), instance, depth + 1, found);
                    if found.len() == before {
                        let place = (id, Some(index));
                        let pointer = keyword.pointer.clone();
                        found.push(Failure { pointer, instance: instance.to_owned(), place });
                    }
                }
            }
        }
    }

    /// Into the schemas that a failing keyword applies and that must hold. `seen`: what others evaluate of the value.
    fn descend(
        &self,
        keyword: &Keyword,
        (value, seen): (&Value, &Evaluated),
        instance: &str,
        depth: usize,
        found: &mut Vec<Failure>,
    ) {
        match &keyword.assertion {
            Assertion::AllOf(ids) => {
                for id in ids {
                    self.blame(*id, value, instance, depth, found);
                }
            }
            Assertion::Ref(id) => self.blame(*id, value, instance, depth, found),
            Assertion::If { condition, then, otherwise } => {
                let branch = match self.node(*condition, value, depth).0 {
                    Some(true) => *then,
                    Some(false) => *otherwise,
                    None => None,
                };
                if let Some(id) = branch {
                    self.blame(id, value, instance, depth, found);
                }
            }
            Assertion::DependentSchemas(schemas) => {
                for (_, id) in schemas.iter().filter(|(name, _)| value.get(name).is_some()) {
                    self.blame(*id, value, instance, depth, found);
                }
            }
            Assertion::PrefixItems(ids) => {
                for (index, (id, item)) in ids.iter().zip(value.as_array().into_iter().flatten()).enumerate()
                {
                    self.blame(*id, item, &format!("{instance}/{index}"), depth, found);
                }
            }
            Assertion::Items { from, schema } => {
                let items = value.as_array().into_iter().flatten().enumerate();
                for (index, item) in items.skip(*from) {
                    self.blame(*schema, item, &format!("{instance}/{index}"), depth, found);
                }
            }
            Assertion::Properties(_)
            | Assertion::PatternProperties(_)
            | Assertion::AdditionalProperties { .. }
            | Assertion::UnevaluatedProperties(_) => {
                for (name, member) in value.as_object().into_iter().flatten() {
                    let at = format!("{instance}/{}", token(name));
                    for (applies, id) in self.of_member(&keyword.assertion, name, seen) {
                        if applies == Some(true) {
                            self.blame(id, member, &at, depth, found);
                        }
                    }
                }
            }
            _ => {}
        }
    }
}
