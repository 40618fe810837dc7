//! A read only returns the entities it names.

use stipule_ir::table::{Entity, EntityId, FieldRef, IndexId, Key, Read, ReadKind, SegmentKind, Table};
use stipule_ir::{Contract, Diagnostic, Diagnostics, Page};

use super::template::{Shared, Template, platform_rows};
use crate::Rule;

pub(crate) const RULE: Rule = Rule {
    page: Page {
        code: "TBL102",
        title: "A read can return foreign items",
        text: "A query returns every item whose partition key is equal and whose sort key starts the same, whatever \
entity it is. Items of entities that the read doesn't name would be read, paid for and counted into the page, only to \
fail when they are decoded. The proof shows such an item.

Bad:

```yaml
Book: {…, key: {pk: [BOOK, bookId], sk: [HEAD]}}
Copy: {…, key: {pk: [BOOK, bookId], sk: [COPY, copyId]}}
reads:
  book: {partition: Book, returns: {one: Book}}              # returns the copies too
```

Good:

```yaml
reads:
  book: {partition: Book, returns: {one: Book, many: [Copy]}}
```",
    },
    check,
};

fn check(contract: &Contract, diagnostics: &mut Diagnostics) {
    for table in &contract.tables {
        for read in &table.reads {
            match &read.kind {
                ReadKind::Get { .. } => {}
                ReadKind::Partition { one, many } => {
                    partition(table, read, *one, many, contract, diagnostics);
                }
                ReadKind::Query { index, of, bind, .. } => {
                    query(table, read, (*index, *of), bind, contract, diagnostics);
                }
            }
        }
    }
}

fn partition(
    table: &Table,
    read: &Read,
    one: EntityId,
    many: &[EntityId],
    contract: &Contract,
    diagnostics: &mut Diagnostics,
) {
    let head = &table.entities[one.0 as usize];
    let asked = Template::of(&head.key, head, contract).cut(0);
    for (id, entity) in (0u32..).map(EntityId).zip(&table.entities) {
        if id == one || many.contains(&id) {
            continue;
        }
        let key = Template::of(&entity.key, entity, contract);
        if let Some(shared) = asked.shared_start(&key) {
            let help = format!("add `{}` to `many`, or give it a partition of its own", entity.name);
            diagnostics.push(foreign(read, entity, &entity.key, &shared, contract).help(help));
        }
    }
    with_platform(read, &asked, diagnostics);
}

fn query(
    table: &Table,
    read: &Read,
    (index, of): (Option<IndexId>, EntityId),
    bind: &[FieldRef],
    contract: &Contract,
    diagnostics: &mut Diagnostics,
) {
    let target = &table.entities[of.0 as usize];
    let Some(key) = key_in(target, index) else { return };
    let asked = Template::of(key, target, contract).cut(fixed_segments(key, bind.len()));
    for (id, entity) in (0u32..).map(EntityId).zip(&table.entities) {
        let Some(other) = key_in(entity, index).filter(|_| id != of) else { continue };
        if let Some(shared) = asked.shared_start(&Template::of(other, entity, contract)) {
            let literal = target.name.constant();
            let help = format!(
                "set them apart by a literal: `{literal}` first in the sort key of `{}`",
                target.name
            );
            diagnostics.push(foreign(read, entity, other, &shared, contract).help(help));
        }
    }
    if index.is_none() {
        with_platform(read, &asked, diagnostics);
    }
}

/// The key of an entity in an index, or its primary key.
pub(super) fn key_in(entity: &Entity, index: Option<IndexId>) -> Option<&Key> {
    match index {
        None => Some(&entity.key),
        Some(index) => entity.index_keys.iter().find(|found| found.index == index).map(|found| &found.key),
    }
}

/// How many segments of the sort key a query fixes: those bound, and the literals before the first that isn't.
fn fixed_segments(key: &Key, bound: usize) -> usize {
    let is_field = |kind: &SegmentKind| matches!(kind, SegmentKind::Field { .. });
    let in_partition = key.pk.iter().filter(|part| is_field(&part.kind)).count();
    let mut left = bound.saturating_sub(in_partition);
    key.sk
        .iter()
        .take_while(|part| {
            if !is_field(&part.kind) {
                return true;
            }
            let taken = left > 0;
            left = left.saturating_sub(1);
            taken
        })
        .count()
}

fn foreign(read: &Read, entity: &Entity, key: &Key, shared: &Shared, contract: &Contract) -> Diagnostic {
    let message = format!("`{}` can return items of `{}`", read.name, entity.name);
    let proof =
        format!("{} lies among what is read: {}", shared.fields(entity, key, contract), shared.show());
    Diagnostic::error("TBL102", &read.span, message)
        .related(&key.span, format!("the key of `{}`", entity.name))
        .proof(format!("{proof}…"))
}

fn with_platform(read: &Read, asked: &Template, diagnostics: &mut Diagnostics) {
    for (what, row) in platform_rows() {
        if let Some(shared) = asked.shared_start(&row) {
            let message = format!("`{}` can return {what}", read.name);
            let fault = Diagnostic::error("TBL102", &read.span, message)
                .proof(format!("{}… lies among what is read", shared.show()))
                .help("begin the partition key with a literal");
            diagnostics.push(fault);
            return;
        }
    }
}
