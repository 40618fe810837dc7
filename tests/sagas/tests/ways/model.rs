//! A saga, and what it must do, reckoned without a state machine: a list of steps with what undoes each.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::play::play;

pub(crate) const SAGA: &str = "
title: Trip
input: ../types/all.yaml#/$defs/Started
timeout: 300d
steps:
  seat: {service: alpha, input: '../types/all.yaml#/$defs/Asked', output: '../types/all.yaml#/$defs/Given', timeout: 60s, errors: [SoldOut], retry: {attempts: 2, interval: 1s, max: 4s}}
  free_seat: {service: alpha, input: '../types/all.yaml#/$defs/Asked', timeout: 60s}
  visa: {service: beta, input: '../types/all.yaml#/$defs/Asked', callback: true, timeout: 1d, errors: [Refused], retry: {attempts: 1}}
  drop_visa: {service: beta, input: '../types/all.yaml#/$defs/Asked', timeout: 60s}
  hold: {service: gamma, input: '../types/all.yaml#/$defs/Asked', timeout: 60s, retry: {attempts: 3, interval: 1s, max: 4s}}
  release: {service: gamma, input: '../types/all.yaml#/$defs/Asked', timeout: 60s}
  charge: {service: gamma, input: '../types/all.yaml#/$defs/Asked', timeout: 60s, errors: [Refused], retry: {attempts: 2}}
  ticket: {service: alpha, input: '../types/all.yaml#/$defs/Asked', timeout: 60s, retry: {attempts: 2}}
  tell: {service: alpha, input: '../types/all.yaml#/$defs/Why', timeout: 60s}
flow:
  - {do: seat, with: {name: $input.name}, undo: {do: free_seat, with: {name: $input.name}}}
  - choice: abroad
    arms:
      - when: {$input.flag: true}
        flow:
          - {do: visa, with: {name: $seat.name}, undo: {do: drop_visa, with: {name: $input.name}}}
  - {wait: rest, for: 5s}
  - {do: hold, with: {name: $seat.name, count: $seat.count}, undo: {do: release, with: {name: $input.name}}}
  - {do: charge, with: {name: $input.name, count: 7}, pivot: true}
  - {do: ticket, with: {name: $seat.name}}
on_failure: {do: tell, with: {error: $failure.Error}}
";

/// A step of the flow: what undoes it, its retries, its declared errors, what it is given.
struct Stage {
    step: &'static str,
    undo: Option<&'static str>,
    retries: usize,
    errors: &'static [&'static str],
    abroad: bool,
}

const STAGES: [Stage; 5] = [
    Stage { step: "seat", undo: Some("free_seat"), retries: 2, errors: &["SoldOut"], abroad: false },
    Stage { step: "visa", undo: Some("drop_visa"), retries: 1, errors: &["Refused"], abroad: true },
    Stage { step: "hold", undo: Some("release"), retries: 3, errors: &[], abroad: false },
    Stage { step: "charge", undo: None, retries: 2, errors: &["Refused"], abroad: false },
    Stage { step: "ticket", undo: None, retries: 2, errors: &[], abroad: false },
];

/// Retries of what undoes a step, and of what ends a failed saga.
const UNDO_RETRIES: usize = 10;

type Script = BTreeMap<&'static str, Vec<&'static str>>;

/// What must be seen: the end and the calls.
fn expected(script: &Script, abroad: bool) -> (String, Vec<String>) {
    let mut calls = Vec::new();
    let mut undo = Vec::new();
    let stages = STAGES.iter().filter(|stage| abroad || !stage.abroad);
    for stage in stages {
        undo.extend(stage.undo);
        let forward_only = stage.step == "ticket";
        let Some(error) = tried(stage.step, stage.retries, stage.errors, forward_only, script, &mut calls)
        else {
            continue;
        };
        for step in undo.into_iter().rev().chain(["tell"]) {
            tried(step, UNDO_RETRIES, &[], true, script, &mut calls);
        }
        let declared = STAGES.iter().any(|stage| stage.errors.contains(&error));
        return (if declared { "SUCCEEDED".to_owned() } else { error.to_owned() }, calls);
    }
    ("SUCCEEDED".to_owned(), calls)
}

