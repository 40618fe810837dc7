//! A migration leads from what was released to what is written now.

use stipule_ir::table::{Entity, EntityId, LockedKey, Migration, Phase, Table};
use stipule_ir::{Contract, Diagnostic, Diagnostics, Page, Span};

use super::differ::differences;
use crate::Rule;

pub(crate) const RULE: Rule = Rule {
    page: Page {
        code: "TBL122",
        title: "A migration that doesn't lead from what was released to what is written",
        text: "A migration names a key in an index, the released version of its template (`from`, unless the key is new), and a \
phase: `dual_write` (writes store the key), `backfill` (the runner gives it to items from before), `read_new` (reads use it), or \
`drop` (the contract has the key no longer, the runner takes it from the items). `stipule table lock` releases the template when \
the migration is at `read_new` or `drop`; then the entry has done its work.

Bad:

```yaml
Loan: {…, gsi1: {pk: [MEMBER, memberId], sk: [LOAN, loanId]}}
migrate: {Loan.gsi1: {from: v1, phase: drop}}      # the key is still there
```

Good:

```yaml
Loan: {…}
migrate: {Loan.gsi1: {from: v1, phase: drop}}
```",
    },
    check,
};

fn check(contract: &Contract, diagnostics: &mut Diagnostics) {
    for table in &contract.tables {
        for (place, migration) in table.migrations.iter().enumerate() {
            let same =
                |other: &&Migration| (other.entity, other.index) == (migration.entity, migration.index);
            if let Some(first) = table.migrations[..place].iter().find(same) {
                let message = "this key migrates twice";
                let fault = Diagnostic::error("TBL122", &migration.span, message);
                diagnostics.push(fault.related(&first.span, "here already").help("leave one of them"));
            }
            Checked { contract, table, migration }.run(diagnostics);
        }
    }
}

struct Checked<'c> {
    contract: &'c Contract,
    table: &'c Table,
    migration: &'c Migration,
}

impl Checked<'_> {
    fn run(&self, diagnostics: &mut Diagnostics) {
        let Some(lock) = &self.table.lock else {
            let message = format!(
                "nothing of `{}` is released yet: there is no lock of its templates",
                self.table.name
            );
            let fault = Diagnostic::error("TBL122", &self.migration.span, message)
                .help("run `stipule table lock` before the first deployment; until then keys change freely");
            diagnostics.push(fault);
            return;
        };
        if !self.presence(diagnostics) {
            return;
        }
        let differs = differences(self.contract, self.table, lock).iter().any(|difference| {
            difference.migration.is_some_and(|migration| std::ptr::eq(migration, self.migration))
        });
        if !differs {
            let message = format!("`{}` is as it was released: this migration is over", self.name());
            let fault = Diagnostic::warning("TBL122", &self.migration.span, message);
            diagnostics.push(fault.help("take the entry away"));
            return;
        }
        let old = lock.entity(&self.entity().name.wire).and_then(|locked| locked.index_key(self.index()));
        self.version(old.map(|(name, key)| (&name.span, key)), diagnostics);
    }

    /// Whether the key is there or not, as the phase wants it.
    fn presence(&self, diagnostics: &mut Diagnostics) -> bool {
        let (entity, index) = (self.entity(), self.index());
        let key = entity.index_keys.iter().find(|key| key.index == self.migration.index);
        let phase = &self.migration.phase;
        let fault = match (phase.value, key) {
            (Phase::Drop, Some(key)) => {
                let message = format!("`{}` still has the key in `{index}` that is dropped", entity.name);
                Diagnostic::error("TBL122", &phase.span, message)
                    .related(&key.key.span, "here")
                    .help("take the key away: writes then no longer store it, and the runner removes it")
            }
            (Phase::DualWrite | Phase::Backfill | Phase::ReadNew, None) => {
                let message = format!("`{}` has no key in `{index}` that items could get", entity.name);
                Diagnostic::error("TBL122", &phase.span, message)
                    .related(&entity.span, "this entity")
                    .help(format!("give it one: `{index}: {{pk: […], sk: […]}}`; or say `phase: drop`"))
            }
            _ => return true,
        };
        diagnostics.push(fault);
        false
    }

    fn version(&self, old: Option<(&Span, &LockedKey)>, diagnostics: &mut Diagnostics) {
        match (old, &self.migration.from) {
            (Some((span, old)), None) => {
                let message = format!("`{}` was released before", self.name());
                let fault = Diagnostic::error("TBL122", &self.migration.span, message)
                    .related(span, "as it was released")
                    .help(format!("say what it leads from: `from: v{}`", old.version));
                diagnostics.push(fault);
            }
            (Some((span, old)), Some(from)) if from.value != old.version => {
                let message =
                    format!("`{}` was released as v{}, not v{}", self.name(), old.version, from.value);
                let fault = Diagnostic::error("TBL122", &from.span, message)
                    .related(span, "as it was released")
                    .help(format!("`from: v{}`, if this is the release that you mean", old.version));
                diagnostics.push(fault);
            }
            (None, Some(from)) => {
                let message = format!("no version of `{}` was released", self.name());
                let fault = Diagnostic::error("TBL122", &from.span, message);
                diagnostics.push(fault.help("leave `from` away: the key is new"));
            }
            _ => {}
        }
    }

    fn entity(&self) -> &Entity {
        let EntityId(id) = self.migration.entity;
        &self.table.entities[id as usize]
    }

    fn index(&self) -> &str {
        &self.table.indexes[self.migration.index.0 as usize].name.wire
    }

    fn name(&self) -> String {
        format!("{}.{}", self.entity().name.wire, self.index())
    }
}
