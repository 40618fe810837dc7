//! What was published goes to its subscribers again, by time and by pattern.

use commerce::in_process::{InProcess, client};
use commerce::parts;
use commerce::seed::seed;
use stipule_local::Local;
use stipule_local::replay::Replay;
use stipule_local::table::Place;
use stipule_pattern::Pattern;

fn of_name(name: &str) -> Replay {
    let pattern = Pattern::compile(&format!(r#"{{"detail-type": ["{name}"]}}"#)).expect("a pattern");
    Replay { pattern: Some(pattern), ..everything() }
}

fn everything() -> Replay {
    Replay { from: 0, until: i64::MAX, pattern: None, subscription: None }
}

async fn replayed(local: &Local, replay: &Replay) -> usize {
    local.replay(replay).await.expect("it replays")
}

#[tokio::test]
async fn a_replay_goes_to_those_who_are_asked_and_changes_nothing_twice() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let local = Local::start(parts(Place::Folder(folder.path().to_owned())).expect("randomness"))
        .expect("the platform starts");
    let shop = client(InProcess::new(&local, "maple", "seed")).expect("a client");
    let seeded = seed(&shop).await.expect("the seed is sown");
    shop.customers().erase(seeded.customer).send().await.expect("the customer is erased");
    local.settle().await.expect("it settles");
    // Whoever holds a client holds the data.
    drop(shop);
    local.stop().await;
    // The archive is kept.
    let local = Local::start(parts(Place::Folder(folder.path().to_owned())).expect("randomness"))
        .expect("the platform starts again");
    let archived = local.queues().archived_between(0, i64::MAX, 0, 1_000).await.expect("the archive is read");
    let erased = archived.iter().find(|it| it.body.contains("Customer.Erased")).expect("it was published");
    let before = local.queues().arrived();
    assert_eq!(replayed(&local, &of_name("Customer.Erased")).await, 1);
    assert_eq!(local.queues().arrived() - before, 2, "loyalty and the saga are its subscribers");
    assert_eq!(replayed(&local, &of_name("Order.Placed")).await, 0, "none was published");
    let to = |from, until| Replay { from, until, ..of_name("Customer.Erased") };
    assert_eq!(replayed(&local, &to(erased.published_at, erased.published_at + 1)).await, 1);
    assert_eq!(replayed(&local, &to(0, erased.published_at)).await, 0, "the end is excluded");
    assert_eq!(replayed(&local, &to(erased.published_at + 1, i64::MAX)).await, 0);
    let nobody = Replay { subscription: Some("nobody.on-anything".to_owned()), ..everything() };
    assert_eq!(replayed(&local, &nobody).await, 0);
    local.settle().await.expect("it settles");
    assert_eq!(local.runs().list("erasure", 10).await.expect("runs are read").len(), 1, "it runs once");
    assert_eq!(local.queues().dead_letters().await.expect("dead letters are read"), []);
    local.stop().await;
}
