//! How fast the whole shop is in its one process, over real connections on this machine: `cargo bench -p commerce --bench
//! gateway`.
//!
//! Printed is each figure beside its bar. `--quick` shortens everything, to see that it runs; `--only=closed,steady` measures
//! some parts of `boot`, `steady`, `spike`, `closed`, `sockets`, `users` and `soak`; `--soak=600` is a soak of so many seconds;
//! `--plot FOLDER` draws the parts that have a course in time, and writes the page about them. What is given as `NAME=URL`
//! is asked in the same way and in the same run, for a ratio: `tests/speed/peers` starts two that people know.

mod axis;
mod books;
mod closed;
mod descriptors;
mod histogram;
mod load;
mod memory;
mod orders;
mod page;
mod plot;
mod points;
mod process;
mod series;
mod sheet;
mod slope;
mod soak;
mod sockets;
mod spike;
mod users;
mod wire;

use std::path::PathBuf;
use std::time::Duration;

use load::{Call, Flow};
use memory::{Memory, Watch};
use page::Page;
use plot::Picture;
use process::Shop;
use serde_json::{Value, json};
use series::{Answers, Log};
use sheet::Sheet;
use tokio::runtime::{Builder, Runtime};

/// Twenty times a million requests a day.
const DAILY: u32 = 231;

/// How long and how many.
#[derive(Clone, Copy)]
struct Scale {
    boots: usize,
    steady: Duration,
    spike: spike::Scale,
    closed: Duration,
    sockets: usize,
    users: users::Scale,
    soak: soak::Scale,
}

const FULL: Scale = Scale {
    boots: 11,
    steady: Duration::from_secs(30),
    spike: spike::Scale { around: Duration::from_secs(20), spike: Duration::from_secs(60) },
    closed: Duration::from_secs(10),
    sockets: 10_000,
    users: users::Scale {
        users: 10_000,
        ramp: Duration::from_secs(30),
        stay: Duration::from_secs(90),
        thought: Duration::from_secs(10),
    },
    soak: soak::Scale::of(Duration::from_mins(30)),
};
const QUICK: Scale = Scale {
    boots: 2,
    steady: Duration::from_secs(2),
    spike: spike::Scale { around: Duration::from_secs(6), spike: Duration::from_secs(3) },
    closed: Duration::from_secs(1),
    sockets: 200,
    users: users::Scale {
        users: 500,
        ramp: Duration::from_secs(2),
        stay: Duration::from_secs(6),
        thought: Duration::from_secs(1),
    },
    soak: soak::Scale::of(Duration::from_secs(12)),
};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let is_quick = arguments.iter().any(|it| it == "--quick");
    let mut scale = if is_quick { QUICK } else { FULL };
    if let Some(seconds) = arguments.iter().find_map(|it| it.strip_prefix("--soak=")) {
        scale.soak = soak::Scale::of(Duration::from_secs(seconds.parse().expect("seconds")));
    }
    let only = arguments.iter().find_map(|it| it.strip_prefix("--only="));
    let wanted = |part: &str| only.is_none_or(|only| only.split(',').any(|it| it == part));
    let folder = arguments.iter().skip_while(|it| *it != "--plot").nth(1);
    let page = folder.map(|folder| Page::new(from_here(folder), is_quick));
    let keep = |(sheet, picture): (Sheet, Picture)| {
        if let Some(page) = &page {
            page.add(&sheet, &picture);
        }
    };
    if wanted("boot") {
        boot(scale);
    }
    let callers = runtime(Builder::new_multi_thread());
    if wanted("steady") {
        keep(callers.block_on(steady(scale)));
    }
    if wanted("spike") {
        keep(callers.block_on(spike::run(scale.spike, &[], "")));
        callers.block_on(spike::run(scale.spike, &["--rate", "1000000"], ", no limit of rate"));
    }
    if wanted("closed") {
        let peers = arguments.iter().filter(|it| !it.starts_with('-')).filter_map(|it| it.split_once('='));
        // Who asks as fast as it goes shares the cores with who answers: one thread that isn't woken by others asks most.
        runtime(Builder::new_current_thread()).block_on(closed::run(peers, scale.closed));
    }
    if wanted("sockets") {
        callers.block_on(sockets::hold(scale.sockets));
    }
    if wanted("users") {
        keep(callers.block_on(users::run(scale.users)));
    }
    if wanted("soak") {
        keep(callers.block_on(soak::run(scale.soak)));
    }
}

/// A folder as whoever called Cargo means it, which runs a bench in its package's folder.
fn from_here(folder: &str) -> PathBuf {
    let called = std::env::var_os("PWD").map(PathBuf::from).unwrap_or_default();
    called.join(folder)
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
    let resident = Memory::of(shop.id()).map_or(f64::NAN, |it| it.resident);
    line("resident, idle", &format!("{resident:.1} MB"), "bar: 64 MB");
}

/// Reads and durable writes as they come at twenty times the average of a day.
async fn steady(scale: Scale) -> (Sheet, Picture) {
    let mut sheet = Sheet::new("steady");
    let shop = Shop::open(&[]);
    let calls = calls(&shop).await;
    let log = Log::begin();
    let _watch = Watch::over(shop.id(), &log);
    let flow = Flow { rate: DAILY, wires: 32, during: scale.steady };
    load::open(shop.host(), &calls, flow, &log).await;
    let answers = log.phase().answers;
    let label = format!("{DAILY} a second for {} s", scale.steady.as_secs());
    for (kind, bar) in [("read", "bar: p99 10 ms"), ("write", "bar: p99 30 ms")] {
        let [p50, p99, most] = [50.0, 99.0, 99.9].map(|it| answers.percentile(kind, it));
        let figure = format!("p50 {p50:.1?}, p99 {p99:.1?}, p99.9 {most:.1?}");
        sheet.line(&format!("{label}, {kind}s"), &figure, bar);
    }
    sheet.line("  statuses", &answers.statuses(), "bar: nothing else than 200 and 201");
    (sheet, Picture { title: "Steady", series: log.series(), marks: Vec::new() })
}

/// How many of these carts aren't there.
async fn missing(shop: &Shop, carts: &[Box<str>]) -> usize {
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

fn refused(answers: &Answers, wanted: &str) {
    line("  statuses", &answers.statuses(), &format!("bar: {wanted}"));
}

fn customer(email: &str) -> Value {
    json!({ "email": email, "name": "Speed" })
}

/// A read of the store, a read whose answer is kept, a write that is on disk when it is answered.
async fn calls(shop: &Shop) -> Vec<Call> {
    let customer = shop.post("/customers", &customer("speed@example.com")).await;
    let cart = json!({ "customerId": customer["customerId"], "currency": "CAD" });
    let get = |path: &str| load::get(path, shop.host(), shop.token());
    let write = load::post("/carts", shop.host(), shop.token(), &cart.to_string()).keeping("cartId");
    vec![get("/stock/MUG-BLUE"), get("/products"), write]
}
