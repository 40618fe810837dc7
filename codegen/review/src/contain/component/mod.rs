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

use std::collections::BTreeSet;

use super::search::{Findings, Memory, Search};
use super::{Proof as Tally, Settings};
use crate::finding::{Confidence, Finding, Flow, Severity, Side};
use crate::schema::{Declaring, NodeId, Schema};
use crate::solve::Outcome;
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
        let mut work = Work {
            graph: &graph,
            found: Vec::new(),
            open: BTreeSet::new(),
            stopped: Vec::new(),
            pool: self.settings.steps * LONG_SEARCHES,
        };
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
        // What is deepest is looked at first: what is found there is found no more around it.
        while let Some(index) = work.open.pop_last() {
            self.as_a_whole(&mut work, index, memory);
        }
        for stopped in std::mem::take(&mut work.stopped) {
            self.around_stopped(&mut work, stopped, memory);
        }
        let tally = memory.solver.tally;
        let proof = Tally { goals: tally.goals, branches: tally.branches, recursions: tally.recursions };
        Found { list: work.found, proof }
    }

    /// Looks for what is left between two schemas with all that they refer to.
    fn as_a_whole(&self, work: &mut Work<'_>, index: usize, memory: &mut Memory) {
        let pair = &work.graph.pairs[index];
        let granted = self.settings.steps.min(work.pool);
        memory.solver.grant(granted);
        let search = self.search(pair, None);
        let whole = search.run(memory);
        work.pool -= granted - memory.solver.left().min(granted);
        if !whole.decided
            && let Some(finding) = search.undecided()
        {
            work.found.push((finding, work.graph.reached(index)));
        }
        self.settle(work, index, whole, memory);
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
            work.stopped.push(Stopped {
                pair: index,
                finding,
                around: lifted.stopped,
                partly: lifted.partly,
            });
        }
    }

    /// What is to be said of a difference that didn't show in a root, when all other differences are known.
    fn around_stopped(&self, work: &mut Work<'_>, stopped: Stopped, memory: &mut Memory) {
        let Stopped { pair, mut finding, around, partly } = stopped;
        let mut unknown = partly;
        for around in around {
            match self.around_anyway(work.graph, around, &finding, memory) {
                Anyway::Absorbed => {}
                Anyway::Unknown => unknown = true,
                Anyway::Refused(root, proof) => {
                    (finding.witness, finding.instance) = (Some(proof.witness), proof.instance);
                    work.found.push((finding, BTreeSet::from([root])));
                    return;
                }
            }
        }
        if unknown {
            if finding.severity == Severity::Break {
                finding.severity = Severity::Risky;
            }
            finding.confidence = Confidence::Rule;
            finding.note = Some("the document is one of this schema by itself".to_owned());
            let reached = work.graph.reached(pair);
            work.found.push((finding, reached));
        }
    }

    /// Whether a difference in a part shows in a pair around it after all.
    fn around_anyway(&self, graph: &Graph, around: usize, finding: &Finding, memory: &mut Memory) -> Anyway {
        let pair = &graph.pairs[around];
        let search = self.search(pair, None);
        memory.solver.grant(self.settings.steps);
        let pointer = finding.pointer().to_owned();
        let outcome = memory.without(&pointer, |memory| search.witness(memory));
        match outcome {
            Outcome::Empty => Anyway::Absorbed,
            Outcome::Witness(witness)
                if search.proves(&witness) && search.refuses_by(&witness, &memory.waived) =>
            {
                let failure = search.failures(&witness).into_iter().next();
                let instance = failure.map(|failure| failure.instance).unwrap_or_default();
                match self.lift(graph, around, Proof { witness, instance }, memory).root {
                    Some((root, proof)) => Anyway::Refused(root, proof),
                    None => Anyway::Unknown,
                }
            }
            Outcome::Witness(_) | Outcome::Unknown => Anyway::Unknown,
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
    /// Differences that don't show around the pair.
    stopped: Vec<Stopped>,
    /// Steps that are left for wholes.
    pool: u64,
}

/// A difference that pairs around its own make nothing of, as far as one document tells.
struct Stopped {
    pair: usize,
    finding: Finding,
    around: Vec<usize>,
    /// There are more ways than were tried.
    partly: bool,
}

/// Whether a difference in a part matters around it.
enum Anyway {
    Absorbed,
    Unknown,
    Refused(usize, Proof),
}
