//! A partition read finds what it returns in one partition.

use stipule_ir::table::{Entity, FieldRef, Read, ReadKind, Segment, SegmentKind};
use stipule_ir::types::EnumLiteral;
use stipule_ir::witness::Witness;
use stipule_ir::{Contract, Diagnostic, Diagnostics, Page};

use super::example::example;
use super::keys::{Keys, Pattern};
use crate::Rule;

pub(crate) const RULE: Rule = Rule {
    page: Page {
        code: "TBL103",
        title: "What a partition read returns isn't in one partition",
        text: "A partition read makes one key and reads everything stored under it. `one` must be a single item there, \
so its sort key is made of literals, of fields of the partition key, and of what the read binds; and every collection in `many` has the same \
partition key, segment by segment. The proof shows two items of which only one can be returned.

Bad:

```yaml
Book: {…, key: {pk: [BOOK, bookId], sk: [HEAD]}}
Copy: {…, key: {pk: [COPY, copyId], sk: [HEAD]}}
reads:
  book: {partition: Book, returns: {one: Book, many: [Copy]}}
```

Good:

```yaml
Copy: {…, key: {pk: [BOOK, bookId], sk: [COPY, copyId]}}
```",
    },
    check,
};

fn check(contract: &Contract, diagnostics: &mut Diagnostics) {
    let keys = Keys::new(contract);
    for table in &contract.tables {
        for read in &table.reads {
            let ReadKind::Partition(partition) = &read.kind else { continue };
            let head = &table.entities[partition.of.0 as usize];
            if partition.one.is_some() {
                judge_head(read, head, &partition.bind, &keys, diagnostics);
            }
            for id in partition.many.iter().filter(|id| **id != partition.of) {
                judge_collection(read, head, &table.entities[id.0 as usize], &keys, diagnostics);
            }
        }
    }
}

fn judge_head(
    read: &Read,
    head: &Entity,
    bound: &[FieldRef],
    keys: &Keys<'_>,
    diagnostics: &mut Diagnostics,
) {
    let known = |wanted: &SegmentKind| {
        let field = |kind: &SegmentKind| match kind {
            SegmentKind::Field { field, .. } => Some(*field),
            SegmentKind::Literal(_) | SegmentKind::Shard { .. } => None,
        };
        let Some(wanted) = field(wanted) else { return true };
        bound.contains(&wanted) || head.key.pk.iter().any(|part| field(&part.kind) == Some(wanted))
    };
    let Some(part) = head.key.sk.iter().find(|part| !known(&part.kind)) else { return };
    let message = format!("`{}` returns one `{}`, but the partition can hold many", read.name, head.name);
    let mut fault = Diagnostic::error("TBL103", &read.span, message)
        .related(&part.span, "each value of this segment is another item")
        .help(format!("read a page of it: `{{of: {}, bind: […]}}`", head.name));
    if let Some((one, other)) = two_heads(head, part, keys) {
        let (one, other) = (example(head, &one, keys), example(head, &other, keys));
        fault = fault.proof(format!("{one} and {other} stand in one partition")).witness(Witness::Heads {
            read: read.name.wire.clone(),
            one,
            other,
        });
    }
    diagnostics.push(fault);
}

type Values = Vec<(FieldRef, EnumLiteral)>;

/// Two items of one partition that differ in one segment of the sort key.
fn two_heads(head: &Entity, part: &Segment, keys: &Keys<'_>) -> Option<(Values, Values)> {
    let SegmentKind::Field { field: apart, .. } = part.kind else { return None };
    let (mut one, mut other): (Values, Values) = (Vec::new(), Vec::new());
    for (field, _) in Pattern::of(&head.key, head, keys).fields_and_shards() {
        let found = keys.values(head, field, 2);
        let second = if field == apart { found.get(1)? } else { found.first()? };
        one.push((field, found.first()?.clone()));
        other.push((field, second.clone()));
    }
    // A shard of the very field sets the partitions apart.
    let sharded =
        head.key.pk.iter().any(|it| matches!(it.kind, SegmentKind::Shard { field, .. } if field == apart));
    (!sharded).then_some((one, other))
}

fn judge_collection(
    read: &Read,
    head: &Entity,
    member: &Entity,
    keys: &Keys<'_>,
    diagnostics: &mut Diagnostics,
) {
    let same = |one: &Segment, two: &Segment| match (&one.kind, &two.kind) {
        (SegmentKind::Literal(one), SegmentKind::Literal(two)) => one == two,
        (SegmentKind::Field { field: one, codec: written }, SegmentKind::Field { field: two, codec }) => {
            let ty = |entity: &Entity, field| keys.field(entity, field).map(|field| field.ty);
            let name = |entity: &Entity, field| keys.field(entity, field).map(|field| &field.name.wire);
            codec == written && (ty(head, *one) == ty(member, *two) || name(head, *one) == name(member, *two))
        }
        (SegmentKind::Shard { .. }, SegmentKind::Shard { .. }) => one.kind == two.kind,
        _ => false,
    };
    let (one, two) = (&head.key.pk, &member.key.pk);
    let first = one.iter().zip(two).find(|(one, two)| !same(one, two));
    let (at, other) = match first {
        Some((one, two)) => (&two.span, &one.span),
        None if one.len() == two.len() => return,
        None => (&member.key.span, &head.key.span),
    };
    let message = format!("`{}` is not in the partition of `{}`", member.name, head.name);
    let fault = Diagnostic::error("TBL103", &read.span, message)
        .related(at, format!("`{}` is stored under another key", member.name))
        .related(other, format!("than `{}`", head.name))
        .help("give both the same partition key, or read them apart");
    diagnostics.push(fault);
}
