//! Schemas of two versions compared in one run, so that what they share is decided once and reported once.

use std::collections::{BTreeMap, BTreeSet};

use crate::contain::{Components, Memory, OpenContent, STACK, Settings};
use crate::documents::Documents;
use crate::finding::{Finding, Flow, Side};
use crate::members::Walk;
use crate::places::Places;
use crate::same::Same;
use crate::schema::{Declaring, NodeId, Origin, Reading, Schema, Twins, declared};

/// Pointers of a schema before and after; without one, everything is accepted.
pub(crate) type Pointers = (Option<String>, Option<String>);

/// A way that values go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Way {
    pub(crate) flow: Flow,
    /// The version that may refuse them.
    pub(crate) side: Side,
    /// Whether somebody minds.
    pub(crate) bad: bool,
    /// Whether they travel as text.
    pub(crate) as_text: bool,
}

/// A finding and the pairs that it reaches, each with the places in its documents where that is, as far as is known.
#[derive(Debug)]
pub(crate) struct Root {
    pub(crate) finding: Finding,
    pub(crate) reached: BTreeMap<usize, BTreeSet<String>>,
}

/// Pairs of schemas that are read the same way.
pub(crate) struct Together<'d> {
    base: &'d Documents<'d>,
    revision: &'d Documents<'d>,
    settings: &'d Settings,
    /// By pair, the schemas; none where there is nothing to find.
    pairs: Vec<Option<usize>>,
    before: Vec<Schema>,
    after: Vec<Schema>,
    declaring: Option<(Declaring, Declaring)>,
    /// As those who get values as text read them, if some do.
    as_text: Option<(Vec<Schema>, Vec<Schema>)>,
    twins: Twins,
}

impl<'d> Together<'d> {
    pub(crate) fn new(
        (base, revision): (&'d Documents<'d>, &'d Documents<'d>),
        reading: Reading,
        pointers: &[&Pointers],
        as_text: bool,
        settings: &'d Settings,
    ) -> Self {
        let read = |pointers: &[&Pointers], as_text: bool| {
            let before: Vec<Option<String>> = pointers.iter().map(|pair| pair.0.clone()).collect();
            let after: Vec<Option<String>> = pointers.iter().map(|pair| pair.1.clone()).collect();
            let origin = |documents| {
                let origin = Origin::new(documents, reading);
                if as_text { origin.written_as_text() } else { origin }
            };
            (origin(base).schemas(&before), origin(revision).schemas(&after))
        };
        let mut differing = Vec::new();
        let mut pairs: Vec<Option<usize>> = Vec::new();
        for (pair, same) in pointers.iter().zip(same(base, revision, pointers)) {
            pairs.push((!same).then_some(differing.len()));
            if !same {
                differing.push(*pair);
            }
        }
        let (mut before, mut after) = read(&differing, false);
        let as_text = as_text.then(|| read(&differing, true));
        let twins = match (before.first(), after.first()) {
            (Some(old), Some(new)) => Twins::of((base, &old.nodes), (revision, &new.nodes)),
            _ => Twins::default(),
        };
        let mut declaring = None;
        if settings.open_content == OpenContent::Ignored {
            let names = (declared::names(&before), declared::names(&after));
            let (old, declaring_old) = declared::declaring(before, names.1);
            let (new, declaring_new) = declared::declaring(after, names.0);
            (before, after, declaring) = (old, new, Some((declaring_old, declaring_new)));
        }
        Together { base, revision, settings, pairs, before, after, declaring, as_text, twins }
    }

    /// What is accepted no longer, for some pairs each way: a thread for each version that may refuse.
    pub(crate) fn roots(&self, ways: &[(Way, Vec<usize>)]) -> Vec<Root> {
        let of_side = |side: Side| -> Vec<&(Way, Vec<usize>)> {
            ways.iter().filter(|(way, _)| way.side == side).collect()
        };
        let sides = [Side::Revision, Side::Base].map(of_side);
        std::thread::scope(|scope| {
            let threads: Vec<_> = sides
                .iter()
                .filter(|ways| !ways.is_empty())
                .map(|ways| {
                    let builder = std::thread::Builder::new().stack_size(STACK);
                    (ways, builder.spawn_scoped(scope, || self.of_side(ways)))
                })
                .collect();
            let mut found = Vec::new();
            for (ways, thread) in threads {
                let of_side = thread.ok().and_then(|thread| thread.join().ok());
                found.extend(of_side.unwrap_or_else(|| self.interrupted(ways)));
            }
            found
        })
    }

    fn of_side(&self, ways: &[&(Way, Vec<usize>)]) -> Vec<Root> {
        let mut memory = Memory::new(self.settings);
        let mut found = Vec::new();
        for (way, pairs) in ways {
            memory.forget_waived();
            found.extend(self.one_way(*way, pairs, &mut memory));
        }
        found
    }

