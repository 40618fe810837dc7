//! All pairs of schemas that two versions compare, from the roots down: each once, whoever refers to it.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};

use super::pairing::{Pairing, Sides, Step};
use crate::schema::NodeId;

/// Most pairs; what is beyond is compared as a whole where it is referred to.
const MOST: usize = 100_000;

/// Two schemas that stand for each other.
#[derive(Debug)]
pub(super) struct Pair {
    pub(super) left: NodeId,
    pub(super) right: NodeId,
    pub(super) pairing: Pairing,
    /// The pairs that it is a part of, nearest to a root first.
    pub(super) around: Vec<(usize, Step)>,
}

/// Pairs, those near to a root first.
#[derive(Debug, Default)]
pub(super) struct Graph {
    pub(super) pairs: Vec<Pair>,
    /// By pair, the roots that it is.
    pub(super) roots: HashMap<usize, Vec<usize>>,
}

impl Graph {
    pub(super) fn of(sides: Sides<'_>, roots: &[(NodeId, NodeId)]) -> Self {
        let mut graph = Graph::default();
        let mut known: HashMap<(NodeId, NodeId), usize> = HashMap::new();
        let mut open: VecDeque<usize> = VecDeque::new();
        for (index, (left, right)) in roots.iter().enumerate() {
            if sides.same(*left, *right) {
                continue;
            }
            let pair = graph.add(&mut known, (*left, *right), &mut open);
            graph.roots.entry(pair).or_default().push(index);
        }
        while let Some(index) = open.pop_front() {
            let (left, right) = (graph.pairs[index].left, graph.pairs[index].right);
            let mut pairing = sides.pair(left, right);
            let full = graph.pairs.len() > MOST;
            for link in &pairing.links {
                let place = (link.left, link.right);
                if full && !known.contains_key(&place) {
                    pairing.parts.remove(&link.right);
                    continue;
                }
                let part = graph.add(&mut known, place, &mut open);
                graph.pairs[part].around.push((index, link.step.clone()));
            }
            graph.pairs[index].pairing = pairing;
        }
        graph
    }

    fn add(
        &mut self,
        known: &mut HashMap<(NodeId, NodeId), usize>,
        (left, right): (NodeId, NodeId),
        open: &mut VecDeque<usize>,
    ) -> usize {
        let next = self.pairs.len();
        let index = *known.entry((left, right)).or_insert(next);
        if index == next {
            self.pairs.push(Pair { left, right, pairing: Pairing::default(), around: Vec::new() });
            open.push_back(index);
        }
        index
    }

    /// The roots that a pair is a part of.
    pub(super) fn reached(&self, pair: usize) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        let mut seen = HashSet::from([pair]);
        let mut open = vec![pair];
        while let Some(pair) = open.pop() {
            found.extend(self.roots.get(&pair).into_iter().flatten().copied());
            open.extend(
                self.pairs[pair]
                    .around
                    .iter()
                    .map(|(around, _)| *around)
                    .filter(|around| seen.insert(*around)),
            );
        }
        found
    }
}
