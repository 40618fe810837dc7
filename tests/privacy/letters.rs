//! Events that consumers can't understand, with canaries where that is: what is said of them when they are parked.

use std::collections::BTreeMap;

use serde_json::Value;
use stipule_local::Local;
use stipule_local::queue::Publication;

use crate::TENANT;
use crate::canaries::{Canaries, WORD};

/// How an event is bent where a canary stands.
const BENT: [fn(&str) -> Value; 3] = [
    |text| Value::from(text.repeat(2_000)),
    |text| Value::from(vec![text]),
    |text| Value::from(format!("{text}\0{text}")),
];

/// Publishes one event of each kind once more, with canaries in place of every text of its payload, bent, to all who receive its
/// like and to all sagas; the reasons for which they are parked, and how many events there were. No event has a canary by
/// itself: the contracts let none carry what is personal.
pub(crate) async fn bend(local: &Local, canaries: &Canaries<'_>) -> (Vec<String>, usize) {
    let archive = local.queues().archive(TENANT, 0, 10_000).await.expect("it can be read");
    let telling: Vec<&str> =
        archive.iter().map(|it| &*it.body).filter(|it| !canaries.found_in(it).is_empty()).collect();
    assert!(telling.is_empty(), "events carry what is personal: {telling:#?}");
    let kinds: BTreeMap<String, Value> = archive
        .iter()
        .map(|it| serde_json::from_str::<Value>(&it.body).expect("an event"))
        .map(|event| (event["name"].as_str().expect("a name").to_owned(), event))
        .collect();
    let mut events = 0;
    for (number, sound) in kinds.into_values().enumerate() {
        events += 1;
        for (kind, bent) in BENT.into_iter().enumerate() {
            let mut event = sound.clone();
            replace(&mut event["data"], &|| bent(&format!("{WORD}{}", 1_000_000 + number)));
            let id = format!("018f3a52-0000-7000-8000-{number:08x}{kind:04x}");
            event["id"] = Value::from(id.as_str());
            let receive = local.app().subscriptions().iter().filter(|it| event["name"] == it.event);
            let sagas = local.app().sagas().iter().map(|saga| format!("saga:{}", saga.name));
            let to = receive.map(|it| it.name.to_owned()).chain(sagas).map(|queue| (queue, None)).collect();
            let publication = Publication {
                event_id: id,
                tenant: TENANT.to_owned(),
                published_at: 0,
                body: event.to_string().into(),
                to,
            };
            local.queues().publish(vec![publication]).await.expect("it is published");
        }
    }
    local.settle().await.expect("what follows comes to rest");
    let letters = local.queues().dead_letters().await.expect("they can be read");
    (letters.into_iter().map(|letter| letter.reason).collect(), events)
}

fn replace(value: &mut Value, bent: &dyn Fn() -> Value) {
    match value {
        Value::String(_) => *value = bent(),
        Value::Array(items) => items.iter_mut().for_each(|item| replace(item, bent)),
        Value::Object(members) => members.values_mut().for_each(|member| replace(member, bent)),
        _ => {}
    }
}
