//! Personal data is told to nobody who didn't ask for it: canaries stand in every field that the contracts mark as personal,
//! in requests that succeed, in such that are refused, while the store fails, and in events that nobody understands. They
//! come to be in rows and in the answers of those who may read them; they never come to be in the log, at whatever level, in
//! a refusal, or in the reason of a dead letter.

mod canaries;
mod erasure;
mod files;
mod letters;
mod log;

use std::path::Path;

use commerce::scopes;
use platform_tests::asking::asks_of;
use platform_tests::asking::strangers::{self, TENANT};
use platform_tests::contracts::contract;
use stipule_ir::Contract;
use stipule_runtime::item::Attr;
use stipule_runtime::store::StoreError;
use stipule_runtime::{Caller, Principal};

use canaries::{Canaries, Shape};
use log::Log;

#[path = "../declared/faulty.rs"]
mod faulty;

#[path = "../declared/house.rs"]
mod house;

use house::House;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests lie in the repository")
}

/// What came of the requests with canaries.
#[derive(Default)]
struct Outcome {
    taken: usize,
    refused: usize,
    /// Canaries in refusals.
    told: Vec<String>,
}

/// Asks every operation that takes personal data, with canaries of a shape in its place.
async fn plant(house: &House, contract: &Contract, canaries: &mut Canaries<'_>, shape: Shape) -> Outcome {
    let asks = asks_of(contract);
    let mut outcome = Outcome::default();
    for operation in contract.services.iter().flat_map(|it| &it.operations).filter(|it| it.served) {
        let ty = operation.body.as_ref().and_then(|body| body.media.first()).map(|media| media.ty);
        let (Some(ty), Some(ask)) = (ty, asks.get(&operation.id.wire)) else { continue };
        let before = canaries.planted();
        let ask = ask.clone().with_json(|body| canaries.plant(ty, body, shape));
        if canaries.planted() == before {
            continue;
        }
        let ask = strangers::House::signed(house, ask.under_key(&format!("canary-{before}-{shape:?}")));
        let caller = Caller::Known {
            tenant: TENANT.to_owned(),
            principal: Principal::new("judge", scopes().iter().copied()),
        };
        let answer = house.local.app().handle(ask.request(), caller, house.local.ports()).await;
        if answer.status().is_success() {
            outcome.taken += 1;
            continue;
        }
        outcome.refused += 1;
        let said = String::from_utf8_lossy(answer.body()).into_owned();
        if !canaries.found_in(&said).is_empty() {
            outcome.told.push(format!("{} answers {}: {said}", operation.id, answer.status()));
        }
    }
    outcome
}

/// Everything in an attribute that is text.
fn texts(attribute: &Attr) -> String {
    match attribute {
        Attr::S(text) => format!("{text} "),
        Attr::L(items) => items.iter().map(texts).collect(),
        Attr::M(item) => item.iter().map(|(_, it)| texts(it)).collect(),
        Attr::N(_) | Attr::B(_) | Attr::Bool(_) | Attr::Null => String::new(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn personal_data_is_in_no_log_and_in_no_refusal() {
    let log = Log::start();
    let contract = contract(root());
    let mut canaries = Canaries::new(&contract);

    let house = <House as strangers::House>::open();
    strangers::hold_examples(&house, &contract).await;
    let sound = plant(&house, &contract, &mut canaries, Shape::Fitting).await;
    house.local.settle().await.expect("what follows comes to rest");
    let rows = strangers::rows(&house, &contract).await;
    let stored = canaries
        .found_in(&rows.iter().flat_map(|row| row.iter().map(|(_, it)| texts(it))).collect::<String>());
    let (reasons, events) = letters::bend(&house.local, &canaries).await;
    let bad = plant(&house, &contract, &mut canaries, Shape::TooLong).await;
    let odd = plant(&house, &contract, &mut canaries, Shape::Forbidden).await;

    let away = House::failing(StoreError::Unavailable("nobody answers".to_owned()));
    let unavailable = plant(&away, &contract, &mut canaries, Shape::Fitting).await;
    let broken = House::failing(StoreError::Invalid("no such index".to_owned()));
    let invalid = plant(&broken, &contract, &mut canaries, Shape::Fitting).await;

    let told: Vec<String> =
        [&sound, &bad, &odd, &unavailable, &invalid].iter().flat_map(|it| it.told.clone()).collect();
    assert!(told.is_empty(), "refusals repeat what is personal:\n{}", told.join("\n"));
    let telling: Vec<&String> = reasons.iter().filter(|it| !canaries.found_in(it).is_empty()).collect();
    assert!(telling.is_empty(), "reasons of dead letters repeat what is personal: {telling:#?}");
    assert!(events > 0 && reasons.len() >= events, "{events} events with canaries, {reasons:#?}");
    // One that is found, or nothing would be.
    tracing::trace!(canary = "kanari0", "the trap");
    let log = log.text();
    let leaks: Vec<&str> = log.lines().filter(|line| !canaries.found_in(line).is_empty()).take(10).collect();
    let is_trap = |line: &&str| line.contains("the trap");
    assert!(
        leaks.len() == 1 && leaks.iter().all(is_trap),
        "the log has what is personal:\n{}",
        leaks.join("\n")
    );

    // The trap works: canaries got in, and what isn't personal is logged.
    let counts = [&sound, &bad, &odd, &unavailable, &invalid].map(|it| (it.taken, it.refused));
    assert!(
        sound.taken > sound.refused && stored.len() >= sound.taken,
        "{counts:?}, {} stored",
        stored.len()
    );
    assert!(counts[1..].iter().all(|(taken, refused)| *taken == 0 && *refused >= sound.taken), "{counts:?}");
    assert!(
        log.contains("registerCustomer") && log.contains("\"message\":\"close\""),
        "spans are logged too"
    );
    println!(
        "{} canaries, {} in rows; {events} events with some, bent, {} dead letters; {} taken, {} refused; {} lines of log",
        canaries.planted(),
        stored.len(),
        reasons.len(),
        sound.taken,
        [&sound, &bad, &odd, &unavailable, &invalid].map(|it| it.refused).iter().sum::<usize>(),
        log.lines().count()
    );
}
