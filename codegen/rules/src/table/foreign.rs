//! A read only returns the entities it names.

use stipule_ir::table::{Entity, EntityId, IndexId, Partition, Query, Read, ReadKind, Table};
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
                // Of whole keys there is one item each, and a scan sorts out what it wants.
                ReadKind::Get { .. } | ReadKind::Batch { .. } | ReadKind::Scan(_) => continue,
                ReadKind::Partition(it) => partition(table, read, it, &keys),
                ReadKind::Query(it) => query(table, read, it, &keys),
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
    /// Whether the index is one over fields, whose keys are no texts to be shown.
    native: bool,
    pattern: Pattern,
    help: Help,
}

/// The way out, for an entity that comes too: of the head, and of that one.
type Help = fn(&Entity, &Entity) -> String;

fn partition<'t>(
    table: &'t Table,
    read: &'t Read,
    partition: &Partition,
    keys: &Keys<'_>,
) -> Option<Asked<'t>> {
    let head = &table.entities[partition.of.0 as usize];
    let pattern = Pattern::of(&head.key, head, keys).cut(partition.prefix);
    let help = |_: &Entity, foreign: &Entity| {
        format!("add `{}` to `many`, or give it a partition of its own", foreign.name)
    };
    Some(Asked { read, head, named: read.entities(), index: None, native: false, pattern, help })
}

fn query<'t>(table: &'t Table, read: &'t Read, query: &Query, keys: &Keys<'_>) -> Option<Asked<'t>> {
    let head = &table.entities[query.of[0].0 as usize];
    let key = key_in(head, query.index)?;
    let mut pattern = Pattern::of(key, head, keys).cut(query.prefix);
    if query.fan_out {
        pattern = pattern.fanned_out();
    }
    let native = query.index.is_some_and(|index| table.indexes[index.0 as usize].native.is_some());
    let help: Help = match native {
        true => {
            |_, foreign| format!("name `{}` under `of` as well, or read by an index of its own", foreign.name)
        }
        false => |head, _| {
            let literal = head.name.constant();
            format!("set them apart by a literal: `{literal}` first in the sort key of `{}`", head.name)
        },
    };
    Some(Asked { read, head, named: query.of.clone(), index: query.index, native, pattern, help })
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
                    .proof(match asked.native {
                        true => format!("{item} lies among what is read"),
                        false => format!("{item} lies among what is read: {}…", shared.show()),
                    })
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
