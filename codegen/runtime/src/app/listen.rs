//! Whether somebody may listen to a topic.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt;

use super::App;
use crate::context::{Cause, Context, Principal, Trace};
use crate::ports::Ports;
use crate::socket::{LONGEST_NAME, Topic};

/// Why somebody may not listen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotHeard {
    /// There is no such topic, or not for them: which of both isn't said.
    Unknown,
    /// They don't have the scopes.
    Forbidden,
    /// Nobody can tell now; it may go better next time.
    Unavailable,
}

impl App {
    /// With what sockets may listen to.
    #[must_use]
    pub fn with_topics(mut self, topics: impl IntoIterator<Item = Topic>) -> Self {
        self.topics = topics.into_iter().collect();
        self
    }

    /// Everything that sockets may listen to.
    pub fn topics(&self) -> &[Topic] {
        &self.topics
    }

    /// Whether somebody may listen to the topic of this name, as of now; how many parts its listeners are in where a table
    /// holds them.
    ///
    /// # Errors
    /// [`NotHeard`], which they may be told.
    pub async fn may_hear(
        &self,
        name: &str,
        tenant: &str,
        principal: &Principal,
        ports: &Arc<Ports>,
    ) -> Result<u32, NotHeard> {
        let short = name.len() <= LONGEST_NAME;
        let found = self.topics.iter().filter(|_| short).find_map(|it| Some((it, it.parameters(name)?)));
        let (topic, parameters) = found.ok_or(NotHeard::Unknown)?;
        if !topic.scopes.iter().all(|scope| principal.may(scope)) {
            return Err(NotHeard::Forbidden);
        }
        let cause = Cause::Job { name: format!("listen to {}", topic.address) };
        let trace = Trace::start(&*ports.ids);
        let cx = Context::new(Arc::clone(ports), tenant, principal.clone(), cause, trace);
        let judging = (topic.handler)(cx, &parameters).ok_or(NotHeard::Unknown)?;
        match AssertUnwindSafe(judging).catch_unwind().await {
            Ok(Ok(true)) => Ok(topic.shards),
            Ok(Ok(false)) => Err(NotHeard::Unknown),
            Ok(Err(failure)) => {
                tracing::warn!(
                    reason = failure.reason(),
                    topic = topic.address,
                    "nobody knows who may listen"
                );
                Err(NotHeard::Unavailable)
            }
            Err(_) => Err(NotHeard::Unavailable),
        }
    }
}
