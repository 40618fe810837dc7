//! What was released, beside what is written now.

use stipule_ir::table::{Entity, EntityId, Lock, LockedEntity, LockedKey, Migration, Table};
use stipule_ir::{Contract, Diagnostic, Diagnostics, Page, Span};

use super::template::{Template, is_kept, released, unique};
use crate::Rule;

pub(crate) const RULE: Rule = Rule {
    page: Page {
        code: "TBL120",
        title: "A released key changed without a migration",
        text: "Items are found by the bytes of their keys. Once a template is released, items are stored under it, and a \
changed template finds none of them: they are lost to every read although they are still there and paid for. \
`contracts/tables/<name>.lock.yaml` holds the templates as they were released (`stipule table lock` writes it).

Bad:

```yaml
Loan:
  gsi1: {pk: [MEMBER, memberId], sk: [LOAN, lentAt, loanId]}   # the lock says sk: [LOAN, loanId]
```

Good: give the new key an index of its own, let items from before get it, then read it, then drop the old one.

```yaml
Loan:
  gsi1: {pk: [MEMBER, memberId], sk: [LOAN, loanId]}
  gsi2: {pk: [MEMBER, memberId], sk: [LOAN, lentAt, loanId]}
migrate: {Loan.gsi2: {phase: dual_write}}
```

A primary key and the form of a unique value say which item is which: they change by another entity only. Where nothing is \
stored yet, `stipule table lock --accept Loan.key` releases the template as it is.",
    },
    check,
};

/// What differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// An entity is gone.
    Entity,
    /// A primary key.
    Key,
    /// A key in an index: changed, new, or gone. With what a migration of it would begin with.
    IndexKey(String),
    /// How a unique value is compared: changed, new, or gone.
    Unique,
}

/// Something that is no longer as it was released.
#[derive(Clone, Debug)]
pub struct Difference<'c> {
    /// What.
    pub what: What,
    /// `Order.gsi1`, as it is accepted.
    pub name: String,
    /// Says what happened.
    pub message: String,
    /// Where it is written now; the entity or the table when it is gone.
    pub place: Span,
    /// Where it was released; the entity when it is new.
    pub released: Span,
    /// The migration that sees to it.
    pub migration: Option<&'c Migration>,
}

fn check(contract: &Contract, diagnostics: &mut Diagnostics) {
    for table in &contract.tables {
        let Some(lock) = &table.lock else { continue };
        for difference in differences(contract, table, lock) {
            if difference.migration.is_some() {
                continue;
            }
            let fault = Diagnostic::error("TBL120", &difference.place, difference.message)
                .related(&difference.released, "as it was released")
                .help(way_out(&difference.what, &difference.name));
            diagnostics.push(fault);
        }
    }
}

fn way_out(what: &What, name: &str) -> String {
    let accept = format!("`stipule table lock --accept {name}`");
    match what {
        What::IndexKey(begin) => {
            format!("say `migrate: {{{name}: {{{begin}}}}}`; or, if nothing is stored yet, {accept}")
        }
        What::Key | What::Unique => {
            format!("leave it as it was and use another entity; or, if nothing is stored yet, {accept}")
        }
        What::Entity => format!("keep it while its items are stored; when none is left, {accept}"),
    }
}

/// Everything of a table that isn't as it was released, in the order of the table; what is gone comes last. New entities
/// are no difference: nothing is stored of them.
pub fn differences<'c>(contract: &Contract, table: &'c Table, lock: &Lock) -> Vec<Difference<'c>> {
    let mut found = Vec::new();
    for (id, entity) in (0u32..).map(EntityId).zip(&table.entities) {
        if let Some(locked) = lock.entity(&entity.name.wire) {
            Compared { contract, table, id, entity, locked }.run(&mut found);
        }
    }
    for locked in &lock.entities {
        if table.entities.iter().all(|entity| entity.name.wire != locked.name.value) {
            found.push(Difference {
                what: What::Entity,
                name: locked.name.value.clone(),
                message: format!("`{}` was released and is gone", locked.name.value),
                place: table.span.clone(),
                released: locked.name.span.clone(),
                migration: None,
            });
        }
    }
    found
}

struct Compared<'c, 'l> {
    contract: &'l Contract,
    table: &'c Table,
    id: EntityId,
    entity: &'c Entity,
    locked: &'l LockedEntity,
}

