//! The arguments of a write: each name means one thing.

use std::collections::BTreeMap;

use stipule_ir::table::{Entity, FieldRef, SegmentKind};
use stipule_ir::{Diagnostic, Diagnostics, Name, Span, Spanned};

use super::condition::{Used, same_form};
use super::known::Surroundings;

/// `TBL025`: in the generated arguments each name means one thing. `set` are the fields whose values are arguments
/// too, beside those of the key.
pub(super) fn judge(
    arguments: &[Used],
    entity: &Entity,
    set: &[Spanned<FieldRef>],
    around: &Surroundings<'_>,
    diagnostics: &mut Diagnostics,
) {
    let fields = fields(entity, set, around);
    let mut first: BTreeMap<String, &Used> = BTreeMap::new();
    for argument in arguments {
        let form = argument.name.field();
        let message = format!("the argument `{}` would mean two things", argument.name);
        if let Some(field) = fields.get(&form) {
            let fault = Diagnostic::error("TBL025", &argument.span, message)
                .related(field, "the value of this field is an argument of the same name")
                .help("give the argument a name of its own");
            diagnostics.push(fault);
        } else if let Some(before) = first.get(&form) {
            if !same_form(before, argument, around) {
                let fault = Diagnostic::error("TBL025", &argument.span, message)
                    .related(&before.span, "here it has another type")
                    .help("give one of them a name of its own");
                diagnostics.push(fault);
            }
        } else {
            first.insert(form, argument);
        }
    }
}

/// The fields that become arguments, by the names of these.
fn fields(entity: &Entity, set: &[Spanned<FieldRef>], around: &Surroundings<'_>) -> BTreeMap<String, Span> {
    let mut fields = BTreeMap::new();
    let mut note = |field: FieldRef, span: &Span| {
        let wire = around.fields(entity.ty)[field.0 as usize].name.wire.as_str();
        fields.insert(Name::new(wire, span.clone()).field(), span.clone());
    };
    for field in set {
        note(field.value, &field.span);
    }
    for part in entity.key.pk.iter().chain(&entity.key.sk) {
        if let SegmentKind::Field { field, .. } = part.kind {
            note(field, &part.span);
        }
    }
    fields
}
