//! Steps that are taken by one call: every state of a saga is billed, and so is every call of a function.

use super::{Do, Node, Step, Workflow};

impl Workflow {
    /// How many parts at the beginning of a flow are taken by one call: steps of the same service, one after the other,
    /// that are tried again alike. All but the last answer at once and give nothing, and none but the last is the pivot,
    /// so a failure leads to the same place wherever in the call it happens. 0 for an empty flow, otherwise at least 1.
    pub fn together(&self, flow: &[Node]) -> usize {
        let leads = flow.windows(2).take_while(|pair| match pair {
            [Node::Do(one), Node::Do(next)] => self.leads(one, next),
            _ => false,
        });
        (leads.count() + 1).min(flow.len())
    }

    /// The steps of a call: those that lead to its last one, and that.
    pub fn called<'f>(&self, flow: &'f [Node]) -> Vec<&'f Do> {
        let parts = flow.get(..self.together(flow)).unwrap_or_default();
        parts.iter().filter_map(|part| if let Node::Do(it) = part { Some(&**it) } else { None }).collect()
    }

    fn leads(&self, one: &Do, next: &Do) -> bool {
        let (step, last) = (self.step(one), self.step(next));
        !one.pivot
            && !step.callback
            && step.output.is_none()
            && step.service.value == last.service.value
            && step.retry == last.retry
    }

    fn step(&self, it: &Do) -> &Step {
        &self.steps[it.act.step.0 as usize]
    }
}
