//! A primary key never changes.

use stipule_ir::Spanned;
use stipule_ir::table::{Entity, FieldRef, SegmentKind, Table};
use stipule_ir::types::EnumLiteral;
use stipule_ir::witness::Witness;
use stipule_ir::{Contract, Diagnostic, Diagnostics, Page};

use super::example::example;
use super::keys::{Keys, Pattern};
use super::operation::places;
use crate::Rule;

pub(crate) const RULE: Rule = Rule {
    page: Page {
        code: "TBL113",
        title: "Something that never changes is a counter",
        text: "A primary key says which item it is and never changes: neither does a field that it is made of, nor one \
that is declared `immutable`. The lock of a unique value is named by the value, and nobody who only adds knows what the \
value was. A counter is added to by whoever likes, so it can be none of these. The proof shows an item \
that keeps its old key. (`set`, `set_if_absent` and `remove` of a field of the key: TBL017.)

Bad:

```yaml
Copy: {…, key: {pk: [BOOK, bookId], sk: [COPY, number]}, counters: [number]}
```

Good:

```yaml
Copy: {…, key: {pk: [BOOK, bookId], sk: [COPY, number]}, counters: [timesLent]}
```",
    },
    check,
};

fn check(contract: &Contract, diagnostics: &mut Diagnostics) {
    let keys = Keys::new(contract);
    for table in &contract.tables {
        for entity in &table.entities {
            for counter in &entity.counters {
                judge(table, entity, counter, &keys, diagnostics);
            }
        }
    }
}

fn judge(
    table: &Table,
    entity: &Entity,
    counter: &Spanned<FieldRef>,
    keys: &Keys<'_>,
    diagnostics: &mut Diagnostics,
) {
    let name = keys.name(entity, counter.value);
    let in_key = entity.key.pk.iter().chain(&entity.key.sk).find(|part| match part.kind {
        SegmentKind::Field { field, .. } | SegmentKind::Shard { field, .. } => field == counter.value,
        SegmentKind::Literal(_) => false,
    });
    let fault = |why: &str| {
        let message = format!("`{name}` of `{}` can't be a counter: {why}", entity.name);
        Diagnostic::error("TBL113", &counter.span, message)
    };
    if let Some(part) = in_key {
        let fault = fault("the primary key is made of it")
            .related(&part.span, "the item would keep its old key")
            .help("count in a field of its own, or leave it out of `counters`");
        diagnostics.push(proven(fault, table, entity, counter.value, keys));
    }
    if let Some(unique) = entity.unique.iter().find(|unique| unique.has(counter.value)) {
        let fault = fault("it is unique")
            .related(&unique.span, "the lock would stay on the old value")
            .help("count in a field of its own, or `set` it");
        diagnostics.push(fault);
    }
    if let Some(immutable) = entity.immutable.iter().find(|immutable| immutable.value == counter.value) {
        let fault = fault("it never changes").related(&immutable.span, "declared here");
        diagnostics.push(fault.help("leave it out of `immutable` or out of `counters`"));
    }
}

/// With the update that adds to the counter, if there is one, and an item whose key is wrong afterwards.
fn proven(
    fault: Diagnostic,
    table: &Table,
    entity: &Entity,
    counter: FieldRef,
    keys: &Keys<'_>,
) -> Diagnostic {
    let adds = |place: &super::operation::Place<'_>| {
        let kind = &place.operation.kind;
        let own = kind.entity().is_some_and(|id| std::ptr::eq(&table.entities[id.0 as usize], entity));
        own && kind.changes().is_some_and(|changes| changes.add.iter().any(|add| add.field == counter))
    };
    let Some((place, item, amount)) = places(table).find(adds).and_then(|place| {
        let (item, amount) = counted(entity, counter, keys)?;
        Some((place, item, amount))
    }) else {
        return fault;
    };
    let before = example(entity, &item, keys);
    let asked = example(entity, &[(counter, EnumLiteral::Integer(amount))], keys);
    let write = &place.write.name;
    fault.proof(format!("after `{write}` with {}, {before} has a wrong key", asked.values())).witness(
        Witness::Drift { write: write.wire.clone(), operation: place.number, index: None, before, asked },
    )
}

type Values = Vec<(FieldRef, EnumLiteral)>;

/// An item, and a number that is added to its counter so that its key should be another one.
fn counted(entity: &Entity, counter: FieldRef, keys: &Keys<'_>) -> Option<(Values, i64)> {
    let mut item = Values::new();
    for (field, _) in Pattern::of(&entity.key, entity, keys).fields_and_shards() {
        item.push((field, keys.values(entity, field, 1).pop()?));
    }
    let (_, EnumLiteral::Integer(old)) = item.iter().find(|(field, _)| *field == counter)? else {
        return None;
    };
    let stands = |part: &stipule_ir::table::Segment, amount: i64| match part.kind {
        SegmentKind::Field { field, .. } => field == counter,
        SegmentKind::Shard { field, shards } if field == counter => {
            let shard = |number| keys.shard(entity, counter, &EnumLiteral::Integer(number), shards);
            shard(*old) != shard(old.saturating_add(amount))
        }
        _ => false,
    };
    let parts = || entity.key.pk.iter().chain(&entity.key.sk);
    let amount = (1..64).find(|amount| parts().any(|part| stands(part, *amount)))?;
    Some((item, amount))
}
