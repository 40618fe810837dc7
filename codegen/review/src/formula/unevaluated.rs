//! `unevaluatedProperties` and `unevaluatedItems` without their dependence on what happened before.
//!
//! What is evaluated depends on which alternatives hold. For any choice of alternatives that do hold, whatever they
//! don't cover must satisfy the schema; more alternatives cover more. So it is enough that one choice works.

use std::collections::BTreeSet;

use serde_json::Value;

use super::arena::{Literal, Node};
use super::lower::Lowering;
use crate::schema::{Assertion, Keyword, NodeId, Undeclared};
use crate::value::{Kind, Kinds};

/// Most alternatives whose choices are written out: 2^6 choices.
const MOST_ALTERNATIVES: usize = 6;

/// What a schema evaluates.
#[derive(Clone, Debug, Default)]
struct Cover {
    everything: bool,
    names: BTreeSet<String>,
    patterns: BTreeSet<String>,
    /// Number of leading items.
    prefix: usize,
    /// Items that satisfy one of these.
    containing: BTreeSet<Literal>,
}

impl Cover {
    fn extend(&mut self, other: &Cover) {
        self.everything |= other.everything;
        self.names.extend(other.names.iter().cloned());
        self.patterns.extend(other.patterns.iter().cloned());
        self.prefix = self.prefix.max(other.prefix);
        self.containing.extend(&other.containing);
    }

    fn is_within(&self, other: &Cover) -> bool {
        other.everything
            || !self.everything
                && self.names.is_subset(&other.names)
                && self.patterns.is_subset(&other.patterns)
                && self.prefix <= other.prefix
                && self.containing.is_subset(&other.containing)
    }
}

/// What is covered if all conditions hold.
#[derive(Debug)]
struct Alternative {
    conditions: BTreeSet<Literal>,
    cover: Cover,
}

#[derive(Clone, Copy, Debug)]
enum Of<'n> {
    Members,
    /// Those of some names only.
    Declared(&'n Undeclared),
    Items,
}

