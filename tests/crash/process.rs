//! The platform as a process that can die and start again over the same data.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use commerce::{Outside, parts_with};
use http::header::CONTENT_TYPE;
use http::{Method, Request};
use serde_json::Value;
use stipule_local::system::MovableClock;
use stipule_local::table::{LocalTable, Place};
use stipule_local::{Local, Parts};
use stipule_runtime::ports::Clock as _;
use stipule_runtime::webhook::Secret;
use stipule_runtime::wire::DateTime;
use stipule_runtime::{Caller, Principal};

use super::cut::{Cut, Mortal};

/// The store that every test uses: one tenant is enough here.
pub(crate) const TENANT: &str = "maple";

/// Longer than anything takes on the slowest machine: what isn't at rest by then hangs.
const NEVER: Duration = Duration::from_secs(180);

/// What is left of a call.
#[derive(Debug)]
pub(crate) enum Answer {
    /// The platform answered.
    Said(u16, Value),
    /// The process died first.
    Died,
}

/// A platform over data that outlives it.
pub(crate) struct Process {
    folder: PathBuf,
    table: Arc<LocalTable>,
    mortal: Arc<Mortal>,
    local: Local,
    /// The same in every life.
    clock: MovableClock,
    /// What carriers sign their messages with.
    secret: Secret,
}

impl Process {
    pub(crate) fn start(folder: &Path, cut: Cut) -> Self {
        let schema = &commerce_store::TABLE;
        let table = Arc::new(LocalTable::open(&Place::Memory, schema).expect("a table in memory opens"));
        Self::over(folder.to_path_buf(), table, MovableClock::new(), cut)
    }

    fn over(folder: PathBuf, table: Arc<LocalTable>, clock: MovableClock, cut: Cut) -> Self {
        let mortal = Mortal::new(Arc::clone(&table) as Arc<_>, cut);
        let outside = Outside::local().expect("randomness");
        let secret = outside.secret.clone();
        let parts = parts_with(Place::Folder(folder.clone()), outside);
        let parts = Parts { clock: Arc::new(clock.clone()), ..parts };
        let local = Local::start_over(parts, Arc::clone(&mortal) as Arc<_>)
            .expect("the platform starts over its data");
        Self { folder, table, mortal, local, clock, secret }
    }

    /// Ends this process as a kill would, and starts another over what it left.
    pub(crate) async fn again(self) -> Self {
        let Self { folder, table, local, clock, .. } = self;
        local.kill().await;
        Self::over(folder, table, clock, Cut::Never)
    }

    /// Lets time go by at once.
    pub(crate) fn advance(&self, time: Duration) {
        self.clock.advance(time);
    }

    /// Has the machine show an earlier time.
    pub(crate) fn set_back(&self, by: Duration) {
        self.clock.set_back(by);
    }

    /// What the clock shows.
    pub(crate) fn shown(&self) -> DateTime {
        self.clock.now()
    }

    pub(crate) async fn call(&self, method: Method, path: &str, key: &str, body: Option<&Value>) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header("idempotency-key", key);
        if body.is_some() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        let body = body.map_or_else(Bytes::new, |body| Bytes::from(body.to_string()));
        let request = request.body(body).expect("a well-formed request");
        let scopes: Vec<&str> = commerce::scopes();
        let caller = Caller::Known { tenant: TENANT.to_owned(), principal: Principal::new("tester", scopes) };
        self.send(request, caller).await
    }

    /// Somebody who knows the secret tells something.
    pub(crate) async fn tell(&self, path: &str, id: &str, message: &Value) -> Answer {
        let body = Bytes::from(message.to_string());
        let mut request = Request::post(path).header(CONTENT_TYPE, "application/json");
        for (name, value) in self.secret.sign(id, self.local.ports().clock.now(), &body) {
            request = request.header(name, value);
        }
        self.send(request.body(body).expect("a well-formed request"), Caller::Anonymous).await
    }

    async fn send(&self, request: Request<Bytes>, caller: Caller) -> Answer {
        tokio::select! {
            () = self.mortal.death() => Answer::Died,
            response = self.local.app().handle(request, caller, self.local.ports()) => {
                let body = serde_json::from_slice(response.body()).unwrap_or(Value::Null);
                Answer::Said(response.status().as_u16(), body)
            }
        }
    }

    /// Whether everything came to rest; false when the process died on the way.
    pub(crate) async fn settle(&self) -> bool {
        tokio::select! {
            () = self.mortal.death() => false,
            settled = tokio::time::timeout(NEVER, self.local.settle()) => {
                settled.expect("the platform comes to rest").expect("the outbox can be read");
                !self.mortal.is_dead()
            }
        }
    }

    /// The story is over: nothing dies any more while the books are read.
    pub(crate) fn spare(&self) {
        self.mortal.spare();
    }

    /// Counts store calls from here on, to this cut.
    pub(crate) fn arm(&self, cut: Cut) {
        self.mortal.arm(cut);
    }

    /// The platform, to look inside.
    pub(crate) fn local(&self) -> &Local {
        &self.local
    }

    pub(crate) fn calls(&self) -> u64 {
        self.mortal.calls()
    }

    pub(crate) async fn parked(&self) -> Vec<String> {
        let letters = self.local.queues().dead_letters().await.expect("dead letters can be read");
        letters
            .into_iter()
            .map(|letter| format!("{}: {}", letter.message.subscription, letter.reason))
            .collect()
    }

    pub(crate) async fn stop(self) {
        self.local.stop().await;
    }
}
