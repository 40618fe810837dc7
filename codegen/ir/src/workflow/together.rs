//! Steps that are taken by one call: every state of a saga is billed, and so is every call of a function.

use super::{Act, Do, Node, Step, Workflow};

/// The longest run of a function, in seconds. Source: quotas of Lambda.
pub const LONGEST_RUN: u64 = 900;

impl Workflow {
    /// How many parts at the beginning of a flow are taken by one call: steps of the same service, one after the other,
    /// that are tried again alike. All but the last answer at once and give nothing, and none but the last is the pivot,
    /// so a failure leads to the same place wherever in the call it happens. Together they take no longer than a function
    /// may run. 0 for an empty flow, otherwise at least 1.
    pub fn together(&self, flow: &[Node]) -> usize {
        let mut seconds = self.seconds_of(flow.first());
        let leads = flow.windows(2).take_while(|pair| match pair {
            [Node::Do(one), Node::Do(next)] => {
                seconds += self.seconds_of(pair.last());
                seconds <= LONGEST_RUN && self.leads(one, next)
            }
            _ => false,
        });
        (leads.count() + 1).min(flow.len())
    }

    /// The steps of a call: those that lead to its last one, and that.
    pub fn called<'f>(&self, flow: &'f [Node]) -> Vec<&'f Do> {
        let parts = flow.get(..self.together(flow)).unwrap_or_default();
        parts.iter().filter_map(|part| if let Node::Do(it) = part { Some(&**it) } else { None }).collect()
    }

    /// The steps of every call that a run may make, those that undo among them.
    pub fn calls(&self) -> Vec<Vec<&Step>> {
        let mut calls = Vec::new();
        self.gather(&self.flow, &mut calls);
        calls.extend(self.on_failure.iter().map(|act| vec![self.step(act)]));
        calls
    }

    fn gather<'w>(&'w self, flow: &'w [Node], calls: &mut Vec<Vec<&'w Step>>) {
        let mut left = flow;
        while let Some(node) = left.first() {
            let called = self.called(left);
            left = &left[called.len().max(1)..];
            match node {
                Node::Do(_) => {
                    calls.push(called.iter().map(|it| self.step(&it.act)).collect());
                    calls.extend(called.iter().filter_map(|it| Some(vec![self.step(it.undo.as_ref()?)])));
                }
                Node::Choice(it) => {
                    let ways = it.arms.iter().map(|arm| &arm.flow).chain([&it.otherwise]);
                    ways.for_each(|way| self.gather(way, calls));
                }
                Node::Parallel(it) => it.branches.iter().for_each(|(_, branch)| self.gather(branch, calls)),
                Node::Each(it) => self.gather(&it.flow, calls),
                Node::Wait(_) => {}
            }
        }
    }

    fn leads(&self, one: &Do, next: &Do) -> bool {
        let (step, last) = (self.step(&one.act), self.step(&next.act));
        !one.pivot
            && !step.callback
            && step.output.is_none()
            && step.service.value == last.service.value
            && step.retry == last.retry
    }

    fn seconds_of(&self, part: Option<&Node>) -> u64 {
        if let Some(Node::Do(it)) = part { seconds(&[self.step(&it.act)]) } else { 0 }
    }

    fn step(&self, act: &Act) -> &Step {
        &self.steps[act.step.0 as usize]
    }
}

/// Seconds that a function may work on steps that one call takes, one after the other. A step that somebody else answers
/// later adds none: what is declared of it is how long that may take.
pub fn seconds(called: &[&Step]) -> u64 {
    called.iter().filter(|step| !step.callback).map(|step| step.timeout.value.as_secs()).sum()
}
