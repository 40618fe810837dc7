//! Ten thousand who are there at the same time, each with a connection of its own, and think between two calls.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::load::{self, Call};
use crate::memory::{Memory, Watch};
use crate::plot::{Mark, Picture};
use crate::process::Shop;
use crate::series::{Log, is_done};
use crate::sheet::Sheet;
use crate::{calls, descriptors, missing};

/// How many and how long.
#[derive(Clone, Copy)]
pub(crate) struct Scale {
    pub(crate) users: usize,
    /// Over which they come.
    pub(crate) ramp: Duration,
    /// How long all of them stay.
    pub(crate) stay: Duration,
    /// How long each thinks between two calls, on average: from half of it to half as much again.
    pub(crate) thought: Duration,
}

/// What came of it, and its picture.
pub(crate) async fn run(scale: Scale) -> (Sheet, Picture) {
    let mut sheet = Sheet::new("users");
    descriptors::room_for(scale.users);
    let shop = Shop::open(&[]);
    let calls: Arc<[Call]> = often(&calls(&shop).await).into();
    let before = Memory::of(shop.id());
    let log = Log::begin();
    let watch = Watch::over(shop.id(), &log);
    let (began, connected) = (Instant::now(), Arc::new(AtomicUsize::new(0)));
    let users: Vec<_> = (0..scale.users)
        .map(|number| {
            let user =
                User { number, host: shop.host().to_owned(), calls: Arc::clone(&calls), log: log.clone() };
            tokio::spawn(user.stay(scale, began, Arc::clone(&connected)))
        })
        .collect();
    tokio::time::sleep_until((began + scale.ramp).into()).await;
    let ramp = log.phase();
    tokio::time::sleep_until((began + scale.ramp + scale.stay).into()).await;
    let (open, after, stay) = (connected.load(Ordering::Relaxed), Memory::of(shop.id()), log.phase());
    drop(watch);
    for user in users {
        user.await.expect("no user has a fault");
    }
    let late = log.phase();
    let all = scale.users;
    let label = format!("{all} users with a connection each");
    sheet.line(&label, &format!("{open} connected at the end of {} s", scale.stay.as_secs()), "bar: all");
    let (answers, rate) = (&stay.answers, stay.rate());
    let errors = answers.count(|status| !is_done(status));
    sheet.line("  throughput", &format!("{rate:.0} answers a second, {errors} errors"), "bar: 0 errors");
    sheet.line(
        "  statuses, of all and of the ramp",
        &format!("{}; {}", answers.statuses(), ramp.answers.statuses()),
        "",
    );
    for kind in ["read", "write"] {
        let [p50, p99, most] = [50.0, 99.0, 99.9].map(|it| answers.percentile(kind, it));
        sheet.line(&format!("  {kind}s"), &format!("p50 {p50:.1?}, p99 {p99:.1?}, p99.9 {most:.1?}"), "");
    }
    if let (Some(before), Some(after)) = (before, after) {
        let each = (after.resident - before.resident) * 1e3 / all as f64;
        let figure = format!("{:.1} MB, {each:.1} KB a user more than before", after.resident);
        sheet.line("  memory", &figure, "");
    }
    let made: Vec<Box<str>> = [ramp.made, stay.made, late.made].concat();
    let lost = missing(&shop, &made).await;
    sheet.line("  writes acknowledged", &format!("{}, of which {lost} are lost", made.len()), "bar: 0 lost");
    let mark = Mark { from: 0.0, until: scale.ramp.as_secs_f64(), text: "users come".to_owned() };
    (sheet, Picture { title: "Users", series: log.series(), marks: vec![mark] })
}

/// As people do who look more than they put into carts: nine reads to a write.
fn often(calls: &[Call]) -> Vec<Call> {
    let [item, page, write] = calls else { unreachable!("there are three") };
    let reads = [item, page].into_iter().cycle().take(9);
    reads.chain([write]).cloned().collect()
}

struct User {
    number: usize,
    host: String,
    calls: Arc<[Call]>,
    log: Log,
}

impl User {
    /// Connects, thinks, asks, thinks, until all go.
    async fn stay(self, scale: Scale, began: Instant, connected: Arc<AtomicUsize>) {
        let Scale { users, ramp, stay, thought } = scale;
        tokio::time::sleep_until((began + ramp.mul_f64(self.number as f64 / users as f64)).into()).await;
        let mut wire = crate::wire::Wire::open(&self.host).await.ok();
        let mut is_counted = false;
        // Not all begin with the same call.
        for (turn, call) in self.calls.iter().cycle().enumerate().skip(self.number % self.calls.len()) {
            if wire.is_some() != is_counted {
                is_counted = wire.is_some();
                match is_counted {
                    true => connected.fetch_add(1, Ordering::Relaxed),
                    false => connected.fetch_sub(1, Ordering::Relaxed),
                };
            }
            // Spread evenly over all users and turns.
            let share = (self.number as f64 * 0.618_034 + turn as f64 * 0.754_878).fract();
            tokio::time::sleep(thought.mul_f64(0.5 + share)).await;
            if began.elapsed() >= ramp + stay {
                return;
            }
            load::ask(&mut wire, &self.host, call, Instant::now(), &self.log).await;
        }
    }
}
