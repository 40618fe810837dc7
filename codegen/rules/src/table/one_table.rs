//! There is one table.

use stipule_ir::{Contract, Diagnostic, Diagnostics, Page};

use crate::Rule;

pub(crate) const RULE: Rule = Rule {
    page: Page {
        code: "TBL112",
        title: "More than one table is not supported yet",
        text: "A write is one transaction together with the platform's own rows: inbox, idempotency record, outbox. They \
share the table with the entities. A second table would need a second set of them, which is not supported yet.

Bad: `contracts/tables/books.table.yaml` and `contracts/tables/loans.table.yaml`

Good: the entities of both in `contracts/tables/library.table.yaml`",
    },
    check,
};

fn check(contract: &Contract, diagnostics: &mut Diagnostics) {
    let Some((first, others)) = contract.tables.split_first() else { return };
    for table in others {
        let message = format!("a second table (`{}`) is not supported yet", table.name);
        let fault = Diagnostic::error("TBL112", &table.span, message)
            .related(&first.span, "the first table")
            .help("move its entities there: different entities share a table by their keys");
        diagnostics.push(fault);
    }
}
