//! Every key fits.

use stipule_ir::table::{Codec, Entity, FieldRef, IndexId, Segment, SegmentKind};
use stipule_ir::types::EnumLiteral;
use stipule_ir::witness::Witness;
use stipule_ir::{Contract, Diagnostic, Diagnostics, Page};

use super::example::example_in;
use super::keys::{Keys, Longest, escaped_len, key_in, literal, most_bytes};
use crate::Rule;

/// Most bytes of a partition key: "Quotas" in the DynamoDB developer guide.
const MOST_PK: u64 = 2048;

/// Most bytes of a sort key: the same page.
const MOST_SK: u64 = 1024;

/// Most bytes of the tenant, which leads every partition key: the runtime refuses tokens with a longer one.
pub(super) const TENANT: u64 = 64;

/// Most bytes of a number as it is stored: "Item sizes and formats" in the same guide.
const MOST_NUMBER: u64 = 21;

pub(crate) const RULE: Rule = Rule {
    page: Page {
        code: "TBL108",
        title: "A key can be too long",
        text: "A partition key has at most 2048 bytes, a sort key at most 1024. Counted is the worst case that the \
schemas allow, exactly: a character of free text takes up to four bytes, one that is escaped two, a pattern what its longest \
text takes, every segment its `#`, the tenant 64. The lock of a unique value always fits: a digest stands for \
values of more than 1024 bytes. A write with a longer key would fail in \
production, for one unlucky customer. The proof shows such an item. (A warning where a pattern is too large to be followed \
and only a bound is known.)

Bad:

```yaml
title: {type: string}                                  # nothing bounds it
Book: {…, gsi1: {pk: [BOOKS], sk: [title, bookId]}}
```

Good:

```yaml
title: {type: string, maxLength: 120}
```",
    },
    check,
};

fn check(contract: &Contract, diagnostics: &mut Diagnostics) {
    let keys = Keys::new(contract);
    for table in &contract.tables {
        for entity in &table.entities {
            let indexes = entity.index_keys.iter().map(|key| Some(key.index));
            for index in std::iter::once(None).chain(indexes) {
                let name = index.map(|index| table.indexes[index.0 as usize].name.wire.clone());
                judge(entity, (index, name), &keys, diagnostics);
            }
        }
    }
}

/// How a key is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Written {
    /// As one text: escaped, each segment with its `#`.
    Composed,
    /// As the fields themselves.
    Native,
}

impl Written {
    fn of(entity: &Entity, index: Option<IndexId>) -> Self {
        let native = entity.index_keys.iter().any(|key| key.native && Some(key.index) == index);
        if native { Self::Native } else { Self::Composed }
    }

    /// Bytes behind each segment.
    fn end(self) -> u64 {
        match self {
            Self::Composed => 1,
            Self::Native => 0,
        }
    }
}

/// One part of a key and its longest texts, segment by segment.
#[derive(Default)]
struct Sum<'s> {
    segments: Vec<(&'s Segment, u64)>,
    values: Vec<(FieldRef, EnumLiteral)>,
    exact: bool,
    /// What the segments have whose longest text is known, and the `#` of all.
    surely: u64,
}

impl Sum<'_> {
    fn total(&self) -> u64 {
        self.segments.iter().map(|(_, bytes)| *bytes).fold(0, u64::saturating_add)
    }
}

fn judge(
    entity: &Entity,
    (index, index_name): (Option<IndexId>, Option<String>),
    keys: &Keys<'_>,
    diagnostics: &mut Diagnostics,
) {
    let Some(key) = key_in(entity, index) else { return };
    let written = Written::of(entity, index);
    for (what, segments, most, tenant) in
        [("partition", &key.pk, MOST_PK, TENANT + written.end()), ("sort", &key.sk, MOST_SK, 0)]
    {
        let sum = match sum(entity, index, segments, keys) {
            Ok(sum) => sum,
            Err(segment) => {
                diagnostics.push(unbounded(entity, what, segment, keys));
                return;
            }
        };
        let total = sum.total().saturating_add(tenant);
        if total <= most {
            continue;
        }
        let numbers: Vec<String> = sum.segments.iter().map(|(_, bytes)| bytes.to_string()).collect();
        let for_tenant = if tenant > 0 { format!(", {tenant} for the tenant") } else { String::new() };
        let parts = match written {
            Written::Composed => "segments in order, each with its `#`",
            Written::Native => "fields in order",
        };
        let reckoning = format!("{} bytes for the {parts}{for_tenant}", numbers.join(" + "));
        let mut fault = if sum.exact {
            let message =
                format!("the {what} key of `{}` can have {total} bytes; the most are {most}", entity.name);
            let item = example_in(entity, index, &sum.values, keys);
            Diagnostic::error("TBL108", &key.span, message)
                .proof(format!("{item}: {reckoning}"))
                .witness(Witness::LongKey { item, index: index_name.clone(), bytes: total })
        } else if sum.surely.saturating_add(tenant) > most {
            let surely = sum.surely.saturating_add(tenant);
            let message = format!(
                "the {what} key of `{}` can have {surely} bytes or more; the most are {most}",
                entity.name
            );
            let item = example_in(entity, index, &sum.values, keys);
            Diagnostic::error("TBL108", &key.span, message)
                .proof(format!("{item}, whatever else it has; at most {reckoning}"))
        } else {
            let message = format!("it isn't known whether the {what} key of `{}` fits", entity.name);
            Diagnostic::warning("TBL108", &key.span, message)
                .proof(format!("at most {total} bytes of {most}: {reckoning}"))
        };
        if let Some((segment, size)) = sum.segments.iter().max_by_key(|(_, size)| *size) {
            fault = fault.related(&segment.span, format!("up to {size} bytes come from here"));
        }
        diagnostics
            .push(fault.help("bound the longest with `maxLength`, or with a `pattern` of plain characters"));
    }
}

