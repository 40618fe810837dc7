//! Services that a table names: who owns an entity, who else uses a read.

use stipule_ir::{Diagnostic, Diagnostics, Spanned};

use super::known::Surroundings;
use crate::shape::Shape;
use crate::suggest;

/// `service: orders` of an entity.
pub(super) fn owner(
    shape: &mut Shape<'_>,
    around: &Surroundings<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Spanned<String>> {
    let service = shape.text("service", diagnostics)?;
    is_known(&service, around, diagnostics).then_some(service)
}

/// `used_by: [carts, payments]` of a read; each once.
pub(super) fn users(
    shape: &mut Shape<'_>,
    around: &Surroundings<'_>,
    diagnostics: &mut Diagnostics,
) -> Vec<Spanned<String>> {
    let mut users: Vec<Spanned<String>> = Vec::new();
    for service in shape.texts("used_by", diagnostics).unwrap_or_default() {
        if let Some(first) = users.iter().find(|known| known.value == service.value) {
            let message = format!("`{}` is named twice", service.value);
            let fault =
                Diagnostic::error("TBL010", &service.span, message).related(&first.span, "first here");
            diagnostics.push(fault);
        } else if is_known(&service, around, diagnostics) {
            users.push(service);
        }
    }
    users
}

/// `TBL060`: only services of the platform can do anything.
fn is_known(service: &Spanned<String>, around: &Surroundings<'_>, diagnostics: &mut Diagnostics) -> bool {
    let names: Vec<&str> = around.services.iter().map(|known| known.name.value.wire.as_str()).collect();
    // Without any service the platform is at fault, which is said there.
    let good = names.is_empty() || names.contains(&service.value.as_str());
    if !good {
        let message = format!("the platform has no service `{}`", service.value);
        let help = suggest::help(&service.value, &names);
        diagnostics.push(Diagnostic::error("TBL060", &service.span, message).help(help));
    }
    good
}
