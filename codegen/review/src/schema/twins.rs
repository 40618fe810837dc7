//! Schemas of two versions that stand in the same place and say the same, with everything that they refer to: between
//! them there is nothing to find.

use std::collections::{HashMap, HashSet};

use super::{Assertion, NodeId, Nodes};
use crate::documents::Documents;
use crate::finding::Side;

/// Nodes of a version that are the same in the other.
#[derive(Debug, Default)]
pub(crate) struct Twins {
    /// By id, the node of the other version in the same place.
    twin: Vec<Option<NodeId>>,
    /// By id, whether that says the same.
    same: Vec<bool>,
    /// What refers to the same node in both versions: ids before, and ids after.
    kept: [HashSet<(NodeId, NodeId)>; 2],
}

impl Twins {
    /// Of nodes that were read the same way. Words and other notes count.
    pub(crate) fn of(
        (base, before): (&Documents<'_>, &Nodes),
        (revision, after): (&Documents<'_>, &Nodes),
    ) -> Self {
        let known: HashMap<&str, usize> =
            after.iter().enumerate().skip(1).map(|(index, node)| (node.pointer.as_str(), index)).collect();
        // The first accepts everything, in no place.
        let mut twin: Vec<Option<NodeId>> = vec![Some(NodeId(0))];
        twin.extend(before.iter().skip(1).map(|node| known.get(node.pointer.as_str()).copied().map(NodeId)));
        let (said, now) = (before.said(), after.said());
        let mut same = vec![true; before.len()];
        for index in 1..before.len() {
            same[index] = twin[index].is_some_and(|other| {
                let (here, there) = (&said[index], &now[other.0]);
                here.text == there.text
                    && here.parts.len() == there.parts.len()
                    && here.parts.iter().zip(&there.parts).all(|(part, other)| twin[part.0] == Some(*other))
                    && before[index].notes == after[other.0].notes
                    && base.dialect_at(&before[index].pointer) == revision.dialect_at(&after[other.0].pointer)
                    && before[index].keywords().iter().all(|keyword| is_known(&keyword.assertion))
            });
        }
        let mut twins = Twins { twin, same, kept: Default::default() };
        twins.spread(before);
        twins.keep(before, after);
        twins
    }

    /// What refers to something that isn't the same isn't either.
    fn spread(&mut self, before: &Nodes) {
        let mut users: Vec<Vec<usize>> = vec![Vec::new(); before.len()];
        for (index, said) in before.said().iter().enumerate() {
            said.parts.iter().for_each(|part| users[part.0].push(index));
        }
        let mut open: Vec<usize> = (0..before.len()).filter(|index| !self.same[*index]).collect();
        while let Some(index) = open.pop() {
            for user in std::mem::take(&mut users[index]) {
                if std::mem::replace(&mut self.same[user], false) {
                    open.push(user);
                }
            }
        }
    }

    /// Whether two nodes are the same.
    pub(crate) fn are(&self, before: NodeId, after: NodeId) -> bool {
        // What was added to the nodes later has none.
        self.same.get(before.0) == Some(&true) && self.twin[before.0] == Some(after)
    }

    /// Whether a node of a version refers to a part that is the same, and did so in the other version.
    pub(crate) fn kept(&self, side: Side, of: NodeId, part: NodeId) -> bool {
        match side {
            Side::Base => self.kept[0].contains(&(of, part)),
            Side::Revision => self.kept[1].contains(&(of, part)),
        }
    }

    fn keep(&mut self, before: &Nodes, after: &Nodes) {
        let now = after.said();
        for (index, said) in before.said().iter().enumerate() {
            let Some(other) = self.twin[index].filter(|_| !self.same[index]) else { continue };
            for part in said.parts.iter().filter(|part| self.same[part.0]) {
                if let Some(twin) = self.twin[part.0].filter(|twin| now[other.0].parts.contains(twin)) {
                    self.kept[0].insert((NodeId(index), *part));
                    self.kept[1].insert((other, twin));
                }
            }
        }
    }
}

/// What was left out of a document, and can't be told to be the same.
fn is_known(assertion: &Assertion) -> bool {
    !matches!(assertion, Assertion::Unsupported { written, .. } if written.is_empty())
}