/// The longest texts of the segments, each with its `#`; the first segment that nothing bounds otherwise.
fn sum<'s>(
    entity: &Entity,
    index: Option<IndexId>,
    segments: &'s [Segment],
    keys: &Keys<'_>,
) -> Result<Sum<'s>, &'s Segment> {
    let mut sum = Sum { exact: true, ..Sum::default() };
    for segment in segments {
        let end = Written::of(entity, index).end();
        let bytes = match &segment.kind {
            SegmentKind::Literal(text) => text.len() as u64,
            SegmentKind::Shard { shards, .. } => (shards.saturating_sub(1)).to_string().len() as u64,
            SegmentKind::Field { field, codec } => {
                let (longest, value) = longest(entity, index, (*field, *codec), keys);
                if let Some(value) = value
                    && !sum.values.iter().any(|(known, _)| known == field)
                {
                    sum.values.push((*field, value));
                }
                match longest {
                    Longest::Text(bytes, _) => bytes,
                    Longest::AtMost(bytes) => {
                        sum.exact = false;
                        sum.surely = sum.surely.saturating_add(end);
                        sum.segments.push((segment, bytes.saturating_add(end)));
                        continue;
                    }
                    Longest::Unbounded => return Err(segment),
                }
            }
        };
        let bytes = bytes.saturating_add(end);
        sum.surely = sum.surely.saturating_add(bytes);
        sum.segments.push((segment, bytes));
    }
    Ok(sum)
}

/// The longest text of a field, with its value; in a sparse index only of the values that let an item in.
fn longest(
    entity: &Entity,
    index: Option<IndexId>,
    (field, codec): (FieldRef, Codec),
    keys: &Keys<'_>,
) -> (Longest, Option<EnumLiteral>) {
    let written = Written::of(entity, index);
    let longest = match most_bytes(&keys.set(entity, field, codec), written == Written::Composed) {
        // By itself a number takes a byte for two digits, and one or two more.
        Longest::Text(..) if codec == Codec::Integer && written == Written::Native => {
            Longest::AtMost(MOST_NUMBER)
        }
        longest => longest,
    };
    let found = entity.index_keys.iter().filter(|found| Some(found.index) == index);
    let when = found.flat_map(|found| &found.when).find(|when| when.field == field);
    let bytes = |value: &EnumLiteral| match value {
        EnumLiteral::String(text) => escaped_len(text),
        EnumLiteral::Boolean(truth) => truth.to_string().len() as u64,
        EnumLiteral::Integer(_) => 0,
    };
    match (when.and_then(|when| when.values.iter().max_by_key(|value| bytes(value))), codec, longest) {
        (Some(value), Codec::Text | Codec::PlainText | Codec::EnumText | Codec::Boolean, _) => {
            (Longest::Text(bytes(value), String::new()), Some(value.clone()))
        }
        // How long these few are isn't followed.
        (Some(_), Codec::Number | Codec::Decimal, Longest::Text(bytes, _)) => (Longest::AtMost(bytes), None),
        (Some(value), _, longest) => (longest, Some(value.clone())),
        (None, Codec::EnumRank, Longest::Text(bytes, rank)) => {
            let names = keys.values(entity, field, Codec::MOST_RANKS);
            let value = rank.parse().ok().and_then(|rank: usize| names.get(rank).cloned());
            (Longest::Text(bytes, rank), value)
        }
        (None, _, Longest::Text(bytes, text)) => {
            let value = literal(codec, &text);
            (Longest::Text(bytes, text), Some(value))
        }
        (None, _, longest) => (longest, None),
    }
}

fn unbounded(entity: &Entity, what: &str, segment: &Segment, keys: &Keys<'_>) -> Diagnostic {
    let SegmentKind::Field { field, .. } = segment.kind else {
        return Diagnostic::error("TBL108", &segment.span, "nothing bounds this segment");
    };
    let name = keys.name(entity, field);
    let message = format!("nothing bounds `{name}` in the {what} key of `{}`", entity.name);
    let fault = Diagnostic::error("TBL108", &segment.span, message)
        .help("give its schema a `maxLength`, or a `pattern` from `^` to `$` of limited length");
    match keys.field(entity, field) {
        Some(field) => fault.related(&field.span, "declared here"),
        None => fault,
    }
}