/// Takes a step until it is done, fails for good, or was parked and is done then; the error that it fails with.
fn tried(
    step: &'static str,
    retries: usize,
    declared: &[&str],
    parks: bool,
    script: &Script,
    calls: &mut Vec<String>,
) -> Option<&'static str> {
    let mut left = script.get(step).map_or(&[][..], Vec::as_slice);
    loop {
        let mut again = retries;
        let error = loop {
            calls.push(step.to_owned());
            let (error, rest) = left.split_first()?;
            left = rest;
            if again == 0 || *error == "Step.Permanent" || declared.contains(error) {
                break *error;
            }
            again -= 1;
        };
        if !parks {
            return Some(error);
        }
        calls.push(format!("park {step}"));
    }
}

/// What a call must be like, by step.
fn right(step: &str, asked: &Value) -> Option<String> {
    let name = step.strip_prefix("park ").unwrap_or(step);
    if asked["key"] != json!(format!("trip/r/{name}")) {
        return Some(format!("{step} has the key {}", asked["key"]));
    }
    if step != name {
        let payload = asked["data"]["input"]["name"] == "ada" && asked["failure"]["Error"].is_string();
        return (!payload).then(|| format!("{step} has no payload: {asked}"));
    }
    if asked["context"] != json!({"tenant": "t"}) {
        return Some(format!("{step} has no tenant"));
    }
    let input = match name {
        "seat" | "free_seat" | "drop_visa" | "release" => json!({"name": "ada"}),
        "visa" | "ticket" => json!({"name": "of seat"}),
        "hold" => json!({"name": "of seat", "count": 3}),
        "charge" => json!({"name": "ada", "count": 7}),
        _ => return (!asked["input"]["error"].is_string()).then(|| format!("{step} isn't told why")),
    };
    (asked["input"] != input).then(|| format!("{step} is given {}", asked["input"]))
}

/// Every way in which steps fail that is tried.
fn scripts() -> Vec<Script> {
    let mut scripts: Vec<Script> = vec![Script::new()];
    for stage in &STAGES {
        for times in 1..=stage.retries + 1 {
            scripts.push(Script::from([(stage.step, vec!["Step.Transient"; times])]));
            let mut then_for_good = vec!["Odd"; times - 1];
            then_for_good.push("Step.Permanent");
            scripts.push(Script::from([(stage.step, then_for_good)]));
        }
        for error in stage.errors {
            scripts.push(Script::from([(stage.step, vec![*error])]));
        }
    }
    for undo in ["free_seat", "drop_visa", "release", "tell"] {
        for errors in
            [vec!["Step.Transient"], vec!["Step.Permanent"], vec!["Odd"; 4], vec!["Odd"; UNDO_RETRIES + 1]]
        {
            scripts.push(Script::from([("charge", vec!["Step.Permanent"]), (undo, errors)]));
        }
    }
    scripts.push(Script::from([("ticket", vec!["Step.Permanent", "Step.Permanent"])]));
    scripts
}

/// Everything in which a machine differs from what it must do.
pub(crate) fn faults(definition: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    for abroad in [true, false] {
        let input = json!({"name": "ada", "flag": abroad, "count": 1, "kind": "RED", "items": [], "at": "2020-01-02T03:04:05Z"});
        let data = json!({"key": "trip/r", "context": {"tenant": "t"}, "input": input});
        for script in scripts() {
            let seen = play(definition, &data, &script, &right);
            let (end, calls) = expected(&script, abroad);
            if (&seen.end, &seen.calls) != (&end, &calls) {
                faults.push(format!("{script:?}: {} {:?} instead of {end} {calls:?}", seen.end, seen.calls));
            } else if let Some(wrong) = seen.wrong.first() {
                faults.push(format!("{script:?}: {wrong}"));
            } else if calls.contains(&"hold".to_owned()) && seen.seconds < 5 {
                faults.push(format!("{script:?}: the wait took {} s", seen.seconds));
            }
        }
    }
    faults
}
