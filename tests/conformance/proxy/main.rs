//! The AWS adapters with half of all calls struck down on their way to MiniStack: as their callers repeat them, nothing is
//! lost and nothing is done twice, and what an adapter says certainly didn't happen didn't happen.

mod admin;
mod batch;
mod proxy;
mod sockets;

#[path = "../../draw/splitmix.rs"]
mod splitmix;

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::sync::Arc;

use serde_json::json;
use stipule_aws::table::DynamoTable;
use stipule_aws::{Aws, Environment, EventBus, StateMachines};
use stipule_lambda::{Bus as _, Entry, Ordered};
use stipule_runtime::item::Attr;
use stipule_runtime::saga::{Start, Started, StepFailure, TokenAnswer, Workflows as _};
use stipule_runtime::store::{
    Action, BatchAction, Cancellation, Expression, Get, Query, Store as _, StoreError, TransactError,
    Transaction,
};
use stipule_runtime::wire::Any;
use store_conformance::judge::{Judge, Kind};
use store_conformance::shelf::{SHELF, bare, key};
use tokio::task::JoinSet;

use admin::Admin;
use proxy::{Fault, Proxy};

/// Commands of each kind.
fn commands() -> u64 {
    if std::env::var_os("STIPULE_DEEP").is_some() { 2_000 } else { 60 }
}

/// Commands on their way at the same time.
const AT_ONCE: usize = 8;

/// Tries of a command: half of them are struck down.
const MOST_TRIES: usize = 60;

/// Does a command for each number, some at the same time.
async fn everybody<F: Future<Output = ()> + Send + 'static>(command: impl Fn(u64) -> F) {
    let mut begun = JoinSet::new();
    for number in 0..commands() {
        if begun.len() == AT_ONCE {
            begun.join_next().await.expect("some").expect("no command fails");
        }
        begun.spawn(command(number));
    }
    while let Some(done) = begun.join_next().await {
        done.expect("no command fails");
    }
}

/// Repeats until it is answered.
async fn insist<T, E, F: Future<Output = Result<T, E>>>(mut call: impl FnMut() -> F) -> T {
    for _ in 0..MOST_TRIES {
        if let Ok(done) = call().await {
            return done;
        }
    }
    panic!("nothing goes through");
}

/// Whether a failure leaves open if it was done; one that says anything but «busy» or «unavailable» is a fault.
fn is_open(failure: &StoreError) -> bool {
    match failure {
        StoreError::Throttled => false,
        StoreError::Unavailable(_) => true,
        other => panic!("a caller can't repeat after {other:?}"),
    }
}

/// Commits actions behind a mark, as every write of the runtime is: done once, however often it is sent.
async fn once(table: &DynamoTable, mark: &str, more: Vec<Action>) {
    let is_new = Expression::new("attribute_not_exists(#pk)").name("#pk", "pk");
    let put = Action::Put { item: bare("MARK", mark), condition: Some(is_new) };
    let actions = [vec![put], more].concat();
    let mut open = false;
    for _ in 0..MOST_TRIES {
        match table.transact(Transaction { actions: actions.clone() }).await {
            Ok(()) => return,
            Err(TransactError::Store(failure)) => open |= is_open(&failure),
            Err(TransactError::Cancelled(reasons)) if reasons[0] == Cancellation::ConditionFailed => {
                assert!(open, "{mark}: it was done, and the adapter had said each time that it wasn't");
                return;
            }
            Err(TransactError::Cancelled(reasons)) => {
                assert!(reasons.contains(&Cancellation::Conflict), "{mark}: {reasons:?}");
            }
        }
    }
    panic!("{mark}: nothing goes through");
}

