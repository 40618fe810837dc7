//! An index key never lags behind the fields it is made of.

use std::collections::BTreeSet;

use stipule_ir::table::{Changes, Entity, FieldRef, IndexKey, SegmentKind, Table, WriteKind};
use stipule_ir::types::EnumLiteral;
use stipule_ir::witness::{Example, Witness};
use stipule_ir::{Contract, Diagnostic, Diagnostics, Page};

use super::example::example;
use super::keys::Keys;
use super::operation::{Place, places};
use crate::Rule;

pub(crate) const RULE: Rule = Rule {
    page: Page {
        code: "TBL107",
        title: "An update can leave an index key behind",
        text: "An index key is stored beside the fields it is made of. An update that changes one of them writes the \
whole key anew, and so must know all of them. For a versioned entity it does: the update starts from the item as it was \
read. Without a version it knows only the primary key and what it sets itself. A counter is never known: it is added to, \
not set. The proof shows an item before and after, and the key that stays behind.

Bad:

```yaml
Loan:
  key: {pk: [LOAN, loanId], sk: [HEAD]}
  gsi1: {pk: [STATUS, status], sk: [dueAt]}
writes:
  renew: [{update: Loan, set: [dueAt]}]              # `status` isn't known here
```

Good:

```yaml
Loan: {…, version: true}
writes:
  renew: [{update: Loan, set: [dueAt], expect: version}]
```",
    },
    check,
};

fn check(contract: &Contract, diagnostics: &mut Diagnostics) {
    let keys = Keys::new(contract);
    for table in &contract.tables {
        for place in places(table) {
            let kind = &place.operation.kind;
            let (Some(changes), Some(id)) = (kind.changes(), kind.entity()) else { continue };
            let entity = &table.entities[id.0 as usize];
            for index in &entity.index_keys {
                let judged = Judged { table, place: &place, entity, index, keys: &keys };
                let counters: Vec<FieldRef> = changes.add.iter().map(|add| add.field).collect();
                judged.counters(&counters, diagnostics);
                if let WriteKind::Upsert { .. } = kind {
                    judged.makes(changes, diagnostics);
                } else {
                    judged.sets(changes, diagnostics);
                }
            }
        }
    }
}

/// An update and a key that it may have to write anew.
struct Judged<'j> {
    table: &'j Table,
    place: &'j Place<'j>,
    entity: &'j Entity,
    index: &'j IndexKey,
    keys: &'j Keys<'j>,
}

