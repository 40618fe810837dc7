//! An index key never lags behind the fields it is made of.

use std::collections::BTreeSet;

use stipule_ir::table::{Entity, FieldRef, IndexKey, SegmentKind, Write, WriteKind, WriteOperation};
use stipule_ir::{Contract, Diagnostic, Diagnostics, Page};

use super::segment::field_name;
use crate::Rule;

pub(crate) const RULE: Rule = Rule {
    page: Page {
        code: "TBL107",
        title: "An update can leave an index key behind",
        text: "An index key is stored beside the fields it is made of. An update that changes one of them writes the \
whole key anew, and so must know all of them. For a versioned entity it does: the update starts from the item as it was \
read. Without a version it knows only the primary key and what it sets itself. A counter is never known: it is added to, \
not set.

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
    for table in &contract.tables {
        for write in &table.writes {
            for operation in &write.operations {
                let WriteKind::Update { entity, .. } = operation.kind else { continue };
                let entity = &table.entities[entity.0 as usize];
                for index in &entity.index_keys {
                    let name = &table.indexes[index.index.0 as usize].name.wire;
                    judge((write, operation), entity, (name, index), contract, diagnostics);
                }
            }
        }
    }
}

fn judge(
    (write, operation): (&Write, &WriteOperation),
    entity: &Entity,
    (index_name, index): (&str, &IndexKey),
    contract: &Contract,
    diagnostics: &mut Diagnostics,
) {
    let WriteKind::Update { set, add, .. } = &operation.kind else { return };
    let needed = fields_of_index(index);
    let name = |field: FieldRef| field_name(entity, field, contract);
    if let Some(counter) = add.iter().find(|add| needed.contains(&add.field)) {
        let message = format!(
            "`{}` adds to `{}`, which the key in `{index_name}` is made of",
            write.name,
            name(counter.field)
        );
        let fault = Diagnostic::error("TBL107", &operation.span, message)
            .related(&index.key.span, "the key would keep the old value")
            .help("keep counters out of index keys, or set the field of a versioned entity instead");
        diagnostics.push(fault);
    }
    if entity.version || !set.iter().any(|field| needed.contains(field)) {
        return;
    }
    let known = |field: &FieldRef| set.contains(field) || in_primary_key(entity, *field);
    let missing: Vec<String> =
        needed.iter().filter(|field| !known(field)).map(|field| format!("`{}`", name(*field))).collect();
    if missing.is_empty() {
        return;
    }
    let touched: Vec<String> = set
        .iter()
        .filter(|field| needed.contains(field))
        .map(|field| format!("`{}`", name(*field)))
        .collect();
    let message = format!("`{}` can't write the key of `{}` in `{index_name}`", write.name, entity.name);
    let fault = Diagnostic::error("TBL107", &operation.span, message)
        .label(format!("it sets {} without knowing {}", touched.join(", "), missing.join(", ")))
        .related(&index.key.span, "the key is made of all of them")
        .help(format!(
            "give `{}` a version (`version: true`), or set {} too",
            entity.name,
            missing.join(", ")
        ));
    diagnostics.push(fault);
}

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
