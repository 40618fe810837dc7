//! The store of a run: the real one, with the faults of the plan in between.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, pending};
use stipule_local::table::LocalTable;
use stipule_runtime::Item;
use stipule_runtime::store::{
    Action, BatchAction, BatchGet, BatchGot, Cancellation, Get, Query, QueryPage, Scan, Store, StoreError,
    TransactError, Transaction,
};
use tokio::sync::Notify;

use crate::chance::Chance;
use crate::clock::SimClock;
use crate::plan::{Fault, Plan};
use crate::timeline::Timeline;
use crate::world::Struck;

/// What all lives of the process share.
pub(crate) struct Weather {
    plan: Plan,
    /// Calls so far.
    calls: AtomicU64,
    /// Faults that befell one, by kind.
    struck: Mutex<Struck>,
    delays: Mutex<Chance>,
    /// Until when nothing gets there.
    away: Mutex<Option<Duration>>,
    /// Nothing happens any more: the books are read.
    calm: AtomicBool,
    pub(crate) clock: SimClock,
    pub(crate) timeline: Timeline,
    /// A replay is due.
    pub(crate) replay: Notify,
    /// More calls were made than any story needs.
    pub(crate) exhausted: Notify,
}

/// Store calls after which a run goes round in circles.
const MOST_CALLS: u64 = 20_000;

impl Weather {
    pub(crate) fn new(plan: Plan, clock: SimClock, timeline: Timeline) -> Arc<Self> {
        let delays = Mutex::new(Chance::of(plan.seed, "delays"));
        Arc::new(Self {
            plan,
            calls: AtomicU64::new(0),
            struck: Mutex::default(),
            delays,
            away: Mutex::new(None),
            calm: AtomicBool::new(false),
            clock,
            timeline,
            replay: Notify::new(),
            exhausted: Notify::new(),
        })
    }

    pub(crate) fn settle(&self) {
        self.calm.store(true, Ordering::SeqCst);
    }

    pub(crate) fn calls(&self) -> u64 {
        self.calls.load(Ordering::SeqCst)
    }

    pub(crate) fn struck(&self) -> Struck {
        self.struck.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn tell(&self, what: String) {
        self.timeline.tell(self.clock.elapsed(), what);
    }

    /// Numbers a call, and says what befalls it.
    fn next(&self) -> (u64, Option<Fault>) {
        let number = self.calls.fetch_add(1, Ordering::SeqCst);
        if number >= MOST_CALLS {
            self.exhausted.notify_one();
        }
        if self.calm.load(Ordering::SeqCst) {
            return (number, None);
        }
        let strike = self.plan.strikes.iter().find(|strike| strike.call == number);
        if let Some(strike) = strike {
            let mut struck = self.struck.lock().unwrap_or_else(PoisonError::into_inner);
            *struck.entry(strike.fault.kind()).or_default() += 1;
        }
        (number, strike.map(|strike| strike.fault))
    }

    /// From nothing to eight milliseconds, seldom more.
    fn delay(&self) -> Duration {
        let mut chance = self.delays.lock().unwrap_or_else(PoisonError::into_inner);
        let most = if chance.below(50) == 0 { 400_000 } else { 8_000 };
        Duration::from_micros(chance.below(most))
    }

    fn is_away(&self) -> bool {
        let away = self.away.lock().unwrap_or_else(PoisonError::into_inner);
        !self.calm.load(Ordering::SeqCst) && away.is_some_and(|until| self.clock.elapsed() < until)
    }
}

/// The store as one life of the process sees it.
pub(crate) struct Stormy {
    table: Arc<LocalTable>,
    weather: Arc<Weather>,
    dead: AtomicBool,
    died: Notify,
}

/// Why a call wasn't answered as it deserves.
enum Refusal {
    Throttled,
    Conflict,
    Lost,
}

impl Refusal {
    fn of_read(self) -> StoreError {
        match self {
            Self::Throttled | Self::Conflict => StoreError::Throttled,
            Self::Lost => StoreError::Unavailable("nobody answers".to_owned()),
        }
    }

    fn of_transaction(self, actions: usize) -> TransactError {
        let all = |reason: Cancellation| {
            let mut reasons = vec![Cancellation::None; actions];
            reasons[0] = reason;
            TransactError::Cancelled(reasons)
        };
        match self {
            Self::Throttled if actions > 0 => all(Cancellation::Throttled),
            Self::Conflict if actions > 0 => all(Cancellation::Conflict),
            other => TransactError::Store(other.of_read()),
        }
    }
}

impl Stormy {
    pub(crate) fn new(table: Arc<LocalTable>, weather: Arc<Weather>) -> Arc<Self> {
        Arc::new(Self { table, weather, dead: AtomicBool::new(false), died: Notify::new() })
    }

