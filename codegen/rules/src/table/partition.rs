//! A partition read finds what it returns in one partition.

use stipule_ir::table::{Entity, Read, ReadKind, Segment, SegmentKind};
use stipule_ir::{Contract, Diagnostic, Diagnostics, Page};

use super::segment::field_of;
use crate::Rule;

pub(crate) const RULE: Rule = Rule {
    page: Page {
        code: "TBL103",
        title: "What a partition read returns isn't in one partition",
        text: "A partition read makes one key and reads everything stored under it. `one` must be a single item there, \
so its sort key is made of literals and of fields of the partition key; and every collection in `many` has the same \
partition key, segment by segment.

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
    for table in &contract.tables {
        for read in &table.reads {
            let ReadKind::Partition { one, many } = &read.kind else { continue };
            let head = &table.entities[one.0 as usize];
            judge_head(read, head, diagnostics);
            for id in many {
                judge_collection(read, head, &table.entities[id.0 as usize], contract, diagnostics);
            }
        }
    }
}

fn judge_head(read: &Read, head: &Entity, diagnostics: &mut Diagnostics) {
    let known = |wanted: &SegmentKind| {
        let field = |kind: &SegmentKind| match kind {
            SegmentKind::Field { field, .. } => Some(*field),
            SegmentKind::Literal(_) | SegmentKind::Shard { .. } => None,
        };
        field(wanted).is_none() || head.key.pk.iter().any(|part| field(&part.kind) == field(wanted))
    };
    if let Some(part) = head.key.sk.iter().find(|part| !known(&part.kind)) {
        let message = format!("`{}` returns one `{}`, but the partition can hold many", read.name, head.name);
        let fault = Diagnostic::error("TBL103", &read.span, message)
            .related(&part.span, "each value of this segment is another item")
            .help(format!("read a page of it: `{{of: {}, bind: […]}}`", head.name));
        diagnostics.push(fault);
    }
}

fn judge_collection(
    read: &Read,
    head: &Entity,
    member: &Entity,
    contract: &Contract,
    diagnostics: &mut Diagnostics,
) {
    let same = |one: &Segment, two: &Segment| match (&one.kind, &two.kind) {
        (SegmentKind::Literal(one), SegmentKind::Literal(two)) => one == two,
        (SegmentKind::Field { field: one, codec: written }, SegmentKind::Field { field: two, codec }) => {
            let ty = |entity: &Entity, field| field_of(entity, field, contract).map(|field| field.ty);
            let name =
                |entity: &Entity, field| field_of(entity, field, contract).map(|field| &field.name.wire);
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
