//! Sixty-four at once, through the functions that were generated for the library: nobody's update is lost, nothing is
//! sold twice, and the tries inside the runtime are bounded. Over the local table and over MiniStack.

mod contended;
mod crowd;
mod house;

use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Trial};
use store_conformance::judge::Judges;

use crowd::CROWDS;
use house::{House, Place};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let judges = Arc::new(Judges::default());
    let trials = Place::ALL.into_iter().flat_map(|place| {
        let judges = Arc::clone(&judges);
        CROWDS.iter().map(move |crowd| {
            let judges = Arc::clone(&judges);
            Trial::test(format!("{} {}", place.name(), crowd.name), move || {
                let runtime =
                    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
                runtime.expect("a runtime starts").block_on(async {
                    let house = House::open(place, &judges).await;
                    (crowd.run)(Arc::clone(&house)).await;
                    house.report(place, crowd.name);
                });
                Ok(())
            })
        })
    });
    let conclusion = libtest_mimic::run(&arguments, trials.collect());
    judges.stop();
    conclusion.exit_code()
}
