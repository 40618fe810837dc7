//! Every part of a flow, wherever it stands.

use stipule_ir::workflow::{Do, Node};

/// Each part with whether it stands inside of several ways, in the order of the flow.
pub(super) fn parts<'n>(nodes: &'n [Node], inside: bool, see: &mut dyn FnMut(&'n Node, bool)) {
    for node in nodes {
        see(node, inside);
        match node {
            Node::Do(_) | Node::Wait(_) => {}
            Node::Choice(it) => {
                for arm in &it.arms {
                    parts(&arm.flow, true, see);
                }
                parts(&it.otherwise, true, see);
            }
            Node::Parallel(it) => it.branches.iter().for_each(|(_, flow)| parts(flow, true, see)),
            Node::Each(it) => parts(&it.flow, true, see),
        }
    }
}

/// Each step of a flow, and whether the pivot came before it.
pub(super) fn steps<'n>(nodes: &'n [Node], see: &mut dyn FnMut(&'n Do, bool)) {
    let mut past = false;
    parts(nodes, false, &mut |node, _| {
        if let Node::Do(it) = node {
            see(it, past);
            past |= it.pivot;
        }
    });
}
