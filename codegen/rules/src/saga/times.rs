//! Times fit into each other.

use stipule_ir::workflow::{Act, LONGEST_RUN, Node, Step, Until};
use stipule_ir::{Contract, Diagnostic, Diagnostics, Page, Workflow};

use crate::Rule;

pub(crate) const RULE: Rule = Rule {
    page: Page {
        code: "SAG104",
        title: "Times of a saga don't fit into each other",
        text: "A step that a function does has at most 15 minutes; one that waits for an answer (`callback: true`) may take \
longer. A heartbeat is for those that wait, and shorter than their timeout. And a saga's timeout is at least what its \
slowest way takes when each step takes its whole timeout once and each wait its time.

Bad:

```yaml
timeout: 1h
flow:
  - {wait: parcel, for: 14d}
```

Good: `timeout: 15d`",
    },
    check,
};

fn check(contract: &Contract, diagnostics: &mut Diagnostics) {
    for workflow in &contract.workflows {
        for step in &workflow.steps {
            judge(step, diagnostics);
        }
        let slowest = longest(workflow, &workflow.flow);
        let allowed = workflow.timeout.value.as_secs();
        if slowest > allowed {
            let message = format!("the slowest way of `{}` takes longer than the saga may", workflow.name);
            let fault = Diagnostic::error("SAG104", &workflow.timeout.span, message)
                .proof(format!("{slowest} s, when each step takes its timeout once and each wait its time; {allowed} s are allowed"))
                .help("raise `timeout`, or shorten what the steps may take");
            diagnostics.push(fault);
        }
    }
}

fn judge(step: &Step, diagnostics: &mut Diagnostics) {
    if !step.callback && step.timeout.value.as_secs() > LONGEST_RUN {
        let message = format!("a function can't work on `{}` that long", step.name);
        let fault = Diagnostic::error("SAG104", &step.timeout.span, message);
        diagnostics.push(fault.help("at most `15m`; with `callback: true` somebody may answer later"));
    }
    let Some(heartbeat) = &step.heartbeat else { return };
    if !step.callback {
        let message = format!("nobody listens for a heartbeat of `{}`", step.name);
        let fault = Diagnostic::error("SAG104", &heartbeat.span, message);
        diagnostics.push(fault.help("a heartbeat goes with `callback: true`"));
    } else if heartbeat.value >= step.timeout.value {
        let message = format!("the heartbeat of `{}` isn't shorter than its timeout", step.name);
        let fault = Diagnostic::error("SAG104", &heartbeat.span, message);
        diagnostics.push(fault.related(&step.timeout.span, "the timeout"));
    }
}

/// Seconds of the slowest way.
fn longest(workflow: &Workflow, nodes: &[Node]) -> u64 {
    let act = |act: &Act| workflow.steps[act.step.0 as usize].timeout.value.as_secs();
    let all = |flows: &mut dyn Iterator<Item = &Vec<Node>>| {
        flows.map(|flow| longest(workflow, flow)).max().unwrap_or(0)
    };
    nodes
        .iter()
        .map(|node| match node {
            Node::Do(it) => act(&it.act),
            Node::Choice(it) => all(&mut it.arms.iter().map(|arm| &arm.flow).chain([&it.otherwise])),
            Node::Parallel(it) => all(&mut it.branches.iter().map(|(_, flow)| flow)),
            // One round: how many items there are is known only then.
            Node::Each(it) => longest(workflow, &it.flow),
            Node::Wait(it) => match &it.until {
                Until::For(time) => time.as_secs(),
                Until::At(_) => 0,
            },
        })
        .fold(0, u64::saturating_add)
}
