//! Schemas that say the same, told apart by nothing but their place: recursive ones too.
//!
//! A node whose parts have classes has the class of what it says with theirs. What refers to itself never gets there:
//! such nodes start in one class each per what they say, and are split until nodes of a class refer to the same
//! classes. What is in one class is lowered once, so that whatever two documents have in common costs nothing to
//! compare.

use std::collections::HashMap;
use std::sync::Arc;

use crate::evaluate::Waived;
use crate::schema::{Body, Checks, Said, Schema, said};

/// The class of every node of a schema.
pub(crate) type Classes = Vec<usize>;

/// Most nodes times rounds for what refers to itself; beyond that every such node is its own class.
const MOST_WORK: usize = 2_000_000;

/// A schema, the keywords of it that are taken to hold, and the formats that it checks.
pub(crate) type Read<'s> = (&'s Schema, &'s Waived, Checks);

/// What a node says, as a number, and the classes of its parts.
type Key = Box<[usize]>;

/// The classes of the nodes of some schemas.
pub(crate) fn classes(schemas: &[Read<'_>]) -> Vec<Classes> {
    let waived: Vec<Vec<(usize, Said)>> =
        schemas.iter().map(|(schema, waived, _)| otherwise(schema, waived)).collect();
    let mut graph = Graph::default();
    // Schemas over the same nodes that say the same are classed once.
    let first = |index: usize| {
        let (schema, waived, checks) = &schemas[index];
        let same = |(other, others, checked): &Read<'_>| {
            Arc::ptr_eq(&schema.nodes, &other.nodes) && waived == others && checks == checked
        };
        schemas.iter().position(same).unwrap_or(index)
    };
    let mut names: HashMap<(&str, Option<Checks>), usize> = HashMap::new();
    for (index, ((schema, _, checks), waived)) in schemas.iter().zip(&waived).enumerate() {
        if first(index) < index {
            continue;
        }
        let offset = graph.said.len();
        let mut waived = waived.iter().peekable();
        for (index, said) in schema.nodes.said().iter().enumerate() {
            let said = waived.next_if(|(other, _)| *other == index).map_or(said, |(_, said)| said);
            let next = names.len();
            let name = *names.entry((&said.text, said.formats.then_some(*checks))).or_insert(next);
            graph.said.push(name);
            graph.parts.extend(said.parts.iter().map(|part| part.0 + offset));
            graph.ends.push(graph.parts.len());
        }
    }
    let mut rest = graph.classes().into_iter();
    let mut found: Vec<Classes> = Vec::new();
    for (index, (schema, ..)) in schemas.iter().enumerate() {
        let classes = match first(index) {
            first if first < index => found[first].clone(),
            _ => rest.by_ref().take(schema.nodes.len()).collect(),
        };
        found.push(classes);
    }
    found
}

/// The nodes that say something else when some keywords are taken to hold, in their order.
fn otherwise(schema: &Schema, waived: &Waived) -> Vec<(usize, Said)> {
    if waived.is_empty() {
        return Vec::new();
    }
    let is_waived = |pointer: &str| waived.contains(pointer);
    let nodes = schema.nodes.iter().enumerate().filter(|(_, node)| match &node.body {
        Body::Bool(_) => is_waived(&node.pointer),
        Body::Keywords(keywords) => keywords.iter().any(|keyword| is_waived(&keyword.pointer)),
    });
    nodes.map(|(index, node)| (index, said(node, is_waived))).collect()
}

/// Nodes of all schemas, one after the other.
#[derive(Debug, Default)]
struct Graph {
    said: Vec<usize>,
    /// The parts of all nodes, one after the other.
    parts: Vec<usize>,
    /// Where those of each node end.
    ends: Vec<usize>,
}

/// A node that has no class yet.
const NONE: usize = usize::MAX;

impl Graph {
    fn parts(&self, node: usize) -> &[usize] {
        let start = node.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.parts[start..self.ends[node]]
    }

    fn classes(&self) -> Classes {
        let mut classes = vec![NONE; self.said.len()];
        let count = self.settle(&mut classes);
        let open: Vec<usize> = (0..classes.len()).filter(|node| classes[*node] == NONE).collect();
        if !open.is_empty() {
            self.refine(&open, count, &mut classes);
        }
        classes
    }

    /// Gives classes to what doesn't refer to itself, parts first; how many there are.
    fn settle(&self, classes: &mut Classes) -> usize {
        let (users, starts) = self.users();
        let mut missing: Vec<usize> = (0..self.said.len()).map(|node| self.parts(node).len()).collect();
        let mut ready: Vec<usize> = (0..missing.len()).filter(|node| missing[*node] == 0).collect();
        let mut known: HashMap<Key, usize> = HashMap::new();
        let mut key = Vec::new();
        while let Some(node) = ready.pop() {
            self.write_key(node, self.said[node], classes, &mut key);
            let next = known.len();
            classes[node] = match known.get(key.as_slice()) {
                Some(class) => *class,
                None => {
                    known.insert(key.clone().into(), next);
                    next
                }
            };
            for user in &users[starts[node]..starts[node + 1]] {
                missing[*user] -= 1;
                if missing[*user] == 0 {
                    ready.push(*user);
                }
            }
        }
        known.len()
    }

    /// The nodes that refer to each node, one list after the other, and where each begins.
    fn users(&self) -> (Vec<usize>, Vec<usize>) {
        let mut starts = vec![0; self.said.len() + 1];
        for part in &self.parts {
            starts[part + 1] += 1;
        }
        for node in 0..self.said.len() {
            starts[node + 1] += starts[node];
        }
        let (mut users, mut next) = (vec![0; self.parts.len()], starts.clone());
        for node in 0..self.said.len() {
            for part in self.parts(node) {
                users[next[*part]] = node;
                next[*part] += 1;
            }
        }
        (users, starts)
    }

    fn write_key(&self, node: usize, said: usize, classes: &Classes, key: &mut Vec<usize>) {
        key.clear();
        key.push(said);
        key.extend(self.parts(node).iter().map(|part| classes[*part]));
    }

    /// Splits the classes of nodes until they are stable; theirs are numbered from `first`.
    fn refine(&self, open: &[usize], first: usize, classes: &mut Classes) {
        let mut named: HashMap<usize, usize> = HashMap::new();
        for node in open {
            let next = first + named.len();
            classes[*node] = *named.entry(self.said[*node]).or_insert(next);
        }
        let (mut count, mut work) = (named.len(), 0);
        let mut key = Vec::new();
        loop {
            let mut refined: HashMap<Key, usize> = HashMap::new();
            let mut next_classes = Vec::with_capacity(open.len());
            for node in open {
                self.write_key(*node, classes[*node], classes, &mut key);
                let next = first + refined.len();
                next_classes.push(match refined.get(key.as_slice()) {
                    Some(class) => *class,
                    None => {
                        refined.insert(key.clone().into(), next);
                        next
                    }
                });
            }
            let stable = refined.len() == count;
            count = refined.len();
            open.iter().zip(next_classes).for_each(|(node, class)| classes[*node] = class);
            work += open.len();
            if stable {
                return;
            }
            if work > MOST_WORK {
                open.iter().enumerate().for_each(|(index, node)| classes[*node] = first + index);
                return;
            }
        }
    }
}
