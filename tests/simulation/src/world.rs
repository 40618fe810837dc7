//! A run: the platform in virtual time, killed and started again as its plan says.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::panic;
use std::path::Path;
use std::sync::{Arc, Once};
use std::time::Duration;

use bytes::Bytes;
use commerce::{Outside, parts_with};
use http::Request;
use http::header::CONTENT_TYPE;
use serde_json::Value;
use stipule_local::replay::Replay;
use stipule_local::table::{LocalTable, Place};
use stipule_local::{Local, Parts, Writers};
use stipule_runtime::ports::Clock;
use stipule_runtime::{Caller, Principal};

use crate::chance::SeededIds;
use crate::client::{Client, Memory};
use crate::clock::SimClock;
use crate::oracle;
use crate::plan::Plan;
use crate::store::{Stormy, Weather};
use crate::story::{self, Told};
use crate::timeline::Timeline;

/// Whose shop it is.
const TENANT: &str = "maple";

/// Virtual time after which a story that isn't over hangs.
const NEVER: Duration = Duration::from_hours(6);

/// How many faults of each kind befell a run.
pub type Struck = BTreeMap<&'static str, u64>;

/// What became of a run.
#[derive(Debug)]
pub struct Run {
    /// Everything that happened.
    pub timeline: Timeline,
    /// Store calls.
    pub calls: u64,
    /// Faults that befell one.
    pub struck: Struck,
    /// How often the process died.
    pub deaths: u32,
    /// Promises that were broken, in words.
    pub violations: Vec<String>,
}

/// One life of the process, and what outlives it.
pub(crate) struct Process {
    table: Arc<LocalTable>,
    weather: Arc<Weather>,
    ids: Arc<SeededIds>,
    stormy: Arc<Stormy>,
    local: Local,
}

impl Process {
    fn start(folder: &Path, table: Arc<LocalTable>, weather: Arc<Weather>, ids: Arc<SeededIds>) -> Self {
        let stormy = Stormy::new(Arc::clone(&table), Arc::clone(&weather));
        let outside = Outside::local().expect("the system has randomness");
        let parts = Parts {
            clock: Arc::new(weather.clock.clone()),
            ids: Arc::clone(&ids) as Arc<_>,
            writers: Writers::Here,
            ..parts_with(Place::Folder(folder.to_owned()), outside)
        };
        let local = Local::start_over(parts, Arc::clone(&stormy) as Arc<_>)
            .expect("the platform starts over what it left");
        Self { table, weather, ids, stormy, local }
    }

    async fn again(self, folder: &Path) -> Self {
        let Self { table, weather, ids, local, .. } = self;
        weather.tell("the process has died and starts again".to_owned());
        local.kill().await;
        Self::start(folder, table, weather, ids)
    }

    /// Asks as somebody who may do everything.
    pub(crate) async fn ask(
        &self,
        mut request: http::request::Builder,
        body: Option<&Value>,
    ) -> (u16, Value) {
        if body.is_some() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        let body = body.map_or_else(Bytes::new, |body| Bytes::from(body.to_string()));
        let request: Request<Bytes> = request.body(body).expect("a well-formed request");
        let principal = Principal::new("tester", commerce::scopes());
        let caller = Caller::Known { tenant: TENANT.to_owned(), principal };
        let response = self.local.app().handle(request, caller, self.local.ports()).await;
        let body = serde_json::from_slice(response.body()).unwrap_or(Value::Null);
        (response.status().as_u16(), body)
    }

    pub(crate) fn tell(&self, what: String) {
        self.weather.tell(what);
    }

    /// Lets virtual time go by.
    pub(crate) async fn pause(&self, time: Duration) {
        self.weather.clock.wait(time).await;
    }

    /// Waits until nothing is left to do; a store that doesn't answer is asked again.
    pub(crate) async fn settle(&self) {
        while self.local.settle().await.is_err() {
            self.pause(Duration::from_millis(500)).await;
        }
    }

    async fn replays(&self) -> std::convert::Infallible {
        loop {
            self.weather.replay.notified().await;
            self.replay().await;
        }
    }

    async fn replay(&self) {
        let all = Replay { from: 0, until: i64::MAX, pattern: None, subscription: None };
        let sent = self.local.replay(&all).await.expect("the archive can be read");
        self.weather.tell(format!("{sent} events are sent again"));
    }

