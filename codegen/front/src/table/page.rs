//! How many items a page has.

use stipule_ir::{Diagnostic, Diagnostics};

use crate::shape::Shape;

/// Items of a page when neither the file nor the caller says.
const USUAL: u32 = 25;

/// Most items of a page when the file doesn't say; what the runtime gives at most.
const MOST: u32 = 1_000;

/// Items of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Size {
    /// Unless the caller asks otherwise.
    pub(super) usual: u32,
    /// Whatever the caller asks for.
    pub(super) most: u32,
}

/// `page: 25, max_page: 100`; `TBL042` when a page would be larger than the largest.
pub(super) fn size(shape: &mut Shape<'_>, diagnostics: &mut Diagnostics) -> Size {
    let usual = shape.whole_within("page", 1, MOST, diagnostics);
    let most = shape.whole_within("max_page", 1, MOST, diagnostics);
    if let (Some(usual), Some(most)) = (&usual, &most)
        && usual.value > most.value
    {
        let message = format!("a page of {} is larger than the largest", usual.value);
        let fault = Diagnostic::error("TBL042", &usual.span, message)
            .related(&most.span, "no page has more than these")
            .help("`page` is what a caller gets without asking, `max_page` the most that one can ask for");
        diagnostics.push(fault);
    }
    let most = most.map_or(MOST, |most| most.value);
    Size { usual: usual.map_or(USUAL.min(most), |usual| usual.value), most }
}
