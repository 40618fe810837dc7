//! A platform with consumers that write down what they see.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use library_model::events::LoanReturned;
use library_store::TABLE;
use stipule_local::queue::DeadLetter;
use stipule_local::system::MovableClock;
use stipule_local::table::Place;
use stipule_local::{Local, Parts, StartError};
use stipule_runtime::auth::Expected;
use stipule_runtime::subscription::{Delivery, EventHandler, Failure, Subscription, event_handler};
use stipule_runtime::wire::Uuid;
use stipule_runtime::{App, Context, Received, StoreFailure, Write};

use crate::refusal;

/// What consumers saw, in order: who, and the number of the loan.
#[derive(Clone, Default)]
pub(crate) struct Log {
    seen: Arc<Mutex<Vec<(&'static str, u64)>>>,
    tries: Arc<Mutex<Vec<(&'static str, u64)>>>,
    mended: Arc<AtomicBool>,
}

impl Log {
    fn handler(
        &self,
        name: &'static str,
        verdict: impl Fn(&Self, u64) -> Result<(), Failure> + Send + Sync + 'static,
    ) -> EventHandler {
        let log = self.clone();
        event_handler(move |_: Context, event: Received<LoanReturned>| {
            let number = number_of(&event.loan_id);
            log.tries.lock().expect("a test's lock").push((name, number));
            let result = verdict(&log, number);
            if result.is_ok() {
                log.seen.lock().expect("a test's lock").push((name, number));
            }
            async move { result }
        })
    }

    pub(crate) fn keeps(&self, name: &'static str) -> EventHandler {
        self.handler(name, |_, _| Ok(()))
    }

    /// Parks one loan until the desk is mended.
    pub(crate) fn refuses(&self, name: &'static str, wrong: u64) -> EventHandler {
        self.handler(name, move |log, number| {
            let refused = number == wrong && !log.mended.load(Ordering::SeqCst);
            if refused { Err(refusal()) } else { Ok(()) }
        })
    }

    /// Fails the first few tries of one loan.
    pub(crate) fn fails(&self, name: &'static str, wrong: u64, times: usize) -> EventHandler {
        self.handler(name, move |log, number| {
            let tried = log.tried(name, Some(number));
            if number == wrong && tried <= times { Err(Failure::retry("not yet")) } else { Ok(()) }
        })
    }

    fn tried(&self, name: &str, number: Option<u64>) -> usize {
        let tries = self.tries.lock().expect("a test's lock");
        tries.iter().filter(|(who, what)| *who == name && number.is_none_or(|number| number == *what)).count()
    }
}

fn id(number: u64) -> Uuid {
    format!("00000000-0000-7000-8000-{number:012}").parse().expect("an id")
}

fn number_of(id: &impl ToString) -> u64 {
    let text = id.to_string();
    text.rsplit('-').next().and_then(|last| last.parse().ok()).expect("an id of a test")
}

/// A subscription that loses no time.
pub(crate) fn consumer(
    name: &'static str,
    rule: &'static str,
    delivery: Delivery,
    handler: EventHandler,
) -> Subscription {
    Subscription {
        name,
        service: "desk",
        event: "Loan.Returned",
        versions: &[1],
        rule,
        delivery,
        max_attempts: 5,
        backoff: Duration::from_millis(1),
        max_backoff: Duration::from_millis(1),
        dead_letters: "desk-dead",
        concurrency: 4,
        batch: 1,
        handler,
    }
}

pub(crate) fn settings(subscription: &mut Subscription, batch: u32, concurrency: u32) {
    subscription.batch = batch;
    subscription.concurrency = concurrency;
}

/// The running platform.
pub(crate) struct Desk {
    local: Local,
    log: Log,
    clock: MovableClock,
}

impl Desk {
    pub(crate) fn open<const N: usize>(consumers: impl FnOnce(&Log) -> [Subscription; N]) -> Self {
        Self::try_open(consumers).expect("the platform starts")
    }

    pub(crate) fn try_open<const N: usize>(
        consumers: impl FnOnce(&Log) -> [Subscription; N],
    ) -> Result<Self, StartError> {
        let log = Log::default();
        let clock = MovableClock::new();
        let app = App::new([], consumers(&log)).expect("an app");
        let expected = Expected {
            issuer: "test".to_owned(),
            audience: "test".to_owned(),
            tenant_claim: "tenant".to_owned(),
        };
        let parts =
            Parts { clock: Arc::new(clock.clone()), ..Parts::new(app, &TABLE, Place::Memory, expected) };
        Ok(Self { local: Local::start(parts)?, log, clock })
    }

    /// A loan of a member came back.
    pub(crate) async fn returned(&self, loan: u64, member: u64, late: bool) {
        let cx = Context::job(Arc::clone(self.local.ports()), "north", format!("loan-{loan}"));
        let mut write = Write::<StoreFailure>::new(&cx);
        write.emit(&LoanReturned { loan_id: id(loan).into(), member_id: id(member).into(), late });
        write.commit().await.expect("it is written");
        // Events are published by their time: no two of these share one.
        self.clock.advance(Duration::from_millis(1));
    }

    pub(crate) async fn settle(&self) {
        self.local.settle().await.expect("it settles");
    }

    pub(crate) async fn pass(&self, time: Duration) {
        self.clock.advance(time);
    }

    /// Waits until a consumer was called so often; the test hangs where it never is.
    pub(crate) async fn until_tried(&self, name: &str, times: usize) {
        while self.log.tried(name, None) < times {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert_eq!(self.log.tried(name, None), times);
    }

    pub(crate) fn seen(&self, name: &str) -> Vec<u64> {
        let seen = self.log.seen.lock().expect("a test's lock");
        seen.iter().filter(|(who, _)| *who == name).map(|(_, number)| *number).collect()
    }

    pub(crate) fn tries(&self, name: &str) -> usize {
        self.log.tried(name, None)
    }

    pub(crate) fn mend(&self) {
        self.log.mended.store(true, Ordering::SeqCst);
    }

    pub(crate) async fn letters(&self) -> Vec<DeadLetter> {
        self.local.queues().dead_letters().await.expect("dead letters are read")
    }

    pub(crate) async fn redrive(&self, subscription: &str, event: &str) {
        let now = self.local.ports().clock.now().unix_millis();
        assert!(self.local.queues().redrive(subscription, event, now).await.expect("it is moved"));
    }

    pub(crate) async fn stop(self) {
        self.local.stop().await;
    }
}
