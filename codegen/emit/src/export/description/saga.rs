//! Sagas: what starts them, their steps, and their flow as it is drawn. `state` is the name of the step's state in the
//! state machine, `within` that of the state whose call takes it first.

use stipule_ir::workflow::{Act, Do, Effect, Node, Step, Until};
use stipule_ir::{Contract, Workflow};

use super::super::schema::Schemas;
use super::super::tree::Tree;
use super::{documented, texts};
use crate::saga;

/// Every saga.
pub(super) fn all(contract: &Contract, schemas: &mut Schemas<'_>) -> Tree {
    let sagas = contract.workflows.iter().map(|workflow| {
        let starts = workflow.starts.iter().map(|start| contract.event(start.event).name.wire.as_str());
        let it = Tree::object().with("name", Tree::text(&workflow.name.wire));
        let mut it = documented(it, &workflow.docs)
            .with("file", Tree::text(workflow.name.kebab()))
            .with("kind", Tree::text(workflow.kind.as_str()))
            .with("timeout", Tree::raw(workflow.timeout.value.as_secs()))
            .with("starts", texts(starts))
            .with("input", schemas.of(workflow.input));
        let steps = workflow.steps.iter().map(|declared| step(declared, schemas));
        it.set("steps", Tree::List(steps.collect()));
        it.set("flow", flow(workflow, &workflow.flow));
        if let Some(why) = &workflow.personal {
            it.set("personal", Tree::text(&why.value));
        }
        if let Some(act) = &workflow.on_failure {
            it.set("onFailure", self::act(workflow, act));
        }
        it
    });
    Tree::List(sagas.collect())
}

fn step(step: &Step, schemas: &mut Schemas<'_>) -> Tree {
    let it = Tree::object()
        .with("name", Tree::text(&step.name.wire))
        .with("state", Tree::text(step.name.sentence()))
        .with("service", Tree::text(&step.service.value));
    let mut it = documented(it, &step.docs)
        .with("changes", Tree::raw(step.effect == Effect::Changes))
        .with("waits", Tree::raw(step.callback))
        .with("timeout", Tree::raw(step.timeout.value.as_secs()))
        .with("retries", Tree::raw(u64::from(step.retry.attempts)))
        .with("errors", texts(step.errors.iter().map(|error| error.wire.as_str())))
        .with("input", schemas.of(step.input));
    if let Some(output) = step.output {
        it.set("output", schemas.of(output));
    }
    it
}

fn flow(workflow: &Workflow, nodes: &[Node]) -> Tree {
    let mut written = Vec::with_capacity(nodes.len());
    let mut left = nodes;
    while let Some(node) = left.first() {
        let called = workflow.called(left);
        left = &left[called.len().max(1)..];
        match called.split_last() {
            None => written.push(self::node(workflow, node)),
            Some((last, first)) => {
                let state = workflow.steps[last.act.step.0 as usize].name.sentence();
                let within = first.iter().map(|it| task(workflow, it).with("within", Tree::text(&state)));
                written.extend(within);
                written.push(task(workflow, last));
            }
        }
    }
    Tree::List(written)
}

fn node(workflow: &Workflow, node: &Node) -> Tree {
    let named = |kind: &str, name: &stipule_ir::Name| {
        Tree::object().with("kind", Tree::text(kind)).with("state", Tree::text(name.sentence()))
    };
    match node {
        Node::Do(it) => task(workflow, it),
        Node::Wait(it) => {
            let until = match &it.until {
                Until::For(time) => saga::duration(*time),
                Until::At(instant) => format!("until {}", saga::shown(workflow, instant)),
            };
            named("wait", &it.name).with("until", Tree::text(until))
        }
        Node::Choice(it) => {
            let arm = |label: String, nodes: &[Node]| {
                Tree::object().with("label", Tree::text(label)).with("flow", flow(workflow, nodes))
            };
            let mut ways: Vec<Tree> =
                it.arms.iter().map(|one| arm(saga::tests(workflow, &one.when), &one.flow)).collect();
            ways.push(arm("otherwise".to_owned(), &it.otherwise));
            named("choice", &it.name).with("ways", Tree::List(ways))
        }
        Node::Parallel(it) => {
            let ways = it.branches.iter().map(|(name, nodes)| {
                let way = Tree::object().with("label", Tree::text(name.sentence()));
                way.with("flow", flow(workflow, nodes))
            });
            named("parallel", &it.name).with("ways", Tree::List(ways.collect()))
        }
        Node::Each(it) => {
            let over = format!("each {} of {}", it.item.wire, saga::shown(workflow, &it.over));
            named("each", &it.name).with("over", Tree::text(over)).with("flow", flow(workflow, &it.flow))
        }
    }
}

fn task(workflow: &Workflow, it: &Do) -> Tree {
    let written = Tree::object().with("kind", Tree::text("step"));
    let act = self::act(workflow, &it.act);
    let mut written = act.members().iter().fold(written, |all, (key, value)| all.with(key, value.clone()));
    written.set("pivot", Tree::raw(it.pivot));
    if let Some(undo) = &it.undo {
        written.set("undo", self::act(workflow, undo));
    }
    written
}

fn act(workflow: &Workflow, act: &Act) -> Tree {
    let step = &workflow.steps[act.step.0 as usize];
    Tree::object()
        .with("step", Tree::text(&step.name.wire))
        .with("state", Tree::text(step.name.sentence()))
        .with("service", Tree::text(&step.service.value))
        .with("waits", Tree::raw(step.callback))
}
