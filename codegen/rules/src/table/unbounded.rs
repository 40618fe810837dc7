//! A collection that is read whole has a bound.

use stipule_ir::table::ReadKind;
use stipule_ir::{Contract, Diagnostic, Diagnostics, Page};

use crate::Rule;

pub(crate) const RULE: Rule = Rule {
    page: Page {
        code: "TBL104",
        title: "A collection without bound is read whole",
        text: "A partition read brings all items of its collections into memory at once. Without a bound it works in \
the beginning and fails for the customer who uses the product most.

Bad:

```yaml
Copy: {…, key: {pk: [BOOK, bookId], sk: [COPY, copyId]}}
reads:
  book: {partition: Book, returns: {one: Book, many: [Copy]}}
```

Good:

```yaml
Copy: {…, key: {pk: [BOOK, bookId], sk: [COPY, copyId]}, max_per_pk: 50}
```",
    },
    check,
};

fn check(contract: &Contract, diagnostics: &mut Diagnostics) {
    for table in &contract.tables {
        for read in &table.reads {
            let ReadKind::Partition(partition) = &read.kind else { continue };
            let entities = partition.many.iter().map(|id| &table.entities[id.0 as usize]);
            for entity in entities.filter(|entity| entity.max_per_pk.is_none()) {
                let message = format!("`{}` reads all of `{}`, which nothing bounds", read.name, entity.name);
                let fault = Diagnostic::error("TBL104", &read.span, message)
                    .related(&entity.span, "declared without `max_per_pk`")
                    .help("say how many there may be (`max_per_pk: 50`), or read them by pages (`of:`)");
                diagnostics.push(fault);
            }
        }
    }
}
