//! What the simulator promises: no seed breaks a promise of the platform, and a seed replays identically.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use commerce_simulation::plan::Fault;
use commerce_simulation::{Plan, Run, run, shrink};

/// Seeds of a run of the tests, and of a deep one.
const SEEDS: (u64, u64) = (40, 100_000);

/// Seeds that are replayed.
const REPLAYED: (u64, u64) = (6, 1_000);

/// A cut at every so many-th store call, and in a deep run at each.
const EVERY: (usize, usize) = (43, 1);

fn depth<T>((usual, deep): (T, T)) -> T {
    if std::env::var_os("STIPULE_DEEP").is_some() { deep } else { usual }
}

/// Runs plans on two threads; the totals of calls, faults and deaths.
fn all(plans: &[Plan]) -> (u64, u64, u64) {
    let (next, totals) = (AtomicU64::new(0), [const { AtomicU64::new(0) }; 3]);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(plan) =
                    plans.get(usize::try_from(next.fetch_add(1, Ordering::Relaxed)).unwrap_or(0))
                {
                    let run = run(plan);
                    let faults = run.struck.values().sum();
                    for (total, more) in totals.iter().zip([run.calls, faults, u64::from(run.deaths)]) {
                        total.fetch_add(more, Ordering::Relaxed);
                    }
                    if !run.violations.is_empty() {
                        told(plan);
                    }
                }
            });
        }
    });
    let [calls, faults, deaths] = totals.map(AtomicU64::into_inner);
    (calls, faults, deaths)
}

/// Fails with the shortest story that breaks the promise.
fn told(plan: &Plan) {
    let plan = shrink(plan);
    let Run { timeline, violations, .. } = run(&plan);
    panic!("seed {} with {:#?}\n{timeline}\n{violations:#?}", plan.seed, plan.strikes);
}

fn seeds(range: Range<u64>) -> Vec<Plan> {
    range.map(Plan::of).collect()
}

#[test]
fn no_seed_breaks_a_promise() {
    let count = depth(SEEDS);
    let (calls, faults, deaths) = all(&seeds(0..count));
    println!("{count} seeds: {calls} store calls, {faults} faults, {deaths} deaths");
    assert!(faults > count * 4 && deaths > count / 4, "faults happen: {faults}, deaths: {deaths}");
}

#[test]
fn a_cut_before_or_after_any_store_call_breaks_no_promise() {
    let calm = run(&Plan::calm(3));
    assert!(calm.violations.is_empty() && calm.calls > 100, "{:#?}", calm.violations);
    let cuts = (0..calm.calls).flat_map(|call| [(call, Fault::DeathBefore), (call, Fault::DeathAfter)]);
    let cuts = cuts.step_by(depth(EVERY)).map(|(call, fault)| Plan::cut(3, call, fault));
    let plans: Vec<Plan> = cuts.collect();
    let (_, _, deaths) = all(&plans);
    println!("{} cuts around {} store calls, {deaths} deaths", plans.len(), calm.calls);
    assert!(deaths * 10 > plans.len() as u64 * 5, "cuts kill: {deaths} of {}", plans.len());
}

#[test]
fn a_seed_replays_identically() {
    for plan in seeds(0..depth(REPLAYED)) {
        let (once, again) = (run(&plan), run(&plan));
        if once.timeline.fingerprint() != again.timeline.fingerprint() {
            let (once, again) = (once.timeline.moments(), again.timeline.moments());
            let at = once.iter().zip(&again).position(|(one, other)| one != other);
            let at = at.unwrap_or(once.len().min(again.len()));
            panic!("seed {}: {:?}\nthen {:?}", plan.seed, once.get(at), again.get(at));
        }
    }
}
