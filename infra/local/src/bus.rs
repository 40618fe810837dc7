//! The event bus: which subscriptions an event goes to, by the patterns of their rules.

use serde_json::{Value, json};
use stipule_pattern::{Event, Index, Pattern};
use stipule_runtime::App;
use stipule_runtime::event::Envelope;
use stipule_runtime::seen::{self, Seen};
use stipule_runtime::subscription::Subscription;
use thiserror::Error;

/// A rule that the bus can't take.
#[derive(Debug, Error)]
#[error("the rule of {subscription}: {reason}")]
pub struct RuleError {
    /// Name of the subscription.
    subscription: &'static str,
    /// What is wrong with its pattern.
    reason: String,
}

/// The rules of all subscriptions.
pub(crate) struct Bus {
    /// By the place of the subscription in [`App::subscriptions`].
    rules: Index<usize>,
}

impl Bus {
    pub(crate) fn new(app: &App) -> Result<Self, RuleError> {
        let mut rules = Index::new();
        for (at, subscription) in app.subscriptions().iter().enumerate() {
            let pattern = Pattern::compile(subscription.rule).map_err(|errors| RuleError {
                subscription: subscription.name,
                reason: errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
            })?;
            rules.add(at, pattern);
        }
        Ok(Self { rules })
    }

    /// The subscriptions that an event goes to, in their order.
    pub(crate) fn routes<'a>(&self, app: &'a App, envelope: &Envelope) -> Vec<&'a Subscription> {
        let Ok(event) = Event::parse(&event_of(envelope).to_string()) else {
            // What we wrote ourselves can be read; if it couldn't, it would be sent to some too many, not lost.
            return app.subscriptions().iter().filter(|it| it.accepts(envelope)).collect();
        };
        let mut places: Vec<usize> = self.rules.matching(&event).into_iter().copied().collect();
        places.sort_unstable();
        for (at, it) in app.subscriptions().iter().enumerate().filter(|(_, it)| it.event == envelope.name) {
            let matched = places.binary_search(&at).is_ok();
            seen::note(Seen::Rule { subscription: it.name, matched });
        }
        places.into_iter().filter_map(|at| app.subscriptions().get(at)).collect()
    }
}

/// The event as EventBridge delivers it: `detail` is the envelope.
pub(crate) fn event_of(envelope: &Envelope) -> Value {
    let detail: Value = serde_json::from_str(&envelope.to_json()).unwrap_or_default();
    json!({
        "version": "0", "id": envelope.id.to_string(), "detail-type": envelope.name, "source": envelope.source,
        "account": "local", "time": envelope.time.to_string(), "region": "local", "resources": [], "detail": detail,
    })
}
