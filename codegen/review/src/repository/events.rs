//! Events: what consumers get, what replays and archives hold, and how a bus finds its way.

use std::collections::BTreeMap;

use stipule_ir::{Event, personal};

use super::diff::{About, Diff};
use super::schemas::{self, Typed};
use crate::finding::{Flow, Severity, Side};
use crate::rule::{Rule, rule};

const REMOVED: Rule = rule("REV700", "event-removed", Severity::Break).compile();
const ADDED: Rule = rule("REV701", "event-added", Severity::Safe);
const RENAMED: Rule = rule("REV702", "event-detail-type-changed", Severity::Break).compile();
const SOURCE: Rule = rule("REV703", "event-source-changed", Severity::Break);
const VERSION: Rule = rule("REV704", "event-version-replaced", Severity::Break);
const AGGREGATE: Rule = rule("REV705", "event-aggregate-changed", Severity::Break);
const ID: Rule = rule("REV706", "event-id-changed", Severity::Break);
const ORDER: Rule = rule("REV707", "event-order-changed", Severity::Break);
const SHORTER: Rule = rule("REV708", "event-retention-shortened", Severity::Break).loses_data();
const LONGER: Rule = rule("REV709", "event-retention-lengthened", Severity::Safe);
const RAISED: Rule = rule("REV710", "event-personal-data-raised", Severity::Risky);
const LOWERED: Rule = rule("REV711", "event-personal-data-lowered", Severity::Risky);

pub(super) const RULES: &[Rule] =
    &[REMOVED, ADDED, RENAMED, SOURCE, VERSION, AGGREGATE, ID, ORDER, SHORTER, LONGER, RAISED, LOWERED];

/// `Order.Placed v1`
pub(super) fn title(event: &Event) -> String {
    format!("{} v{}", event.name.wire, event.version)
}

/// The service that publishes it: the last part of its source.
fn owner(event: &Event) -> &str {
    event.source.rsplit('.').next().unwrap_or_default()
}

/// Events by name and version.
fn named(events: &[Event]) -> BTreeMap<(&str, u32), &Event> {
    events.iter().map(|event| ((event.name.wire.as_str(), event.version), event)).collect()
}

/// Compares the events of both sides.
pub(super) fn check(diff: &mut Diff<'_>) {
    let (base, revision) = (diff.base, diff.revision);
    let (old, new) = (named(&base.contract.events), named(&revision.contract.events));
    for event in new.values().chain(old.values()) {
        diff.owned(&title(event), owner(event));
    }
    let mut renamed = Vec::new();
    for (key, before) in &old {
        if let Some(after) = new.get(key) {
            pair(diff, before, after);
            continue;
        }
        // What stands in its file now, if that is new.
        let path = base.path(&before.span);
        let instead = new.values().find(|event| revision.path(&event.span) == path);
        let about = About::new(title(before), title(before));
        match instead.filter(|event| !old.contains_key(&(event.name.wire.as_str(), event.version))) {
            Some(after) => {
                renamed.push(title(after));
                replaced(diff, &about, before, after);
            }
            None => diff.gone(&about, REMOVED, &before.span, &revision.contract.platform.span),
        }
    }
    for (key, after) in new.iter().filter(|(key, _)| !old.contains_key(*key)) {
        if renamed.contains(&title(after)) {
            continue;
        }
        let about = About::new(title(after), title(after));
        let earlier = old.range((key.0, 0)..*key).next_back();
        let note = earlier.map(|(_, event)| format!("{} stays for those who read it", title(event)));
        diff.came_saying(&about, ADDED, (&base.contract.platform.span, &after.span), note);
    }
}

/// Another event in the same file.
fn replaced(diff: &mut Diff<'_>, about: &About, before: &Event, after: &Event) {
    let (rule, written) = if before.name.wire == after.name.wire {
        (VERSION, (before.version.to_string(), after.version.to_string()))
    } else {
        (RENAMED, (before.name.wire.clone(), after.name.wire.clone()))
    };
    let note = format!("{} is in no file any more", title(before));
    diff.differs_saying(about, rule, (&before.span, &after.span), written, Some(note));
}

fn pair(diff: &mut Diff<'_>, before: &Event, after: &Event) {
    let about = About::new(title(after), title(after));
    let whole = (&before.span, &after.span);
    for (rule, old, new) in
        [(SOURCE, &before.source, &after.source), (AGGREGATE, &before.aggregate.wire, &after.aggregate.wire)]
    {
        if old != new {
            diff.differs(&about, rule, whole, (old.as_str(), new.as_str()));
        }
    }
    for (rule, old, new) in
        [(ID, &before.aggregate_id, &after.aggregate_id), (ORDER, &before.ordering_key, &after.ordering_key)]
    {
        if old.value != new.value {
            diff.differs(&about, rule, (&old.span, &new.span), (old.value.as_str(), new.value.as_str()));
        }
    }
    if before.retention != after.retention {
        let rule = if after.retention < before.retention { SHORTER } else { LONGER };
        let days = |event: &Event| format!("{} days", event.retention.as_secs() / 86_400);
        diff.differs(&about, rule, whole, (days(before), days(after)));
    }
    let title = title(after);
    let typed = Typed {
        reached: &title,
        before: diff.base.pointer(schemas::place(diff.base.contract, before.payload)),
        after: diff.revision.pointer(schemas::place(diff.revision.contract, after.payload)),
    };
    let flows = [(Flow::Live, Side::Base, true), (Flow::Replayed, Side::Revision, true)];
    schemas::check(diff, &typed, &flows);
    classes(diff, &about, before, after);
}

/// Members that are personal data now, or no longer.
fn classes(diff: &mut Diff<'_>, about: &About, before: &Event, after: &Event) {
    let old = personal::members(&diff.base.contract.types, before.payload);
    let new = personal::members(&diff.revision.contract.types, after.payload);
    for (member, place) in new.personal.iter().filter(|(member, _)| !old.personal.contains_key(*member)) {
        let about = about.part(format!("{} {member}", about.subject));
        diff.differs(
            &about,
            RAISED,
            (&before.span, place),
            (old.all.contains(member).then_some("plain"), "personal"),
        );
    }
    for (member, place) in &old.personal {
        if !new.personal.contains_key(member) && new.all.contains(member) {
            let about = about.part(format!("{} {member}", about.subject));
            diff.differs(&about, LOWERED, (place, &after.span), ("personal", "plain"));
        }
    }
}
