//! Our own extensions of an operation.

use stipule_ir::Operation;
use stipule_ir::service::{Idempotency, RateLimit};

use super::tree::Tree;

/// Seconds of a day.
const DAY: f64 = 86_400.0;

/// Writes what only this generator reads.
pub(super) fn extensions(operation: &Operation, written: &mut Tree) {
    if operation.idempotency == Idempotency::KeyRequired {
        written.set("x-stipule-idempotent", Tree::text("required"));
    }
    if let Some(paginate) = &operation.paginate {
        let mut says = Tree::object();
        let words = [("items", &paginate.items), ("cursor", &paginate.cursor), ("next", &paginate.next)];
        for (key, word) in words.into_iter().chain(paginate.limit.iter().map(|limit| ("limit", limit))) {
            says.set(key, Tree::text(word));
        }
        written.set("x-stipule-paginate", says);
    }
    if let Some(RateLimit { rate, burst }) = operation.limit {
        let says = Tree::object().with("rate", Tree::text(format!("{rate}/s")));
        written.set("x-stipule-rate-limit", says.with("burst", Tree::raw(u64::from(burst))));
    }
    if let Some(rate) = &operation.rate {
        written.set("x-stipule-rate", Tree::text(spoken(rate.value)));
    }
    if let Some(cache) = &operation.cache {
        // Adopted contracts have no events of ours.
        written.set("x-stipule-cache", Tree::text(format!("{}s", cache.seconds)));
    }
}

/// `40000/d`: what it was written as may have been another unit of the same.
fn spoken(per_second: f64) -> String {
    let number = format!("{:.6}", per_second * DAY);
    format!("{}/d", number.trim_end_matches('0').trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_written_by_the_day_as_it_was_read() {
        for (read, written) in [(40_000.0, "40000/d"), (1.5, "1.5/d"), (7.0 / 3.0, "2.333333/d")] {
            assert_eq!(spoken(read / DAY), written);
        }
    }
}
