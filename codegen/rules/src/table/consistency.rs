//! An index is never read strongly.

use stipule_ir::table::ReadKind;
use stipule_ir::{Contract, Diagnostic, Diagnostics, Page};

use crate::Rule;

pub(crate) const RULE: Rule = Rule {
    page: Page {
        code: "TBL114",
        title: "An index can't be read consistently",
        text: "A global secondary index is written after the table, by the service itself: what was written a moment ago \
may not be in it yet. So the service refuses a consistent read of one, every time. Read the \
table where the latest writes must be seen, or do without.

Bad:

```yaml
open_loans: {index: gsi1, of: Loan, bind: [status], consistent: true}
```

Good:

```yaml
open_loans: {index: gsi1, of: Loan, bind: [status]}
```",
    },
    check,
};

fn check(contract: &Contract, diagnostics: &mut Diagnostics) {
    for table in &contract.tables {
        for read in &table.reads {
            let consistent = match &read.kind {
                ReadKind::Query(query) => &query.consistent,
                ReadKind::Scan(scan) => &scan.consistent,
                ReadKind::Get { .. } | ReadKind::Batch { .. } | ReadKind::Partition(_) => continue,
            };
            let Some(index) = read.index().filter(|_| consistent.value) else { continue };
            let index = &table.indexes[index.0 as usize];
            let message = format!("`{}` can't read `{}` consistently", read.name, index.name);
            let fault = Diagnostic::error("TBL114", &consistent.span, message)
                .related(&index.span, "an index lags behind the table")
                .help("leave `consistent` out, or read the table");
            diagnostics.push(fault);
        }
    }
}
