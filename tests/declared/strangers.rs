//! One store asks for what another holds: with real names out of the other's rows it is answered exactly as if the other
//! didn't exist, and nothing of the other changes. Operations and names come from the contract, so that one more operation
//! is asked as well; the other store is one that was opened by its seed, and holds an example of everything besides.

use std::collections::BTreeSet;

use commerce::in_process::{InProcess, client};
use commerce::seed::seed;
use platform_tests::contracts::contract;
use serde_json::Value;
use stipule_ir::Contract;
use stipule_ir::service::Operation;
use stipule_ir::table::EntityId;
use stipule_runtime::app::NotHeard;
use stipule_runtime::item::Item;
use stipule_runtime::store::{BatchAction, Scan};
use stipule_runtime::wire::{DateTime, Uuid};
use stipule_runtime::{Caller, Principal};
use stipule_table::Examples;
use stipule_table::key::TENANT;

use crate::ask::{Ask, asks_of, root};
use crate::held::Held;
use crate::{House, scopes};

/// The store that asks. The other is the one of the examples.
const STRANGER: &str = "oak";

impl House {
    /// A platform in which one store has what its seed brings, and an example of everything besides.
    async fn full(contract: &Contract) -> Self {
        let house = Self::sound();
        let shop = client(InProcess::new(&house.local, TENANT, "seed")).expect("a client");
        seed(&shop).await.expect("the seed is sown");
        house.local.settle().await.expect("the outbox can be read");
        house.with_examples(contract).await
    }

    /// The same with an example of everything in one store.
    async fn with_examples(self, contract: &Contract) -> Self {
        for table in &contract.tables {
            let examples = Examples::new(contract, table);
            let ids = (0u32..).map(EntityId).zip(&table.entities);
            let puts: Vec<BatchAction> = ids
                .map(|(id, entity)| {
                    examples.get(id).unwrap_or_else(|| panic!("{} has an example", entity.name))
                })
                .map(|example| BatchAction::Put(example.item.clone()))
                .collect();
            for puts in puts.chunks(BatchAction::MOST) {
                let left =
                    self.local.ports().store.batch_write(puts.to_vec()).await.expect("the table answers");
                assert_eq!(left, []);
            }
        }
        self
    }

    /// Everything that the table has of the other store.
    async fn rows(&self, contract: &Contract) -> Vec<Item> {
        let pk = &contract.tables[0].pk;
        let (mut rows, mut scan) = (Vec::new(), Scan::table());
        loop {
            let page = self.local.ports().store.scan(scan.clone()).await.expect("the table answers");
            rows.extend(page.items);
            scan.start = page.next;
            if scan.start.is_none() {
                break;
            }
        }
        rows.retain(|it| it.text(pk).is_some_and(|key| key.starts_with(&format!("{TENANT}#"))));
        rows
    }

    /// Status and body of an answer to somebody of a store who may do everything there.
    async fn answer(&self, tenant: &str, ask: Ask) -> (u16, Value) {
        let caller =
            Caller::Known { tenant: tenant.to_owned(), principal: Principal::new("judge", scopes()) };
        let request = ask.signed(&self.secret, self.local.ports().clock.now()).request();
        let answer = self.local.app().handle(request, caller, self.local.ports()).await;
        (answer.status().as_u16(), serde_json::from_slice(answer.body()).unwrap_or(Value::Null))
    }
}

/// An answer without what is new in every answer: ids that were drawn for it.
fn lasting(answer: &mut Value, asked: &str) {
    match answer {
        Value::Object(members) => {
            members.retain(|name, _| !["requestId", "traceId"].contains(&name.as_str()));
            members.values_mut().for_each(|it| lasting(it, asked));
        }
        Value::Array(items) => items.iter_mut().for_each(|it| lasting(it, asked)),
        Value::String(text) if asked.contains(text.as_str()) => {}
        Value::String(text) if text.parse::<Uuid>().is_ok() => "an id".clone_into(text),
        Value::String(text) if text.parse::<DateTime>().is_ok() => "an instant".clone_into(text),
        _ => {}
    }
}

