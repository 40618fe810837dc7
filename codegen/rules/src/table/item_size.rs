//! Every item fits.

use stipule_ir::table::{Entity, FieldRef, Table};
use stipule_ir::types::Field;
use stipule_ir::witness::Witness;
use stipule_ir::{Contract, Diagnostic, Diagnostics, Page};

use super::example::example;
use super::keys::Keys;
use super::size::{Largest, in_a_key, large_values};
use crate::Rule;

/// Most bytes of an item: "Quotas" in the DynamoDB developer guide.
pub(super) const MOST: u64 = 400 * 1024;

pub(crate) const RULE: Rule = Rule {
    page: Page {
        code: "TBL112",
        title: "An item can be too large",
        text: "An item has at most 400 KB, names of attributes and keys in indexes included. Counted is the worst case \
that the schema allows: every text, list and map at its most. A schema without bounds promises what the table can't store; the \
write would fail in production, for the customer with the most data. It is an error when there is an item with more, keys and \
their fields aside. A missing bound is a warning, and so is a sum that is too large only with all keys at their longest, which no \
one item need have, or with what is only known from above: numbers, texts of some patterns.

Bad:

```yaml
notes: {type: array, items: {type: string}}
```

Good:

```yaml
notes: {type: array, maxItems: 50, items: {type: string, maxLength: 500}}
```",
    },
    check,
};

fn check(contract: &Contract, diagnostics: &mut Diagnostics) {
    let keys = Keys::new(contract);
    for table in &contract.tables {
        for entity in &table.entities {
            judge(table, entity, &keys, diagnostics);
        }
    }
}

fn judge(table: &Table, entity: &Entity, keys: &Keys<'_>, diagnostics: &mut Diagnostics) {
    let largest = Largest::of(table, entity, keys);
    if largest.bytes > MOST {
        diagnostics.push(too_large(entity, largest, keys));
    } else if let Some(first) = largest.unbounded.first() {
        let names: Vec<String> = largest.unbounded.iter().map(|field| format!("`{}`", field.name)).collect();
        let message = format!("nothing bounds the size of `{}`", entity.name);
        let fault = Diagnostic::warning("TBL112", &entity.span, message)
            .related(&first.span, format!("nothing bounds {}", names.join(", ")))
            .help("give texts a `maxLength`, lists a `maxItems`, maps a `maxProperties`");
        diagnostics.push(fault);
    }
}

fn too_large(entity: &Entity, largest: Largest<'_>, keys: &Keys<'_>) -> Diagnostic {
    let is_certain = largest.surely > MOST;
    let bytes = if is_certain { largest.surely } else { largest.bytes };
    let counted = (0u32..).map(FieldRef).zip(largest.fields);
    let counted = counted.filter(|(at, _)| !(is_certain && in_a_key(entity, *at))).map(|(_, field)| field);
    let mut fields: Vec<(u64, &Field)> = counted
        .map(|(bytes, field)| (if is_certain { bytes.surely } else { bytes.most.unwrap_or(0) }, field))
        .collect();
    fields.retain(|(bytes, _)| *bytes > 0);
    fields.sort_by_key(|(bytes, _)| std::cmp::Reverse(*bytes));
    let sum: Vec<String> =
        fields.iter().take(3).map(|(bytes, field)| format!("{bytes} for `{}`", field.name)).collect();
    let all = if is_certain { "without keys" } else { "in all" };
    let proof = format!("{bytes} bytes {all}: {}, …", sum.join(", "));
    let fault = if is_certain {
        let message = format!(
            "an item of `{}` can have {} KB; the most are {} KB",
            entity.name,
            bytes.div_ceil(1024),
            MOST / 1024
        );
        let item = example(entity, &large_values(entity, keys), keys);
        let witness = Witness::LargeItem { item, bytes };
        Diagnostic::error("TBL112", &entity.span, message).witness(witness)
    } else {
        let message = format!("it isn't known whether every item of `{}` fits", entity.name);
        Diagnostic::warning("TBL112", &entity.span, message)
    };
    let fault = match fields.first() {
        Some((bytes, field)) => fault
            .related(&field.span, format!("up to {} KB come from `{}`", bytes.div_ceil(1024), field.name)),
        None => fault,
    };
    fault
        .proof(proof)
        .help("bound its texts and lists more tightly, or store the large part as items of its own")
}
