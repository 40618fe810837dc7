//! The process is cut before and after every store call of an order's way; after recovery the books balance.

mod clock;
mod cut;
mod delivery;
mod erasure;
mod oracle;
mod process;
mod renewal;
mod returning;
mod story;

use cut::Cut;
use process::Process;
use story::{Ending, Memory, tell};
use tokio::task::{JoinError, JoinSet};

/// Runs at once: most of their time is waiting for the disk.
const AT_ONCE: usize = 4;

fn ended(run: Option<Result<u64, JoinError>>) {
    if let Some(Err(error)) = run {
        std::panic::resume_unwind(error.into_panic());
    }
}

async fn run(cut: Cut) -> u64 {
    let case = format!("cut {cut:?}");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut process = Process::start(folder.path(), cut);
    let memory = Memory::default();
    let mut deaths = 0;
    let told = loop {
        match tell(&process, &memory).await {
            Ending::Finished(told) => break told,
            Ending::Died => {
                deaths += 1;
                assert!(deaths < 3, "{case}: a process is cut once");
                process = process.again().await;
            }
        }
    };
    process.spare();
    oracle::judge(&process, &told, &case).await;
    let calls = process.calls();
    process.stop().await;
    calls
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_books_balance_whichever_store_call_the_process_dies_at() {
    let calls = run(Cut::Never).await;
    assert!(calls > 50, "the story reaches the store: {calls} calls");
    // How calls interleave differs from run to run, so their number does too: a margin covers the longest.
    // Without `STIPULE_DEEP=1` every twelfth call is cut, on one side: after one call is nearly before the next.
    let deep = std::env::var_os("STIPULE_DEEP").is_some();
    let cuts = (0..calls + 10).flat_map(|number| [Cut::Before(number), Cut::After(number)]);
    let mut cut_at = 0;
    let mut runs = JoinSet::new();
    for cut in cuts.filter(|cut| deep || cut.is_sampled()) {
        cut_at += 1;
        if runs.len() == AT_ONCE {
            ended(runs.join_next().await);
        }
        runs.spawn(run(cut));
    }
    while !runs.is_empty() {
        ended(runs.join_next().await);
    }
    println!("{cut_at} cuts around {calls} store calls: the books balance");
}