    fn one_way(&self, way: Way, pairs: &[usize], memory: &mut Memory) -> Vec<Root> {
        let differing: Vec<(usize, usize)> =
            pairs.iter().filter_map(|pair| Some((*pair, self.pairs[*pair]?))).collect();
        let Some(components) = differing.first().map(|(_, index)| self.components(way, *index)) else {
            return Vec::new();
        };
        let found = components.compare(&self.roots_of(way, &differing), memory);
        let mut found = of_pairs(found.list, &differing);
        // Each root is found once: it reaches every pair in which something that isn't the same applies its keyword.
        if found.is_empty() {
            return found;
        }
        let wanted: Vec<&str> = found.iter().map(|root| root.finding.pointer()).collect();
        let places = Places::new(components.right, &wanted, &self.twins, way.side);
        let mut reached: Vec<Vec<(usize, BTreeSet<String>)>> = vec![Vec::new(); found.len()];
        for (pair, index) in &differing {
            let (left, right) = self.sides(way, *index);
            for (root, instances) in places.of(left.root, right.root) {
                reached[root].push((*pair, instances));
            }
        }
        for (root, reached) in found.iter_mut().zip(reached) {
            if root.finding.witness.is_some() {
                let own: Vec<usize> = root.reached.keys().copied().collect();
                root.reached.extend(reached);
                // Where nothing else is known of the place, that of the witness is.
                for pair in own {
                    let instances = root.reached.entry(pair).or_default();
                    if instances.is_empty() {
                        instances.insert(root.finding.instance.clone());
                    }
                }
            }
        }
        found
    }

    /// The schema whose documents are looked at, and the one that may refuse them.
    fn sides(&self, way: Way, index: usize) -> (&Schema, &Schema) {
        let (before, after) = (&self.before[index], &self.after[index]);
        match (&self.as_text, way.side) {
            (Some((_, after)), Side::Revision) if way.as_text => (before, &after[index]),
            (Some((before, _)), Side::Base) if way.as_text => (after, &before[index]),
            (_, Side::Revision) => (before, after),
            (_, Side::Base) => (after, before),
        }
    }

    /// All schemas are over the same nodes as those of one pair.
    fn components(&self, way: Way, index: usize) -> Components<'_> {
        let (left, right) = self.sides(way, index);
        let Way { flow, side, bad, as_text } = way;
        let declaring = self.declaring.as_ref().map(|(before, after)| match side {
            Side::Revision => before,
            Side::Base => after,
        });
        Components { left, right, declaring, side, flow, bad, as_text, settings: self.settings }
    }

    fn roots_of(&self, way: Way, pairs: &[(usize, usize)]) -> Vec<(NodeId, NodeId)> {
        let roots = |(_, index): &(usize, usize)| {
            let (left, right) = self.sides(way, *index);
            (left.root, right.root)
        };
        pairs.iter().map(roots).collect()
    }

    /// Nothing is known about any of them.
    fn interrupted(&self, ways: &[&(Way, Vec<usize>)]) -> Vec<Root> {
        let mut found = Vec::new();
        for (way, pairs) in ways {
            let pairs: Vec<(usize, usize)> =
                pairs.iter().filter_map(|pair| Some((*pair, self.pairs[*pair]?))).collect();
            let Some((_, index)) = pairs.first() else { continue };
            let unknown = self.components(*way, *index).interrupted(&self.roots_of(*way, &pairs));
            found.extend(of_pairs(unknown.list, &pairs));
        }
        found
    }

    /// What is said about members beside what is accepted, pair by pair.
    pub(crate) fn said(&self, flow: Flow, pairs: &[usize]) -> Vec<(usize, Vec<Finding>)> {
        let mut walk = Walk::new(self.base, self.revision, &self.twins, flow, self.settings.formats);
        let differing = pairs.iter().filter_map(|pair| Some((*pair, self.pairs[*pair]?)));
        differing.map(|(pair, index)| (pair, walk.compare(&self.before[index], &self.after[index]))).collect()
    }
}

/// What was found in roots, as found in the pairs that those are of.
fn of_pairs(found: Vec<(Finding, BTreeSet<usize>)>, pairs: &[(usize, usize)]) -> Vec<Root> {
    let root = |(finding, roots): (Finding, BTreeSet<usize>)| {
        let reached = roots.into_iter().map(|root| (pairs[root].0, BTreeSet::new())).collect();
        Root { finding, reached }
    };
    found.into_iter().map(root).collect()
}

/// Which pairs are the same in both versions.
fn same(base: &Documents<'_>, revision: &Documents<'_>, pointers: &[&Pointers]) -> Vec<bool> {
    let places: Vec<(String, String)> =
        pointers.iter().filter_map(|pair| Some((pair.0.clone()?, pair.1.clone()?))).collect();
    let mut known = Same::of(base, revision, &places).into_iter();
    let both = |pair: &Pointers| pair.0.is_some() && pair.1.is_some();
    pointers.iter().map(|pair| both(pair) && known.next() == Some(true)).collect()
}
