//! `contracts/events/subscriptions/<service>.yaml`: which events a service consumes, and how they reach it.

use stipule_ir::platform::PlatformService;
use stipule_ir::types::Docs;
use stipule_ir::{Diagnostic, Diagnostics, Event, EventId, Name, Spanned, Subscription};

use super::{delivery, pattern, topic};
use crate::reader::Node;
use crate::shape::{Shape, wrong_kind};
use crate::suggest;

/// What subscriptions may refer to.
#[derive(Clone, Copy, Debug)]
pub struct Known<'k> {
    /// All events.
    pub events: &'k [Event],
    /// All services.
    pub services: &'k [PlatformService],
}

/// Lowers one file, adding to the subscriptions found before.
pub fn lower(
    document: &Node,
    known: Known<'_>,
    found: &mut Vec<Subscription>,
    diagnostics: &mut Diagnostics,
) {
    let Some(mut shape) = Shape::of(document, "a file of subscriptions", diagnostics) else { return };
    let service = shape.required_text("service", diagnostics);
    let service = service.filter(|service| is_service(service, known.services, diagnostics));
    shape.required("subscriptions", diagnostics);
    let items = shape.list("subscriptions", diagnostics).unwrap_or_default();
    shape.finish(diagnostics);
    for item in items {
        let unknown_service = || Spanned::new(String::new(), item.span.clone());
        let owner = service.clone().unwrap_or_else(unknown_service);
        if let Some(subscription) = entry(item, owner, known.events, diagnostics)
            && service.is_some()
        {
            refuse_repeated(&subscription, found, known.events, diagnostics);
            topic::refuse_mixed(&subscription, found, known.events, diagnostics);
            found.push(subscription);
        }
    }
}

fn is_service(
    service: &Spanned<String>,
    services: &[PlatformService],
    diagnostics: &mut Diagnostics,
) -> bool {
    let names: Vec<&str> = services.iter().map(|known| known.name.value.wire.as_str()).collect();
    // Without any service the platform is at fault, which is said there.
    let good = names.is_empty() || names.contains(&service.value.as_str());
    if !good {
        let message = format!("the platform has no service `{}`", service.value);
        let help = suggest::help(&service.value, &names);
        diagnostics.push(Diagnostic::error("SUB001", &service.span, message).help(help));
    }
    good
}

fn entry(
    node: &Node,
    service: Spanned<String>,
    events: &[Event],
    diagnostics: &mut Diagnostics,
) -> Option<Subscription> {
    let mut shape = Shape::of(node, "a subscription", diagnostics)?;
    let event = shape.required_text("event", diagnostics);
    let versions = shape.list("versions", diagnostics);
    let way = delivery::read(&mut shape, diagnostics);
    let dead_letters = dead_letters(&mut shape, diagnostics);
    let description = shape.text("description", diagnostics);
    let pattern = shape.entry("pattern");
    let place = shape.place().clone();
    shape.finish(diagnostics);

    let asked = pattern.map(|entry| &entry.value);
    let pattern = asked.and_then(|node| pattern::lower(node, diagnostics));
    let (event, way) = (event?, way?);
    if let Some(pattern) = &pattern {
        topic::refuse_unfit(way.delivery, pattern, diagnostics);
    }
    let (newest, versions) = accepted(&event, versions, events, diagnostics)?;
    let rule = pattern::rule(&event, &versions, events, asked.filter(|_| pattern.is_some()), diagnostics);
    let derived = Name::new(event.value.clone(), event.span.clone()).kebab();
    Some(Subscription {
        name: Name::new(format!("{}.on-{derived}", service.value), event.span),
        service,
        event: newest,
        versions,
        rule,
        pattern,
        delivery: way.delivery,
        gap: way.gap,
        topic: way.topic,
        max_attempts: way.max_attempts,
        backoff: way.backoff,
        max_backoff: way.max_backoff,
        dead_letters: dead_letters?,
        concurrency: way.concurrency,
        batch: way.batch,
        docs: Docs { description: description.map(|text| text.value), ..Docs::default() },
        span: place,
    })
}

