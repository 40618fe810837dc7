//! Steps of a saga: what services do for it, what they take and give, and how often they are asked.

use std::collections::BTreeSet;

use stipule_ir::workflow::{Effect, Retry, Step};

use super::{One, Sagas, table};
use crate::finding::{Flow, Severity, Side};
use crate::repository::diff::{About, Diff};
use crate::repository::schemas::{self, Typed};
use crate::rule::{Rule, rule};

const REMOVED: Rule = rule("REV830", "saga-state-removed", Severity::Break).compile();
const RENAMED: Rule = rule("REV831", "saga-state-renamed", Severity::Break).compile();
const ADDED: Rule = rule("REV832", "saga-state-added", Severity::Risky).compile();
const SERVICE: Rule = rule("REV833", "saga-state-moved-to-service", Severity::Break).compile();
const SHORTER: Rule = rule("REV834", "saga-state-timeout-shortened", Severity::Risky);
const LONGER: Rule = rule("REV835", "saga-state-timeout-lengthened", Severity::Safe);
const FEWER: Rule = rule("REV836", "saga-retry-weakened", Severity::Risky);
const MORE: Rule = rule("REV837", "saga-retry-strengthened", Severity::Safe);
const ERROR_REMOVED: Rule = rule("REV838", "saga-error-removed", Severity::Break).compile();
const ERROR_ADDED: Rule = rule("REV839", "saga-error-added", Severity::Risky).compile();
const CALLBACK: Rule = rule("REV840", "saga-callback-changed", Severity::Break).compile();
const EFFECT: Rule = rule("REV841", "saga-effect-hidden", Severity::Break);
const EFFECT_SAID: Rule = rule("REV842", "saga-effect-declared", Severity::Safe);
const HEARTBEAT: Rule = rule("REV843", "saga-heartbeat-shortened", Severity::Risky);
const OUTPUT_REMOVED: Rule = rule("REV844", "saga-output-removed", Severity::Break).compile();
const OUTPUT_ADDED: Rule = rule("REV845", "saga-output-added", Severity::Risky).compile();

pub(super) const RULES: &[Rule] = &[
    REMOVED,
    RENAMED,
    ADDED,
    SERVICE,
    SHORTER,
    LONGER,
    FEWER,
    MORE,
    ERROR_REMOVED,
    ERROR_ADDED,
    CALLBACK,
    EFFECT,
    EFFECT_SAID,
    HEARTBEAT,
    OUTPUT_REMOVED,
    OUTPUT_ADDED,
];

/// Compares the steps of both sides.
pub(super) fn check(diff: &mut Diff<'_>, sagas: &Sagas<'_>, about: &About) {
    let (before, after) = (sagas.before.saga, sagas.after.saga);
    let is_new = |step: &&Step| !before.steps.iter().any(|old| old.name.wire == step.name.wire);
    let part = |step: &Step| about.part(format!("{} step {}", about.subject, step.name.wire));
    let mut renamed: BTreeSet<&str> = BTreeSet::new();
    for old in &before.steps {
        if let Some(new) = after.steps.iter().find(|new| new.name.wire == old.name.wire) {
            pair(diff, sagas, &part(new), (old, new));
            continue;
        }
        let note = "an execution that is there finds no way on";
        let alike = |new: &&Step| {
            (&new.service.value, places(sagas.after, new)) == (&old.service.value, places(sagas.before, old))
        };
        let other = after.steps.iter().filter(is_new).find(alike);
        match other.filter(|new| renamed.insert(new.name.wire.as_str())) {
            Some(new) => {
                let written = (old.name.wire.as_str(), new.name.wire.as_str());
                diff.differs_saying(
                    &part(old),
                    RENAMED,
                    (&old.span, &new.span),
                    written,
                    Some(note.to_owned()),
                );
            }
            None => diff.gone_saying(&part(old), REMOVED, (&old.span, &after.span), Some(note.to_owned())),
        }
    }
    for new in after.steps.iter().filter(is_new) {
        if !renamed.contains(new.name.wire.as_str()) {
            diff.came(&part(new), ADDED, &before.span, &new.span);
        }
    }
}

