//! The flow of a saga: what is done in which order, with what, and how it is undone.

use std::collections::BTreeMap;

use stipule_ir::Span;
use stipule_ir::types::EnumLiteral;
use stipule_ir::workflow::{Act, Binding, Choice, Given, Is, Node, Reference, Root, Test, Until};

use super::{One, Sagas, table};
use crate::finding::Severity;
use crate::repository::diff::{About, Diff};
use crate::rule::{Rule, rule};

const LEFT_OUT: Rule = rule("REV850", "saga-act-left-out", Severity::Break);
const TAKEN_IN: Rule = rule("REV851", "saga-act-taken-in", Severity::Safe);
const MAPPING: Rule = rule("REV852", "saga-mapping-changed", Severity::Risky);
const ORDER: Rule = rule("REV853", "saga-order-changed", Severity::Risky);
const UNDO_REMOVED: Rule = rule("REV854", "saga-compensation-removed", Severity::Break);
const UNDO_ADDED: Rule = rule("REV855", "saga-compensation-added", Severity::Safe);
const UNDO_CHANGED: Rule = rule("REV856", "saga-compensation-changed", Severity::Risky);
const PIVOT: Rule = rule("REV857", "saga-pivot-moved", Severity::Break);
const CHOICE: Rule = rule("REV858", "saga-choice-changed", Severity::Risky);
const WAIT: Rule = rule("REV859", "saga-wait-changed", Severity::Risky);
const EACH: Rule = rule("REV860", "saga-list-changed", Severity::Risky);
const FAILURE_REMOVED: Rule = rule("REV861", "saga-failure-path-removed", Severity::Break);
const FAILURE_ADDED: Rule = rule("REV862", "saga-failure-path-added", Severity::Safe);
const FAILURE_CHANGED: Rule = rule("REV863", "saga-failure-path-changed", Severity::Risky);

pub(super) const RULES: &[Rule] = &[
    LEFT_OUT,
    TAKEN_IN,
    MAPPING,
    ORDER,
    UNDO_REMOVED,
    UNDO_ADDED,
    UNDO_CHANGED,
    PIVOT,
    CHOICE,
    WAIT,
    EACH,
    FAILURE_REMOVED,
    FAILURE_ADDED,
    FAILURE_CHANGED,
];

/// What is done with a step, where, and how it is undone.
struct Done<'s> {
    span: &'s Span,
    /// `field: $input.x`
    with: Vec<String>,
    undo: Option<(String, &'s Span)>,
    pivot: bool,
    /// The parts around it.
    around: String,
}

/// Everything that a flow says, by what it is called.
#[derive(Default)]
struct Told<'s> {
    acts: BTreeMap<String, Done<'s>>,
    order: Vec<String>,
    /// Choices, waits and lists with what they say.
    parts: BTreeMap<(&'static str, String), (String, &'s Span)>,
}

/// Compares the flows of both sides.
pub(super) fn check(diff: &mut Diff<'_>, sagas: &Sagas<'_>, about: &About) {
    let (old, new) = (told(sagas.before), told(sagas.after));
    let (before, after) = (sagas.before.saga, sagas.after.saga);
    let part = |name: &str| about.part(format!("{} {name}", about.subject));
    let known = |one: One<'_>, name: &str| one.saga.steps.iter().any(|step| step.name.wire == name);
    for (name, done) in &old.acts {
        match new.acts.get(name) {
            Some(now) => act(diff, &part(name), done, now),
            // A step that is gone altogether is reported as such.
            None if known(sagas.after, name) => diff.gone(&part(name), LEFT_OUT, done.span, &after.span),
            None => {}
        }
    }
    for (name, done) in &new.acts {
        if !old.acts.contains_key(name) && known(sagas.before, name) {
            diff.came(&part(name), TAKEN_IN, &before.span, done.span);
        }
    }
    let common = |told: &Told<'_>, other: &Told<'_>| -> Vec<String> {
        told.order.iter().filter(|name| other.acts.contains_key(*name)).cloned().collect()
    };
    let (was, is) = (common(&old, &new), common(&new, &old));
    if was != is {
        diff.differs(about, ORDER, (&before.span, &after.span), (was.join(", "), is.join(", ")));
    }
    parts(diff, about, (&old, &new), (&before.span, &after.span));
    failure(diff, sagas, about);
}

fn act(diff: &mut Diff<'_>, about: &About, old: &Done<'_>, new: &Done<'_>) {
    let places = (old.span, new.span);
    if old.with != new.with {
        diff.differs(about, MAPPING, places, (old.with.join(", "), new.with.join(", ")));
    }
    match (&old.undo, &new.undo) {
        (Some((before, place)), Some((after, now))) => {
            if before != after {
                diff.differs(about, UNDO_CHANGED, (place, now), (before.as_str(), after.as_str()));
            }
        }
        (Some((_, place)), None) => diff.gone(about, UNDO_REMOVED, place, new.span),
        (None, Some((_, now))) => diff.came(about, UNDO_ADDED, old.span, now),
        (None, None) => {}
    }
    if old.pivot != new.pivot {
        diff.differs(about, PIVOT, places, (old.pivot, new.pivot));
    }
    if old.around != new.around {
        diff.differs(about, ORDER, places, (old.around.as_str(), new.around.as_str()));
    }
}