    /// Resolves when the process has died.
    pub(crate) async fn death(&self) {
        let died = self.died.notified();
        tokio::pin!(died);
        died.as_mut().enable();
        if !self.dead.load(Ordering::SeqCst) {
            died.await;
        }
    }

    fn die(&self) {
        self.dead.store(true, Ordering::SeqCst);
        self.died.notify_waiters();
    }

    /// Passes a call through the weather. The store does its work on threads of its own; waiting for them here, with
    /// nothing else going on, keeps the order of everything the same in every run.
    async fn through<T>(&self, what: &str, call: BoxFuture<'_, T>) -> Result<T, Refusal> {
        let (number, fault) = self.weather.next();
        if let Some(fault) = fault {
            self.weather.tell(format!("#{number} {what}: {fault}"));
        }
        self.weather.clock.wait(self.weather.delay()).await;
        self.befall(fault).await?;
        if self.dead.load(Ordering::SeqCst) {
            return pending().await;
        }
        if self.weather.is_away() {
            return Err(Refusal::Lost);
        }
        let answer = wait(call);
        self.weather.tell(format!("#{number} {what}"));
        if fault == Some(Fault::DeathAfter) {
            self.die();
        }
        self.weather.clock.wait(self.weather.delay()).await;
        match fault {
            _ if self.dead.load(Ordering::SeqCst) => pending().await,
            Some(Fault::Unheard) => Err(Refusal::Lost),
            _ => Ok(answer),
        }
    }

    /// What happens before the call gets there.
    async fn befall(&self, fault: Option<Fault>) -> Result<(), Refusal> {
        match fault {
            Some(Fault::Throttled) => return Err(Refusal::Throttled),
            Some(Fault::Conflict) => return Err(Refusal::Conflict),
            Some(Fault::Refused) => return Err(Refusal::Lost),
            Some(Fault::DeathBefore) => self.die(),
            Some(Fault::Slow(time)) => self.weather.clock.wait(time).await,
            Some(Fault::Partition(time)) => {
                let mut away = self.weather.away.lock().unwrap_or_else(PoisonError::into_inner);
                *away = Some(self.weather.clock.elapsed() + time);
            }
            Some(Fault::Replay) => self.weather.replay.notify_one(),
            Some(Fault::Ahead(time)) => self.weather.clock.jump(time, true),
            Some(Fault::Back(time)) => self.weather.clock.jump(time, false),
            Some(Fault::Unheard | Fault::DeathAfter) | None => {}
        }
        Ok(())
    }

    fn read<'s, T: Send + 's>(
        &'s self,
        what: &'static str,
        call: BoxFuture<'s, Result<T, StoreError>>,
    ) -> BoxFuture<'s, Result<T, StoreError>> {
        async move { self.through(what, call).await.map_err(Refusal::of_read)? }.boxed()
    }
}

/// The answer of a store that works on other threads, before anybody else has a turn.
fn wait<T>(call: BoxFuture<'_, T>) -> T {
    // Without a budget of turns: nobody else waits for one.
    futures_executor::block_on(tokio::task::unconstrained(call))
}

/// What a transaction does, without the data: verbs and kinds.
fn verbs(transaction: &Transaction) -> String {
    let type_attribute = commerce_store::TABLE.type_attribute;
    let words = transaction.actions.iter().map(|action| match action {
        Action::Put { item, .. } => format!("put {}", item.text(type_attribute).unwrap_or("?")),
        Action::Update { .. } => "update".to_owned(),
        Action::Delete { .. } => "delete".to_owned(),
        Action::Check { .. } => "check".to_owned(),
    });
    words.collect::<Vec<_>>().join(", ")
}

impl Store for Stormy {
    fn get(&self, request: Get) -> BoxFuture<'_, Result<Option<Item>, StoreError>> {
        self.read("get", self.table.get(request))
    }

    fn query(&self, request: Query) -> BoxFuture<'_, Result<QueryPage, StoreError>> {
        self.read("query", self.table.query(request))
    }

    fn scan(&self, request: Scan) -> BoxFuture<'_, Result<QueryPage, StoreError>> {
        self.read("scan", self.table.scan(request))
    }

    fn batch_get(&self, request: BatchGet) -> BoxFuture<'_, Result<BatchGot, StoreError>> {
        self.read("batch get", self.table.batch_get(request))
    }

    fn batch_write(&self, actions: Vec<BatchAction>) -> BoxFuture<'_, Result<Vec<BatchAction>, StoreError>> {
        self.read("batch write", self.table.batch_write(actions))
    }

    fn transact(&self, transaction: Transaction) -> BoxFuture<'_, Result<(), TransactError>> {
        let (actions, what) = (transaction.actions.len(), format!("transaction ({})", verbs(&transaction)));
        let call = self.table.transact(transaction);
        async move { self.through(&what, call).await.map_err(|refusal| refusal.of_transaction(actions))? }
            .boxed()
    }
}
