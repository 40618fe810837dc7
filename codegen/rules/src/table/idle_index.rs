//! An index earns what it costs.

use stipule_ir::table::IndexId;
use stipule_ir::{Contract, Diagnostic, Diagnostics, Page};

use crate::Rule;

pub(crate) const RULE: Rule = Rule {
    page: Page {
        code: "TBL111",
        title: "Nothing reads an index",
        text: "Every write of an item is paid for again in each index that it is in. An index that no read uses costs \
that and gives nothing. (A warning: the read may be on its way.)

Bad:

```yaml
indexes: {gsi1: {project: all}, gsi2: {project: all}}     # no read says `index: gsi2`
```

Good:

```yaml
indexes: {gsi1: {project: all}}
```",
    },
    check,
};

fn check(contract: &Contract, diagnostics: &mut Diagnostics) {
    for table in &contract.tables {
        for (id, index) in (0u32..).map(IndexId).zip(&table.indexes) {
            if !table.reads.iter().any(|read| read.index() == Some(id)) {
                let message = format!("nothing reads `{}`", index.name);
                let fault = Diagnostic::warning("TBL111", &index.span, message)
                    .help("add a read with it, or take it away: each write pays for it");
                diagnostics.push(fault);
            }
        }
    }
}
