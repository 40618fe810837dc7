//! Many items at once, each for itself: reads by keys, and writes without conditions.
//!
//! A store answers a part of a batch and leaves the rest when it is busy. What is left is asked for again, with the
//! waits of every other call, until it is done or there were enough tries without any progress; what is left then is
//! given back by name.

mod read;
mod values;
mod write;

pub use read::{Batched, Terms, read};
pub use values::{Leftovers, write_values};
pub use write::{Written, write};

use futures_util::stream::{Stream, StreamExt, iter};

/// Calls that are under way at the same time.
const AT_ONCE: usize = 4;

/// Runs the futures, a few at a time; their results come in the order of the futures.
fn a_few_at_once<F: Future>(calls: impl IntoIterator<Item = F>) -> impl Stream<Item = F::Output> {
    iter(calls.into_iter().collect::<Vec<_>>()).buffered(AT_ONCE)
}
