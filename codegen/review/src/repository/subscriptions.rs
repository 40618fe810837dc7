//! Subscriptions: who gets what, how, and what becomes of it when it fails.

use std::collections::BTreeMap;

use stipule_ir::event::{Delivery, Gap};
use stipule_ir::{Contract, Subscription};

use super::diff::{About, Diff};
use crate::finding::Severity;
use crate::rule::{Rule, rule};

const REMOVED: Rule = rule("REV715", "subscription-removed", Severity::Risky);
const ADDED: Rule = rule("REV716", "subscription-added", Severity::Safe);
const DROPPED: Rule = rule("REV717", "subscription-version-dropped", Severity::Break);
const ACCEPTED: Rule = rule("REV718", "subscription-version-accepted", Severity::Safe);
const DELIVERY: Rule = rule("REV719", "subscription-delivery-changed", Severity::Break).loses_data();
const LETTERS: Rule = rule("REV720", "subscription-dead-letters-moved", Severity::Risky);
const FEWER: Rule = rule("REV721", "subscription-attempts-lowered", Severity::Risky);
const MORE: Rule = rule("REV722", "subscription-attempts-raised", Severity::Safe);
const PACE: Rule = rule("REV723", "subscription-pace-changed", Severity::Safe);
const SLOWER: Rule = rule("REV724", "subscription-concurrency-lowered", Severity::Risky);
const NARROWED: Rule = rule("REV725", "subscription-pattern-added", Severity::Risky);
const WIDENED: Rule = rule("REV726", "subscription-pattern-removed", Severity::Safe);
const CHANGED: Rule = rule("REV727", "subscription-pattern-changed", Severity::Risky);
const TOPIC: Rule = rule("REV728", "subscription-topic-changed", Severity::Risky);
const SKIPS: Rule = rule("REV729", "subscription-gap-skipped", Severity::Risky);
const WAITS: Rule = rule("REV714", "subscription-gap-parked", Severity::Safe);

pub(super) const RULES: &[Rule] = &[
    REMOVED, ADDED, DROPPED, ACCEPTED, DELIVERY, LETTERS, FEWER, MORE, PACE, SLOWER, NARROWED, WIDENED,
    CHANGED, TOPIC, SKIPS, WAITS,
];

/// Subscriptions by service and event, whatever version is the newest that is accepted.
fn named(contract: &Contract) -> BTreeMap<(&str, &str), &Subscription> {
    let name = |subscription: &'_ Subscription| contract.event(subscription.event).name.wire.as_str();
    let subscriptions = contract.subscriptions.iter();
    subscriptions
        .map(|subscription| ((subscription.service.value.as_str(), name(subscription)), subscription))
        .collect()
}

/// What findings about a subscription reach: `desk on Book.Lent`.
pub(super) fn reached(service: &str, event: &str) -> String {
    format!("{service} on {event}")
}

/// Compares the subscriptions of both sides.
pub(super) fn check(diff: &mut Diff<'_>) {
    let (base, revision) = (diff.base.contract, diff.revision.contract);
    let (old, new) = (named(base), named(revision));
    for (service, event) in old.keys().chain(new.keys()) {
        diff.owned(&reached(service, event), service);
    }
    for (key, before) in &old {
        let about = About::new(reached(key.0, key.1), reached(key.0, key.1));
        match new.get(key) {
            Some(after) => pair(diff, &about, before, after),
            None => diff.gone(&about, REMOVED, &before.span, &revision.platform.span),
        }
    }
    for (key, after) in new.iter().filter(|(key, _)| !old.contains_key(*key)) {
        let about = About::new(reached(key.0, key.1), reached(key.0, key.1));
        diff.came(&about, ADDED, &base.platform.span, &after.span);
    }
}

