//! A document of a part made a document of what the part is in.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::Components;
use super::graph::Graph;
use super::pairing::Step;
use crate::contain::search::Memory;
use crate::formula::{Literal, Node};
use crate::solve::Outcome;
use crate::value::{Kind, Kinds, same, token};

/// Most places around a part that a document is tried for.
const MOST: usize = 120;

/// A document that one schema accepts and the other refuses, and where in it the fault is.
#[derive(Clone, Debug)]
pub(super) struct Proof {
    pub(super) witness: Value,
    pub(super) instance: String,
}

/// What became of a document on its way to a root.
#[derive(Debug, Default)]
pub(super) struct Lifted {
    /// The root that it was made a document of.
    pub(super) root: Option<(usize, Proof)>,
    /// Pairs that make nothing of the difference in one of their parts.
    pub(super) stopped: Vec<usize>,
    /// There are more ways than were tried.
    pub(super) partly: bool,
}

impl Components<'_> {
    /// Makes a document of a pair a document of a root.
    pub(super) fn lift(&self, graph: &Graph, pair: usize, proof: Proof, memory: &mut Memory) -> Lifted {
        let mut lifted = Lifted::default();
        if let Some(root) = graph.roots.get(&pair).and_then(|roots| roots.first()) {
            lifted.root = Some((*root, proof));
            return lifted;
        }
        let mut seen = HashSet::from([pair]);
        let mut open = std::collections::VecDeque::from([(pair, proof)]);
        let mut tried = 0;
        while let Some((pair, proof)) = open.pop_front() {
            for (around, step) in &graph.pairs[pair].around {
                if seen.contains(around) {
                    continue;
                }
                tried += 1;
                if tried > MOST {
                    lifted.partly = true;
                    return lifted;
                }
                let Some(proof) = self.around(graph, *around, step, &proof, memory) else {
                    if !lifted.stopped.contains(around) {
                        lifted.stopped.push(*around);
                    }
                    continue;
                };
                seen.insert(*around);
                if let Some(root) = graph.roots.get(around).and_then(|roots| roots.first()) {
                    lifted.root = Some((*root, proof));
                    return lifted;
                }
                open.push_back((*around, proof));
            }
        }
        lifted.stopped.retain(|pair| !seen.contains(pair));
        lifted
    }

    /// A document of a pair that has the given one as a part.
    fn around(
        &self,
        graph: &Graph,
        pair: usize,
        step: &Step,
        part: &Proof,
        memory: &mut Memory,
    ) -> Option<Proof> {
        let pair = &graph.pairs[pair];
        let search = self.search(pair, None);
        if *step == Step::Alternative {
            return search.proves(&part.witness).then(|| part.clone());
        }
        // The simplest document that has the part, which is as good as any if it is one.
        let simplest = match step {
            Step::Member(name) => Some(json!({ name: &part.witness })),
            Step::Item(0) | Step::Items(0) => Some(json!([&part.witness])),
            _ => None,
        };
        if let Some(witness) = simplest.filter(|witness| search.proves(witness)) {
            let at = place(&witness, step, &part.witness)?;
            return Some(Proof { instance: format!("/{}{}", token(&at), part.instance), witness });
        }
        let mut goal = search.accepted_goal(memory);
        let arena = &mut memory.solver.arena;
        let value = arena.values([&part.witness]);
        let (kind, demand) = match step {
            Step::Alternative => return None,
            Step::Member(name) => (Kind::Object, vec![!arena.add(Node::Member(name.clone(), !value))]),
            Step::Matching(pattern) => {
                (Kind::Object, vec![!arena.add(Node::Matching(pattern.clone(), !value))])
            }
            Step::Others { names, patterns } => {
                let others =
                    Node::Others { names: names.clone(), patterns: patterns.clone(), schema: !value };
                (Kind::Object, vec![!arena.add(others)])
            }
            Step::Item(index) => (Kind::Array, vec![!arena.add(Node::Item(*index, !value))]),
            Step::Items(from) => (Kind::Array, vec![!arena.add(Node::Rest(*from, !value))]),
        };
        let kind: Literal = arena.kinds(Kinds::only(kind));
        goal.push(kind);
        goal.extend(demand);
        memory.solver.grant(self.settings.steps);
        let Outcome::Witness(witness) = memory.solver.solve(&goal) else { return None };
        if !search.proves(&witness) {
            return None;
        }
        let at = place(&witness, step, &part.witness)?;
        Some(Proof { instance: format!("/{}{}", token(&at), part.instance), witness })
    }
}

/// Where in a document the part is.
fn place(document: &Value, step: &Step, part: &Value) -> Option<String> {
    match (step, document) {
        (Step::Member(name), Value::Object(_)) => Some(name.clone()),
        (Step::Item(index), _) => Some(index.to_string()),
        (Step::Items(from), Value::Array(items)) => {
            let at = items.iter().skip(*from).position(|item| same(item, part))?;
            Some((from + at).to_string())
        }
        (_, Value::Object(members)) => {
            members.iter().find(|(_, member)| same(member, part)).map(|(name, _)| name.clone())
        }
        _ => None,
    }
}
