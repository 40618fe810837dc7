//! What goes through a topic: `SUB010` and `SUB011`.
//!
//! Limits from the SNS developer guide, "Filter policy constraints" and "Filter policy operators", read in 2026.

use stipule_ir::event::{Delivery, EventPattern};
use stipule_ir::{Diagnostic, Diagnostics, Event, Span, Subscription};
use stipule_pattern::{Except, Field, Pattern, Test};

/// Most fields that a filter policy asks for.
const MAX_KEYS: usize = 5;
/// Most that the numbers of values, each times the depth of its field, multiply to.
const MAX_COMBINATIONS: usize = 150;
/// Numbers of a filter policy lie within ±10⁹.
const FURTHEST: f64 = 1e9;

/// `SUB010`: a topic carries one event.
pub(super) fn refuse_mixed(
    subscription: &Subscription,
    found: &[Subscription],
    events: &[Event],
    diagnostics: &mut Diagnostics,
) {
    let Some(topic) = &subscription.topic else { return };
    let name = |subscription: &Subscription| &events[subscription.event.0 as usize].name.wire;
    let same = |other: &&Subscription| {
        other.topic.as_ref().is_some_and(|it| it.value == topic.value) && name(other) != name(subscription)
    };
    if let Some(first) = found.iter().find(same) {
        let message = format!("topic `{}` carries `{}`", topic.value, name(first));
        let fault = Diagnostic::error("SUB010", &topic.span, message);
        diagnostics.push(fault.related(&first.span, "by this subscription").help("name another topic"));
    }
}

/// `SUB011`: what the filter policy of a topic's subscription can't say.
pub(super) fn refuse_unfit(delivery: Delivery, pattern: &EventPattern, diagnostics: &mut Diagnostics) {
    if delivery != Delivery::FanOut {
        return;
    }
    let Ok(compiled) = Pattern::compile(&pattern.json) else { return };
    let place = |field: &Field, index: usize| -> &Span {
        pattern.places.get(&format!("{}/{index}", field.pointer())).unwrap_or(&pattern.span)
    };
    for field in compiled.fields() {
        for (index, test) in field.tests().iter().enumerate() {
            if let Some(message) = unfit(test) {
                let fault = Diagnostic::error("SUB011", place(field, index), message);
                diagnostics.push(fault.help("ask for something else, or write `delivery: queue`"));
            }
        }
    }
    for combination in compiled.combinations() {
        let fields: Vec<&Field> = combination.collect();
        let size = |field: &&Field| field.tests().len() * field.path().split('.').count();
        let product = fields.iter().map(size).fold(1_usize, usize::saturating_mul);
        let message = if fields.len() > MAX_KEYS {
            format!("{} fields, a topic's filter asks for {MAX_KEYS} at most", fields.len())
        } else if product > MAX_COMBINATIONS {
            format!(
                "values times depths multiply to {product}, a topic's filter has {MAX_COMBINATIONS} at most"
            )
        } else {
            continue;
        };
        let fault = Diagnostic::error("SUB011", &pattern.span, message);
        diagnostics.push(fault.help("ask for less, or write `delivery: queue`"));
        return;
    }
}

fn unfit(test: &Test) -> Option<&'static str> {
    let far = |number: f64| number.is_finite() && number.abs() > FURTHEST;
    match test {
        Test::Wildcard(_) => Some("a topic's filter has no `wildcard`"),
        Test::PrefixIgnoreCase(_) | Test::SuffixIgnoreCase(_) => {
            Some("a topic's filter takes `equals-ignore-case` for whole values only")
        }
        Test::AnythingBut(Except::Texts(_) | Except::Numbers(_) | Except::Prefixes(_)) => None,
        Test::AnythingBut(_) => Some("a topic's filter takes `anything-but` of values and prefixes only"),
        Test::Number(number) if far(*number) => Some("a topic's filter takes numbers from -1e9 to 1e9"),
        Test::Range(range) if far(range.low) || far(range.high) => {
            Some("a topic's filter takes numbers from -1e9 to 1e9")
        }
        _ => None,
    }
}
