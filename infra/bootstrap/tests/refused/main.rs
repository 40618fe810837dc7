//! Forged tokens at the gateway where functions are processes of their own: the authorizer's process decides, and the gateway
//! says in its own log why somebody isn't let in.

use std::time::Duration;

use stipule_local::table::Place;
use stipule_local::{Local, Processes};

#[path = "../../../../tests/attacks/doors.rs"]
mod doors;
#[path = "../../../../tests/privacy/log.rs"]
mod log;
#[path = "../../../../tests/attacks/tokens.rs"]
mod tokens;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_forged_token_is_let_in_by_a_process_and_the_gateways_log_says_why() {
    let log = log::Log::start();
    let folder = tempfile::tempdir().expect("a folder");
    let outside = commerce::Outside::local().expect("randomness");
    let secret = outside.secret.clone();
    let mut parts = commerce::parts_with(Place::Folder(folder.path().to_owned()), outside);
    // A machine that has much else to do may take its time.
    let timeout = Some(Duration::from_secs(60));
    let binary = env!("CARGO_BIN_EXE_bootstrap").into();
    parts.processes =
        Some(Processes { timeout, ..Processes::new(binary, &commerce_service::PLATFORM, secret) });
    let local = Local::start(parts).expect("the platform starts");
    doors::attacked(local, folder.path(), &log).await;
}
