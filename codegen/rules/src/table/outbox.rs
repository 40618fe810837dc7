//! Events have a place to wait in.

use stipule_ir::table::WriteKind;
use stipule_ir::{Contract, Diagnostic, Diagnostics, Page};

use crate::Rule;

pub(crate) const RULE: Rule = Rule {
    page: Page {
        code: "TBL110",
        title: "A write emits an event, but the table has no outbox",
        text: "Events are stored in the outbox by the transaction that causes them, and published from there. That is \
what makes sure that an event is published exactly when its cause was stored.

Bad:

```yaml
entities: {Book: {…}}
writes: {lend: [{update: Book, set: [status]}, {emit: Book.Lent}]}
```

Good:

```yaml
entities:
  Book: {…}
  Outbox: {builtin: outbox, shards: 16, ttl: 7d}
```",
    },
    check,
};

fn check(contract: &Contract, diagnostics: &mut Diagnostics) {
    for table in contract.tables.iter().filter(|table| table.outbox.is_none()) {
        let operations = table.writes.iter().flat_map(|write| &write.operations);
        let emits = operations.filter(|operation| matches!(operation.kind, WriteKind::Emit { .. }));
        if let Some(first) = emits.into_iter().next() {
            let message = format!("`{}` has no outbox for this event", table.name);
            let fault = Diagnostic::error("TBL110", &first.span, message)
                .help("add it to the entities: `Outbox: {builtin: outbox, shards: 16, ttl: 7d}`");
            diagnostics.push(fault);
        }
    }
}
