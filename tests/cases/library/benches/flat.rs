//! What a write costs with change capture on, at the start and after a hundred thousand: each write puts an event into
//! the outbox in its transaction, the publisher moves it to the queues and removes it, on disk.
//! `cargo bench -p library-tests --bench flat [-- WRITES]`; fails when the end costs more than 1.2 times the start.

#[path = "../serve/services.rs"]
mod services;

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use library_model::events::MemberJoined;
use library_service::Services;
use library_store::{Join, Library, TABLE};
use library_tests::samples::member;
use stipule_local::table::Place;
use stipule_local::{Local, Parts};
use stipule_runtime::auth::Expected;
use stipule_runtime::{Context, Ports};
use tokio::task::JoinSet;

const WRITES: u64 = 100_000;
const WINDOWS: u64 = 20;
const WRITERS: u64 = 32;
const MOST: f64 = 1.2;

/// What a window of writes took.
struct Cost {
    wall: Duration,
    /// Of all threads; where the system doesn't tell, nothing.
    processor: Option<Duration>,
}

impl Cost {
    fn each(&self, writes: u64) -> (f64, Option<f64>) {
        let micros = |time: Duration| time.as_secs_f64() * 1e6 / writes as f64;
        (micros(self.wall), self.processor.map(micros))
    }
}

/// Time of the processor that this process has used. Source: `proc_pid_stat(5)`, user and system time in ticks of 10 ms.
fn processor() -> Option<Duration> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let fields: Vec<&str> = stat.rsplit(')').next()?.split_whitespace().collect();
    let ticks: u64 = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
    Some(Duration::from_millis(ticks * 10))
}

async fn join(ports: Arc<Ports>, number: u64) {
    let cx = Context::job(ports, "north", "bench");
    let member = member(number, &format!("reader{number}@example.org"));
    let member_joined = MemberJoined { member_id: member.member_id, standing: member.standing };
    Library::of(&cx).join(Join { member, member_joined }).commit().await.expect("nobody has this address");
}

async fn window(local: &Local, next: &Arc<AtomicU64>, until: u64) -> Cost {
    let (started, before) = (Instant::now(), processor());
    let mut writers = JoinSet::new();
    for _ in 0..WRITERS {
        let (ports, next) = (Arc::clone(local.ports()), Arc::clone(next));
        writers.spawn(async move {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= until {
                    return;
                }
                join(Arc::clone(&ports), number).await;
            }
        });
    }
    writers.join_all().await;
    local.settle().await.expect("the events are published");
    // Each writer took one number too many.
    next.store(until, Ordering::Relaxed);
    Cost { wall: started.elapsed(), processor: before.zip(processor()).map(|(before, after)| after - before) }
}

#[tokio::main]
async fn main() -> ExitCode {
    let asked = std::env::args().skip(1).find_map(|argument| argument.parse().ok());
    let writes: u64 = asked.unwrap_or(WRITES);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let app = Services { members: services::Register, lending: services::Desk }.into_app();
    let expected = Expected {
        issuer: "bench".to_owned(),
        audience: "bench".to_owned(),
        tenant_claim: "tenant".to_owned(),
    };
    let parts = Parts::new(app, &TABLE, Place::Folder(folder.path().join("data")), expected);
    let local = Local::start(parts).expect("a new place opens");
    let (next, each) = (Arc::new(AtomicU64::new(0)), writes / WINDOWS);
    let mut costs = Vec::new();
    for number in 1..=WINDOWS {
        let cost = window(&local, &next, number * each).await;
        let (wall, processor) = cost.each(each);
        println!(
            "after {:>7} writes: {wall:>6.0} µs each, {:>6.0} of the processor",
            number * each,
            processor.unwrap_or(0.0)
        );
        costs.push((wall, processor.unwrap_or(wall)));
    }
    local.stop().await;
    // A tenth at either end.
    let mean = |of: &[(f64, f64)], which: fn(&(f64, f64)) -> f64| {
        of.iter().map(which).sum::<f64>() / of.len() as f64
    };
    let ends = (&costs[..2], &costs[costs.len() - 2..]);
    let wall = mean(ends.1, |cost| cost.0) / mean(ends.0, |cost| cost.0);
    let processor = mean(ends.1, |cost| cost.1) / mean(ends.0, |cost| cost.1);
    println!(
        "the last tenth costs {wall:.2} times the first, {processor:.2} times of the processor (at most {MOST})"
    );
    // On a machine with other work the clock on the wall tells of that work.
    if wall.min(processor) > MOST { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
