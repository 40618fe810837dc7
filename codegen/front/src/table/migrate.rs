//! `migrate: {Order.gsi5: {phase: backfill}}`: keys in indexes on their way in or out.

use stipule_ir::table::{Migration, Phase};
use stipule_ir::{Diagnostic, Diagnostics, Spanned};

use super::known::Names;
use crate::reader::Entry;
use crate::shape::Shape;

/// Every migration, in the order of the file.
pub(super) fn lower(shape: &mut Shape<'_>, names: &Names, diagnostics: &mut Diagnostics) -> Vec<Migration> {
    let entries = shape.mapping("migrate", diagnostics).unwrap_or_default();
    entries.iter().filter_map(|entry| migration(entry, names, diagnostics)).collect()
}

fn migration(entry: &Entry, names: &Names, diagnostics: &mut Diagnostics) -> Option<Migration> {
    let mut shape = Shape::under(entry, "a migration", diagnostics)?;
    shape.required("phase", diagnostics);
    let phases = Phase::ALL.map(|phase| (phase.word(), phase));
    let phase = shape.choice("phase", &phases, diagnostics);
    let from = shape.text("from", diagnostics).and_then(|text| version(&text, diagnostics));
    shape.finish(diagnostics);
    let key = &entry.key;
    let Some((entity, index)) = key.value.split_once('.') else {
        let message = format!("`{}` is no key in an index", key.value);
        let fault = Diagnostic::error("TBL011", &key.span, message)
            .help("name the entity and the index: `Order.gsi1`; only keys in indexes migrate");
        diagnostics.push(fault);
        return None;
    };
    let part = |text: &str| Spanned::new(text.to_owned(), key.span.clone());
    if index == "key" {
        let message = format!("the primary key of `{entity}` can't migrate: it says which item is which");
        let fault = Diagnostic::error("TBL011", &key.span, message)
            .help("write the items anew under another entity, and delete the old ones");
        diagnostics.push(fault);
        return None;
    }
    let entity = names.entity(&part(entity), diagnostics);
    let index = names.index(&part(index), diagnostics);
    Some(Migration { entity: entity?, index: index?, from, phase: phase?, span: key.span.clone() })
}

/// `v3`
fn version(text: &Spanned<String>, diagnostics: &mut Diagnostics) -> Option<Spanned<u32>> {
    let number =
        text.value.strip_prefix('v').and_then(|digits| digits.parse().ok()).filter(|version| *version > 0);
    if number.is_none() {
        let message = format!("`{}` is no version of a template", text.value);
        let fault = Diagnostic::error("SYN023", &text.span, message);
        diagnostics.push(fault.help("the lock of the table numbers them: `v1`, `v2`"));
    }
    number.map(|version| Spanned::new(version, text.span.clone()))
}
