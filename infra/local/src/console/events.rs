//! The archive, and stories: everything that followed from one call.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Value, json};
use stipule_runtime::event::Envelope;

use super::look::body;
use super::{Console, Refusal, Told, text};
use crate::queue::{Archived, Wanted};
use crate::workflow::RunKey;

/// Events of a page.
const PAGE: u32 = 50;

/// Most events of a story.
const STORY: u32 = 1_000;

/// Most events that are looked at to find the stories of an id.
const MENTIONS: u32 = 200;

/// `POST events {text?, name?, tenant?, before?}`: what was published, the newest first.
pub(super) async fn list(console: &Arc<Console>, asked: &Value) -> Told {
    let said = |name: &str| asked[name].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    let wanted = Wanted {
        text: said("text"),
        name: said("name"),
        tenant: said("tenant"),
        stories: Vec::new(),
        before: asked["before"].as_i64(),
        limit: PAGE,
    };
    let found = console.queues.search(wanted).await.map_err(Refusal::broken)?;
    let next = found.last().filter(|_| found.len() == PAGE as usize).map(|last| last.position);
    Ok(json!({ "events": found.iter().map(event).collect::<Vec<_>>(), "next": next }))
}

fn event(archived: &Archived) -> Value {
    json!({ "position": archived.position, "at": archived.published_at, "event": body(&archived.body) })
}

/// `POST story {id}`: everything that belongs to the stories that mention an id, in order.
pub(super) async fn story(console: &Arc<Console>, asked: &Value) -> Told {
    let id = text(asked, "id")?.trim();
    if id.len() < 3 {
        return Err(Refusal::bad("an id has at least three characters"));
    }
    let stories = stories_of(console, id).await?;
    let wanted = Wanted { stories: stories.clone(), limit: STORY, ..Wanted::default() };
    let events = match stories.is_empty() {
        true => Vec::new(),
        false => console.queues.search(wanted).await.map_err(Refusal::broken)?,
    };
    let envelopes: Vec<Envelope> =
        events.iter().filter_map(|it| Envelope::from_json(it.body.as_bytes()).ok()).collect();
    let runs = runs_of(console, &envelopes).await?;
    Ok(json!({
        "id": id,
        "stories": stories,
        "events": events.iter().rev().map(event).collect::<Vec<_>>(),
        "signs": console.recorder.of_stories(&stories),
        "runs": runs,
    }))
}

/// A story is named by its id; anything else by what mentions it.
async fn stories_of(console: &Arc<Console>, id: &str) -> Result<Vec<String>, Refusal> {
    let wanted = Wanted { stories: vec![id.to_owned()], limit: 1, ..Wanted::default() };
    if !console.queues.search(wanted).await.map_err(Refusal::broken)?.is_empty() {
        return Ok(vec![id.to_owned()]);
    }
    let wanted = Wanted { text: Some(id.to_owned()), limit: MENTIONS, ..Wanted::default() };
    let mentions = console.queues.search(wanted).await.map_err(Refusal::broken)?;
    let told = mentions.iter().filter_map(|it| Envelope::from_json(it.body.as_bytes()).ok());
    let mut stories: BTreeSet<String> = told.map(|envelope| envelope.correlation_id).collect();
    stories.extend(console.recorder.stories_about(id));
    Ok(stories.into_iter().collect())
}

/// The runs of sagas that events started, with their histories.
async fn runs_of(console: &Arc<Console>, envelopes: &[Envelope]) -> Result<Vec<Value>, Refusal> {
    let mut started: BTreeMap<RunKey, String> = BTreeMap::new();
    for envelope in envelopes {
        for saga in console.app.sagas() {
            if let Some(name) = saga.run_of(envelope) {
                let key = RunKey { saga: saga.name.to_owned(), name };
                started.insert(key, envelope.id.to_string());
            }
        }
    }
    let mut runs = Vec::new();
    for (key, cause) in started {
        let history = console.runs.history(&key).await.map_err(Refusal::broken)?;
        if history.is_empty() {
            continue;
        }
        let run = console.runs.run(&key).await.map_err(Refusal::broken)?;
        runs.push(json!({
            "saga": key.saga, "name": key.name, "cause": cause,
            "running": run.is_some_and(|run| run.status() == &stipule_machine::Status::Running),
            "history": serde_json::to_value(&history).map_err(Refusal::broken)?,
        }));
    }
    Ok(runs)
}
