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
        let drift =
            self.keys.values(self.entity, *counter, 1).pop().and_then(|old| self.counted(*counter, &old));
        diagnostics.push(self.proven(fault, drift));
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
        diagnostics.push(self.proven(fault, touched.iter().find_map(|field| self.drift(*field))));
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
        let set = open.iter().filter(|field| changes.set.contains(field));
        let drift =
            set.into_iter().find_map(|field| self.drift(*field)).or_else(|| self.enters(&open, changes));
        diagnostics.push(self.proven(fault, drift));
    }

    /// With an item, and what the operation is called with so that its key in the index is wrong afterwards.
    fn proven(&self, fault: Diagnostic, drift: Option<(Example, Example)>) -> Diagnostic {
        let Some((before, asked)) = drift else { return fault };
        let (write, index) = (&self.place.write.name, self.index_name());
        let proof = format!("after `{write}` with {}, {before} has a wrong key in `{index}`", asked.values());
        fault.proof(proof).witness(Witness::Drift {
            write: write.wire.clone(),
            operation: self.place.number,
            index: Some(index.to_owned()),
            before,
            asked,
        })
    }

    /// An item that is in the index, and another value of the field with which its key is another one.
    fn drift(&self, changed: FieldRef) -> Option<(Example, Example)> {
        let before = self.inside()?;
        let old = before.iter().find(|(field, _)| *field == changed).map(|(_, old)| old)?;
        let when = self.index.when.iter().find(|when| when.field == changed);
        let leaves = |new: &EnumLiteral| when.is_some_and(|when| !when.values.contains(new));
        let values = self.keys.values(self.entity, changed, TRIED);
        let other = values.into_iter().find(|new| leaves(new) || self.is_told_apart(changed, old, new))?;
        Some((self.example(&before), self.example(&[(changed, other)])))
    }

    /// An item that is in the index, and a number that is added to one of its counters.
    fn counted(&self, counter: FieldRef, old: &EnumLiteral) -> Option<(Example, Example)> {
        let EnumLiteral::Integer(number) = *old else { return None };
        let mut before = self.inside()?;
        let amount = (1..64).find(|amount| {
            let new = EnumLiteral::Integer(number + amount);
            self.is_told_apart(counter, &EnumLiteral::Integer(number), &new)
        })?;
        before
            .iter_mut()
            .filter(|(field, _)| *field == counter)
            .for_each(|(_, value)| *value = EnumLiteral::Integer(number));
        Some((self.example(&before), self.example(&[(counter, EnumLiteral::Integer(amount))])))
    }

    /// An item that isn't in a sparse index, and what a new one would need to be in it, though this one keeps its own.
    fn enters(&self, open: &[FieldRef], changes: &Changes) -> Option<(Example, Example)> {
        let inside = self.inside()?;
        let kept = |field: &FieldRef| open.contains(field) && changes.set_if_absent.contains(field);
        let when = self.index.when.iter().find(|when| kept(&when.field))?;
        let outside = self.keys.values(self.entity, when.field, TRIED);
        let outside = outside.into_iter().find(|value| !when.values.contains(value))?;
        let mut before = inside.clone();
        before
            .iter_mut()
            .filter(|(field, _)| *field == when.field)
            .for_each(|(_, value)| *value = outside.clone());
        let asked = inside.into_iter().filter(|(field, _)| open.contains(field) && changes.touches(*field));
        let asked: Values = asked.collect();
        Some((self.example(&before), self.example(&asked)))
    }

    /// The fields of an item that is in the index.
    fn inside(&self) -> Option<Values> {
        let value = |field: FieldRef| {
            let when = self.index.when.iter().find(|when| when.field == field);
            let first = || self.keys.values(self.entity, field, 1).pop();
            Some((field, when.map_or_else(first, |when| when.values.first().cloned())?))
        };
        fields_of_index(self.index).into_iter().map(value).collect()
    }

    fn example(&self, values: &[(FieldRef, EnumLiteral)]) -> Example {
        example(self.entity, values, self.keys)
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

type Values = Vec<(FieldRef, EnumLiteral)>;

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
    entity.key.pk.iter().chain(&entity.key.sk).any(|part| match part.kind {
        // Who says the shard knows the value that it is drawn from.
        SegmentKind::Field { field, .. } | SegmentKind::Shard { field, .. } => field == wanted,
        SegmentKind::Literal(_) => false,
    })
}