/// `SUB004`: events that can't be handled must go somewhere.
fn dead_letters(shape: &mut Shape<'_>, diagnostics: &mut Diagnostics) -> Option<Spanned<String>> {
    if shape.entry("dead_letters").is_none() {
        let message = "the subscription has no `dead_letters`";
        let fault = Diagnostic::error("SUB004", shape.place(), message)
            .help("name the queue that keeps what can't be handled: `dead_letters: lending-dead`");
        diagnostics.push(fault);
        return None;
    }
    let name = shape.required_text("dead_letters", diagnostics)?;
    let good = name.value.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_".contains(letter));
    if !good || name.value.len() > 80 {
        let message = format!("`{}` can't be the name of a queue", name.value);
        let fault = Diagnostic::error("SUB004", &name.span, message)
            .help("up to 80 letters, digits, dashes and underscores");
        diagnostics.push(fault);
        return None;
    }
    Some(name)
}

/// The newest accepted version and all accepted versions, ascending; the newest there is unless said otherwise.
fn accepted(
    event: &Spanned<String>,
    versions: Option<&[Node]>,
    events: &[Event],
    diagnostics: &mut Diagnostics,
) -> Option<(EventId, Vec<u32>)> {
    let mut there: Vec<(u32, EventId)> = (0u32..)
        .zip(events)
        .filter(|(_, known)| known.name.wire == event.value)
        .map(|(id, known)| (known.version, EventId(id)))
        .collect();
    there.sort_unstable();
    let Some((newest, newest_id)) = there.last().copied() else {
        let message = format!("there is no event `{}`", event.value);
        let names: Vec<&str> = events.iter().map(|known| known.name.wire.as_str()).collect();
        let help = suggest::help(&event.value, &names);
        diagnostics.push(Diagnostic::error("SUB002", &event.span, message).help(help));
        return None;
    };
    let Some(versions) = versions else { return Some((newest_id, vec![newest])) };
    let mut wanted: Vec<u32> = Vec::new();
    for node in versions {
        let Some(version) = node.as_u64().and_then(|version| u32::try_from(version).ok()) else {
            wrong_kind(&node.span, "a version", "a whole number from 1", node, diagnostics);
            continue;
        };
        if there.iter().any(|(known, _)| *known == version) {
            wanted.push(version);
        } else {
            let message = format!("`{}` has no version {version}", event.value);
            let list: Vec<String> = there.iter().map(|(known, _)| known.to_string()).collect();
            let help = format!("there is {}", list.join(", "));
            diagnostics.push(Diagnostic::error("SUB003", &node.span, message).help(help));
        }
    }
    wanted.sort_unstable();
    wanted.dedup();
    if versions.is_empty() {
        let message = "`versions` is empty: the subscription would take no event";
        diagnostics.push(Diagnostic::error("SUB003", &event.span, message));
    }
    let last = *wanted.last()?;
    let (_, id) = there.into_iter().find(|(known, _)| *known == last)?;
    Some((id, wanted))
}

/// `SUB007`: one service, one event, one handler.
fn refuse_repeated(
    subscription: &Subscription,
    found: &[Subscription],
    events: &[Event],
    diagnostics: &mut Diagnostics,
) {
    let name = |subscription: &Subscription| &events[subscription.event.0 as usize].name.wire;
    let same = |other: &&Subscription| {
        other.service.value == subscription.service.value && name(other) == name(subscription)
    };
    if let Some(first) = found.iter().find(same) {
        let message =
            format!("`{}` subscribes to `{}` twice", subscription.service.value, name(subscription));
        let fault = Diagnostic::error("SUB007", &subscription.span, message)
            .related(&first.span, "first here")
            .help("one subscription with all accepted `versions` is enough");
        diagnostics.push(fault);
    }
}
