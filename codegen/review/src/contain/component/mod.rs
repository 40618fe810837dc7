//! Schemas are compared part by part: what a schema says of a value itself is compared where it stands, once, its parts
//! taken to be what they were; each part is compared by itself.
//!
//! If every part of one schema is within its partner and the schemas are within each other for whatever the parts
//! accept, then one schema is within the other: by induction over the size of the document, recursion included. Two
//! things break that rule and are looked at as a whole: exactly one of several alternatives has to hold, and what a
//! schema refuses of a part may not matter where the part stands. So each document that shows a difference is made a
//! document of a root before it counts.

mod graph;
mod lift;
mod pairing;

use std::collections::{BTreeMap, BTreeSet};

use super::search::{Findings, Memory, Search};
use super::{Proof as Tally, Settings};
use crate::finding::{Confidence, Finding, Flow, Severity, Side};
use crate::schema::{Declaring, NodeId, Schema};
use graph::{Graph, Pair};
use lift::Proof;
pub(super) use pairing::Pairing;
use pairing::Sides;

/// Searches of wholes per way that may be as long as one may be.
const LONG_SEARCHES: u64 = 20;

/// Two versions of some schemas over the same nodes.
pub(crate) struct Components<'s> {
    pub(crate) left: &'s Schema,
    pub(crate) right: &'s Schema,
    pub(crate) declaring: Option<&'s Declaring>,
    /// Which of the two `right` is.
    pub(crate) side: Side,
    pub(crate) flow: Flow,
    pub(crate) bad: bool,
    pub(crate) as_text: bool,
    pub(crate) settings: &'s Settings,
}

/// What was found, and the roots that it reaches as far as that is known already.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) list: Vec<(Finding, BTreeSet<usize>)>,
    pub(crate) proof: Tally,
}

impl Components<'_> {
    /// Compares schemas by their roots.
    pub(crate) fn compare(&self, roots: &[(NodeId, NodeId)], memory: &mut Memory) -> Found {
        let any = self.whole(NodeId(0), NodeId(0));
        let graph = {
            let classes = memory.plain_classes(&any);
            let sides = Sides {
                left: &self.left.nodes,
                right: &self.right.nodes,
                classes: (&classes[0], &classes[1]),
            };
            Graph::of(sides, roots)
        };
        let pool = self.settings.steps * LONG_SEARCHES;
        let mut work = Work::new(&graph, pool);
        for index in 0..graph.pairs.len() {
            let pair = &graph.pairs[index];
            memory.solver.grant(self.settings.steps / 4);
            let local = self.search(pair, Some(&pair.pairing)).run(memory);
            if !local.decided {
                work.open.insert(index);
            }
            self.settle(&mut work, index, local, memory);
        }
        for (index, pair) in graph.pairs.iter().enumerate() {
            let exclusive = &pair.pairing.exclusive;
            if !exclusive.is_empty() && !work.open.contains(&index) && !self.exclude_each_other(pair, memory)
            {
                work.open.insert(index);
            }
        }
        self.wholes(&mut work, memory);
        work.say_what_is_open();
        let tally = memory.solver.tally;
        let proof = Tally { goals: tally.goals, branches: tally.branches, recursions: tally.recursions };
        Found { list: work.found, proof }
    }

    /// Compares pairs with all that they refer to: those that couldn't be compared by themselves, and those that seemed
    /// to make up for a difference in a part, which another document, or another difference, may show after all.
    fn wholes(&self, work: &mut Work<'_>, memory: &mut Memory) {
        // What is deepest is looked at first: what is found there is found no more around it.
        while let Some((index, alone)) = work.next() {
            let pair = &work.graph.pairs[index];
            let pool = if alone { &mut work.pools.0 } else { &mut work.pools.1 };
            let granted = self.settings.steps.min(*pool);
            memory.solver.grant(granted);
            let search = self.search(pair, None);
            let whole = search.run(memory);
            *pool -= granted - memory.solver.left().min(granted);
            if !whole.decided {
                work.undecided.insert(index);
                if alone && let Some(finding) = search.undecided() {
                    work.found.push((finding, work.graph.reached(index)));
                }
            }
            self.settle(work, index, whole, memory);
        }
    }

    /// Makes the documents of what was found documents of roots.
    fn settle(&self, work: &mut Work<'_>, index: usize, findings: Findings, memory: &mut Memory) {
        for mut finding in findings.list {
            let Some(witness) = finding.witness.clone() else { continue };
            let proof = Proof { witness, instance: finding.instance.clone() };
            let lifted = self.lift(work.graph, index, proof, memory);
            if let Some((root, proof)) = lifted.root {
                (finding.witness, finding.instance) = (Some(proof.witness), proof.instance);
                work.found.push((finding, BTreeSet::from([root])));
                continue;
            }
            // It isn't reported, so it may be found elsewhere, and counts wherever something is looked at as a whole.
            memory.count_again(finding.pointer());
            work.around.extend(lifted.stopped.iter().filter(|around| !work.compared.contains(around)));
            work.stopped.push(Stopped {
                pair: index,
                finding,
                around: lifted.stopped,
                partly: lifted.partly,
            });
        }
    }

    /// Whether alternatives of which one has to hold can't hold together, where one of them differs.
    fn exclude_each_other(&self, pair: &Pair, memory: &mut Memory) -> bool {
        let search = self.search(pair, None);
        memory.solver.grant(self.settings.steps / 4);
        pair.pairing.exclusive.iter().all(|ids| search.exclude_each_other(ids, memory))
    }

    fn search<'p>(&'p self, pair: &Pair, taking: Option<&'p Pairing>) -> Search<'p> {
        Search { taking, ..self.whole(pair.left, pair.right) }
    }

    fn whole(&self, left: NodeId, right: NodeId) -> Search<'_> {
        let at = |schema: &Schema, root: NodeId| Schema { root, ..schema.clone() };
        let declared = self.declaring.map(|declaring| at(self.left, declaring.of(left)));
        let (left, right) = (at(self.left, left), at(self.right, right));
        let Components { side, flow, bad, as_text, settings, .. } = *self;
        Search { left, declared, right, side, flow, bad, as_text, settings, taking: None }
    }

    /// Nothing is known about any of the roots.
    pub(crate) fn interrupted(&self, roots: &[(NodeId, NodeId)]) -> Found {
        let unknown = |(index, (left, right)): (usize, &(NodeId, NodeId))| {
            Some((self.whole(*left, *right).undecided()?, BTreeSet::from([index])))
        };
        Found { list: roots.iter().enumerate().filter_map(unknown).collect(), proof: Tally::default() }
    }
}

