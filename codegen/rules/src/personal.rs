//! What carries personal data although nobody can take it out again.

use stipule_ir::{Contract, Diagnostic, Span, Spanned, TypeId, personal};

/// Something that is kept as it was said: an event, the runs of a saga.
pub(crate) struct Kept<'c> {
    pub(crate) code: &'static str,
    /// For the reader: `` `Order.Placed` ``.
    pub(crate) name: String,
    /// Where it was written.
    pub(crate) span: &'c Span,
    /// Who keeps it.
    pub(crate) keepers: &'static str,
    /// What it carries, each with what that is of it.
    pub(crate) carries: Vec<(String, TypeId)>,
    /// Why that is personal, if the contract says so.
    pub(crate) why: Option<&'c Spanned<String>>,
}

/// The fault, if it carries personal data and doesn't say why, or says why and carries none.
pub(crate) fn fault(contract: &Contract, kept: &Kept<'_>) -> Option<Diagnostic> {
    let Kept { code, name, span, keepers, .. } = kept;
    let mut found: Vec<(String, Span)> = Vec::new();
    for (what, ty) in &kept.carries {
        for (member, place) in personal::members(&contract.types, *ty).personal {
            let path = if what.is_empty() { member } else { format!("{what}.{member}") };
            found.push((path, place));
        }
    }
    let why = kept.why.filter(|why| !why.value.trim().is_empty());
    match (found.first(), why) {
        (None, Some(why)) => {
            let message = format!("{name} says why it carries personal data, and carries none");
            Some(Diagnostic::warning(code, &why.span, message).help("leave `personal` out"))
        }
        (Some((first, place)), None) => {
            let names: Vec<String> = found.iter().map(|(path, _)| format!("`{path}`")).collect();
            let message = format!("{name} carries personal data: {}", names.join(", "));
            let fault = Diagnostic::error(code, span, message)
                .related(place, format!("`{first}` is personal here"))
                .help(format!(
                    "hand over an id and let its reader read the rest: no erasure reaches {keepers}. Where that won't do, \
                     `personal: …` says why"
                ));
            Some(fault)
        }
        _ => None,
    }
}
