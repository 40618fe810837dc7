//! No two entities can have the same key.

use stipule_ir::table::Entity;
use stipule_ir::{Contract, Diagnostic, Diagnostics, Page};

use super::template::{Template, platform_rows};
use crate::Rule;

pub(crate) const RULE: Rule = Rule {
    page: Page {
        code: "TBL101",
        title: "Two entities can have the same key",
        text: "Of two items with one key the second silently replaces the first, or is refused because the first is \
there. The templates are compared segment by segment: every segment is closed by `#`, which no value can hold, so two \
keys are equal exactly when all their segments are. The proof shows two items with one key.

Bad:

```yaml
Book: {…, key: {pk: [BOOK, bookId], sk: [HEAD]}}
Copy: {…, key: {pk: [BOOK, bookId], sk: [copyId]}}   # a copy with the id `HEAD`
```

Good:

```yaml
Copy: {…, key: {pk: [BOOK, bookId], sk: [COPY, copyId]}}
```",
    },
    check,
};

fn check(contract: &Contract, diagnostics: &mut Diagnostics) {
    for table in &contract.tables {
        for (at, entity) in table.entities.iter().enumerate() {
            for other in &table.entities[..at] {
                between(entity, other, contract, diagnostics);
            }
            with_platform(entity, contract, diagnostics);
        }
    }
}

fn between(entity: &Entity, other: &Entity, contract: &Contract, diagnostics: &mut Diagnostics) {
    let key = Template::of(&entity.key, entity, contract);
    let Some(shared) = key.shared(&Template::of(&other.key, other, contract)) else { return };
    let message = format!("`{}` and `{}` can have the same key", entity.name, other.name);
    let proof = format!(
        "{} and {} are both stored under {}",
        shared.fields(other, &other.key, contract),
        shared.fields(entity, &entity.key, contract),
        shared.show()
    );
    let fault = Diagnostic::error("TBL101", &entity.key.span, message)
        .related(&other.key.span, format!("the key of `{}`", other.name))
        .proof(proof)
        .help(apart(entity));
    diagnostics.push(fault);
}

fn apart(entity: &Entity) -> String {
    let literal = entity.name.constant();
    format!("set them apart by a literal: `{literal}` as a segment of the key of `{}`", entity.name)
}

fn with_platform(entity: &Entity, contract: &Contract, diagnostics: &mut Diagnostics) {
    let key = Template::of(&entity.key, entity, contract);
    for (what, row) in platform_rows() {
        let Some(shared) = key.shared(&row) else { continue };
        let message = format!("`{}` can have the key of {what}", entity.name);
        let proof =
            format!("{} is stored under {}", shared.fields(entity, &entity.key, contract), shared.show());
        let fault = Diagnostic::error("TBL101", &entity.key.span, message).proof(proof);
        diagnostics.push(
            fault.help(format!("begin the partition key with a literal: `{}`", entity.name.constant())),
        );
        return;
    }
}