    /// A person has everything tried again that was parked; what is left when that doesn't help.
    async fn redrive(&self) -> Vec<String> {
        for _ in 0..3 {
            let (queues, runs) = (self.local.queues(), self.local.runs());
            let letters = queues.dead_letters().await.expect("dead letters can be read");
            let cases = runs.parked().await.expect("parked cases can be read");
            if letters.is_empty() && cases.is_empty() {
                return Vec::new();
            }
            for letter in letters {
                let message = &letter.message;
                self.weather.tell(format!("redriven: {} ({})", message.subscription, letter.reason));
                let now = self.weather.clock.now().unix_millis();
                queues
                    .redrive(&message.subscription, &message.event_id, now)
                    .await
                    .expect("it can be redriven");
            }
            for case in cases {
                self.weather.tell(format!("redriven: {} {}", case.key.saga, case.message["step"]));
                runs.redrive(&case).await.expect("it can be redriven");
            }
            self.settle().await;
        }
        let letters = self.local.queues().dead_letters().await.expect("dead letters can be read");
        let letters =
            letters.iter().map(|it| format!("stays parked: {}: {}", it.message.subscription, it.reason));
        let cases = self.local.runs().parked().await.expect("parked cases can be read");
        letters
            .chain(cases.iter().map(|it| format!("stays parked: {}: {}", it.key.saga, it.message)))
            .collect()
    }
}

thread_local! {
    static PANICS: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// A panic of a task ends that task only; here it is a broken promise.
fn watch_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            PANICS.with_borrow_mut(|panics| panics.push(info.to_string()));
            before(info);
        }));
    });
}

/// Lives a plan through, on this thread.
pub fn run(plan: &Plan) -> Run {
    watch_panics();
    PANICS.take();
    let clock = SimClock::default();
    let parked = clock.clone();
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.on_thread_park(move || parked.advance()).build().expect("a runtime starts");
    let mut run = runtime.block_on(live(plan.clone(), clock));
    run.violations.extend(PANICS.take());
    run
}

/// What ended a part of a run.
enum End<T> {
    /// It came to its end.
    Over(T),
    /// The process died.
    Death,
    /// It would go on for ever.
    Never,
}

/// Lives on until a part of the story is over.
async fn until<T>(process: &Process, part: impl Future<Output = T>) -> End<T> {
    let weather = &process.weather;
    tokio::select! {
        biased;
        () = process.stormy.death() => End::Death,
        () = weather.exhausted.notified() => End::Never,
        never = process.replays() => match never {},
        over = weather.clock.within(NEVER, part) => over.map_or(End::Never, End::Over),
    }
}

/// The story is over and nothing happens any more: whether everything is as it should be.
async fn examine(process: &Process, memory: &Memory, told: &Told) -> Vec<String> {
    process.settle().await;
    let mut violations = process.redrive().await;
    // Everything once more: who handled it before remembers.
    process.replay().await;
    process.settle().await;
    let client = Client { process, memory };
    violations.extend(memory.complaints());
    violations.extend(oracle::judge(&client, told).await);
    violations
}

async fn live(plan: Plan, clock: SimClock) -> Run {
    let shared_memory = Path::new("/dev/shm");
    let folder = match shared_memory.is_dir() {
        true => tempfile::tempdir_in(shared_memory),
        false => tempfile::tempdir(),
    };
    let folder = folder.expect("a temporary folder");
    let _files = Local::hold(folder.path()).expect("files in memory open");
    let (timeline, seed) = (Timeline::default(), plan.seed);
    let weather = Weather::new(plan, clock, timeline.clone());
    let table =
        LocalTable::in_memory(&commerce_store::TABLE, Writers::Here).expect("a table in memory opens");
    let ids = Arc::new(SeededIds::new(seed));
    let mut process = Process::start(folder.path(), Arc::new(table), Arc::clone(&weather), ids);
    let (memory, mut deaths) = (Memory::default(), 0);
    let told = loop {
        let client = Client { process: &process, memory: &memory };
        match until(&process, story::tell(&client, seed)).await {
            End::Over(told) => break Some(told),
            End::Never => break None,
            End::Death => {
                deaths += 1;
                process = process.again(folder.path()).await;
            }
        }
    };
    weather.settle();
    let violations = loop {
        let Some(told) = &told else { break vec!["the story doesn't come to an end".to_owned()] };
        match until(&process, examine(&process, &memory, told)).await {
            End::Over(violations) => break violations,
            End::Never => break vec!["the platform doesn't come to rest".to_owned()],
            // It died in the moment in which the story ended.
            End::Death => {
                deaths += 1;
                process = process.again(folder.path()).await;
            }
        }
    };
    let (calls, struck) = (weather.calls(), weather.struck());
    process.local.kill().await;
    Run { timeline, calls, struck, deaths, violations }
}
