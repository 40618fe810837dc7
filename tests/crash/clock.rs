//! The clock of the machine is set back, under load and while the process is dead: nothing waits for the old time to come again.

use std::time::Duration;

use crate::cut::Cut;
use crate::oracle;
use crate::process::Process;
use crate::story::{Ending, Memory, tell};

/// Sets the clock back again and again, each time by more.
async fn wind(process: &Process) -> std::convert::Infallible {
    let mut minutes = 1;
    loop {
        let seen = process.calls();
        while process.calls() < seen + 20 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        process.set_back(Duration::from_mins(minutes));
        minutes += 7;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_is_set_back_under_load_holds_nothing_up() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let process = Process::start(folder.path(), Cut::Never);
    let before = process.shown();
    let memory = Memory::default();
    let ending = tokio::select! {
        ending = tell(&process, &memory) => ending,
        never = wind(&process) => match never {},
    };
    let Ending::Finished(told) = ending else { panic!("nothing dies") };
    assert!(process.shown() < before, "the clock was set back");
    oracle::judge(&process, &told, "set back under load").await;
    process.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_is_set_back_while_the_process_is_dead_holds_nothing_up() {
    let step = if std::env::var_os("STIPULE_DEEP").is_some() { 3 } else { 40 };
    for number in (20..200).step_by(step) {
        let case = format!("dead at call {number}, set back by a day");
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut process = Process::start(folder.path(), Cut::After(number));
        let memory = Memory::default();
        let told = loop {
            match tell(&process, &memory).await {
                Ending::Finished(told) => break told,
                Ending::Died => {
                    process.set_back(Duration::from_hours(24));
                    process = process.again().await;
                }
            }
        };
        oracle::judge(&process, &told, &case).await;
        process.stop().await;
    }
}
