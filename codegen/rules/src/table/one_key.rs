//! No two operations of a write are about one item.

use stipule_ir::table::{Table, Write};
use stipule_ir::{Contract, Diagnostic, Diagnostics, Page};

use crate::Rule;

pub(crate) const RULE: Rule = Rule {
    page: Page {
        code: "TBL106",
        title: "Two operations of a write can be about one item",
        text: "A transaction refuses two operations on one item, even if one of them only checks. Operations on \
different entities never meet (TBL101 proves it), but two on the same entity do as soon as their arguments are equal.

Bad:

```yaml
move_copy:
  - {update: Shelf, add: {copies: -number}, if: \"copies >= $number\"}
  - {update: Shelf, add: {copies: added}}
```

Good: one operation for a list, whose elements are told apart before anything is sent.

```yaml
move_copy:
  - {update: Shelf, each: shelves, max: 2, add: {copies: change}, if: \"copies >= $floor\"}
```",
    },
    check,
};

fn check(contract: &Contract, diagnostics: &mut Diagnostics) {
    for table in &contract.tables {
        for write in &table.writes {
            judge(table, write, diagnostics);
        }
    }
}

fn judge(table: &Table, write: &Write, diagnostics: &mut Diagnostics) {
    for (at, operation) in write.operations.iter().enumerate() {
        let Some(id) = operation.kind.entity() else { continue };
        let Some(first) = write.operations[..at].iter().find(|other| other.kind.entity() == Some(id)) else {
            continue;
        };
        let name = &table.entities[id.0 as usize].name;
        let message = format!("two operations of `{}` can be about the same `{name}`", write.name);
        let fault = Diagnostic::error("TBL106", &operation.span, message)
            .related(&first.span, "the other operation")
            .proof("with equal key arguments the whole transaction is refused")
            .help("say it in one operation, for several items with `each` and `max`");
        diagnostics.push(fault);
    }
}
