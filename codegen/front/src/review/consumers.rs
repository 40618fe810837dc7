//! `contracts/review/consumers.yaml`: who outside uses what, to the member, so that a change names those it concerns.

use stipule_ir::{Contract, Diagnostic, Diagnostics, Spanned};

use crate::reader::{Entry, Node};
use crate::shape::{Shape, expect_text, wrong_kind};
use crate::suggest;

/// Somebody who uses operations or consumes events.
#[derive(Clone, Debug)]
pub struct Consumer {
    /// Who: an application, or a service that says more than its subscriptions do.
    pub name: Spanned<String>,
    /// Operations by their ids.
    pub operations: Vec<Use>,
    /// Events by their names.
    pub events: Vec<Use>,
}

/// What is used of something.
#[derive(Clone, Debug)]
pub struct Use {
    /// `listOrders`, `Order.Placed`.
    pub of: Spanned<String>,
    /// Members: `items[].id`. None means all.
    pub members: Vec<Spanned<String>>,
}

/// Reads a file of consumers.
pub fn read(document: &Node, diagnostics: &mut Diagnostics) -> Vec<Consumer> {
    let Some(mut shape) = Shape::of(document, "a file of consumers", diagnostics) else {
        return Vec::new();
    };
    shape.required("consumers", diagnostics);
    let entries = shape.mapping("consumers", diagnostics).unwrap_or_default();
    shape.finish(diagnostics);
    entries.iter().filter_map(|entry| consumer(entry, diagnostics)).collect()
}

fn consumer(entry: &Entry, diagnostics: &mut Diagnostics) -> Option<Consumer> {
    let mut shape = Shape::under(entry, "a consumer", diagnostics)?;
    let mut uses = |key| -> Vec<Use> {
        let entries = shape.mapping(key, diagnostics).unwrap_or_default();
        entries.iter().map(|entry| used(entry, diagnostics)).collect()
    };
    let (operations, events) = (uses("operations"), uses("events"));
    shape.finish(diagnostics);
    Some(Consumer { name: entry.key.clone(), operations, events })
}

fn used(entry: &Entry, diagnostics: &mut Diagnostics) -> Use {
    let items = entry.value.items();
    if items.is_none() {
        wrong_kind(&entry.value.span, "what is used", "a list of members", &entry.value, diagnostics);
    }
    let items = items.unwrap_or_default().iter();
    let members = items.filter_map(|item| expect_text(item, "a member", diagnostics)).collect();
    Use { of: entry.key.clone(), members }
}

/// A warning (`SYN023`): something is used that isn't there, or not any more.
pub fn check(consumers: &[Consumer], contract: &Contract, diagnostics: &mut Diagnostics) {
    let operations = contract.services.iter().flat_map(|service| &service.operations);
    let operations: Vec<&str> = operations.map(|operation| operation.id.wire.as_str()).collect();
    let events: Vec<&str> = contract.events.iter().map(|event| event.name.wire.as_str()).collect();
    for consumer in consumers {
        for (uses, known, what) in
            [(&consumer.operations, &operations, "an operation"), (&consumer.events, &events, "an event")]
        {
            for used in uses.iter().filter(|used| !known.contains(&used.of.value.as_str())) {
                let message = format!("`{}` is not {what} of this repository", used.of.value);
                let fault = Diagnostic::warning("SYN023", &used.of.span, message);
                diagnostics.push(fault.help(suggest::help(&used.of.value, known)));
            }
        }
    }
}