async fn table(aws: &Aws, direct: &Aws) {
    let made = DynamoTable::new(direct.dynamodb(), &SHELF).named("struck");
    made.create().await.expect("the judge makes the table");
    let counter = bare("COUNT", "1").with("n", Attr::integer(0));
    made.batch_write(vec![BatchAction::Put(counter)]).await.expect("nobody strikes here");
    let table = Arc::new(DynamoTable::new(aws.dynamodb(), &SHELF).named("struck"));

    let shared = Arc::clone(&table);
    everybody(move |number| {
        let table = Arc::clone(&shared);
        async move {
            let more = Expression::new("SET #n = #n + :one").name("#n", "n").value(":one", Attr::integer(1));
            let count = Action::Update { key: key("COUNT", "1"), update: more, condition: None };
            once(&table, &format!("together-{number}"), vec![count]).await;
            // Alone it is a call of another kind.
            once(&table, &format!("alone-{number}"), Vec::new()).await;
            let put = |part: u64| BatchAction::Put(bare("BATCH", &format!("{number}-{part}")));
            let mut left: Vec<BatchAction> = (0..3).map(put).collect();
            while !left.is_empty() {
                left = insist(|| table.batch_write(left.clone())).await;
            }
        }
    })
    .await;

    let wanted = i64::try_from(commands()).expect("few");
    let count = || table.get(Get { key: key("COUNT", "1"), consistent: true });
    let found = insist(count).await.expect("it is there");
    assert_eq!(found.get("n").and_then(Attr::as_integer), Some(wanted), "each once");
    for (partition, each) in [("MARK", 2), ("BATCH", 3)] {
        let (mut rows, mut start) = (0, None);
        loop {
            let query =
                || Query { start: start.clone(), consistent: true, ..Query::partition(partition.to_owned()) };
            let page = insist(|| table.query(query())).await;
            rows += page.items.len();
            start = page.next;
            if start.is_none() {
                break;
            }
        }
        assert_eq!(rows as u64, each * commands(), "{partition}");
    }
    println!("table: {wanted} commands of each kind, each once");
}

/// Events arrive at least once each: whoever takes them knows them by their ids.
async fn bus(aws: &Aws, admin: &Admin) {
    admin.make_bus("struck", "heard").await;
    let bus = Arc::new(EventBus::new(aws, "struck", admin.queue_base()));
    let shared = Arc::clone(&bus);
    everybody(move |number| {
        let bus = Arc::clone(&shared);
        async move {
            let entry = |part| Entry {
                source: "struck".to_owned(),
                name: "Thing.Done".to_owned(),
                detail: json!({ "id": format!("{number}-{part}") }).to_string(),
            };
            insist(|| bus.put((0..3).map(entry).collect())).await;
        }
    })
    .await;
    let heard = admin.receive("heard", 3 * commands()).await;
    let ids = heard.iter().map(|body| {
        let event: serde_json::Value = serde_json::from_str(body).expect("an event");
        event["detail"]["id"].as_str().expect("an id").to_owned()
    });
    let distinct: BTreeSet<String> = ids.collect();
    assert_eq!(distinct.len() as u64, 3 * commands(), "no event is lost");
    println!("bus: {} events, {} deliveries", distinct.len(), heard.len());
}

async fn ordered(aws: &Aws, admin: &Admin) {
    admin.make_queue("ordered.fifo").await;
    let bus = Arc::new(EventBus::new(aws, "struck", admin.queue_base()));
    let shared = Arc::clone(&bus);
    everybody(move |number| {
        let bus = Arc::clone(&shared);
        async move {
            let message = || Ordered {
                queue: "ordered.fifo".to_owned(),
                group: format!("group-{}", number % 4),
                id: format!("id-{number}"),
                body: number.to_string(),
            };
            insist(|| bus.send(message())).await;
        }
    })
    .await;
    let mut heard = BTreeMap::<String, u64>::new();
    for body in admin.receive("ordered.fifo", commands()).await {
        *heard.entry(body).or_default() += 1;
    }
    assert_eq!(heard.len() as u64, commands(), "no message is lost");
    assert!(heard.values().all(|times| *times == 1), "none is there twice: {heard:?}");
    println!("ordered queue: {} messages, each once", heard.len());
}

