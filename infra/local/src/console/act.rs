//! What a person may do: replay, redrive, stop, and have a token.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use stipule_pattern::Pattern;
use stipule_runtime::event::Envelope;

use super::{Console, Refusal, Told, text};
use crate::queue::Wanted;
use crate::replay::{self, Replay};
use crate::workflow::RunKey;

/// How long a token of the console is good for.
const LIFETIME: Duration = Duration::from_hours(1);

/// `POST replay {event}` or `{from, until, pattern?}`, either with `{subscription?}`: events go out again.
pub(super) async fn replay(console: &Arc<Console>, asked: &Value) -> Told {
    let subscription = asked["subscription"].as_str().filter(|it| !it.is_empty()).map(str::to_owned);
    if let Some(id) = asked["event"].as_str() {
        let wanted = Wanted { text: Some(id.to_owned()), limit: 50, ..Wanted::default() };
        let found = console.queues.search(wanted).await.map_err(Refusal::broken)?;
        let found = found.iter().find(|archived| archived.event_id == id);
        let found = found.ok_or_else(|| Refusal::bad("the event isn't in the archive"))?;
        let envelope = Envelope::from_json(found.body.as_bytes()).map_err(Refusal::broken)?;
        let publication = console.publisher.addressed(&envelope, subscription.as_deref());
        let sent = publication.to.len();
        console.queues.publish(vec![publication]).await.map_err(Refusal::broken)?;
        return Ok(json!({ "sent": sent }));
    }
    let instant =
        |name: &str| asked[name].as_i64().ok_or_else(|| Refusal::bad(format!("`{name}` is missing")));
    let pattern = match asked["pattern"].as_str().filter(|it| !it.trim().is_empty()) {
        None => None,
        Some(pattern) => Some(Pattern::compile(pattern).map_err(|errors| {
            Refusal::bad(errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
        })?),
    };
    let wanted = Replay { from: instant("from")?, until: instant("until")?, pattern, subscription };
    let sent = replay::replay(&console.queues, &console.publisher, &wanted).await.map_err(Refusal::broken)?;
    Ok(json!({ "sent": sent }))
}

/// `POST redrive {subscription, event}` or `{case}`: tried again.
pub(super) async fn redrive(console: &Arc<Console>, asked: &Value) -> Told {
    let done = match asked["case"].as_i64() {
        Some(id) => {
            let cases = console.runs.parked().await.map_err(Refusal::broken)?;
            match cases.iter().find(|case| case.id == id) {
                Some(case) => console.runs.redrive(case).await.map_err(Refusal::broken)?,
                None => false,
            }
        }
        None => {
            let (subscription, event) = (text(asked, "subscription")?, text(asked, "event")?);
            let now = console.queues.now(&*console.ports.clock);
            console.queues.redrive(subscription, event, now).await.map_err(Refusal::broken)?
        }
    };
    Ok(json!({ "done": done }))
}

/// `POST stop {saga, name}`: a run ends here, and nothing of it is undone.
pub(super) async fn stop(console: &Arc<Console>, asked: &Value) -> Told {
    let key = RunKey { saga: text(asked, "saga")?.to_owned(), name: text(asked, "name")?.to_owned() };
    let done = console.runs.stop(&key, "stopped in the console").await.map_err(Refusal::broken)?;
    Ok(json!({ "done": done }))
}

/// `POST token {tenant, subject, scopes}`: to call the API as somebody.
pub(super) fn token(console: &Arc<Console>, asked: &Value) -> Told {
    let scopes: Vec<&str> =
        asked["scopes"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let (tenant, subject) = (text(asked, "tenant")?, text(asked, "subject")?);
    if tenant.is_empty() || subject.is_empty() {
        return Err(Refusal::bad("a token is of somebody, for a tenant"));
    }
    Ok(
        json!({ "token": console.issuer.token(tenant, subject, &scopes, LIFETIME), "seconds": LIFETIME.as_secs() }),
    )
}
