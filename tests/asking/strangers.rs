//! A tenant asks for what another holds: it has to be answered exactly as if the other didn't exist, and nothing of the other
//! may change. Operations and names come from the contract, so that one more operation is asked as well.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value;
use stipule_ir::Contract;
use stipule_ir::service::Operation;
use stipule_ir::table::EntityId;
use stipule_runtime::app::NotHeard;
use stipule_runtime::item::Item;
use stipule_runtime::store::{BatchAction, Scan};
use stipule_runtime::wire::{DateTime, Uuid};
use stipule_runtime::{App, Caller, Ports, Principal};
use stipule_table::Examples;
pub use stipule_table::key::TENANT;

use super::{Ask, Held, asks_of};

/// The tenant that asks. The other is [`TENANT`], the one of the examples.
pub const STRANGER: &str = "oak";

/// A platform that is asked.
pub trait House: Sized {
    /// One in which nobody holds anything.
    fn open() -> Self;

    /// Its operations and topics.
    fn app(&self) -> &App;

    /// What it stands on.
    fn ports(&self) -> &Arc<Ports>;

    /// All that a token may allow.
    fn scopes(&self) -> Vec<&'static str>;

    /// A request with the signature of whoever tells the platform something.
    fn signed(&self, ask: Ask) -> Ask {
        ask
    }
}

/// Lets [`TENANT`] hold an example of every entity.
///
/// # Panics
/// When an entity has no example, or the table doesn't take it.
pub async fn hold_examples<H: House>(house: &H, contract: &Contract) {
    for table in &contract.tables {
        let examples = Examples::new(contract, table);
        let ids = (0u32..).map(EntityId).zip(&table.entities);
        let puts: Vec<BatchAction> = ids
            .map(|(id, entity)| examples.get(id).unwrap_or_else(|| panic!("{} has an example", entity.name)))
            .map(|example| BatchAction::Put(example.item.clone()))
            .collect();
        for puts in puts.chunks(BatchAction::MOST) {
            let left = house.ports().store.batch_write(puts.to_vec()).await.expect("the table answers");
            assert_eq!(left, []);
        }
    }
}

/// Everything that the table has of [`TENANT`].
///
/// # Panics
/// When the table doesn't answer.
pub async fn rows<H: House>(house: &H, contract: &Contract) -> Vec<Item> {
    let pk = &contract.tables[0].pk;
    let (mut rows, mut scan) = (Vec::new(), Scan::table());
    loop {
        let page = house.ports().store.scan(scan.clone()).await.expect("the table answers");
        rows.extend(page.items);
        scan.start = page.next;
        if scan.start.is_none() {
            break;
        }
    }
    rows.retain(|it| it.text(pk).is_some_and(|key| key.starts_with(&format!("{TENANT}#"))));
    rows
}

/// Status and body of an answer to somebody of a tenant who may do everything there.
async fn answer<H: House>(house: &H, tenant: &str, ask: Ask) -> (u16, Value) {
    let principal = Principal::new("judge", house.scopes());
    let caller = Caller::Known { tenant: tenant.to_owned(), principal };
    let answer = house.app().handle(house.signed(ask).request(), caller, house.ports()).await;
    (answer.status().as_u16(), serde_json::from_slice(answer.body()).unwrap_or(Value::Null))
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

/// Every operation that can be asked for something that the other tenant holds, with ways to do so. First those that only
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

/// Asks as [`STRANGER`] for what [`TENANT`] holds in `here`; `there`, nobody holds anything.
///
/// # Panics
/// With every operation that shows that it knows, or changes, something of the other; and when there is none to ask.
pub async fn might_as_well_not_be_there<H: House>(contract: &Contract, here: &H, there: &H) {
    let rows_before = rows(here, contract).await;
    let held = Held::new(contract, &rows_before);
    let (mut wrong, mut asked) = (BTreeSet::new(), 0);
    for (operation, asks) in trials(contract, &held) {
        for ask in asks {
            let words = ask.words();
            let mut with = answer(here, STRANGER, ask.clone()).await;
            let mut without = answer(there, STRANGER, ask).await;
            lasting(&mut with.1, &words);
            lasting(&mut without.1, &words);
            if with != without {
                wrong.insert(format!("{words}: {with:?}, and without the other {without:?}"));
            }
            if held.is_by_name(operation) && with.0 != 404 && with.0 >= 300 {
                wrong.insert(format!("{words}: {with:?} is neither an answer nor 404"));
            }
            asked += 1;
        }
        if rows(here, contract).await != rows_before {
            wrong.insert(format!("{} changed rows of the other", operation.id));
        }
    }
    assert_eq!(wrong, BTreeSet::new());
    assert!(asked > 0, "there is something to ask for");
    println!("{asked} calls for {} rows of another", rows_before.len());
}

/// Asks as [`TENANT`] for what it holds itself: the names that a stranger is refused are real.
///
/// # Panics
/// With every operation that finds nothing by any name.
pub async fn finds_what_it_holds<H: House>(contract: &Contract) {
    let house = H::open();
    hold_examples(&house, contract).await;
    let held = Held::new(contract, &rows(&house, contract).await);
    let mut lost = BTreeSet::new();
    for (operation, asks) in trials(contract, &held) {
        if !held.is_by_name(operation) {
            continue;
        }
        let mut found = false;
        for ask in asks {
            let (status, _) = if ask.is_read() {
                answer(&house, TENANT, ask).await
            } else {
                // What is changed by one operation isn't what the next one is asked about.
                let changed = H::open();
                hold_examples(&changed, contract).await;
                answer(&changed, TENANT, ask).await
            };
            found |= status != 404;
        }
        if !found {
            lost.insert(operation.id.wire.as_str());
        }
    }
    assert_eq!(lost, BTreeSet::new());
}

/// Asks to listen to what [`TENANT`] holds, as itself and as [`STRANGER`].
///
/// # Panics
/// When the stranger may, or the tenant itself may not; and when there is nothing to listen to.
pub async fn nobody_else_listens<H: House>(contract: &Contract) {
    let house = H::open();
    hold_examples(&house, contract).await;
    let held = Held::new(contract, &rows(&house, contract).await);
    let anybody = Principal::new("judge", house.scopes());
    let (app, ports) = (house.app(), house.ports());
    let mut asked = 0;
    // One without parameters names nothing that anybody holds.
    let topics = contract.sockets.iter().flat_map(|it| &it.topics);
    for topic in topics.filter(|it| it.parameters().next().is_some()) {
        let mut heard = 0;
        for name in held.topics(topic) {
            // A row may name something that no other row is about.
            heard += usize::from(app.may_hear(&name, TENANT, &anybody, ports).await.is_ok());
            let strange = app.may_hear(&name, STRANGER, &anybody, ports).await;
            assert_eq!(strange, Err(NotHeard::Unknown), "{name} of another");
            asked += 1;
        }
        assert!(heard > 0, "{}: the tenant itself hears of what it holds", topic.address.value);
    }
    assert!(asked > 0, "there is something to listen to");
}
