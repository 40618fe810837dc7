//! Failures that are expected say nothing.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};

thread_local! {
    static EXPECTED: Cell<bool> = const { Cell::new(false) };
}

/// From now on an expected failure prints no message.
pub(crate) fn expected_failures() {
    let usual = take_hook();
    set_hook(Box::new(move |panic| {
        if !EXPECTED.get() {
            usual(panic);
        }
    }));
}

/// Whether something fails.
pub(crate) fn fails(run: impl FnOnce()) -> bool {
    EXPECTED.set(true);
    let outcome = catch_unwind(AssertUnwindSafe(run));
    EXPECTED.set(false);
    outcome.is_err()
}
