//! Cutting an input down to what makes it fail.

/// Drops pieces of `bytes` for as long as `fails` says that the rest still fails: halves first, then ever smaller
/// pieces, down to single bytes. Stops when `fails` was asked `tries` times.
pub fn minimise(bytes: &[u8], tries: usize, mut fails: impl FnMut(&[u8]) -> bool) -> Vec<u8> {
    let mut kept = bytes.to_vec();
    let mut left = tries;
    let mut size = kept.len().div_ceil(2);
    while size > 0 {
        let mut at = 0;
        let mut dropped = false;
        while at < kept.len() {
            if left == 0 {
                return kept;
            }
            left -= 1;
            let end = (at + size).min(kept.len());
            let rest = [&kept[..at], &kept[end..]].concat();
            if fails(&rest) {
                kept = rest;
                dropped = true;
            } else {
                at = end;
            }
        }
        // What couldn't be dropped alone may go once something else is gone.
        if !dropped || size > 1 {
            size /= 2;
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_matters_stays_and_nothing_else() {
        let text = format!("{}needle{}pin{}", "x".repeat(5000), "y".repeat(300), "z".repeat(7000));
        let fails = |rest: &[u8]| {
            let rest = String::from_utf8_lossy(rest);
            rest.find("needle").is_some_and(|at| rest[at..].contains("pin"))
        };
        assert_eq!(minimise(text.as_bytes(), 10_000, fails), b"needlepin");
    }

    #[test]
    fn it_ends_when_the_tries_are_used_up() {
        let mut asked = 0;
        minimise(&[0; 1000], 7, |_| {
            asked += 1;
            false
        });
        assert_eq!(asked, 7);
    }
}
