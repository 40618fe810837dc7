//! Every key fits.

use stipule_ir::table::{Entity, FieldRef, IndexId, Normalize, Segment, SegmentKind, Unique};
use stipule_ir::types::EnumLiteral;
use stipule_ir::witness::Witness;
use stipule_ir::{Contract, Diagnostic, Diagnostics, Page};

use super::example::{example, example_in};
use super::keys::{Keys, Longest, Set, escaped_len, key_in, literal, most_bytes};
use crate::Rule;

/// Most bytes of a partition key: "Quotas" in the DynamoDB developer guide.
const MOST_PK: u64 = 2048;

/// Most bytes of a sort key: the same page.
const MOST_SK: u64 = 1024;

/// Most bytes of the tenant, which leads every partition key: the runtime refuses tokens with a longer one.
pub(super) const TENANT: u64 = 64;

pub(crate) const RULE: Rule = Rule {
    page: Page {
        code: "TBL108",
        title: "A key can be too long",
        text: "A partition key has at most 2048 bytes, a sort key at most 1024. Counted is the worst case that the \
schemas allow, exactly: a character of free text takes up to four bytes, one that is escaped two, a pattern what its longest \
text takes, every segment its `#`, the tenant 64. Locks of unique fields count too. A write with a longer key would fail in \
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
            for unique in &entity.unique {
                judge_lock(entity, unique, &keys, diagnostics);
            }
        }
    }
}

/// One part of a key and its longest texts, segment by segment.
#[derive(Default)]
struct Sum<'s> {
    segments: Vec<(&'s Segment, u64)>,
    values: Vec<(FieldRef, EnumLiteral)>,
    exact: bool,
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
    for (what, segments, most, tenant) in
        [("partition", &key.pk, MOST_PK, TENANT + 1), ("sort", &key.sk, MOST_SK, 0)]
    {
        let sum = match sum(entity, segments, keys) {
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
        let reckoning =
            format!("{} bytes for the segments in order, each with its `#`{for_tenant}", numbers.join(" + "));
        let mut fault = if sum.exact {
            let message =
                format!("the {what} key of `{}` can have {total} bytes; the most are {most}", entity.name);
            let item = example_in(entity, index, &sum.values, keys);
            Diagnostic::error("TBL108", &key.span, message)
                .proof(format!("{item}: {reckoning}"))
                .witness(Witness::LongKey { item, index: index_name.clone(), unique: None, bytes: total })
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
fn sum<'s>(entity: &Entity, segments: &'s [Segment], keys: &Keys<'_>) -> Result<Sum<'s>, &'s Segment> {
    let mut sum = Sum { exact: true, ..Sum::default() };
    for segment in segments {
        let bytes = match &segment.kind {
            SegmentKind::Literal(text) => text.len() as u64,
            SegmentKind::Shard { shards, .. } => (shards.saturating_sub(1)).to_string().len() as u64,
            SegmentKind::Field { field, codec } => {
                let set: &Set = &keys.set(entity, *field, *codec);
                match most_bytes(set, true) {
                    Longest::Text(bytes, text) => {
                        if !sum.values.iter().any(|(known, _)| known == field) {
                            sum.values.push((*field, literal(*codec, &text)));
                        }
                        bytes
                    }
                    Longest::AtMost(bytes) => {
                        sum.exact = false;
                        bytes
                    }
                    Longest::Unbounded => return Err(segment),
                }
            }
        };
        sum.segments.push((segment, bytes.saturating_add(1)));
    }
    Ok(sum)
}

/// A lock stands under `LOCK`, the names of entity and field, and the value.
fn judge_lock(entity: &Entity, unique: &Unique, keys: &Keys<'_>, diagnostics: &mut Diagnostics) {
    let name = keys.name(entity, unique.field);
    let Some(field) = keys.field(entity, unique.field) else { return };
    let codec = keys.codec(entity, unique.field);
    let longest = match most_bytes(&keys.set(entity, unique.field, codec), true) {
        // Beyond ASCII a small letter may take a byte more than its capital: two become three.
        Longest::Text(bytes, text) if unique.normalize == Normalize::Lowercase && !text.is_ascii() => {
            if text.chars().all(|it| it.len_utf8() == 4) {
                Longest::Text(bytes, text)
            } else {
                Longest::AtMost(bytes / 2 * 3)
            }
        }
        longest => longest,
    };
    let around = TENANT + 1 + 5 + escaped_len(&entity.name.wire) + 1 + escaped_len(&name) + 1 + 1;
    let related = |fault: Diagnostic| fault.related(&field.span, "declared here");
    let (bytes, text) = match longest {
        Longest::Text(bytes, text) => (bytes, Some(text)),
        Longest::AtMost(bytes) => (bytes, None),
        Longest::Unbounded => {
            let message = format!("nothing bounds `{name}`, of which `{}` keeps a lock", entity.name);
            let help = "give its schema a `maxLength`: the lock of a unique value has it in its key";
            diagnostics.push(related(Diagnostic::error("TBL108", &unique.span, message)).help(help));
            return;
        }
    };
    let total = bytes.saturating_add(around);
    if total <= MOST_PK {
        return;
    }
    let reckoning = format!("{bytes} bytes for the value, {around} for what stands before it");
    let fault = match text {
        Some(text) => {
            let message = format!(
                "the key of the lock on `{name}` of `{}` can have {total} bytes; the most are {MOST_PK}",
                entity.name
            );
            let item = example(entity, &[(unique.field, literal(codec, &text))], keys);
            Diagnostic::error("TBL108", &unique.span, message)
                .proof(format!("{item}: {reckoning}"))
                .witness(Witness::LongKey { item, index: None, unique: Some(name), bytes: total })
        }
        None => {
            let message =
                format!("it isn't known whether the key of the lock on `{name}` of `{}` fits", entity.name);
            Diagnostic::warning("TBL108", &unique.span, message)
                .proof(format!("at most {total} bytes of {MOST_PK}: {reckoning}"))
        }
    };
    diagnostics.push(related(fault).help("bound the field with `maxLength`"));
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
