//! Every event comes from somewhere.

use std::collections::BTreeSet;

use stipule_ir::table::WriteKind;
use stipule_ir::{Contract, Diagnostic, Diagnostics, EventId, Page};

use crate::Rule;

pub(crate) const RULE: Rule = Rule {
    page: Page {
        code: "EVT101",
        title: "Nothing emits an event",
        text: "An event that no write emits and that no operation lists under `x-stipule-events` never happens; who \
subscribes to it waits forever. Older versions of an event that is emitted don't count: they are what the archive holds. \
(A warning: the producer may be on its way.)

Bad: `contracts/events/book-lost.yaml`, and no write with `{emit: Book.Lost}`

Good:

```yaml
report_lost:
  - {update: Book, set: [status], expect: version}
  - {emit: Book.Lost}
```",
    },
    check,
};

/// Names of the events that a write emits or that an operation says it may emit.
pub(super) fn names(contract: &Contract) -> BTreeSet<&str> {
    let written = contract.tables.iter().flat_map(|table| &table.writes).flat_map(|write| &write.operations);
    let written = written.filter_map(|operation| match operation.kind {
        WriteKind::Emit { event } => Some(event),
        _ => None,
    });
    let listed = contract.services.iter().flat_map(|service| &service.operations);
    let listed = listed.flat_map(|operation| operation.emits.iter().copied());
    let name = |id: EventId| contract.event(id).name.wire.as_str();
    written.chain(listed).map(name).collect()
}

fn check(contract: &Contract, diagnostics: &mut Diagnostics) {
    let emitted = names(contract);
    let mut reported = BTreeSet::new();
    for event in &contract.events {
        if emitted.contains(event.name.wire.as_str()) || !reported.insert(event.name.wire.as_str()) {
            continue;
        }
        let message = format!("nothing emits `{}`", event.name);
        let mut fault = Diagnostic::warning("EVT101", &event.span, message)
            .help(format!("let a write say `{{emit: {}}}`, or an operation `x-stipule-events`", event.name));
        let waits = contract
            .subscriptions
            .iter()
            .find(|found| contract.event(found.event).name.wire == event.name.wire);
        if let Some(waits) = waits {
            fault = fault.related(&waits.span, "this subscription waits for it");
        }
        diagnostics.push(fault);
    }
}
