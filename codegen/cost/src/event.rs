//! What events cost: the way out of the table, the bus, its archive, and every consumer's queue and function.

use stipule_ir::event::Delivery;
use stipule_ir::{Event, EventId, Subscription};

use crate::DAYS;
use crate::item::{Group, Item, Part};
use crate::ledger::{Ledger, Work, figure};
use crate::line::Report;
use crate::rates;

/// Bytes of an event that are counted as one: "64 KB chunk" of the pricing pages of EventBridge and SQS.
const CHUNK: f64 = 65_536.0;

pub(crate) fn items(ledger: &Ledger<'_>, table: &Report) -> Vec<Item> {
    let events = (0u32..).map(EventId).zip(&ledger.contract.events);
    events.map(|(id, event)| item(ledger, table, id, event)).collect()
}

fn item(ledger: &Ledger<'_>, table: &Report, id: EventId, event: &Event) -> Item {
    let owner = owner(ledger, table, event);
    let rate = rates::of_event(ledger.contract, id);
    let place = rate.as_ref().map_or(&event.span, |rate| &rate.span);
    let versions = ledger.contract.events.iter().filter(|it| it.name.wire == event.name.wire).count();
    let name =
        if versions > 1 { format!("{} v{}", event.name, event.version) } else { event.name.wire.clone() };
    let mut item = ledger.item(Group::Event, name, owner.as_deref(), place);
    let Some(rate) = rate else { return item };
    item.per_day = Some(rate.per_day);
    let events = rate.per_day * DAYS;
    let said = format!("{} a day × {DAYS} days", figure(rate.per_day));
    item.because = rate.because;
    sent(ledger, (events, &said), bytes(ledger, table, event), &mut item.parts);
    let mut topics: Vec<&str> = Vec::new();
    for subscription in ledger.contract.subscriptions.iter().filter(|it| it.event == id) {
        if let Some(topic) = &subscription.topic
            && !topics.contains(&topic.value.as_str())
        {
            topics.push(&topic.value);
            let what = format!("topic {}", topic.value);
            item.parts.push(ledger.part(what, said.clone(), events, &ledger.prices.platform.published));
        }
        consumed(ledger, subscription, (events, &said), &mut item.parts);
    }
    item
}

/// Bytes of an event: those of its row in the outbox, which holds the envelope too.
fn bytes(ledger: &Ledger<'_>, table: &Report, event: &Event) -> f64 {
    let what = format!("event {}", event.name);
    let steps = table.lines.iter().flat_map(|line| &line.usage.steps);
    let row = steps.into_iter().find(|step| step.what == what).map(|step| step.bytes.typical);
    row.unwrap_or_else(|| ledger.assume("envelope"))
}

/// The service that emits it, by the write that does.
fn owner(ledger: &Ledger<'_>, table: &Report, event: &Event) -> Option<String> {
    let what = format!("event {}", event.name);
    let line = table.lines.iter().find(|line| line.usage.steps.iter().any(|step| step.what == what));
    let by_source = || {
        let (_, last) = event.source.rsplit_once('.')?;
        let services = &ledger.contract.platform.services;
        services.iter().find(|it| it.name.value.wire == last).map(|it| it.name.value.wire.clone())
    };
    line.and_then(|line| line.service.clone()).or_else(by_source)
}

/// From the outbox to the bus and into the archive.
fn sent(ledger: &Ledger<'_>, (events, said): (f64, &str), bytes: f64, parts: &mut Vec<Part>) {
    let prices = &ledger.prices.platform;
    let chunks = (bytes / CHUNK).ceil().max(1.0);
    parts.push(ledger.part("events on the bus", said.to_owned(), events * chunks, &prices.event));
    ledger.calls("publisher", events / ledger.assume("together"), ledger.own(), parts);
    // Each is removed for itself, in no transaction.
    let units = (bytes / 1024.0).ceil().max(1.0);
    let formula = format!("{} × {units} units", figure(events));
    let price = ledger.prices.dynamodb.write_unit();
    parts.push(ledger.part("rows of the outbox removed", formula, events * units, &price));
    let gigabytes = events * bytes / 1e9;
    let formula = format!("{} × {bytes:.0} bytes", figure(events));
    parts.push(ledger.part("archived", formula.clone(), gigabytes, &prices.archived));
    let months = (ledger.facts.archive_days() / DAYS).min(ledger.assume("kept"));
    let formula = format!("{formula} × {months:.1} months");
    parts.push(ledger.part("archive kept", formula, gigabytes * months, &prices.archive_kept));
}

fn consumed(
    ledger: &Ledger<'_>,
    subscription: &Subscription,
    (events, said): (f64, &str),
    parts: &mut Vec<Part>,
) {
    let prices = &ledger.prices.platform;
    let service = subscription.service.value.as_str();
    let again = 1.0 + ledger.assume("retried");
    let ordered = subscription.delivery == Delivery::OrderedQueue;
    let mut batch = 1.0;
    if subscription.delivery != Delivery::Direct {
        batch = ledger.assume("together").clamp(1.0, f64::from(subscription.batch.max(1)));
        let price = if ordered { &prices.ordered_queue_call } else { &prices.queue_call };
        let quantity = events * (1.0 + (again + 1.0) / batch);
        let formula = format!("{said} × (1 sent + {again} received ÷ {batch} + 1 deleted ÷ {batch})");
        parts.push(ledger.part(format!("queue of {service}"), formula, quantity, price));
    }
    let calls = events * again / batch;
    let work = Work { time: "event_time", memory: ledger.memory(Some(service)) };
    ledger.calls(service, calls, work, parts);
    ledger.traces(calls, parts);
}
