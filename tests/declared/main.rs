//! Every answer that the platform gives by itself, whatever the operation: each operation that declares it is brought to
//! give it, with requests made of the examples of the contracts. And what one store is answered about another.

mod faulty;
mod house;
mod strangers;

use std::collections::BTreeSet;
use std::path::Path;

use commerce::scopes;
use futures_util::future::join_all;
use platform_tests::asking::strangers::House as _;
use platform_tests::asking::{Ask, asks_of};
use platform_tests::contracts::contract;
use stipule_local::{Local, Parts};
use stipule_runtime::app::Throttle;
use stipule_runtime::http::Operation;
use stipule_runtime::store::StoreError;
use stipule_runtime::{Caller, Principal};

use house::House;

/// The store of those who ask.
const STORE: &str = "maple";

/// The repository.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests lie in the repository")
}

impl House {
    fn sound() -> Self {
        Self::open()
    }

    fn throttled() -> Self {
        Self::new(|parts| {
            let app = parts.app.with_throttle(Throttle { rate: 1, burst: 0 });
            Local::start(Parts { app, ..parts }).expect("the platform starts")
        })
    }

    async fn status(&self, ask: Ask, caller: Caller) -> u16 {
        let request = self.signed(ask).request();
        self.local.app().handle(request, caller, self.local.ports()).await.status().as_u16()
    }

    /// Asks every operation that declares a status, in a way that has to give it.
    async fn every(&self, status: u16, change: impl Fn(Ask, &Operation) -> Option<(Ask, Caller)>) {
        let asks = asks_of(&contract(root()));
        let declares = self.local.app().operations().filter(|it| it.statuses.contains(&status));
        let given = declares.filter_map(|operation| {
            let ask = asks.get(operation.id).unwrap_or_else(|| panic!("{} is exported", operation.id));
            let (ask, caller) = change(narrowed(ask.clone(), operation), operation)?;
            Some(async move { (operation.id, self.status(ask, caller).await) })
        });
        // At once: with a store that can't be reached, each of them tries again for a while.
        let given = join_all(given).await.into_iter().filter(|(_, given)| *given != status);
        let wrong: BTreeSet<String> = given.map(|(id, given)| format!("{id}: {given}")).collect();
        assert_eq!(wrong, BTreeSet::new(), "instead of {status}");
    }
}

/// Lists that ask for one of several parameters get one.
fn narrowed(ask: Ask, operation: &Operation) -> Ask {
    match operation.id {
        "listFulfilments" => ask.with_query("warehouse=YUL1"),
        "listReturns" => ask.with_query("status=RECEIVED"),
        _ => ask,
    }
}

/// Somebody who may do everything.
fn anybody() -> Caller {
    known(&scopes())
}

fn known(scopes: &[&str]) -> Caller {
    Caller::Known { tenant: STORE.to_owned(), principal: Principal::new("judge", scopes.iter().copied()) }
}

#[tokio::test]
async fn nobody_is_refused_and_so_is_a_message_that_nobody_signed() {
    let unsigned = |ask: Ask, _: &Operation| Some((ask.unsigned(), Caller::Anonymous));
    House::sound().every(401, unsigned).await;
}

#[tokio::test]
async fn somebody_without_the_scopes_is_refused() {
    House::sound().every(403, |ask, _| Some((ask, known(&[])))).await;
}

#[tokio::test]
async fn what_no_operation_asks_for_is_refused() {
    House::sound().every(400, |ask, _| Some((ask.with_query("nobodyAsks=1"), anybody()))).await;
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused() {
    let large = |ask: Ask, it: &Operation| Some((ask.with_body(vec![b' '; it.body_limit + 1]), anybody()));
    House::sound().every(413, large).await;
}

#[tokio::test]
async fn a_body_of_another_media_type_is_refused() {
    House::sound().every(415, |ask, _| Some((ask.with_media_type("text/x-other"), anybody()))).await;
}

#[tokio::test]
async fn a_body_that_says_something_else_is_refused() {
    let other = |ask: Ask, _: &Operation| {
        ask.has_body().then(|| (ask.with_body(br#"{"nobodyAsks": 1}"#.to_vec()), anybody()))
    };
    House::sound().every(422, other).await;
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let by_id = |ask: Ask, it: &Operation| it.template.contains('{').then(|| (ask, anybody()));
    House::sound().every(404, by_id).await;
}

#[tokio::test]
async fn more_than_is_taken_is_refused() {
    House::throttled().every(429, |ask, _| Some((ask, anybody()))).await;
}

#[tokio::test]
async fn without_the_store_nothing_can_be_had_for_the_moment() {
    let away = StoreError::Unavailable("nobody answers".to_owned());
    House::failing(away).every(503, |ask, _| Some((ask, anybody()))).await;
}

#[tokio::test]
async fn a_fault_of_the_program_is_told_without_its_words() {
    let fault = StoreError::Invalid("no such index".to_owned());
    House::failing(fault).every(500, |ask, _| Some((ask, anybody()))).await;
}