/// What is known so far.
struct Work<'g> {
    graph: &'g Graph,
    found: Vec<(Finding, BTreeSet<usize>)>,
    /// Pairs that have to be compared as a whole.
    open: BTreeSet<usize>,
    /// Pairs that seem to make up for what differs in their parts.
    around: BTreeSet<usize>,
    /// Pairs that were compared as a whole.
    compared: BTreeSet<usize>,
    /// Of those, the ones about which nobody knows.
    undecided: BTreeSet<usize>,
    /// Differences that don't show around the pair.
    stopped: Vec<Stopped>,
    /// Steps that are left for wholes: for those in `open` and those in `around`.
    pools: (u64, u64),
}

impl<'g> Work<'g> {
    fn new(graph: &'g Graph, pool: u64) -> Self {
        Work {
            graph,
            found: Vec::new(),
            open: BTreeSet::new(),
            around: BTreeSet::new(),
            compared: BTreeSet::new(),
            undecided: BTreeSet::new(),
            stopped: Vec::new(),
            pools: (pool, pool),
        }
    }

    /// The next pair to compare as a whole, and whether that is because it couldn't be compared by itself.
    fn next(&mut self) -> Option<(usize, bool)> {
        let index = self.open.last().max(self.around.last()).copied()?;
        self.around.remove(&index);
        self.compared.insert(index);
        Some((index, self.open.remove(&index)))
    }

    /// Reports differences of which nobody knows whether they show around their pairs.
    fn say_what_is_open(&mut self) {
        let known: BTreeSet<String> =
            self.found.iter().map(|(finding, _)| finding.pointer().to_owned()).collect();
        let mut open: BTreeMap<String, (Finding, BTreeSet<usize>)> = BTreeMap::new();
        for Stopped { pair, mut finding, around, partly } in std::mem::take(&mut self.stopped) {
            let unknown = partly || around.iter().any(|around| self.undecided.contains(around));
            if !unknown || known.contains(finding.pointer()) {
                continue;
            }
            if finding.severity == Severity::Break {
                finding.severity = Severity::Risky;
            }
            finding.confidence = Confidence::Unknown;
            finding.note = Some("the document is one of this schema by itself".to_owned());
            let reached = self.graph.reached(pair);
            open.entry(finding.pointer().to_owned()).or_insert((finding, BTreeSet::new())).1.extend(reached);
        }
        self.found.extend(open.into_values());
    }
}

/// A difference that pairs around its own make nothing of, as far as one document tells.
struct Stopped {
    pair: usize,
    finding: Finding,
    around: Vec<usize>,
    /// There are more ways than were tried.
    partly: bool,
}
