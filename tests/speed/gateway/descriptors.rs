//! Room for many connections: how many descriptors a process may have.

use std::process::Command;

/// What a process needs beside its connections: files, pipes, and those of the runtime.
const BESIDE: u64 = 256;

/// Sees to it that this process, and those that it starts from now on, may have so many connections.
///
/// # Panics
/// When the system doesn't allow it, with what to do.
pub(crate) fn room_for(connections: usize) {
    let wanted = connections as u64 + BESIDE;
    if limits().is_none_or(|(soft, _)| soft >= wanted) {
        return;
    }
    let this = std::process::id().to_string();
    // A limit may be raised to the hard one by anybody, and beyond by some.
    let hard = limits().map_or(wanted, |(_, hard)| hard.max(wanted));
    let raised =
        Command::new("prlimit").args(["--pid", &this, &format!("--nofile={wanted}:{hard}")]).status();
    let is_raised =
        raised.is_ok_and(|status| status.success()) && limits().is_none_or(|(soft, _)| soft >= wanted);
    assert!(
        is_raised,
        "{connections} connections need {wanted} descriptors: `ulimit -n {wanted}` before the bench"
    );
}

/// The soft and the hard limit; none where `/proc` doesn't tell.
fn limits() -> Option<(u64, u64)> {
    let limits = std::fs::read_to_string("/proc/self/limits").ok()?;
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    let mut figures = line.split_whitespace().map(|it| it.parse().unwrap_or(u64::MAX));
    Some((figures.next()?, figures.next()?))
}