/// Every operation that can be asked for something that the other store holds, with ways to do so. First those that only
/// read: what follows from the others comes when it comes, and they would tell of it.
fn trials<'c>(contract: &'c Contract, held: &Held<'c>) -> Vec<(&'c Operation, Vec<Ask>)> {
    let asks = asks_of(contract);
    let operations = contract.services.iter().flat_map(|it| &it.operations).filter(|it| it.served);
    let trials = operations.map(|operation| {
        let ask = asks.get(&operation.id.wire).unwrap_or_else(|| panic!("{} is exported", operation.id));
        let asks = held.asks(operation, ask).into_iter().enumerate();
        let asks = asks.map(|(at, ask)| ask.under_key(&format!("{}-{at}", operation.id)));
        (operation, asks.collect::<Vec<_>>())
    });
    let mut trials: Vec<_> = trials.filter(|(_, asks)| !asks.is_empty()).collect();
    trials.sort_by_key(|(_, asks)| asks.iter().any(|it| !it.is_read()));
    trials
}

#[tokio::test]
async fn what_another_store_holds_might_as_well_not_be_there() {
    let contract = contract(root());
    let (house, nowhere) = (House::full(&contract).await, House::sound());
    let rows = house.rows(&contract).await;
    let held = Held::new(&contract, &rows);
    let (mut wrong, mut asked) = (BTreeSet::new(), 0);
    for (operation, asks) in trials(&contract, &held) {
        for ask in asks {
            let words = ask.words();
            let mut here = house.answer(STRANGER, ask.clone()).await;
            let mut there = nowhere.answer(STRANGER, ask).await;
            lasting(&mut here.1, &words);
            lasting(&mut there.1, &words);
            if here != there {
                wrong.insert(format!("{words}: {here:?}, and without the other store {there:?}"));
            }
            if held.is_by_name(operation) && here.0 != 404 && here.0 >= 300 {
                wrong.insert(format!("{words}: {here:?} is neither an answer nor 404"));
            }
            asked += 1;
        }
        let now = house.rows(&contract).await;
        if now != rows {
            wrong.insert(format!("{} changed rows of the other store", operation.id));
        }
    }
    assert_eq!(wrong, BTreeSet::new());
    println!("{asked} calls for {} rows of another store", rows.len());
}

/// The names are real: the store itself finds what they name.
#[tokio::test]
async fn a_store_finds_what_it_holds() {
    let contract = contract(root());
    let library = House::sound().with_examples(&contract).await;
    let held = Held::new(&contract, &library.rows(&contract).await);
    let mut lost = BTreeSet::new();
    for (operation, asks) in trials(&contract, &held) {
        if !held.is_by_name(operation) {
            continue;
        }
        let mut found = false;
        for ask in asks {
            // What is changed by one operation isn't what the next one is asked about.
            let changed =
                if ask.is_read() { None } else { Some(House::sound().with_examples(&contract).await) };
            let (status, _) = changed.as_ref().unwrap_or(&library).answer(TENANT, ask).await;
            found |= status != 404;
        }
        if !found {
            lost.insert(operation.id.wire.as_str());
        }
    }
    assert_eq!(lost, BTreeSet::new());
}

#[tokio::test]
async fn nobody_listens_to_what_another_store_holds() {
    let contract = contract(root());
    let house = House::sound().with_examples(&contract).await;
    let held = Held::new(&contract, &house.rows(&contract).await);
    let anybody = Principal::new("judge", scopes());
    let (app, ports) = (house.local.app(), house.local.ports());
    let mut asked = 0;
    for topic in contract.sockets.iter().flat_map(|it| &it.topics) {
        let mut heard = 0;
        for name in held.topics(topic) {
            // A row may name something that no other row is about.
            heard += usize::from(app.may_hear(&name, TENANT, &anybody, ports).await.is_ok());
            let strange = app.may_hear(&name, STRANGER, &anybody, ports).await;
            assert_eq!(strange, Err(NotHeard::Unknown), "{name} of another store");
            asked += 1;
        }
        assert!(heard > 0, "{}: the store itself hears of what it holds", topic.address.value);
    }
    assert!(asked > 0, "there is something to listen to");
}