/// Choices, waits and lists.
fn parts(diff: &mut Diff<'_>, about: &About, (old, new): (&Told<'_>, &Told<'_>), ends: (&Span, &Span)) {
    let rule = |kind: &str| match kind {
        "choice" => CHOICE,
        "wait" => WAIT,
        _ => EACH,
    };
    for (key, (said, place)) in &old.parts {
        let about = about.part(format!("{} {} {}", about.subject, key.0, key.1));
        match new.parts.get(key) {
            Some((now, after)) if now != said => {
                diff.differs(&about, rule(key.0), (place, after), (said.as_str(), now.as_str()));
            }
            Some(_) => {}
            None => diff.gone(&about, rule(key.0), place, ends.1),
        }
    }
    for (key, (_, place)) in new.parts.iter().filter(|(key, _)| !old.parts.contains_key(*key)) {
        let about = about.part(format!("{} {} {}", about.subject, key.0, key.1));
        diff.came(&about, rule(key.0), ends.0, place);
    }
}

fn failure(diff: &mut Diff<'_>, sagas: &Sagas<'_>, about: &About) {
    let (before, after) = (sagas.before.saga, sagas.after.saga);
    let about = about.part(format!("{} on failure", about.subject));
    match (&before.on_failure, &after.on_failure) {
        (Some(old), Some(new)) => {
            let said = (act_said(sagas.before, old), act_said(sagas.after, new));
            if said.0 != said.1 {
                diff.differs(&about, FAILURE_CHANGED, (&old.span, &new.span), said);
            }
        }
        (Some(old), None) => diff.gone(&about, FAILURE_REMOVED, &old.span, &after.span),
        (None, Some(new)) => diff.came(&about, FAILURE_ADDED, &before.span, &new.span),
        (None, None) => {}
    }
}

fn told(one: One<'_>) -> Told<'_> {
    let mut told = Told::default();
    walk(one, &one.saga.flow, "", &mut told);
    told
}

fn walk<'s>(one: One<'s>, nodes: &'s [Node], around: &str, told: &mut Told<'s>) {
    for node in nodes {
        let inside = |name: &str| format!("{around}/{name}");
        match node {
            Node::Do(done) => {
                let mut name = one.step(done.act.step).to_owned();
                // The same step twice: by its turn.
                let turns = told.order.iter().filter(|known| known.split('#').next() == Some(&name)).count();
                if turns > 0 {
                    name = format!("{name}#{}", turns + 1);
                }
                told.order.push(name.clone());
                let undo = done.undo.as_ref().map(|act| (act_said(one, act), &act.span));
                let with = bindings(one, &done.act.with);
                let around = around.to_owned();
                told.acts.insert(name, Done { span: &done.act.span, with, undo, pivot: done.pivot, around });
            }
            Node::Choice(choice) => {
                let key = ("choice", choice.name.wire.clone());
                told.parts.insert(key, (choice_said(one, choice), &choice.name.span));
                for (index, arm) in choice.arms.iter().enumerate() {
                    walk(one, &arm.flow, &inside(&format!("{} {}", choice.name.wire, index + 1)), told);
                }
                walk(one, &choice.otherwise, &inside(&format!("{} otherwise", choice.name.wire)), told);
            }
            Node::Parallel(parallel) => {
                for (name, flow) in &parallel.branches {
                    walk(one, flow, &inside(&format!("{} {}", parallel.name.wire, name.wire)), told);
                }
            }
            Node::Each(each) => {
                let key = ("list", each.name.wire.clone());
                let said = format!("{}, {} at once", reference(one, &each.over), each.at_once);
                told.parts.insert(key, (said, &each.name.span));
                walk(one, &each.flow, &inside(&each.name.wire), told);
            }
            Node::Wait(wait) => {
                let said = match &wait.until {
                    Until::For(duration) => table::spoken(*duration),
                    Until::At(at) => format!("until {}", reference(one, at)),
                };
                told.parts.insert(("wait", wait.name.wire.clone()), (said, &wait.name.span));
            }
        }
    }
}

fn act_said(one: One<'_>, act: &Act) -> String {
    format!("{} with {}", one.step(act.step), bindings(one, &act.with).join(", "))
}

fn bindings(one: One<'_>, bindings: &[Binding]) -> Vec<String> {
    let given = |given: &Given| match given {
        Given::Reference(at) => reference(one, at),
        Given::Literal(json) => json.clone(),
    };
    let mut all: Vec<String> = bindings
        .iter()
        .map(|binding| format!("{}: {}", binding.field.value, given(&binding.value)))
        .collect();
    all.sort_unstable();
    all
}

fn reference(one: One<'_>, reference: &Reference) -> String {
    let root = match &reference.root {
        Root::Input => "$input".to_owned(),
        Root::Step(step) => format!("${}", one.step(*step)),
        Root::Item(name) => format!("${name}"),
        Root::Failure => "$failure".to_owned(),
    };
    reference.path.iter().fold(root, |text, part| format!("{text}.{part}"))
}

fn choice_said(one: One<'_>, choice: &Choice) -> String {
    let test = |test: &Test| {
        let is = match &test.is {
            Is::OneOf(values) => {
                let literal = |value: &EnumLiteral| match value {
                    EnumLiteral::String(text) => text.clone(),
                    EnumLiteral::Integer(number) => number.to_string(),
                    EnumLiteral::Boolean(truth) => truth.to_string(),
                };
                format!("is {}", values.iter().map(literal).collect::<Vec<_>>().join(" or "))
            }
            Is::Present(true) => "is there".to_owned(),
            Is::Present(false) => "is missing".to_owned(),
            Is::Within(from, to) => {
                let end = |end: &Option<i64>| end.map(|end| end.to_string()).unwrap_or_default();
                format!("is in {}..{}", end(from), end(to))
            }
        };
        format!("{} {is}", reference(one, &test.value))
    };
    let arms = choice.arms.iter().map(|arm| arm.when.iter().map(test).collect::<Vec<_>>().join(" and "));
    arms.collect::<Vec<_>>().join("; ")
}
