//! What there is to see.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use serde_json::{Value, json};
use stipule_machine::Status;

use super::{Console, Refusal, Shared, Told, respond, text};
use crate::functions::{Counts, Function};
use crate::gateway::Crowd;
use crate::queue::DeadLetter;
use crate::workflow::{RunKey, RunSummary};

/// Runs of a saga that are shown.
const RUNS: u32 = 100;

/// `GET description`: as the contracts gave it.
pub(super) async fn description(State(console): Shared) -> Response {
    let text = console.app.description();
    respond(StatusCode::OK, "application/json", if text.is_empty() { "{}" } else { text })
}

/// `GET state`: depths, counts and times of the moment.
pub(super) async fn state(console: &Arc<Console>) -> Told {
    let depths = console
        .queues
        .depths()
        .into_iter()
        .map(|(name, waiting, handled)| json!({ "name": name, "waiting": waiting, "handled": handled }));
    let letters = console.queues.dead_letters().await.map_err(Refusal::broken)?;
    let cases = console.runs.parked().await.map_err(Refusal::broken)?;
    let mut sagas = Vec::new();
    for saga in console.app.sagas() {
        let runs = console.runs.list(saga.name, RUNS).await.map_err(Refusal::broken)?;
        let of = |status: &str| runs.iter().filter(|run| run.status == status).count();
        sagas.push(json!({
            "name": saga.name, "running": of("RUNNING"), "succeeded": of("SUCCEEDED"),
            "failed": runs.len() - of("RUNNING") - of("SUCCEEDED"),
        }));
    }
    Ok(json!({
        "now": console.ports.clock.now().unix_millis(),
        "queues": depths.collect::<Vec<_>>(),
        "letters": letters.len() + cases.len(),
        "sagas": sagas,
        "sockets": console.remote.as_ref().map_or_else(|| console.hub.listeners(), |it| it.sockets.len()),
        "functions": functions(console),
        "crowds": console.admission.crowds().map(crowd),
        "tenants": console.queues.tenants().await.map_err(Refusal::broken)?,
        "meters": console.recorder.meters(),
    }))
}

/// Calls that are worked on at once, and those that were turned away because they would have waited too long.
fn crowd(Crowd { kind, here, most, turned_away }: Crowd) -> Value {
    json!({ "kind": kind, "here": here, "most": most, "turnedAway": turned_away })
}

/// Functions in processes of their own: limits, and what became of their calls; null where there are none.
fn functions(console: &Console) -> Value {
    let Some(remote) = &console.remote else { return Value::Null };
    let one = |(function, counts): (&Function, Counts)| {
        json!({
            "name": function.handler, "timeout": function.timeout.as_millis(), "concurrency": function.concurrency,
            "warm": counts.warm, "busy": counts.busy, "coldStarts": counts.cold_starts,
            "lastStart": counts.last_start.as_micros(), "throttled": counts.throttled, "timedOut": counts.timed_out,
        })
    };
    remote.functions.list().map(one).collect()
}

/// `GET letters`: dead letters, and cases of sagas that wait for a person.
pub(super) async fn letters(console: &Arc<Console>) -> Told {
    let letters = console.queues.dead_letters().await.map_err(Refusal::broken)?;
    let cases = console.runs.parked().await.map_err(Refusal::broken)?;
    let cases = cases.iter().map(|case| {
        json!({
            "id": case.id, "saga": case.key.saga, "run": case.key.name, "message": case.message,
            "at": case.parked_at, "canRedrive": case.token.is_some(),
        })
    });
    Ok(json!({
        "letters": letters.iter().map(letter).collect::<Vec<_>>(),
        "cases": cases.collect::<Vec<_>>(),
    }))
}

fn letter(letter: &DeadLetter) -> Value {
    json!({
        "queue": letter.queue, "subscription": letter.message.subscription, "event": letter.message.event_id,
        "attempts": letter.message.attempts + 1, "reason": letter.reason, "behind": letter.behind,
        "at": letter.parked_at, "body": body(&letter.message.body),
    })
}

/// An event as JSON; as text, should it be none.
pub(super) fn body(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| Value::from(text))
}

/// `GET coverage`: what `stipule coverage --format json` wrote into the file that `STIPULE_COVERAGE` names, `coverage.json`
/// unless it is set.
pub(super) fn coverage() -> Told {
    let file =
        std::env::var_os("STIPULE_COVERAGE").map_or_else(|| PathBuf::from("coverage.json"), PathBuf::from);
    let missing = |error| Refusal::new(StatusCode::NOT_FOUND, format!("{}: {error}", file.display()));
    let text = fs::read_to_string(&file).map_err(missing)?;
    serde_json::from_str(&text).map_err(Refusal::broken)
}

/// `GET topics`: what is told to whom.
pub(super) fn topics(console: &Arc<Console>) -> Told {
    Ok(Value::Array(console.hub.topics_now()))
}

/// `POST runs {saga}`: its runs, the newest first.
pub(super) async fn runs(console: &Arc<Console>, asked: &Value) -> Told {
    let runs = console.runs.list(text(asked, "saga")?, RUNS).await.map_err(Refusal::broken)?;
    Ok(runs.iter().map(summary).collect())
}

fn summary(run: &RunSummary) -> Value {
    json!({
        "saga": run.key.saga, "name": run.key.name, "tenant": run.tenant, "status": run.status,
        "started": run.started, "ended": run.ended,
    })
}

/// `POST run {saga, name}`: one run with its history.
pub(super) async fn run(console: &Arc<Console>, asked: &Value) -> Told {
    let key = RunKey { saga: text(asked, "saga")?.to_owned(), name: text(asked, "name")?.to_owned() };
    let run = console.runs.run(&key).await.map_err(Refusal::broken)?;
    let run = run.ok_or_else(|| Refusal::new(StatusCode::NOT_FOUND, "there is no such run"))?;
    let history = console.runs.history(&key).await.map_err(Refusal::broken)?;
    let (status, output) = match run.status() {
        Status::Running => ("RUNNING", Value::Null),
        Status::Succeeded(output) => ("SUCCEEDED", output.clone()),
        Status::Failed(failure) => ("FAILED", json!({ "error": failure.error, "cause": failure.cause })),
        Status::TimedOut => ("TIMED_OUT", Value::Null),
        Status::Aborted(failure) => ("ABORTED", json!({ "error": failure.error, "cause": failure.cause })),
    };
    Ok(json!({
        "saga": key.saga, "name": key.name, "status": status, "output": output, "input": run.input(),
        "started": run.started(), "current": run.current_states(),
        "history": serde_json::to_value(&history).map_err(Refusal::broken)?,
    }))
}
