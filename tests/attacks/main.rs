//! Attacks on the local platform, over its port: none is let in, each is told the same, and the log knows why.

use commerce::parts;
use stipule_local::Local;
use stipule_local::table::Place;

mod doors;
#[path = "../declared/house.rs"]
mod house;
#[path = "../privacy/log.rs"]
mod log;
mod slow;
mod smuggled;
mod tokens;
mod webhooks;

use log::Log;

#[tokio::test]
async fn no_forged_token_is_let_in_and_the_log_says_why() {
    let log = Log::start();
    let folder = tempfile::tempdir().expect("a folder");
    let place = Place::Folder(folder.path().to_owned());
    let local = Local::start(parts(place).expect("secrets")).expect("the platform starts");
    doors::attacked(local, folder.path(), &log).await;
}
