//! `delivery` of a subscription and the settings that go with it.

use std::time::Duration;

use stipule_ir::event::{Delivery, Gap};
use stipule_ir::{Diagnostic, Diagnostics, Span, Spanned};

use super::duration::duration;
use crate::shape::Shape;

const ATTEMPTS: u32 = 5;
const BACKOFF: Duration = Duration::from_secs(1);
const MAX_BACKOFF: Duration = Duration::from_secs(300);
const CONCURRENCY: u32 = 4;

/// Tries of an asynchronous invocation, the first included (AWS Lambda's `MaximumRetryAttempts` is at most 2).
const DIRECT_ATTEMPTS: u32 = 3;
/// Lambda waits one minute before the second try and two before the third.
const DIRECT_BACKOFF: (Duration, Duration) = (Duration::from_secs(60), Duration::from_secs(120));
/// Lambda's default quota of concurrent executions.
const DIRECT_CONCURRENCY: u32 = 1_000;

/// How events arrive.
pub(super) struct Way {
    pub(super) delivery: Delivery,
    pub(super) gap: Gap,
    pub(super) topic: Option<Spanned<String>>,
    pub(super) max_attempts: u32,
    pub(super) backoff: Duration,
    pub(super) max_backoff: Duration,
    pub(super) concurrency: u32,
    pub(super) batch: u32,
}

/// What is written of it.
struct Written {
    attempts: Option<Spanned<u32>>,
    backoff: Option<Spanned<Duration>>,
    max_backoff: Option<Spanned<Duration>>,
    concurrency: Option<Spanned<u32>>,
    batch: Option<Spanned<u32>>,
}

/// Reads the delivery and its settings.
pub(super) fn read(shape: &mut Shape<'_>, diagnostics: &mut Diagnostics) -> Option<Way> {
    shape.required("delivery", diagnostics);
    let choices = [
        ("queue", Delivery::Queue),
        ("ordered_queue", Delivery::OrderedQueue),
        ("direct", Delivery::Direct),
        ("fan_out", Delivery::FanOut),
    ];
    let delivery = shape.choice("delivery", &choices, diagnostics);
    let topic = shape.text("topic", diagnostics);
    let gap = shape.choice("gap", &[("park", Gap::Park), ("skip", Gap::Skip)], diagnostics);
    let written = Written {
        attempts: shape.whole_within("attempts", 1, 100, diagnostics),
        backoff: duration(shape, "backoff", diagnostics),
        max_backoff: duration(shape, "max_backoff", diagnostics),
        concurrency: shape.whole_within("concurrency", 1, 1_000, diagnostics),
        batch: shape.whole_within("batch", 1, 10, diagnostics),
    };
    let delivery = delivery?.value;
    if let Some(gap) = gap.as_ref().filter(|_| delivery != Delivery::OrderedQueue) {
        let fault = Diagnostic::error("SUB005", &gap.span, "only an ordered queue can have a gap");
        diagnostics.push(fault.help("leave `gap` out, or write `delivery: ordered_queue`"));
    }
    let topic = topic_of(delivery, topic, shape.place(), diagnostics);
    if delivery == Delivery::Direct {
        return Some(direct(&written, diagnostics));
    }
    let (backoff, max_backoff) = waits(&written, shape.place(), diagnostics);
    Some(Way {
        delivery,
        gap: gap.map_or(Gap::Park, |gap| gap.value),
        topic,
        max_attempts: written.attempts.map_or(ATTEMPTS, |found| found.value),
        backoff,
        max_backoff,
        concurrency: written.concurrency.map_or(CONCURRENCY, |found| found.value),
        batch: written.batch.map_or(1, |found| found.value),
    })
}

/// `SUB010`: a fan-out has a topic, and nothing else has one.
fn topic_of(
    delivery: Delivery,
    topic: Option<Spanned<String>>,
    place: &Span,
    diagnostics: &mut Diagnostics,
) -> Option<Spanned<String>> {
    match (delivery, topic) {
        (Delivery::FanOut, None) => {
            let fault = Diagnostic::error("SUB010", place, "the fan-out has no `topic`");
            diagnostics.push(fault.help("name the topic that it goes through: `topic: book-lent`"));
            None
        }
        (Delivery::FanOut, Some(topic)) => {
            let letter = |letter: char| letter.is_ascii_alphanumeric() || "-_".contains(letter);
            if topic.value.is_empty() || topic.value.len() > 80 || !topic.value.chars().all(letter) {
                let message = format!("`{}` can't be the name of a topic", topic.value);
                let help = "up to 80 letters, digits, dashes and underscores";
                diagnostics.push(Diagnostic::error("SUB010", &topic.span, message).help(help));
            }
            Some(topic)
        }
        (_, Some(topic)) => {
            let fault = Diagnostic::error("SUB005", &topic.span, "only a fan-out goes through a topic");
            diagnostics.push(fault.help("leave `topic` out, or write `delivery: fan_out`"));
            None
        }
        (_, None) => None,
    }
}

/// `SUB005`: what an asynchronous invocation can't be told.
fn direct(written: &Written, diagnostics: &mut Diagnostics) -> Way {
    let mut refuse = |span: Option<&Span>, message: &str, help: &str| {
        if let Some(span) = span {
            diagnostics.push(Diagnostic::error("SUB005", span, message).help(help));
        }
    };
    let waits = [&written.backoff, &written.max_backoff];
    for wait in waits.into_iter().flatten() {
        let message = "a direct delivery tries again after one minute and then two: that can't be set";
        refuse(Some(&wait.span), message, "leave it out, or write `delivery: queue`");
    }
    let batch = written.batch.as_ref().filter(|batch| batch.value > 1);
    refuse(batch.map(|it| &it.span), "a direct delivery has no batches", "write `delivery: queue`");
    let message = "a direct delivery holds no burst back: its concurrency can't be set";
    refuse(written.concurrency.as_ref().map(|it| &it.span), message, "write `delivery: queue`");
    let attempts = written.attempts.as_ref();
    let many = attempts.filter(|attempts| attempts.value > DIRECT_ATTEMPTS);
    let message = "a direct delivery is tried three times at most";
    refuse(many.map(|it| &it.span), message, "write up to 3, or `delivery: queue`");
    Way {
        delivery: Delivery::Direct,
        gap: Gap::Park,
        topic: None,
        max_attempts: attempts.map_or(DIRECT_ATTEMPTS, |found| found.value.min(DIRECT_ATTEMPTS)),
        backoff: DIRECT_BACKOFF.0,
        max_backoff: DIRECT_BACKOFF.1,
        concurrency: DIRECT_CONCURRENCY,
        batch: 1,
    }
}

/// The first wait and the longest; `SUB006` when the first is longer.
fn waits(written: &Written, place: &Span, diagnostics: &mut Diagnostics) -> (Duration, Duration) {
    let longest = written.max_backoff.as_ref().map_or(MAX_BACKOFF, |found| found.value);
    let first = written.backoff.as_ref().map_or(BACKOFF.min(longest), |found| found.value);
    if first > longest {
        let message = "the first wait is longer than the longest";
        let shortest = written.backoff.as_ref().map_or(place, |found| &found.span);
        let mut fault = Diagnostic::error("SUB006", shortest, message);
        fault = match &written.max_backoff {
            Some(found) => fault.related(&found.span, "the longest wait"),
            None => fault.help("without `max_backoff` the longest wait is 5m"),
        };
        diagnostics.push(fault);
    }
    (first, longest)
}