/// Where what a step takes and gives is written: the same types are in the same places.
fn places(one: One<'_>, step: &Step) -> (String, Option<String>) {
    let place = |ty| {
        let span = schemas::place(one.contract, ty);
        let file = one.contract.files.get(span.file.0 as usize).map(String::as_str).unwrap_or_default();
        format!("{file}#{}", span.pointer)
    };
    (place(step.input), step.output.map(place))
}

fn pair(diff: &mut Diff<'_>, sagas: &Sagas<'_>, about: &About, (old, new): (&Step, &Step)) {
    let whole = (&old.span, &new.span);
    if old.service.value != new.service.value {
        let places = (&old.service.span, &new.service.span);
        diff.differs(about, SERVICE, places, (old.service.value.as_str(), new.service.value.as_str()));
    }
    if old.timeout.value != new.timeout.value {
        let rule = if new.timeout.value < old.timeout.value { SHORTER } else { LONGER };
        let said = (table::spoken(old.timeout.value), table::spoken(new.timeout.value));
        diff.differs(about, rule, (&old.timeout.span, &new.timeout.span), said);
    }
    let silent = |step: &Step| step.heartbeat.as_ref().map(|silent| silent.value);
    if let Some(after) = silent(new)
        && silent(old).is_none_or(|before| after < before)
    {
        diff.differs(about, HEARTBEAT, whole, (silent(old).map(table::spoken), table::spoken(after)));
    }
    if old.retry != new.retry {
        let weaker = new.retry.attempts < old.retry.attempts;
        diff.differs(about, if weaker { FEWER } else { MORE }, whole, (retry(&old.retry), retry(&new.retry)));
    }
    if old.callback != new.callback {
        diff.differs(about, CALLBACK, whole, (old.callback, new.callback));
    }
    match (old.effect, new.effect) {
        (Effect::Changes, Effect::None) => diff.differs(about, EFFECT, whole, ("changes", "none")),
        (Effect::None, Effect::Changes) => diff.differs(about, EFFECT_SAID, whole, ("none", "changes")),
        _ => {}
    }
    errors(diff, about, (old, new));
    types(diff, sagas, about, (old, new));
}

fn retry(retry: &Retry) -> String {
    format!(
        "{} retries, {:?} × {}.{:02} up to {:?}",
        retry.attempts,
        retry.interval,
        retry.backoff / 100,
        retry.backoff % 100,
        retry.longest
    )
}

fn errors(diff: &mut Diff<'_>, about: &About, (old, new): (&Step, &Step)) {
    let has = |step: &Step, name: &str| step.errors.iter().any(|error| error.wire == name);
    for error in old.errors.iter().filter(|error| !has(new, &error.wire)) {
        let about = about.part(format!("{} error {}", about.subject, error.wire));
        let note = Some("what was an answer is a mishap now, and is tried again".to_owned());
        diff.gone_saying(&about, ERROR_REMOVED, (&error.span, &new.span), note);
    }
    for error in new.errors.iter().filter(|error| !has(old, &error.wire)) {
        let about = about.part(format!("{} error {}", about.subject, error.wire));
        diff.came(&about, ERROR_ADDED, &old.span, &error.span);
    }
}

/// What executions in flight hold is taken and given under the new types.
fn types(diff: &mut Diff<'_>, sagas: &Sagas<'_>, about: &About, (old, new): (&Step, &Step)) {
    let pairs = match (old.output, new.output) {
        (Some(before), Some(after)) => vec![(old.input, new.input), (before, after)],
        (before, after) => {
            if before.is_some() {
                diff.gone(
                    &about.part(format!("{} output", about.subject)),
                    OUTPUT_REMOVED,
                    &old.span,
                    &new.span,
                );
            } else if after.is_some() {
                diff.came(
                    &about.part(format!("{} output", about.subject)),
                    OUTPUT_ADDED,
                    &old.span,
                    &new.span,
                );
            }
            vec![(old.input, new.input)]
        }
    };
    for (before, after) in pairs {
        let typed = Typed {
            reached: &about.reached.clone(),
            before: diff.base.pointer(schemas::place(sagas.before.contract, before)),
            after: diff.revision.pointer(schemas::place(sagas.after.contract, after)),
        };
        let flows = [(Flow::Running, Side::Revision, true), (Flow::Running, Side::Base, false)];
        schemas::check(diff, &typed, &flows);
    }
}