fn pair(diff: &mut Diff<'_>, about: &About, before: &Subscription, after: &Subscription) {
    let places = (&before.span, &after.span);
    let versions = |kept: &[u32], of: &[u32]| -> Vec<String> {
        of.iter().filter(|version| !kept.contains(version)).map(|version| format!("v{version}")).collect()
    };
    let listed = |versions: &[u32]| -> String {
        versions.iter().map(|version| format!("v{version}")).collect::<Vec<_>>().join(", ")
    };
    let written = || (listed(&before.versions), listed(&after.versions));
    if !versions(&after.versions, &before.versions).is_empty() {
        let note = "what was published or archived in that version is refused".to_owned();
        diff.differs_saying(about, DROPPED, places, written(), Some(note));
    } else if !versions(&before.versions, &after.versions).is_empty() {
        diff.differs(about, ACCEPTED, places, written());
    }
    if before.delivery != after.delivery {
        let note = match after.delivery {
            Delivery::OrderedQueue => "the queue is replaced: what waits in the old one is lost",
            Delivery::Queue | Delivery::FanOut => {
                "events of one key may come in any order now, and the queue is replaced"
            }
            Delivery::Direct => {
                "the queue goes away: what waits in it is lost, and a burst isn't held back any more"
            }
        };
        let written = (delivery(before.delivery), delivery(after.delivery));
        diff.differs_saying(about, DELIVERY, places, written, Some(note.to_owned()));
    }
    content(diff, about, before, after);
    let (old, new) = (&before.dead_letters, &after.dead_letters);
    if old.value != new.value {
        diff.differs(about, LETTERS, (&old.span, &new.span), (old.value.as_str(), new.value.as_str()));
    }
    if before.max_attempts != after.max_attempts {
        let rule = if after.max_attempts < before.max_attempts { FEWER } else { MORE };
        diff.differs(about, rule, places, (before.max_attempts, after.max_attempts));
    }
    if after.concurrency < before.concurrency {
        diff.differs(about, SLOWER, places, (before.concurrency, after.concurrency));
    }
    let pace =
        |subscription: &Subscription| (subscription.backoff, subscription.max_backoff, subscription.batch);
    if pace(before) != pace(after) || after.concurrency > before.concurrency {
        let said = |subscription: &Subscription| {
            format!(
                "waits {:?} to {:?}, {} at once, batches of {}",
                subscription.backoff, subscription.max_backoff, subscription.concurrency, subscription.batch
            )
        };
        diff.differs(about, PACE, places, (said(before), said(after)));
    }
}

/// Which events of the name come, and through which topic.
fn content(diff: &mut Diff<'_>, about: &About, before: &Subscription, after: &Subscription) {
    let places = (&before.span, &after.span);
    match (&before.pattern, &after.pattern) {
        (None, Some(new)) => {
            let note = "events that it doesn't match stop coming".to_owned();
            let written = ("every event".to_owned(), new.json.clone());
            diff.differs_saying(about, NARROWED, (&before.span, &new.span), written, Some(note));
        }
        (Some(old), None) => {
            let written = (old.json.clone(), "every event".to_owned());
            diff.differs(about, WIDENED, (&old.span, &after.span), written);
        }
        (Some(old), Some(new)) if old.json != new.json => {
            diff.differs(about, CHANGED, (&old.span, &new.span), (old.json.as_str(), new.json.as_str()));
        }
        _ => {}
    }
    let ordered = (before.delivery, after.delivery) == (Delivery::OrderedQueue, Delivery::OrderedQueue);
    if ordered && before.gap != after.gap {
        let rule = if after.gap == Gap::Skip { SKIPS } else { WAITS };
        diff.differs(about, rule, places, (gap(before.gap), gap(after.gap)));
    }
    if let (Some(old), Some(new)) = (&before.topic, &after.topic)
        && old.value != new.value
    {
        diff.differs(about, TOPIC, places, (old.value.as_str(), new.value.as_str()));
    }
}

fn gap(gap: Gap) -> &'static str {
    match gap {
        Gap::Park => "park",
        Gap::Skip => "skip",
    }
}

fn delivery(delivery: Delivery) -> &'static str {
    match delivery {
        Delivery::Queue => "queue",
        Delivery::OrderedQueue => "ordered_queue",
        Delivery::Direct => "direct",
        Delivery::FanOut => "fan_out",
    }
}