async fn machines(aws: &Aws, admin: &Admin) {
    let base = admin.make_machine("struck-", "trip").await;
    let machines = Arc::new(StateMachines::new(aws, base));
    let shared = Arc::clone(&machines);
    everybody(move |number| {
        let machines = Arc::clone(&shared);
        async move {
            let data = Any::from(format!("trip {number}"));
            let start =
                || Start { saga: "trip".to_owned(), name: format!("run-{number}"), data: data.clone() };
            let _: Started = insist(|| machines.start(start())).await;
        }
    })
    .await;
    let names = admin.executions("struck-trip").await;
    let distinct: BTreeSet<&String> = names.iter().collect();
    assert_eq!(
        (names.len() as u64, distinct.len() as u64),
        (commands(), commands()),
        "a run for each, however often it was started"
    );
    println!("machines: {} runs, each once", names.len());
}

/// Runs that wait for somebody, each answered once: the first answer counts, however often it is given.
async fn tokens(aws: &Aws, admin: &Admin) {
    // Whoever waits takes a thread of the judge.
    let runs = commands().min(200);
    let base = admin.make_waiting_machine("struck-", "wait", "asked").await;
    let machines = Arc::new(StateMachines::new(aws, base));
    for number in 0..runs {
        let data = Any::from(format!("{number}"));
        let start = || Start { saga: "wait".to_owned(), name: format!("wait-{number}"), data: data.clone() };
        let _: Started = insist(|| machines.start(start())).await;
    }
    let mut tokens = BTreeMap::new();
    for asked in admin.receive("asked", runs).await {
        let asked: serde_json::Value = serde_json::from_str(&asked).expect("what a run says");
        let text = |name: &str| asked[name].as_str().expect("a text").to_owned();
        tokens.insert(text("run"), text("token"));
    }
    assert_eq!(tokens.len() as u64, runs, "each run asks for its answer");
    let mut answering = JoinSet::new();
    for (number, (run, token)) in tokens.into_iter().enumerate() {
        let machines = Arc::clone(&machines);
        answering.spawn(async move {
            let answer = || match number % 2 {
                0 => TokenAnswer::Done(Any::from(run.clone())),
                _ => TokenAnswer::Failed(StepFailure::declared("Declined", run.clone())),
            };
            insist(|| machines.answer(&token, TokenAnswer::Alive)).await;
            insist(|| machines.answer(&token, answer())).await;
            (run, number % 2 == 0)
        });
    }
    while let Some(answered) = answering.join_next().await {
        let (run, is_done) = answered.expect("no answer fails");
        let ended = admin.ended("struck-wait", &run).await;
        let wanted = match is_done {
            true => json!({ "status": "SUCCEEDED", "said": format!("\"{run}\"") }),
            false => json!({ "status": "FAILED", "said": format!("Declined: {run}") }),
        };
        assert_eq!(ended, wanted, "{run}");
    }
    println!("tokens: {runs} runs, each ended by its own answer");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_half_of_all_calls_struck_down_nothing_is_lost_and_nothing_is_done_twice() {
    let judge = tokio::task::spawn_blocking(|| Judge::start(Kind::MiniStack)).await.expect("it ends");
    let judge = judge.expect("tests/setup has installed it");
    let seed = 20_261_128;
    println!("seed {seed}");
    let (proxy, address) = Proxy::start(&judge.endpoint(), seed).await;
    let aws = Aws::new(Environment::stand_in(address.clone()));
    let direct = Aws::new(Environment::stand_in(judge.endpoint()));
    let admin = Admin::new(&judge.endpoint());

    table(&aws, &direct).await;
    bus(&aws, &admin).await;
    ordered(&aws, &admin).await;
    machines(&aws, &admin).await;
    tokens(&aws, &admin).await;
    sockets::told(&aws, &admin, &address).await;

    let done = proxy.done();
    assert!(Fault::ALL.iter().all(|fault| done.contains_key(fault)), "each kind was done: {done:?}");
    println!("{done:?}");
    // It waits for its process.
    tokio::task::spawn_blocking(move || drop(judge)).await.expect("it ends");
}
