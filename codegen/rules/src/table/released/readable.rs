//! Nothing reads by a key that some items don't have.

use stipule_ir::{Contract, Diagnostic, Diagnostics, Page};

use crate::Rule;

pub(crate) const RULE: Rule = Rule {
    page: Page {
        code: "TBL121",
        title: "A read uses a key that not all items have yet",
        text: "While a key is on its way in, items from before it have none, and a read by it passes over them in silence. A \
read may use it from the phase `read_new` on, which is deployed after the runner of the migration has gone through the table.

Bad:

```yaml
reads: {loans_of_member: {index: gsi2, of: Loan, bind: [memberId]}}
migrate: {Loan.gsi2: {phase: backfill}}
```

Good:

```yaml
reads: {loans_of_member: {index: gsi2, of: Loan, bind: [memberId]}}
migrate: {Loan.gsi2: {phase: read_new}}
```",
    },
    check,
};

fn check(contract: &Contract, diagnostics: &mut Diagnostics) {
    for table in &contract.tables {
        for migration in table.migrations.iter().filter(|migration| !migration.phase.value.is_complete()) {
            let entity = &table.entities[migration.entity.0 as usize].name.wire;
            let index = &table.indexes[migration.index.0 as usize].name.wire;
            let meets = |read: &&stipule_ir::table::Read| {
                read.index() == Some(migration.index) && read.entities().contains(&migration.entity)
            };
            for read in table.reads.iter().filter(meets) {
                let message = format!(
                    "`{}` would miss items of `{entity}` that have no key in `{index}` yet",
                    read.name
                );
                let phase = migration.phase.value.word();
                let fault = Diagnostic::error("TBL121", &read.span, message)
                    .related(&migration.phase.span, format!("the key is in the phase `{phase}`"))
                    .help("read by another key until all items have this one; then say `phase: read_new`");
                diagnostics.push(fault);
            }
        }
    }
}
