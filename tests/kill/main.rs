//! What happens to machines happens to the real process under load: it is killed at random; its disk is full, may only be
//! read, or kept half of what was written last; somebody starts it twice; its descriptors are used up. After each the
//! platform goes on or is started again, what was acknowledged is there, and the books balance.
#![cfg(target_os = "linux")]

mod buyer;
mod descriptors;
mod disk;
mod journal;
mod server;
mod shop;

#[path = "../draw/splitmix.rs"]
mod splitmix;

use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Duration;

use server::{BINARY, Server, arguments};
use shop::Shop;
use splitmix::SplitMix;

/// How often a fault is tried: `few` times, or so many under `STIPULE_DEEP=1`.
fn rounds(few: usize, deep: usize) -> usize {
    if std::env::var_os("STIPULE_DEEP").is_some() { deep } else { few }
}

/// Limits a running process: what `prlimit` takes, as `--nofile=64`.
fn limit(process: u32, limit: &str) {
    let done = Command::new("prlimit").args(["--pid", &process.to_string(), limit]).status();
    assert!(done.expect("util-linux is there").success(), "{limit}");
}

/// What is said on standard error by a start that is refused.
fn refusal(mut command: Command, data: &Path) -> String {
    let output = arguments(&mut command, data).output().expect("the binary runs");
    let said = String::from_utf8(output.stderr).expect("UTF-8");
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.starts_with("commerce: ") && !said.contains("panicked"), "{said}");
    said
}

#[test]
fn kills_under_load_lose_nothing_and_repeat_nothing() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut shop = Shop::open(Server::start(folder.path()));
    let seed = 20_261_123;
    println!("seed {seed}");
    let mut chance = SplitMix::new(seed);
    let mut took: Vec<Duration> = (0..rounds(45, 1_000))
        .map(|_| {
            // The moment of the kill is the point of the test: any time within the life of some orders.
            thread::park_timeout(Duration::from_micros(20_000 + chance.word() % 200_000));
            shop.kill();
            let took = shop.recover(folder.path());
            shop.look();
            took
        })
        .collect();
    took.sort();
    let orders = shop.close();
    let [median, late, slowest] =
        [took.len() / 2, took.len() * 99 / 100, took.len() - 1].map(|at| took[at].as_millis());
    println!("{} kills, {orders} orders acknowledged, none lost, none twice", took.len());
    println!(
        "from a start to the first answer {median} ms (median), {late} ms (p99), {slowest} ms (slowest)"
    );
}

#[test]
fn a_second_process_is_refused_by_name_while_the_first_goes_on_under_load() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut shop = Shop::open(Server::start(folder.path()));
    for _ in 0..3 {
        shop.sell(2);
        let said = refusal(Command::new(BINARY), folder.path());
        assert!(said.contains(&format!("is in use by process {}", shop.process())), "{said}");
        shop.look();
    }
    shop.kill();
    shop.recover(folder.path());
    shop.look();
    println!("{} orders, none lost, none twice", shop.close());
}
