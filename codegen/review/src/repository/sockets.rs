//! Sockets: what may be listened to, by whom, and what listeners are told.

use std::collections::{BTreeMap, BTreeSet};

use stipule_ir::Contract;
use stipule_ir::socket::{Message, Topic};

use super::diff::{About, Diff};
use super::schemas::{self, Typed};
use crate::finding::{Flow, Severity, Side};
use crate::rule::{Rule, rule};

const REMOVED: Rule = rule("REV779", "socket-topic-removed", Severity::Break).compile();
const ADDED: Rule = rule("REV780", "socket-topic-added", Severity::Safe);
const ADDRESS: Rule = rule("REV781", "socket-topic-address-changed", Severity::Break).compile();
const MORE_SCOPES: Rule = rule("REV782", "socket-topic-scope-added", Severity::Break);
const FEWER_SCOPES: Rule = rule("REV783", "socket-topic-scope-removed", Severity::Risky);
const SILENT: Rule = rule("REV712", "socket-message-removed", Severity::Break).compile();
const TOLD: Rule = rule("REV713", "socket-message-added", Severity::Safe);

pub(super) const RULES: &[Rule] = &[REMOVED, ADDED, ADDRESS, MORE_SCOPES, FEWER_SCOPES, SILENT, TOLD];

/// Topics by their services and names.
fn named(contract: &Contract) -> BTreeMap<(&str, &str), &Topic> {
    let topics = contract.sockets.iter().flat_map(|socket| {
        socket.topics.iter().map(|topic| ((socket.service.wire.as_str(), topic.name.wire.as_str()), topic))
    });
    topics.collect()
}

/// What findings about a topic reach: `desk tells order`.
fn reached(service: &str, topic: &str) -> String {
    format!("{service} tells {topic}")
}

/// Compares the sockets of both sides.
pub(super) fn check(diff: &mut Diff<'_>) {
    let (base, revision) = (diff.base.contract, diff.revision.contract);
    let (old, new) = (named(base), named(revision));
    for (service, topic) in old.keys().chain(new.keys()) {
        diff.owned(&reached(service, topic), service);
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

fn pair(diff: &mut Diff<'_>, about: &About, before: &Topic, after: &Topic) {
    if before.address.value != after.address.value {
        let written = (before.address.value.as_str(), after.address.value.as_str());
        diff.differs(about, ADDRESS, (&before.address.span, &after.address.span), written);
    }
    let scopes = |topic: &Topic| -> BTreeSet<String> {
        topic.scopes.iter().map(|scope| scope.value.clone()).collect()
    };
    let (old, new) = (scopes(before), scopes(after));
    let listed = |scopes: &BTreeSet<String>| scopes.iter().cloned().collect::<Vec<_>>().join(", ");
    let places = (&before.span, &after.span);
    if !new.is_subset(&old) {
        diff.differs(about, MORE_SCOPES, places, (listed(&old), listed(&new)));
    } else if new != old {
        let note = "more tokens may listen from now on".to_owned();
        diff.differs_saying(about, FEWER_SCOPES, places, (listed(&old), listed(&new)), Some(note));
    }
    messages(diff, about, before, after);
}

fn messages(diff: &mut Diff<'_>, about: &About, before: &Topic, after: &Topic) {
    let find = |topic: &'_ Topic, name: &str| topic.messages.iter().position(|it| it.name.wire == name);
    for old in &before.messages {
        let part = about.part(format!("{} {}", about.subject, old.name.wire));
        match find(after, &old.name.wire) {
            Some(place) => payload(diff, &about.subject, old, &after.messages[place]),
            None => diff.gone(&part, SILENT, &old.span, &after.span),
        }
    }
    for new in after.messages.iter().filter(|new| find(before, &new.name.wire).is_none()) {
        let part = about.part(format!("{} {}", about.subject, new.name.wire));
        diff.came(&part, TOLD, &before.span, &new.span);
    }
}

/// What a message says: listeners of the old contract read what is told by the new one.
fn payload(diff: &mut Diff<'_>, reached: &str, before: &Message, after: &Message) {
    let typed = Typed {
        reached,
        before: diff.base.pointer(schemas::place(diff.base.contract, before.payload)),
        after: diff.revision.pointer(schemas::place(diff.revision.contract, after.payload)),
    };
    schemas::check(diff, &typed, &[(Flow::Live, Side::Base, true)]);
}
