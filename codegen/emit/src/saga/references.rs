//! Which values the parts of a flow need.

use std::collections::BTreeSet;

use stipule_ir::workflow::{Act, Given, Node, Reference, Root, StepId, Until};

/// Steps and items that something needs.
#[derive(Debug, Default)]
pub(super) struct Needs {
    pub(super) steps: BTreeSet<StepId>,
    pub(super) items: BTreeSet<String>,
}

impl Needs {
    /// What the parts need, those that undo them included.
    pub(super) fn of(nodes: &[Node]) -> Self {
        let mut needs = Self::default();
        nodes.iter().for_each(|node| needs.node(node));
        needs
    }

    fn node(&mut self, node: &Node) {
        match node {
            Node::Do(it) => {
                self.act(&it.act);
                it.undo.iter().for_each(|undo| self.act(undo));
            }
            Node::Choice(it) => {
                for arm in &it.arms {
                    arm.when.iter().for_each(|test| self.reference(&test.value));
                    arm.flow.iter().for_each(|node| self.node(node));
                }
                it.otherwise.iter().for_each(|node| self.node(node));
            }
            Node::Parallel(it) => {
                it.branches.iter().flat_map(|(_, flow)| flow).for_each(|node| self.node(node));
            }
            Node::Each(it) => {
                self.reference(&it.over);
                // Its own item comes with it: nobody around has that one.
                let inner = Self::of(&it.flow);
                self.steps.extend(inner.steps);
                self.items.extend(inner.items.into_iter().filter(|item| *item != it.item.wire));
            }
            Node::Wait(it) => match &it.until {
                Until::For(_) => {}
                Until::At(instant) => self.reference(instant),
            },
        }
    }

    fn act(&mut self, act: &Act) {
        for binding in &act.with {
            if let Given::Reference(reference) = &binding.value {
                self.reference(reference);
            }
        }
    }

    fn reference(&mut self, reference: &Reference) {
        match &reference.root {
            Root::Step(step) => {
                self.steps.insert(*step);
            }
            Root::Item(item) => {
                self.items.insert(item.clone());
            }
            Root::Input | Root::Failure => {}
        }
    }
}

/// Whether something in the parts can be undone.
pub(super) fn can_be_undone(nodes: &[Node]) -> bool {
    nodes.iter().any(|node| match node {
        Node::Do(it) => it.undo.is_some(),
        Node::Choice(it) => {
            it.arms.iter().any(|arm| can_be_undone(&arm.flow)) || can_be_undone(&it.otherwise)
        }
        Node::Parallel(it) => it.branches.iter().any(|(_, flow)| can_be_undone(flow)),
        Node::Each(it) => can_be_undone(&it.flow),
        Node::Wait(_) => false,
    })
}
