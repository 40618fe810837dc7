//! Who relies on what: services by their subscriptions, applications by what they say.

use std::collections::BTreeMap;

use super::{Repository, apis, events, subscriptions};
use crate::report::Affected;

/// Somebody who says what it uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consumer {
    /// Who: an application, or a service whose subscriptions it says more of.
    pub name: String,
    /// Operations by their ids, and the members it uses of what they answer or take; none means all.
    pub operations: Vec<Use>,
    /// Events by their names, and the members it uses.
    pub events: Vec<Use>,
}

/// Something that is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// `listOrders`, `Order.Placed`.
    pub of: String,
    /// `items[].id`; none means all.
    pub members: Vec<String>,
}

/// Who relies on what, by what findings reach: those of the base, who are there already.
pub(super) fn affected(
    base: &Repository<'_>,
    revision: &Repository<'_>,
    consumers: &[Consumer],
) -> BTreeMap<String, Vec<Affected>> {
    let mut found: BTreeMap<String, Vec<Affected>> = BTreeMap::new();
    let declared = |consumer: &str, event: &str| -> Option<&Use> {
        let consumer = consumers.iter().find(|known| known.name == consumer)?;
        consumer.events.iter().find(|used| used.of == event)
    };
    let mut add = |reached: String, user: Affected| {
        let users = found.entry(reached).or_default();
        if !users.contains(&user) {
            users.push(user);
        }
    };
    let contract = base.contract;
    for subscription in &contract.subscriptions {
        let newest = contract.event(subscription.event);
        let service = &subscription.service.value;
        let members = declared(service, &newest.name.wire).map(|used| used.members.clone());
        let event = &newest.name.wire;
        let user = Affected { consumer: service.clone(), uses: event.clone(), fields: Vec::new() };
        add(subscriptions::reached(service, event), user);
        for version in &subscription.versions {
            add(
                format!("{} v{version}", newest.name.wire),
                Affected {
                    consumer: service.clone(),
                    uses: newest.name.wire.clone(),
                    fields: members.clone().unwrap_or_default(),
                },
            );
        }
    }
    for saga in &contract.workflows {
        for start in &saga.starts {
            let event = contract.event(start.event);
            let consumer = format!("saga {}", saga.name.wire);
            let user = Affected { consumer, uses: event.name.wire.clone(), fields: Vec::new() };
            add(events::title(event), user);
        }
    }
    for consumer in consumers {
        let user = |used: &Use| Affected {
            consumer: consumer.name.clone(),
            uses: used.of.clone(),
            fields: used.members.clone(),
        };
        for contract in [base.contract, revision.contract] {
            for event in &contract.events {
                for used in consumer.events.iter().filter(|used| used.of == event.name.wire) {
                    let reached = events::title(event);
                    let subscribes = |known: &Affected| known.consumer == consumer.name;
                    if !found.get(&reached).is_some_and(|users| users.iter().any(subscribes)) {
                        found.entry(reached).or_default().push(user(used));
                    }
                }
            }
            for service in &contract.services {
                for operation in &service.operations {
                    for used in consumer.operations.iter().filter(|used| used.of == operation.id.wire) {
                        let title = format!("{} {}", operation.method.as_str(), operation.path.template);
                        let users = found.entry(apis::reached(&service.name.wire, &title)).or_default();
                        if !users.contains(&user(used)) {
                            users.push(user(used));
                        }
                        let users = found.entry(service.name.wire.clone()).or_default();
                        if !users.contains(&user(used)) {
                            users.push(user(used));
                        }
                    }
                }
            }
        }
    }
    found
}
