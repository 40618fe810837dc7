//! When items expire: `ttl: {field: expiresAt}`, `ttl: {field: createdAt, after: 30d}`.

use std::time::Duration;

use stipule_ir::table::{Expiry, FieldRef, Key, SegmentKind, Unique};
use stipule_ir::types::{Field, Scalar};
use stipule_ir::{Diagnostic, Diagnostics, Spanned, TypeId};

use super::known::Surroundings;
use crate::event::duration::duration;
use crate::shape::Shape;

/// Reads `ttl` of an entity; `attribute` is the one with the expiry, if the table names one.
pub(super) fn expiry(
    shape: &mut Shape<'_>,
    ty: TypeId,
    attribute: Option<&str>,
    around: &Surroundings<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Expiry> {
    let entry = shape.entry("ttl")?;
    let mut shape = Shape::under(entry, "the expiry of an entity", diagnostics)?;
    let name = shape.required_text("field", diagnostics);
    let after = duration(&mut shape, "after", diagnostics);
    shape.finish(diagnostics);
    if attribute.is_none() {
        let fault = Diagnostic::error("TBL052", &entry.key.span, "the table has no attribute for expiries")
            .help("name one: `table: {…, ttl: expires_at}`");
        diagnostics.push(fault);
    }
    let name = name?;
    let field = around.field(ty, &name, diagnostics)?;
    let declared = &around.fields(ty)[field.0 as usize];
    if !matches!(around.scalar(declared.ty), Some(Scalar::DateTime | Scalar::Date)) {
        if !around.is_faulty(declared.ty, diagnostics) {
            let message = format!("`{}` is neither an instant nor a date", declared.name);
            let fault = Diagnostic::error("TBL052", &name.span, message)
                .related(&declared.span, "declared here")
                .help("items expire at a field of `format: date-time` or `date`, or some time after it");
            diagnostics.push(fault);
        }
        return None;
    }
    let after = after.map_or(Duration::ZERO, |after| after.value);
    Some(Expiry { field, after, span: entry.key.span.clone() })
}

/// `TBL052`: the lock of a unique value expires with its item, so the expiry never changes.
pub(super) fn fixed(
    expiry: &Expiry,
    unique: &Unique,
    key: &Key,
    immutable: &[Spanned<FieldRef>],
    fields: &[Field],
    diagnostics: &mut Diagnostics,
) {
    let in_key = key
        .pk
        .iter()
        .chain(&key.sk)
        .any(|part| matches!(part.kind, SegmentKind::Field { field, .. } if field == expiry.field));
    if in_key || immutable.iter().any(|immutable| immutable.value == expiry.field) {
        return;
    }
    let name = &fields[expiry.field.0 as usize].name;
    let message = format!("`{name}` may change, and the lock on `{}` wouldn't expire with it", unique.name);
    let fault = Diagnostic::error("TBL052", &expiry.span, message)
        .related(&unique.span, "unique values are kept by locks")
        .help(format!("declare it: `immutable: [{name}]`"));
    diagnostics.push(fault);
}
