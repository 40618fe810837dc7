//! An index key never lags behind the fields it is made of.

mod search;

use std::collections::BTreeSet;

use stipule_ir::table::{Changes, Entity, FieldRef, IndexKey, SegmentKind, Table, WriteKind};
use stipule_ir::witness::Witness;
use stipule_ir::{Contract, Diagnostic, Diagnostics, Page};

use self::search::Found;
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
not set. An upsert, which may have to make the item, writes a key whole or leaves all of its fields alone; when it says \
nothing of a `when`, a new item is outside, and one that is inside must keep its key. The proof shows an item before and \
after, and the key that stays behind.

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
            // An index over fields follows them by itself.
            for index in entity.composed() {
                let judged = Judged { table, place: &place, entity, index, changes, keys: &keys };
                let fault = match kind {
                    WriteKind::Upsert { .. } => judged.counters().or_else(|| judged.makes()),
                    _ => judged.counters().or_else(|| judged.sets()),
                };
                fault.into_iter().for_each(|fault| diagnostics.push(fault));
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
    changes: &'j Changes,
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

    fn counters(&self) -> Option<Diagnostic> {
        let needed = fields_of_index(self.index);
        let add = self.changes.add.iter().find(|add| needed.contains(&add.field))?;
        let message = format!(
            "`{}` adds to {}, which the key in `{}` is made of",
            self.place.write.name,
            self.quoted([add.field]),
            self.index_name()
        );
        let fault = Diagnostic::error("TBL107", &self.place.operation.span, message)
            .related(&self.index.key.span, "the key would keep the old value")
            .help("keep counters out of index keys, or set the field of a versioned entity instead");
        Some(self.proven(fault, self.counted(add)))
    }

    fn sets(&self) -> Option<Diagnostic> {
        let needed = fields_of_index(self.index);
        let touched: Vec<FieldRef> = needed
            .iter()
            .copied()
            .filter(|field| self.changes.fields().any(|changed| changed == *field))
            .collect();
        if self.entity.version || touched.is_empty() {
            return None;
        }
        // What is only set where it is absent may have another value.
        let decided =
            |field: &FieldRef| self.changes.set.contains(field) || self.changes.remove.contains(field);
        let known = |field: &FieldRef| decided(field) || in_primary_key(self.entity, *field);
        let missing: Vec<FieldRef> = needed.iter().copied().filter(|field| !known(field)).collect();
        if missing.is_empty() {
            return None;
        }
        let missing = self.quoted(missing);
        let label = format!("it sets {} without knowing {missing}", self.quoted(touched.iter().copied()));
        let fault = Diagnostic::error("TBL107", &self.place.operation.span, self.cannot_write())
            .label(label)
            .related(&self.index.key.span, "the key is made of all of them")
            .help(format!("give `{}` a version (`version: true`), or set {missing} too", self.entity.name));
        Some(self.proven(fault, touched.iter().find_map(|field| self.drift(*field))))
    }

    /// An upsert may have to make the item, so it writes every index key: from what it sets, or once and for all from
    /// what an item that is there keeps. Of both together nobody knows what the item has; and whether an item that is
    /// there is in a sparse index isn't known either. A key with a field that the upsert says nothing of isn't written:
    /// a new item is outside, and one that is there may change nothing that its key is made of.
    fn makes(&self) -> Option<Diagnostic> {
        let open: Vec<FieldRef> = fields_of_index(self.index)
            .into_iter()
            .filter(|field| !in_primary_key(self.entity, *field))
            .collect();
        let set = |field: &FieldRef| self.changes.set.contains(field) || self.changes.remove.contains(field);
        let kept = |field: &FieldRef| self.changes.set_if_absent.contains(field);
        let unknown: Vec<FieldRef> = open.iter().copied().filter(|field| !set(field)).collect();
        let left_out =
            open.iter().any(|field| !self.changes.touches(*field) && !self.is_always_there(*field));
        // What every item has keeps its value when it is only set where it is absent.
        let moved = |field: &FieldRef| set(field) || (kept(field) && !self.is_always_there(*field));
        let is_right = match left_out {
            true => !open.iter().any(moved),
            false => unknown.is_empty() || (self.index.when.is_empty() && open.iter().all(kept)),
        };
        if is_right {
            return None;
        }
        let missing = self.quoted(unknown);
        let fault = Diagnostic::error("TBL107", &self.place.operation.span, self.cannot_write())
            .label(format!("of an item that is there it doesn't know {missing}"))
            .related(&self.index.key.span, "the key is made of all of them")
            .help(format!("`set` {missing}, or say `put` with `if: absent` and `update`"));
        let moving = open.iter().copied().filter(|field| set(field) || (left_out && moved(field)));
        let drift = moving.into_iter().find_map(|field| self.drift(field)).or_else(|| self.enters(&open));
        Some(self.proven(fault, drift))
    }

    fn cannot_write(&self) -> String {
        let (write, entity) = (&self.place.write.name, &self.entity.name);
        format!("`{write}` can't write the key of `{entity}` in `{}`", self.index_name())
    }

    /// Whether no item is without the field.
    fn is_always_there(&self, field: FieldRef) -> bool {
        self.keys
            .field(self.entity, field)
            .is_none_or(|declared| declared.required || declared.default.is_some())
    }

    /// With an item, and what the operation is called with so that its key in the index is wrong afterwards.
    fn proven(&self, fault: Diagnostic, found: Option<Found>) -> Diagnostic {
        let Some(Found { before, asked }) = found else { return fault };
        let (write, index) = (&self.place.write.name, self.index_name());
        let with =
            if asked.values().is_empty() { String::new() } else { format!(" with {}", asked.values()) };
        let proof = format!("after `{write}`{with}, {before} has a wrong key in `{index}`");
        fault.proof(proof).witness(Witness::Drift {
            write: write.wire.clone(),
            operation: self.place.number,
            index: Some(index.to_owned()),
            before,
            asked,
        })
    }
}

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
