//! Every event goes somewhere.

use std::collections::BTreeSet;

use stipule_ir::{Contract, Diagnostic, Diagnostics, EventId, Page};

use super::emitted;
use crate::Rule;

pub(crate) const RULE: Rule = Rule {
    page: Page {
        code: "EVT105",
        title: "Nothing consumes an event",
        text: "An event that is emitted, but that no subscription takes, no saga starts on and nobody outside of this \
repository reads, costs a row of the outbox and an entry of the bus each time and changes nothing. (A warning: the consumer \
may be on its way. Older versions don't count: who takes the newest may take them too.)

Bad: a write with `{emit: Book.Lost}`, and no subscription to `Book.Lost`

Good, beside the consumer:

```yaml
subscriptions:
  - {event: Book.Lost, delivery: queue, dead_letters: lending-dead}
```

Good, if the consumer is not part of the repository: `x-stipule-event: {name: Book.Lost, outside: true, …}`",
    },
    check,
};

fn check(contract: &Contract, diagnostics: &mut Diagnostics) {
    let name = |id: EventId| contract.event(id).name.wire.as_str();
    let emitted = emitted::names(contract);
    let taken = contract.subscriptions.iter().map(|it| name(it.event));
    let starts = contract.workflows.iter().flat_map(|it| &it.starts).map(|it| name(it.event));
    let outside = contract.events.iter().filter(|it| it.outside).map(|it| it.name.wire.as_str());
    let mut settled: BTreeSet<&str> = taken.chain(starts).chain(outside).collect();
    for event in &contract.events {
        // What nothing emits is said by EVT101.
        if !emitted.contains(event.name.wire.as_str()) || !settled.insert(event.name.wire.as_str()) {
            continue;
        }
        let fault = Diagnostic::warning("EVT105", &event.span, format!("nothing consumes `{}`", event.name))
            .help("let a service subscribe to it, or say `outside: true` if somebody else does");
        diagnostics.push(fault);
    }
}
