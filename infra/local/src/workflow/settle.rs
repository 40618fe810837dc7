//! What follows from a step of a run: cases are parked, the rest is called.

use serde_json::json;
use stipule_machine::{Answer, Call, Chance, Command, Event, Execution, Machine, Status, Step};
use stipule_runtime::seen::{self, Seen};

use super::RunKey;
use super::ledger::RunsError;
use super::rows::{self, Change, NewCase};

/// Where a case is parked, as the emitter writes it.
fn is_parking(call: &Call) -> bool {
    call.resource.starts_with("arn:aws:states:::sqs:sendMessage")
}

/// Parks what is to be parked, which is done by being written down; what is to be stored, and the calls that remain.
pub(super) fn settled(
    key: &RunKey,
    run: &mut Execution,
    machine: &Machine,
    mut step: Step,
    now: i64,
    chance: &mut Chance,
) -> Result<(Change, Vec<Call>), RunsError> {
    let (mut calls, mut parked, mut resolved) = (Vec::new(), Vec::new(), Vec::new());
    let mut events = std::mem::take(&mut step.events);
    let mut commands = std::mem::take(&mut step.commands);
    while !commands.is_empty() {
        let mut more = Vec::new();
        for command in commands {
            match command {
                Command::Cancel(id) => {
                    calls.retain(|call: &Call| call.id != id);
                    parked.retain(|case: &NewCase| case.call != id);
                    resolved.push(id);
                }
                Command::Call(call) if is_parking(&call) => {
                    let answer = match &call.token {
                        Some(_) => Answer::Accepted,
                        None => Answer::Done(json!({})),
                    };
                    let message = call.parameters["MessageBody"].clone();
                    parked.push(NewCase { call: call.id, token: call.token.clone(), message, at: now });
                    let step = run.answer(machine, call.id, answer, now, chance);
                    events.extend(step.events);
                    more.extend(step.commands);
                }
                Command::Call(call) => calls.push(call),
            }
        }
        commands = more;
    }
    note(&key.saga, &events);
    let state = serde_json::to_string(run)
        .map_err(|error| RunsError::Damaged { name: key.name.clone(), reason: error.to_string() })?;
    let ended = (run.status() != &Status::Running).then_some(now);
    let status = rows::status(run.status());
    Ok((Change { key: key.clone(), state, status, ended, events, parked, resolved }, calls))
}

/// Tells whoever watches which states the run came to, and from where.
fn note(saga: &str, events: &[Event]) {
    for event in events.iter().filter(|it| it.kind.ends_with("StateEntered")) {
        let Some(state) = &event.state else { continue };
        let before = events.iter().find(|it| it.id == event.previous && it.kind.ends_with("StateExited"));
        let from = before.and_then(|it| it.state.as_deref());
        seen::note(Seen::State { saga, state, from });
    }
}