impl Lowering<'_> {
    pub(super) fn unevaluated_members(&mut self, of: NodeId, schema: NodeId) -> Literal {
        let schema = self.node(schema);
        self.unevaluated(of, Of::Members, schema)
    }

    pub(super) fn unevaluated_items(&mut self, of: NodeId, schema: NodeId) -> Literal {
        let schema = self.node(schema);
        self.unevaluated(of, Of::Items, schema)
    }

    /// Members of these names are evaluated by something.
    pub(super) fn declared(&mut self, of: NodeId, absent: &Undeclared) -> Literal {
        self.unevaluated(of, Of::Declared(absent), Literal::FALSE)
    }

    fn unevaluated(&mut self, of: NodeId, what: Of<'_>, schema: Literal) -> Literal {
        let mut alternatives = Vec::new();
        self.collect(of, what, &BTreeSet::new(), &mut vec![of], &mut alternatives);
        let mut always = Cover::default();
        for alternative in alternatives.iter().filter(|alternative| alternative.conditions.is_empty()) {
            always.extend(&alternative.cover);
        }
        alternatives.retain(|alternative| !alternative.cover.is_within(&always));
        if alternatives.len() > MOST_ALTERNATIVES && matches!(what, Of::Declared(_)) {
            // It only says which documents are worth looking at: what may be declared is taken to be.
            alternatives.drain(..).for_each(|alternative| always.extend(&alternative.cover));
        }
        if alternatives.len() > MOST_ALTERNATIVES {
            return self.arena.opaque("");
        }
        let mut choices = Vec::new();
        for choice in 0..1usize << alternatives.len() {
            let mut cover = always.clone();
            let mut parts = Vec::new();
            for (index, alternative) in alternatives.iter().enumerate() {
                if choice >> index & 1 == 1 {
                    cover.extend(&alternative.cover);
                    parts.extend(&alternative.conditions);
                }
            }
            parts.push(self.uncovered(what, &cover, schema));
            choices.push(self.arena.all(parts));
        }
        self.arena.any(choices)
    }

    /// What isn't covered satisfies the schema.
    fn uncovered(&mut self, what: Of<'_>, cover: &Cover, schema: Literal) -> Literal {
        if cover.everything {
            return Literal::TRUE;
        }
        match what {
            Of::Members => {
                let names = cover.names.iter().cloned().collect();
                self.others(names, cover.patterns.iter().cloned().collect(), schema)
            }
            Of::Declared(absent) => {
                let known: Vec<Value> = cover
                    .names
                    .union(&absent.known)
                    .filter(|name| absent.names.contains(*name))
                    .map(|name| Value::String(name.clone()))
                    .collect();
                if known.len() == absent.names.len() {
                    return Literal::TRUE;
                }
                let mut allowed = vec![!self.arena.names(&absent.names), self.arena.values(&known)];
                allowed.extend(
                    cover.patterns.iter().map(|pattern| self.arena.add(Node::Pattern(pattern.clone()))),
                );
                let allowed = self.arena.any(allowed);
                if allowed == Literal::TRUE { allowed } else { self.arena.add(Node::Names(allowed)) }
            }
            Of::Items => {
                let either = cover.containing.iter().copied().chain([schema]).collect::<Vec<_>>();
                let either = self.arena.any(either);
                self.rest(cover.prefix, either)
            }
        }
    }

    /// What the keywords of a node evaluate, and under which conditions.
    fn collect(
        &mut self,
        of: NodeId,
        what: Of<'_>,
        conditions: &BTreeSet<Literal>,
        path: &mut Vec<NodeId>,
        found: &mut Vec<Alternative>,
    ) {
        // Far more than can be written out: the caller gives up on it.
        if found.len() > 1000 || path.len() > 100 {
            return;
        }
        let schema = self.schema;
        for keyword in schema.node(of).keywords() {
            let mut cover = Cover::default();
            match what {
                Of::Members | Of::Declared(_) => {
                    cover_members(&keyword.assertion, path.len() > 1, &mut cover);
                }
                Of::Items => self.cover_items(&keyword.assertion, path.len() > 1, &mut cover),
            }
            if !cover.is_within(&Cover::default()) {
                found.push(Alternative { conditions: conditions.clone(), cover });
            }
            for (id, condition) in self.applied(keyword) {
                if path.contains(&id) {
                    continue;
                }
                let mut conditions = conditions.clone();
                conditions.extend(condition.filter(|condition| *condition != Literal::TRUE));
                path.push(id);
                self.collect(id, what, &conditions, path, found);
                path.pop();
            }
        }
    }

    /// The schemas that a keyword applies to the value itself, each with what must hold for it to count.
    fn applied(&mut self, keyword: &Keyword) -> Vec<(NodeId, Option<Literal>)> {
        let waived = self.is_waived(keyword);
        match &keyword.assertion {
            Assertion::AllOf(ids) => ids.iter().map(|id| (*id, waived.then(|| self.node(*id)))).collect(),
            Assertion::Ref(id) => vec![(*id, waived.then(|| self.node(*id)))],
            Assertion::AnyOf(ids) | Assertion::OneOf(ids) => {
                ids.iter().map(|id| (*id, Some(self.node(*id)))).collect()
            }
            Assertion::If { condition, then, otherwise } => {
                let holds = self.node(*condition);
                let mut applied = vec![(*condition, Some(holds))];
                for (branch, when) in [(then, holds), (otherwise, !holds)] {
                    if let Some(id) = branch {
                        let own = if waived { self.node(*id) } else { Literal::TRUE };
                        applied.push((*id, Some(self.arena.all([when, own]))));
                    }
                }
                applied
            }
            Assertion::DependentSchemas(schemas) => {
                let object = self.arena.kinds(Kinds::only(Kind::Object));
                let mut applied = Vec::new();
                for (name, id) in schemas {
                    let present = self.arena.add(Node::Required(name.clone()));
                    let own = if waived { self.node(*id) } else { Literal::TRUE };
                    applied.push((*id, Some(self.arena.all([object, present, own]))));
                }
                applied
            }
            _ => Vec::new(),
        }
    }

    fn cover_items(&mut self, assertion: &Assertion, nested: bool, cover: &mut Cover) {
        match assertion {
            Assertion::PrefixItems(ids) => cover.prefix = ids.len(),
            Assertion::Items { .. } => cover.everything = true,
            Assertion::UnevaluatedItems(_) => cover.everything = nested,
            Assertion::Contains { schema, .. } => {
                cover.containing.insert(self.node(*schema));
            }
            _ => {}
        }
    }
}

fn cover_members(assertion: &Assertion, nested: bool, cover: &mut Cover) {
    match assertion {
        Assertion::Properties(named) => cover.names = named.iter().map(|(name, _)| name.clone()).collect(),
        Assertion::PatternProperties(named) => {
            cover.patterns = named.iter().map(|(pattern, _)| pattern.clone()).collect();
        }
        Assertion::AdditionalProperties { .. } => cover.everything = true,
        Assertion::UnevaluatedProperties(_) => cover.everything = nested,
        _ => {}
    }
}
