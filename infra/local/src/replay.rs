//! Replays: what was published in a span of time goes to its subscribers again.

use stipule_pattern::{Event, Pattern};
use stipule_runtime::event::Envelope;

use crate::bus::event_of;
use crate::platform::Local;
use crate::publish::Publisher;
use crate::queue::{Publication, QueueError, Queues};

/// Events read from the archive at once.
const PAGE: u32 = 500;

/// Which events go out again, and to whom. Whoever handled one before remembers it: a replay is for subscribers that are
/// new, or that lost what they knew.
#[derive(Clone, Debug)]
pub struct Replay {
    /// From this instant, in milliseconds since 1970.
    pub from: i64,
    /// Until this instant, itself excluded.
    pub until: i64,
    /// Only events that match, in the shape that EventBridge gives them; all without it.
    pub pattern: Option<Pattern>,
    /// Only to this subscription; to all without it.
    pub subscription: Option<String>,
}

impl Local {
    /// Sends archived events to their subscribers again; the number of events.
    ///
    /// # Errors
    /// When the archive can't be read or the queues can't take them; what was sent before is sent.
    pub async fn replay(&self, wanted: &Replay) -> Result<usize, QueueError> {
        replay(self.queues(), self.publisher(), wanted).await
    }
}

/// Sends archived events to their subscribers again; the number of events.
pub(crate) async fn replay(
    queues: &Queues,
    publisher: &Publisher,
    wanted: &Replay,
) -> Result<usize, QueueError> {
    let (mut after, mut sent) = (0, 0);
    loop {
        let page = queues.archived_between(wanted.from, wanted.until, after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(sent) };
        after = last.position;
        let found = page.iter().filter_map(|archived| Envelope::from_json(archived.body.as_bytes()).ok());
        let found = found.filter(|envelope| matches(wanted.pattern.as_ref(), envelope));
        let publications: Vec<Publication> =
            found.map(|envelope| publisher.addressed(&envelope, wanted.subscription.as_deref())).collect();
        sent += publications.iter().filter(|publication| !publication.to.is_empty()).count();
        queues.publish(publications).await?;
    }
}

fn matches(pattern: Option<&Pattern>, envelope: &Envelope) -> bool {
    let Some(pattern) = pattern else { return true };
    Event::parse(&event_of(envelope).to_string()).is_ok_and(|event| pattern.matches(&event))
}
