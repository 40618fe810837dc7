//! Patterns: ECMA-262 in contracts, linear time in what is generated.

use stipule_ir::{Diagnostic, Diagnostics, Spanned};

/// `JSC007` when a pattern isn't one, or can't be matched in linear time.
pub(super) fn check(pattern: &Spanned<String>, diagnostics: &mut Diagnostics) {
    if let Err(unsupported) = stipule_wire::Pattern::translate(&pattern.value) {
        let message = format!("this pattern can't be used: {unsupported}");
        let fault = Diagnostic::error("JSC007", &pattern.span, message);
        diagnostics.push(fault.help("patterns run in linear time: no look-around, no back references"));
    }
}
