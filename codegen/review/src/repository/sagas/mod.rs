//! Sagas: executions that began under the base go on under the revision, wherever they are.

mod flow;
mod steps;

use stipule_ir::workflow::StepId;
use stipule_ir::{Contract, Workflow};

use super::diff::{About, Diff};
use super::schemas::{self, Typed};
use super::{events, table};
use crate::finding::{Flow, Severity, Side};
use crate::rule::{Rule, rule};

const REMOVED: Rule = rule("REV820", "saga-removed", Severity::Break).loses_data();
const ADDED: Rule = rule("REV821", "saga-added", Severity::Safe);
const KIND: Rule = rule("REV822", "saga-kind-changed", Severity::Break).loses_data();
const SHORTER: Rule = rule("REV823", "saga-timeout-shortened", Severity::Risky);
const LONGER: Rule = rule("REV824", "saga-timeout-lengthened", Severity::Safe);
const START_REMOVED: Rule = rule("REV825", "saga-start-removed", Severity::Break);
const START_ADDED: Rule = rule("REV826", "saga-start-added", Severity::Safe);
const START_NAME: Rule = rule("REV827", "saga-start-name-changed", Severity::Break);

const OWN: &[Rule] = &[REMOVED, ADDED, KIND, SHORTER, LONGER, START_REMOVED, START_ADDED, START_NAME];

pub(super) const RULES: &[Rule] = OWN;

/// The rules about parts of sagas.
pub(super) fn parts() -> impl Iterator<Item = &'static [Rule]> {
    [steps::RULES, flow::RULES].into_iter()
}

/// A saga before and after, in the contracts that its types are from.
#[derive(Clone, Copy)]
struct Sagas<'s> {
    before: One<'s>,
    after: One<'s>,
}

/// One version of a saga.
#[derive(Clone, Copy)]
struct One<'s> {
    contract: &'s Contract,
    saga: &'s Workflow,
}

impl<'s> One<'s> {
    fn step(self, id: StepId) -> &'s str {
        &self.saga.steps[id.0 as usize].name.wire
    }
}

/// What findings about a saga reach.
fn title(saga: &Workflow) -> String {
    format!("saga {}", saga.name.wire)
}

/// Compares the sagas of both sides.
pub(super) fn check(diff: &mut Diff<'_>) {
    let (base, revision) = (diff.base.contract, diff.revision.contract);
    let about = |saga: &Workflow| About::new(title(saga), title(saga));
    for before in &base.workflows {
        diff.owned(&title(before), &before.name.wire);
        match revision.workflows.iter().find(|after| after.name.wire == before.name.wire) {
            Some(after) => {
                let before = One { contract: base, saga: before };
                pair(diff, Sagas { before, after: One { contract: revision, saga: after } });
            }
            None => diff.gone(&about(before), REMOVED, &before.span, &revision.platform.span),
        }
    }
    for after in &revision.workflows {
        if !base.workflows.iter().any(|before| before.name.wire == after.name.wire) {
            diff.owned(&title(after), &after.name.wire);
            diff.came(&about(after), ADDED, &base.platform.span, &after.span);
        }
    }
}

fn pair(diff: &mut Diff<'_>, sagas: Sagas<'_>) {
    let (before, after) = (sagas.before.saga, sagas.after.saga);
    let about = About::new(title(after), title(after));
    if before.kind != after.kind {
        let note = Some("the state machine is replaced: executions and their history are lost".to_owned());
        let places = (&before.span, &after.span);
        diff.differs_saying(&about, KIND, places, (before.kind.as_str(), after.kind.as_str()), note);
    }
    let (old, new) = (&before.timeout, &after.timeout);
    if old.value != new.value {
        let rule = if new.value < old.value { SHORTER } else { LONGER };
        let said = (table::spoken(old.value), table::spoken(new.value));
        diff.differs(&about, rule, (&old.span, &new.span), said);
    }
    starts(diff, &sagas, &about);
    let typed = Typed {
        reached: &about.reached.clone(),
        before: diff.base.pointer(schemas::place(sagas.before.contract, before.input)),
        after: diff.revision.pointer(schemas::place(sagas.after.contract, after.input)),
    };
    let flows = [(Flow::Running, Side::Revision, true), (Flow::Running, Side::Base, false)];
    schemas::check(diff, &typed, &flows);
    steps::check(diff, &sagas, &about);
    flow::check(diff, &sagas, &about);
}

/// The events that begin runs.
fn starts(diff: &mut Diff<'_>, sagas: &Sagas<'_>, about: &About) {
    let Sagas { before, after } = *sagas;
    let name = |one: One<'_>, event| one.contract.event(event).name.wire.clone();
    for old in &before.saga.starts {
        let event = name(before, old.event);
        let part = about.part(format!("{} started by {event}", about.subject));
        let mut now = after.saga.starts.iter();
        match now.find(|new| name(after, new.event) == event) {
            Some(new) if new.name.value != old.name.value => {
                let places = (&old.name.span, &new.name.span);
                let note = Some("an event that comes twice may begin two runs".to_owned());
                let written = (old.name.value.as_str(), new.name.value.as_str());
                diff.differs_saying(&part, START_NAME, places, written, note);
            }
            Some(_) => {}
            None => diff.gone(&part, START_REMOVED, &old.span, &after.saga.span),
        }
    }
    for new in &after.saga.starts {
        let event = name(after, new.event);
        if !before.saga.starts.iter().any(|old| name(before, old.event) == event) {
            let mut part = about.part(format!("{} started by {event}", about.subject));
            part.reached = events::title(after.contract.event(new.event));
            diff.came(&part, START_ADDED, &before.saga.span, &new.span);
        }
    }
}
