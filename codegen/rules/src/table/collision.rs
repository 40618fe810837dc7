//! No two entities can have the same key.

use std::collections::BTreeMap;

use stipule_ir::table::{Entity, FieldRef, Segment, SegmentKind};
use stipule_ir::types::EnumLiteral;
use stipule_ir::witness::Witness;
use stipule_ir::{Contract, Diagnostic, Diagnostics, Page};

use super::example::example;
use super::keys::{Keys, Meeting, Pattern, platform_rows};
use crate::Rule;

pub(crate) const RULE: Rule = Rule {
    page: Page {
        code: "TBL101",
        title: "Two entities can have the same key",
        text: "Of two items with one key the second silently replaces the first, or is refused because the first is \
there. The templates are compared segment by segment: every segment is closed by `#`, which no value can hold, so two \
keys are equal exactly when all their segments are; a field has one value wherever it stands, and a shard follows from its \
field. So a key that holds a shard but not the field itself is one key for many items. The proof shows two items with \
one key. (A warning where patterns are too large to be compared.)

Bad:

```yaml
Book: {…, key: {pk: [BOOK, bookId], sk: [HEAD]}}
Copy: {…, key: {pk: [BOOK, bookId], sk: [copyId]}}   # a copy with the id `HEAD`
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
        let patterns: Vec<Pattern> =
            table.entities.iter().map(|entity| Pattern::of(&entity.key, entity, &keys)).collect();
        let all: Vec<(&Entity, &Pattern)> = table.entities.iter().zip(&patterns).collect();
        for (at, one) in all.iter().enumerate() {
            for other in &all[..at] {
                between(*one, *other, &keys, diagnostics);
            }
            with_itself(one.0, &keys, diagnostics);
            with_platform(*one, &keys, diagnostics);
        }
    }
}

fn between(
    (entity, pattern): (&Entity, &Pattern),
    (other, other_pattern): (&Entity, &Pattern),
    keys: &Keys<'_>,
    diagnostics: &mut Diagnostics,
) {
    let apart = format!(
        "set them apart by a literal: `{}` as a segment of the key of `{}`",
        entity.name.constant(),
        entity.name
    );
    let key_of_other = format!("the key of `{}`", other.name);
    let fault = match pattern.meet(other_pattern) {
        Meeting::Apart => return,
        Meeting::Unknown => {
            let message = format!(
                "it isn't known whether `{}` and `{}` can have the same key",
                entity.name, other.name
            );
            Diagnostic::warning("TBL101", &entity.key.span, message).proof(
                "their segments may be any texts of patterns or formats that are too large to be compared",
            )
        }
        Meeting::Shared(shared) => {
            let (one, two) = (example(other, &shared.other, keys), example(entity, &shared.one, keys));
            let message = format!("`{}` and `{}` can have the same key", entity.name, other.name);
            Diagnostic::error("TBL101", &entity.key.span, message)
                .proof(format!("{one} and {two} are both stored under {}", shared.show()))
                .witness(Witness::Collision { one, other: two })
        }
    };
    diagnostics.push(fault.related(&other.key.span, key_of_other).help(apart));
}

/// Every codec tells its values apart, but a shard is the same for many.
fn with_itself(entity: &Entity, keys: &Keys<'_>, diagnostics: &mut Diagnostics) {
    let segments = || entity.key.pk.iter().chain(&entity.key.sk);
    for segment in segments() {
        let SegmentKind::Shard { field, .. } = segment.kind else { continue };
        let stands =
            |part: &Segment| matches!(part.kind, SegmentKind::Field { field: own, .. } if own == field);
        if segments().any(stands) {
            continue;
        }
        let name = keys.name(entity, field);
        let help = format!("add `{name}` itself to the key: the shard only spreads the partitions");
        let Some((one, other)) = of_one_shard(entity, keys) else {
            if !keys.are_counted(entity, field) {
                let message =
                    format!("it isn't known whether two items of `{}` can have the same key", entity.name);
                let fault = Diagnostic::warning("TBL101", &entity.key.span, message)
                    .related(&segment.span, format!("values of `{name}` may have one shard"));
                diagnostics.push(fault.help(help));
            }
            continue;
        };
        let message = format!("two items of `{}` can have the same key", entity.name);
        let (one, other) = (example(entity, &one, keys), example(entity, &other, keys));
        let fault = Diagnostic::error("TBL101", &entity.key.span, message)
            .related(&segment.span, format!("many values of `{name}` have one shard"))
            .proof(format!("{one} and {other} are stored under one key"))
            .help(help)
            .witness(Witness::Collision { one, other });
        diagnostics.push(fault);
        return;
    }
}

type Values = Vec<(FieldRef, EnumLiteral)>;

/// Two items that differ in what their keys only have shards of.
fn of_one_shard(entity: &Entity, keys: &Keys<'_>) -> Option<(Values, Values)> {
    /// Values that are tried: more than there are shards.
    const TRIED: usize = 600;
    let pattern = Pattern::of(&entity.key, entity, keys);
    let (mut one, mut other) = (Values::new(), Values::new());
    for (field, shards) in pattern.fields_and_shards() {
        // A field that stands in the key itself is the same in both.
        let stands =
            |part: &Segment| matches!(part.kind, SegmentKind::Field { field: own, .. } if own == field);
        let is_fixed = entity.key.pk.iter().chain(&entity.key.sk).any(stands);
        let shards = if is_fixed { Vec::new() } else { shards };
        let values = keys.values(entity, field, if shards.is_empty() { 1 } else { TRIED });
        let first = values.first()?.clone();
        let drawn = |value: &EnumLiteral| -> Vec<u32> {
            shards.iter().map(|shards| keys.shard(entity, field, value, *shards)).collect()
        };
        let mut by_shard: BTreeMap<Vec<u32>, &EnumLiteral> = BTreeMap::new();
        let mut tried = values.iter().filter(|_| !shards.is_empty());
        let pair = tried.find_map(|value| Some((by_shard.insert(drawn(value), value)?, value)));
        let (first, second) = pair.map_or((first.clone(), first), |(one, two)| (one.clone(), two.clone()));
        one.push((field, first));
        other.push((field, second));
    }
    (one != other).then_some((one, other))
}

fn with_platform((entity, pattern): (&Entity, &Pattern), keys: &Keys<'_>, diagnostics: &mut Diagnostics) {
    for (what, row) in platform_rows() {
        let Meeting::Shared(shared) = pattern.meet(&row) else { continue };
        let message = format!("`{}` can have the key of {what}", entity.name);
        let item = example(entity, &shared.one, keys);
        let fault = Diagnostic::error("TBL101", &entity.key.span, message)
            .proof(format!("{item} is stored under {}", shared.show()))
            .witness(Witness::PlatformKey { item, key: (shared.pk, shared.sk) });
        diagnostics.push(
            fault.help(format!("begin the partition key with a literal: `{}`", entity.name.constant())),
        );
        return;
    }
}
