//! The functions that a table becomes: `TBL010` where two would have one name.

use std::collections::BTreeMap;

use stipule_ir::table::{Batch, Index, Read, Table, Write};
use stipule_ir::{Diagnostic, Diagnostics, Name, Span};

/// The function that makes the client of the table.
const CLIENT: &str = "of";

/// What the module of every entity has beside a function per index, and the table itself.
const OF_ENTITIES: [&str; 8] = ["key", "key_of", "parse_key", "item", "read", "value", "expiry", "table"];

/// Reads and writes become functions of one client.
pub(super) fn of_client(table: &Table, diagnostics: &mut Diagnostics) {
    let reads = table.reads.iter().map(|Read { name, span, .. }| ("read", name, span));
    let writes = table.writes.iter().map(|Write { name, span, .. }| ("write", name, span));
    let batches = table.batches.iter().map(|Batch { name, span, .. }| ("write", name, span));
    let mut first: BTreeMap<String, (&str, &Span)> = BTreeMap::new();
    for (kind, name, span) in reads.chain(writes).chain(batches) {
        let form = name.field();
        if form == CLIENT {
            let message =
                format!("a {kind} can't be called `{form}`: that function makes the table's client");
            diagnostics.push(Diagnostic::error("TBL010", span, message));
        }
        let Some((before, place)) = first.get(&form) else {
            first.insert(form, (kind, span));
            continue;
        };
        let (message, label) = match (*before, kind) {
            ("read", "read") => (
                format!("two reads would be called `{form}`"),
                "the other is this one; every entity has a read by its key, named after it",
            ),
            ("read", _) => (
                format!("a read and a write would be called `{form}`"),
                "the read is this one; every entity has a read by its key, named after it",
            ),
            _ => (format!("two writes would be called `{form}`"), "the other"),
        };
        diagnostics.push(Diagnostic::error("TBL010", span, message).related(place, label));
    }
}

/// Every index becomes two functions of the entities in it: its key from fields, and `…_of` a value.
pub(super) fn of_indexes(indexes: &[Index], diagnostics: &mut Diagnostics) {
    let mut first: BTreeMap<String, &Index> = BTreeMap::new();
    for index in indexes {
        let forms = [index.name.plain_field(), of_value(&index.name)];
        if let Some(taken) = forms.iter().find(|form| OF_ENTITIES.contains(&form.as_str())) {
            let message = format!("no index can be called so: every store has a `{taken}` of its own");
            diagnostics.push(Diagnostic::error("TBL010", &index.span, message));
        } else if let Some((form, before)) = forms.iter().find_map(|form| first.get_key_value(form)) {
            let message = format!("two indexes would have the function `{form}`");
            diagnostics
                .push(Diagnostic::error("TBL010", &index.span, message).related(&before.span, "the other"));
        }
        for form in forms {
            first.entry(form).or_insert(index);
        }
    }
}

fn of_value(name: &Name) -> String {
    format!("{}_of", name.plain_field())
}
