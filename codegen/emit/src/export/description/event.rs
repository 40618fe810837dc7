//! Events, who consumes them, and what open sockets are told.

use stipule_ir::Contract;
use stipule_ir::event::{Delivery, Gap};

use super::super::schema::Schemas;
use super::super::tree::Tree;
use super::{documented, texts};

/// Every version of every event.
pub(super) fn all(contract: &Contract, schemas: &mut Schemas<'_>) -> Tree {
    let events = contract.events.iter().map(|event| {
        let service = event.source.rsplit('.').next().unwrap_or(&event.source);
        let it = Tree::object()
            .with("name", Tree::text(&event.name.wire))
            .with("version", Tree::raw(u64::from(event.version)))
            .with("source", Tree::text(&event.source))
            .with("service", Tree::text(service));
        let written_by = contract.tables.iter().flat_map(|table| &table.writes).filter(|write| {
            write.operations.iter().any(|operation| {
                matches!(operation.kind, stipule_ir::table::WriteKind::Emit { event: id }
                    if contract.event(id).name == event.name && contract.event(id).version == event.version)
            })
        });
        let mut it = documented(it, &event.docs)
            .with("aggregate", Tree::text(&event.aggregate.wire))
            .with("aggregateId", Tree::text(&event.aggregate_id.value))
            .with("orderingKey", Tree::text(&event.ordering_key.value))
            .with("retentionDays", Tree::raw(event.retention.as_secs() / 86_400))
            .with("writes", texts(written_by.map(|write| write.name.wire.as_str())))
            .with("schema", schemas.of(event.payload));
        if let Some(why) = &event.personal {
            it.set("personal", Tree::text(&why.value));
        }
        it
    });
    Tree::List(events.collect())
}

/// Every consumer.
pub(super) fn subscriptions(contract: &Contract) -> Tree {
    let all = contract.subscriptions.iter().map(|subscription| {
        let delivery = match subscription.delivery {
            Delivery::Queue => "queue",
            Delivery::OrderedQueue => "ordered_queue",
            Delivery::Direct => "direct",
            Delivery::FanOut => "fan_out",
        };
        let versions = subscription.versions.iter().map(|version| Tree::raw(u64::from(*version)));
        let milliseconds =
            |time: std::time::Duration| Tree::raw(time.as_secs() * 1_000 + u64::from(time.subsec_millis()));
        let mut it = Tree::object()
            .with("name", Tree::text(&subscription.name.wire))
            .with("service", Tree::text(&subscription.service.value))
            .with("event", Tree::text(&contract.event(subscription.event).name.wire))
            .with("versions", Tree::List(versions.collect()))
            .with("delivery", Tree::text(delivery))
            .with("attempts", Tree::raw(u64::from(subscription.max_attempts)))
            .with("backoff", milliseconds(subscription.backoff))
            .with("maxBackoff", milliseconds(subscription.max_backoff))
            .with("deadLetters", Tree::text(&subscription.dead_letters.value))
            .with("concurrency", Tree::raw(u64::from(subscription.concurrency)))
            .with("batch", Tree::raw(u64::from(subscription.batch)));
        if let Some(topic) = &subscription.topic {
            it.set("topic", Tree::text(&topic.value));
        }
        if let Some(pattern) = &subscription.pattern {
            it.set("pattern", Tree::json(&pattern.json));
        }
        if subscription.delivery == Delivery::OrderedQueue {
            it.set("gap", Tree::text(if subscription.gap == Gap::Park { "park" } else { "skip" }));
        }
        documented(it, &subscription.docs)
    });
    Tree::List(all.collect())
}

/// Every topic of every service that tells something.
pub(super) fn sockets(contract: &Contract, schemas: &mut Schemas<'_>) -> Tree {
    let mut all = Vec::new();
    for (socket, topic) in
        contract.sockets.iter().flat_map(|it| it.topics.iter().map(move |topic| (it, topic)))
    {
        let messages = topic.messages.iter().map(|message| {
            let it = Tree::object().with("name", Tree::text(&message.name.wire));
            documented(it, &message.docs).with("schema", schemas.of(message.payload))
        });
        let messages = Tree::List(messages.collect());
        let it = Tree::object()
            .with("name", Tree::text(&topic.name.wire))
            .with("service", Tree::text(&socket.service.wire))
            .with("address", Tree::text(&topic.address.value))
            .with("scopes", texts(topic.scopes.iter().map(|scope| scope.value.as_str())));
        all.push(documented(it, &topic.docs).with("messages", messages));
    }
    Tree::List(all)
}
