//! No two operations of a write are about one item.

use stipule_ir::table::{Entity, FieldRef, Table, Write};
use stipule_ir::types::EnumLiteral;
use stipule_ir::witness::Witness;
use stipule_ir::{Contract, Diagnostic, Diagnostics, Page};

use super::example::example;
use super::keys::{Keys, Pattern};
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
    let keys = Keys::new(contract);
    for table in &contract.tables {
        for write in &table.writes {
            judge(table, write, &keys, diagnostics);
        }
    }
}

fn judge(table: &Table, write: &Write, keys: &Keys<'_>, diagnostics: &mut Diagnostics) {
    let numbered = || (0u32..).zip(&write.operations);
    for (at, operation) in numbered() {
        let Some(id) = operation.kind.entity() else { continue };
        let first = numbered()
            .take_while(|(before, _)| *before < at)
            .find(|(_, other)| other.kind.entity() == Some(id));
        let Some((before, first)) = first else { continue };
        let declared = &table.entities[id.0 as usize];
        let item = example(declared, &key_values(declared, keys), keys);
        let message = format!("two operations of `{}` can be about the same `{}`", write.name, declared.name);
        let fault = Diagnostic::error("TBL106", &operation.span, message)
            .related(&first.span, "the other operation")
            .proof(format!("if both are about {item}, the whole transaction is refused"))
            .witness(Witness::SameItem { write: write.name.wire.clone(), operations: (before, at), item })
            .help("say it in one operation, for several items with `each` and `max`");
        diagnostics.push(fault);
    }
}

/// A value for each field of the key.
fn key_values(entity: &Entity, keys: &Keys<'_>) -> Vec<(FieldRef, EnumLiteral)> {
    let fields = Pattern::of(&entity.key, entity, keys).fields_and_shards();
    let value = |(field, _): (FieldRef, Vec<u32>)| Some((field, keys.values(entity, field, 1).pop()?));
    fields.into_iter().filter_map(value).collect()
}
