//! Patterns of subscriptions against the schemas of their events.

mod domain;
mod reach;
mod words;

pub(crate) mod dead_value;
pub(crate) mod idle;
pub(crate) mod unknown_field;

use stipule_ir::event::EventPattern;
use stipule_ir::{Contract, Event, Span, Subscription};
use stipule_pattern::{Field, Pattern};

use reach::{Missing, Reach};

/// A pattern with the events that it looks at.
struct Filter<'c> {
    contract: &'c Contract,
    written: &'c EventPattern,
    pattern: Pattern,
    /// The accepted versions.
    events: Vec<&'c Event>,
}

impl<'c> Filter<'c> {
    /// Every pattern of a contract.
    fn all(contract: &'c Contract) -> impl Iterator<Item = Self> {
        contract.subscriptions.iter().filter_map(move |subscription| Self::of(contract, subscription))
    }

    fn of(contract: &'c Contract, subscription: &'c Subscription) -> Option<Self> {
        let written = subscription.pattern.as_ref()?;
        let pattern = Pattern::compile(&written.json).ok()?;
        let name = &contract.event(subscription.event).name.wire;
        let accepted =
            |event: &&Event| event.name.wire == *name && subscription.versions.contains(&event.version);
        let events = contract.events.iter().filter(accepted).collect();
        Some(Self { contract, written, pattern, events })
    }

    /// What any accepted version may have at a field of the pattern.
    fn reach(&self, field: &Field) -> Result<Reach, Missing> {
        let path = field.path().strip_prefix("detail.").unwrap_or_default();
        let found = self.events.iter().map(|event| reach::in_envelope(self.contract, event, path));
        reach::either(found)
    }

    /// Where a field, or the entry with this index in its list, was written.
    fn place(&self, field: &Field, entry: Option<usize>) -> &Span {
        let at = match entry {
            None => field.pointer().to_owned(),
            Some(index) => format!("{}/{index}", field.pointer()),
        };
        self.written.places.get(&at).unwrap_or(&self.written.span)
    }
}