impl<'c> Compared<'c, '_> {
    fn run(&self, found: &mut Vec<Difference<'c>>) {
        let name = &self.entity.name.wire;
        let key = Template::primary(&self.entity.key);
        if let Some(change) = self.change(&self.locked.key, key) {
            found.push(Difference {
                what: What::Key,
                name: format!("{name}.key"),
                message: format!("the primary key of `{name}` changed: {change}"),
                place: self.entity.key.span.clone(),
                released: self.locked.name.span.clone(),
                migration: None,
            });
        }
        self.index_keys(found);
        self.uniques(found);
    }

    /// `sk was LOAN, loanId: uuid`.
    fn change(&self, old: &LockedKey, new: Template<'_>) -> Option<String> {
        let new = released(self.contract, self.entity, new, old.version);
        if is_kept(old, &new) {
            return None;
        }
        let parts = [("pk", &old.pk, &new.pk), ("sk", &old.sk, &new.sk), ("when", &old.when, &new.when)];
        let changed = parts.into_iter().filter(|(_, old, new)| old != new);
        let said = changed
            .map(|(part, old, new)| format!("{part} was [{}], is [{}]", old.join(", "), new.join(", ")));
        Some(said.collect::<Vec<_>>().join("; "))
    }

    fn index_keys(&self, found: &mut Vec<Difference<'c>>) {
        let entity = &self.entity.name.wire;
        for key in &self.entity.index_keys {
            let index = &self.table.indexes[key.index.0 as usize].name.wire;
            let template = Template::in_index(key);
            let (begin, message, released) = match self.locked.index_key(index) {
                None => {
                    let message =
                        format!("items of `{entity}` that are stored already have no key in `{index}`");
                    ("phase: dual_write".to_owned(), message, &self.locked.name.span)
                }
                Some((name, old)) => {
                    let Some(change) = self.change(old, template) else { continue };
                    let message = format!("the key of `{entity}` in `{index}` changed: {change}");
                    (format!("from: v{}, phase: dual_write", old.version), message, &name.span)
                }
            };
            found.push(Difference {
                what: What::IndexKey(begin),
                name: format!("{entity}.{index}"),
                message,
                place: key.key.span.clone(),
                released: released.clone(),
                migration: self.migration(index),
            });
        }
        for (index, old) in &self.locked.index_keys {
            let mut now = self.entity.index_keys.iter().map(|key| &self.table.indexes[key.index.0 as usize]);
            if now.all(|now| now.name.wire != index.value) {
                let index_name = &index.value;
                found.push(Difference {
                    what: What::IndexKey(format!("from: v{}, phase: drop", old.version)),
                    name: format!("{entity}.{index_name}"),
                    message: format!(
                        "items of `{entity}` that are stored already keep their key in `{index_name}`"
                    ),
                    place: self.entity.span.clone(),
                    released: index.span.clone(),
                    migration: self.migration(index_name),
                });
            }
        }
    }

    fn migration(&self, index: &str) -> Option<&'c Migration> {
        let known = self.table.indexes.iter().position(|known| known.name.wire == index)?;
        let mut all = self.table.migrations.iter();
        all.find(|migration| migration.entity == self.id && migration.index.0 as usize == known)
    }

    fn uniques(&self, found: &mut Vec<Difference<'c>>) {
        let entity = &self.entity.name.wire;
        let mut push = |name: &str, message: String, place: &Span, released: &Span| {
            found.push(Difference {
                what: What::Unique,
                name: format!("{entity}.unique.{name}"),
                message,
                place: place.clone(),
                released: released.clone(),
                migration: None,
            });
        };
        for declared in &self.entity.unique {
            let name = &declared.name.wire;
            let now = unique(self.contract, self.entity, declared);
            match self.locked.unique.iter().find(|(known, _)| known.value == *name) {
                Some((_, old)) if *old == now => {}
                Some((known, old)) => {
                    let message = format!(
                        "the unique value `{name}` of `{entity}` changed: was [{}], is [{}]",
                        old.join("; "),
                        now.join("; ")
                    );
                    push(name, message, &declared.span, &known.span);
                }
                None => {
                    let message =
                        format!("no lock keeps `{name}` unique for items of `{entity}` stored already");
                    push(name, message, &declared.span, &self.locked.name.span);
                }
            }
        }
        for (gone, _) in &self.locked.unique {
            if self.entity.unique.iter().all(|declared| declared.name.wire != gone.value) {
                let message = format!("locks on `{}` of `{entity}` stay where they are", gone.value);
                push(&gone.value, message, &self.entity.span, &gone.span);
            }
        }
    }
}
