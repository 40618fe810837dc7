//! How fast the whole shop is in its one process, over real connections on this machine: `cargo bench -p commerce --bench
//! gateway`.
//!
//! Printed is each figure beside its bar. `--quick` shortens everything, to see that it runs; `--only=closed` measures one
//! part of `boot`, `steady`, `spike`, `closed` and `sockets`. What is given as `NAME=URL`
//! is asked in the same way and in the same run, for a ratio: `tests/speed/peers` starts two that people know.

mod closed;
mod load;
mod process;
mod sockets;
mod wire;

use std::time::Duration;

use load::{Call, Report};
use process::{Shop, resident};
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};

/// Twenty times a million requests a day.
const DAILY: u32 = 231;

/// Connections at once of a spike.
const CALLERS: usize = 2_000;

/// How long and how many.
#[derive(Clone, Copy)]
struct Scale {
    boots: usize,
    steady: Duration,
    spike: Duration,
    closed: Duration,
    sockets: usize,
}

const FULL: Scale = Scale {
    boots: 11,
    steady: Duration::from_secs(30),
    spike: Duration::from_secs(60),
    closed: Duration::from_secs(10),
    sockets: 10_000,
};
const QUICK: Scale = Scale {
    boots: 2,
    steady: Duration::from_secs(2),
    spike: Duration::from_secs(3),
    closed: Duration::from_secs(1),
    sockets: 200,
};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let scale = if arguments.iter().any(|it| it == "--quick") { QUICK } else { FULL };
    let only = arguments.iter().find_map(|it| it.strip_prefix("--only="));
    let wanted = |part: &str| only.is_none_or(|only| only == part);
    if wanted("boot") {
        boot(scale);
    }
    let callers = runtime(Builder::new_multi_thread());
    if wanted("steady") {
        callers.block_on(steady(scale));
    }
    if wanted("spike") {
        callers.block_on(spike(scale, &[], ""));
        callers.block_on(spike(scale, &["--rate", "1000000"], ", no limit of rate"));
    }
    if wanted("closed") {
        let peers = arguments.iter().filter(|it| !it.starts_with('-')).filter_map(|it| it.split_once('='));
        // Who asks as fast as it goes shares the cores with who answers: one thread that isn't woken by others asks most.
        runtime(Builder::new_current_thread()).block_on(closed::run(peers, scale.closed));
    }
    if wanted("sockets") {
        callers.block_on(sockets::hold(scale.sockets));
    }
}

fn runtime(mut builder: Builder) -> Runtime {
    builder.enable_all().build().expect("the system gives threads")
}

fn line(what: &str, figure: &str, bar: &str) {
    println!("{what:<46} {figure:<44} {bar}");
}

/// From the start of the process to its first answer, over data that is there already.
fn boot(scale: Scale) {
    let shop = Shop::open(&[]);
    let folder = shop.end();
    let mut took: Vec<Duration> = Vec::new();
    for _ in 0..scale.boots {
        let (shop, first) = Shop::boot(&folder);
        took.push(first);
        drop(shop);
    }
    took.sort_unstable();
    line("boot to first answer, median", &format!("{:.1?}", took[took.len() / 2]), "bar: 100 ms");
    let shop = Shop::open_in(folder, &[]);
    std::thread::sleep(Duration::from_secs(3));
    line("resident, idle", &format!("{:.1} MB", resident(shop.id())), "bar: 64 MB");
}

/// Reads and durable writes as they come at twenty times the average of a day.
async fn steady(scale: Scale) {
    let shop = Shop::open(&[]);
    let calls = calls(&shop).await;
    let report = load::open(shop.host(), &calls, DAILY, 32, scale.steady).await;
    let label = format!("{DAILY} a second for {} s", scale.steady.as_secs());
    for (kind, bar) in [("read", "bar: p99 10 ms"), ("write", "bar: p99 30 ms")] {
        let (p50, p99) = (report.percentile(kind, 50.0), report.percentile(kind, 99.0));
        line(&format!("{label}, {kind}s"), &format!("p50 {p50:.1?}, p99 {p99:.1?}"), bar);
    }
    refused(&report, "nothing else than 200 and 201");
}

/// Twenty times that: what is too much is told so, and nothing is lost.
async fn spike(scale: Scale, arguments: &[&str], how: &str) {
    let shop = Shop::open(arguments);
    let calls = calls(&shop).await;
    // As callers do, nobody waits for the answer of another.
    let report = load::open(shop.host(), &calls, DAILY * 20, CALLERS, scale.spike).await;
    let label = format!("{} a second for {} s{how}", DAILY * 20, scale.spike.as_secs());
    let share = report.share(429) * 100.0;
    line(&label, &format!("{} asked, {share:.0} % told 429", report.asked()), "bar: sheds by 429 only");
    line(&format!("{label}, taken"), &format!("p99 {:.1?}", report.taken(99.0)), "");
    refused(&report, "nothing else than 200, 201 and 429");
    let after = load::open(shop.host(), &calls, DAILY, 32, Duration::from_secs(2)).await;
    refused(&after, "at once afterwards nothing but 200 and 201");
    let made = report.made("cartId");
    let lost = missing(&shop, &made).await;
    line(
        &format!("{label}, writes acknowledged"),
        &format!("{}, of which {lost} are lost", made.len()),
        "bar: 0 lost",
    );
}

/// How many of these carts aren't there.
async fn missing(shop: &Shop, carts: &[String]) -> usize {
    let mut wire = wire::Wire::open(shop.host()).await.expect("it listens");
    let mut missing = 0;
    for cart in carts {
        let request = format!(
            "GET /carts/{cart} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\n\r\n",
            shop.host(),
            shop.token()
        );
        let status = loop {
            match wire.ask(request.as_bytes()).await.expect("it answers").0 {
                429 => tokio::time::sleep(Duration::from_millis(50)).await,
                status => break status,
            }
        };
        missing += usize::from(status != 200);
    }
    missing
}

fn refused(report: &Report, wanted: &str) {
    line("  statuses", &report.statuses(), &format!("bar: {wanted}"));
}

fn customer(email: &str) -> Value {
    json!({ "email": email, "name": "Speed" })
}

/// A read of the store, a read whose answer is kept, a write that is on disk when it is answered.
async fn calls(shop: &Shop) -> Vec<Call> {
    let customer = shop.post("/customers", &customer("speed@example.com")).await;
    let cart = json!({ "customerId": customer["customerId"], "currency": "CAD" });
    let get = |path: &str| load::get(path, shop.host(), shop.token());
    let write = load::post("/carts", shop.host(), shop.token(), &cart.to_string());
    vec![get("/stock/MUG-BLUE"), get("/products"), write]
}
