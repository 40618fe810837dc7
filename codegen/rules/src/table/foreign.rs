//! A read only returns the entities it names.

use stipule_ir::table::{Entity, EntityId, FieldRef, IndexId, Key, Read, ReadKind, SegmentKind, Table};
use stipule_ir::witness::Witness;
use stipule_ir::{Contract, Diagnostic, Diagnostics, Page};

use super::example::{example, example_in};
use super::keys::{Keys, Meeting, Pattern, key_in, platform_rows};
use crate::Rule;

pub(crate) const RULE: Rule = Rule {
    page: Page {
        code: "TBL102",
        title: "A read can return foreign items",
        text: "A query returns every item whose partition key is equal and whose sort key starts the same, whatever \
entity it is. Items of entities that the read doesn't name would be read, paid for and counted into the page, only to \
fail when they are decoded. The proof shows such an item. (A warning where patterns are too \
large to be compared.)

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
    let keys = Keys::new(contract);
    for table in &contract.tables {
        for read in &table.reads {
            let asked = match &read.kind {
                ReadKind::Get { .. } => continue,
                ReadKind::Partition { one, many } => partition(table, read, *one, many, &keys),
                ReadKind::Query { .. } => query(table, read, &keys),
            };
            if let Some(asked) = asked {
                judge(table, &asked, &keys, diagnostics);
            }
        }
    }
}

/// What a read asks the store for.
struct Asked<'t> {
    read: &'t Read,
    head: &'t Entity,
    named: Vec<EntityId>,
    index: Option<IndexId>,
    pattern: Pattern,
    /// The way out, for an entity that comes too.
    help: fn(head: &Entity, foreign: &Entity) -> String,
}

fn partition<'t>(
    table: &'t Table,
    read: &'t Read,
    one: EntityId,
    many: &[EntityId],
    keys: &Keys<'_>,
) -> Option<Asked<'t>> {
    let head = &table.entities[one.0 as usize];
    let named = std::iter::once(one).chain(many.iter().copied()).collect();
    let pattern = Pattern::of(&head.key, head, keys).cut(0);
    let help = |_: &Entity, foreign: &Entity| {
        format!("add `{}` to `many`, or give it a partition of its own", foreign.name)
    };
    Some(Asked { read, head, named, index: None, pattern, help })
}

fn query<'t>(table: &'t Table, read: &'t Read, keys: &Keys<'_>) -> Option<Asked<'t>> {
    let ReadKind::Query { index, of, bind, fan_out, .. } = &read.kind else { return None };
    let head = &table.entities[of.0 as usize];
    let key = key_in(head, *index)?;
    let mut pattern = Pattern::of(key, head, keys).cut(fixed_segments(key, bind));
    if *fan_out {
        pattern = pattern.fanned_out();
    }
    let help = |head: &Entity, _: &Entity| {
        format!(
            "set them apart by a literal: `{}` first in the sort key of `{}`",
            head.name.constant(),
            head.name
        )
    };
    Some(Asked { read, head, named: vec![*of], index: *index, pattern, help })
}

/// How many segments of the sort key a query fixes: those bound, and the literals before the first that isn't.
pub(super) fn fixed_segments(key: &Key, bind: &[FieldRef]) -> usize {
    let fixed = key.sk.iter().take_while(|part| match &part.kind {
        SegmentKind::Literal(_) => true,
        SegmentKind::Field { field, .. } => bind.contains(field),
        SegmentKind::Shard { .. } => false,
    });
    fixed.count()
}

fn judge(table: &Table, asked: &Asked<'_>, keys: &Keys<'_>, diagnostics: &mut Diagnostics) {
    let name = &asked.read.name;
    for (id, entity) in (0u32..).map(EntityId).zip(&table.entities) {
        if asked.named.contains(&id) {
            continue;
        }
        let Some(items) = Pattern::of_items(entity, asked.index, keys) else { continue };
        let Some(key) = key_in(entity, asked.index) else { continue };
        let fault = match asked.pattern.meet_start(&items) {
            Meeting::Apart => continue,
            Meeting::Unknown => {
                let message =
                    format!("it isn't known whether `{name}` can return items of `{}`", entity.name);
                Diagnostic::warning("TBL102", &asked.read.span, message).proof(
                    "the keys may be any texts of patterns or formats that are too large to be compared",
                )
            }
            Meeting::Shared(shared) => {
                let item = example_in(entity, asked.index, &shared.other, keys);
                let message = format!("`{name}` can return items of `{}`", entity.name);
                Diagnostic::error("TBL102", &asked.read.span, message)
                    .proof(format!("{item} lies among what is read: {}…", shared.show()))
                    .witness(Witness::Foreign {
                        read: name.wire.clone(),
                        bound: example(asked.head, &shared.one, keys),
                        item,
                    })
            }
        };
        let label = format!("the key of `{}`", entity.name);
        diagnostics.push(fault.related(&key.span, label).help((asked.help)(asked.head, entity)));
    }
    if asked.index.is_none() {
        with_platform(asked, diagnostics);
    }
}

fn with_platform(asked: &Asked<'_>, diagnostics: &mut Diagnostics) {
    for (what, row) in platform_rows() {
        if let Meeting::Shared(shared) = asked.pattern.meet_start(&row) {
            let message = format!("`{}` can return {what}", asked.read.name);
            let fault = Diagnostic::error("TBL102", &asked.read.span, message)
                .proof(format!("{}… lies among what is read", shared.show()))
                .help("begin the partition key with a literal");
            diagnostics.push(fault);
            return;
        }
    }
}
