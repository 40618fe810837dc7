//! Patterns: ECMA-262 in contracts, linear time in what is generated.

use stipule_ir::{Diagnostic, Diagnostics, Spanned};

/// Whether a pattern can be used; `JSC007` when it isn't one, or can't be matched in linear time.
pub(super) fn check(pattern: &Spanned<String>, diagnostics: &mut Diagnostics) -> bool {
    let translated = stipule_wire::Pattern::translate(&pattern.value);
    let can = translated.is_ok();
    if let Err(unsupported) = translated {
        let message = format!("this pattern can't be used: {unsupported}");
        let fault = Diagnostic::error("JSC007", &pattern.span, message);
        diagnostics.push(fault.help("patterns run in linear time: no look-around, no back references"));
    }
    can
}