impl Judged<'_> {
    fn index_name(&self) -> &str {
        &self.table.indexes[self.index.index.0 as usize].name.wire
    }

    fn quoted(&self, fields: impl IntoIterator<Item = FieldRef>) -> String {
        let names: Vec<String> =
            fields.into_iter().map(|field| format!("`{}`", self.keys.name(self.entity, field))).collect();
        names.join(", ")
    }

    fn counters(&self, counters: &[FieldRef], diagnostics: &mut Diagnostics) {
        let needed = fields_of_index(self.index);
        let Some(counter) = counters.iter().find(|counter| needed.contains(counter)) else { return };
        let message = format!(
            "`{}` adds to {}, which the key in `{}` is made of",
            self.place.write.name,
            self.quoted([*counter]),
            self.index_name()
        );
        let fault = Diagnostic::error("TBL107", &self.place.operation.span, message)
            .related(&self.index.key.span, "the key would keep the old value")
            .help("keep counters out of index keys, or set the field of a versioned entity instead");
        diagnostics.push(self.proven(fault, &[*counter]));
    }

    fn sets(&self, changes: &Changes, diagnostics: &mut Diagnostics) {
        let needed = fields_of_index(self.index);
        let changed: Vec<FieldRef> = changes.fields().collect();
        let touched: Vec<FieldRef> = needed.iter().copied().filter(|field| changed.contains(field)).collect();
        if self.entity.version || touched.is_empty() {
            return;
        }
        // What is only set where it is absent may have another value.
        let decided = |field: &FieldRef| changes.set.contains(field) || changes.remove.contains(field);
        let known = |field: &FieldRef| decided(field) || in_primary_key(self.entity, *field);
        let missing: Vec<FieldRef> = needed.iter().copied().filter(|field| !known(field)).collect();
        if missing.is_empty() {
            return;
        }
        let missing = self.quoted(missing);
        let message = format!(
            "`{}` can't write the key of `{}` in `{}`",
            self.place.write.name,
            self.entity.name,
            self.index_name()
        );
        let label = format!("it sets {} without knowing {missing}", self.quoted(touched.iter().copied()));
        let fault = Diagnostic::error("TBL107", &self.place.operation.span, message)
            .label(label)
            .related(&self.index.key.span, "the key is made of all of them")
            .help(format!("give `{}` a version (`version: true`), or set {missing} too", self.entity.name));
        diagnostics.push(self.proven(fault, &touched));
    }

    /// An upsert may have to make the item, so it writes every index key: from what it sets, or once and for all from
    /// what an item that is there keeps. Of both together nobody knows what the item has; and whether an item that is
    /// there is in a sparse index isn't known either.
    fn makes(&self, changes: &Changes, diagnostics: &mut Diagnostics) {
        let needed = fields_of_index(self.index).into_iter();
        let open: Vec<FieldRef> = needed.filter(|field| !in_primary_key(self.entity, *field)).collect();
        let kept = |field: &FieldRef| changes.set_if_absent.contains(field);
        let unknown: Vec<FieldRef> =
            open.iter().copied().filter(|field| !changes.set.contains(field)).collect();
        if unknown.is_empty() || (self.index.when.is_empty() && open.iter().all(kept)) {
            return;
        }
        let missing = self.quoted(unknown);
        let message = format!(
            "`{}` can't write the key of `{}` in `{}`",
            self.place.write.name,
            self.entity.name,
            self.index_name()
        );
        let fault = Diagnostic::error("TBL107", &self.place.operation.span, message)
            .label(format!("of an item that is there it doesn't know {missing}"))
            .related(&self.index.key.span, "the key is made of all of them")
            .help(format!("`set` {missing}, or say `put` with `if: absent` and `update`"));
        diagnostics.push(fault);
    }

    /// With an item whose key in the index stays behind, if one of these fields can make a difference.
    fn proven(&self, fault: Diagnostic, touched: &[FieldRef]) -> Diagnostic {
        let Some((before, after)) = touched.iter().find_map(|field| self.drift(*field)) else { return fault };
        let proof = format!(
            "{before} has its key in `{}`; with {} it should have another, or none, and keeps the old one",
            self.index_name(),
            after.values()
        );
        fault.proof(proof).witness(Witness::Drift {
            write: self.place.write.name.wire.clone(),
            operation: self.place.number,
            index: Some(self.index_name().to_owned()),
            before,
            after,
        })
    }

    /// An item that is in the index, and another value of the field with which its key is another one.
    fn drift(&self, changed: FieldRef) -> Option<(Example, Example)> {
        let mut before = Vec::new();
        let mut after = None;
        for field in fields_of_index(self.index) {
            let when = self.index.when.iter().find(|when| when.field == field);
            let values = self.keys.values(self.entity, field, TRIED);
            let inside = |value: &EnumLiteral| when.is_none_or(|when| when.values.contains(value));
            let old = match when {
                Some(when) => when.values.first()?.clone(),
                None => values.first()?.clone(),
            };
            if field == changed {
                let other = |new: &&EnumLiteral| !inside(new) || self.is_told_apart(field, &old, new);
                after = Some((field, values.iter().find(other)?.clone()));
            }
            before.push((field, old));
        }
        Some((example(self.entity, &before, self.keys), example(self.entity, &[after?], self.keys)))
    }

    /// Whether the key is another one with the other value.
    fn is_told_apart(&self, field: FieldRef, old: &EnumLiteral, new: &EnumLiteral) -> bool {
        let shard = |value: &EnumLiteral, shards| self.keys.shard(self.entity, field, value, shards);
        self.index.key.pk.iter().chain(&self.index.key.sk).any(|part| match part.kind {
            SegmentKind::Field { field: part, .. } => part == field && old != new,
            SegmentKind::Shard { field: part, shards } => {
                part == field && shard(old, shards) != shard(new, shards)
            }
            SegmentKind::Literal(_) => false,
        })
    }
}

/// Values of a field that are tried: enough to find one of another shard.
const TRIED: usize = 32;

fn fields_of_index(index: &IndexKey) -> BTreeSet<FieldRef> {
    let segments = index.key.pk.iter().chain(&index.key.sk).filter_map(|part| match part.kind {
        SegmentKind::Field { field, .. } | SegmentKind::Shard { field, .. } => Some(field),
        SegmentKind::Literal(_) => None,
    });
    segments.chain(index.when.iter().map(|when| when.field)).collect()
}

fn in_primary_key(entity: &Entity, wanted: FieldRef) -> bool {
    entity
        .key
        .pk
        .iter()
        .chain(&entity.key.sk)
        .any(|part| matches!(part.kind, SegmentKind::Field { field, .. } if field == wanted))
}
