//! The process that watches the one that works: a stack used up or a run without end costs one input, not the run.

use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use crate::corpus::Input;
use crate::finding::{Finding, Kind, folder};
use crate::minimise::minimise;
use crate::target::Target;
use crate::trial::SLOW;
use crate::work::{Campaign, HUNG, Order, place_file};

/// Each try to cut down such an input starts a process.
const TRIES: usize = 300;

/// What a run came to.
#[derive(Debug, Default)]
pub struct Fuzzed {
    /// Inputs tried.
    pub inputs: u64,
    /// Whether there was any finding.
    pub found: bool,
}

/// Runs a campaign in processes of its own, one after the other dies. `report` gets what a process can't report
/// itself; the rest it prints.
pub fn supervise(
    target: &'static Target,
    order: Order,
    mut report: impl FnMut(Finding),
) -> io::Result<Fuzzed> {
    let end = Instant::now() + order.time;
    let mut fuzzed = Fuzzed::default();
    let mut from = order.from;
    loop {
        let left = end.saturating_duration_since(Instant::now());
        let status = Command::new(std::env::current_exe()?)
            .arg(target.name)
            .args(["--seed", &order.seed.to_string(), "--worker", "--from", &from.to_string()])
            .args(["--seconds", &left.as_secs().to_string(), "--most", &order.most.to_string()])
            .status()?;
        let at = place(target, order.seed)?;
        fuzzed.inputs = at - order.from;
        match status.code() {
            Some(code @ (0 | 1)) => {
                fuzzed.found |= code == 1;
                fs::remove_file(place_file(target, order.seed))?;
                return Ok(fuzzed);
            }
            Some(2) => return Err(io::Error::other("the working process couldn't begin")),
            _ => {}
        }
        fuzzed.found = true;
        report(autopsy(target, order.seed, at, status)?);
        from = at + 1;
    }
}

fn place(target: &Target, seed: u64) -> io::Result<u64> {
    let bytes = fs::read(place_file(target, seed))?;
    Ok(bytes.try_into().map_or(0, u64::from_le_bytes))
}

fn autopsy(target: &'static Target, seed: u64, iteration: u64, status: ExitStatus) -> io::Result<Finding> {
    let input = Campaign::new(target).input(seed, iteration);
    let file = folder().join(format!("{}.trial", target.name));
    let start = Instant::now();
    let bytes = minimise(&input.bytes, TRIES, |bytes| {
        start.elapsed() < Duration::from_secs(120) && dies(target, &input.name, bytes, &file).unwrap_or(false)
    });
    let _ = fs::remove_file(&file);
    let kind = if status.code() == Some(HUNG) {
        Kind::Slow("given up after 10 s".to_owned())
    } else {
        Kind::Death(status.to_string())
    };
    let place = format!("{kind}");
    Ok(Finding {
        target: target.name,
        kind,
        place,
        seed,
        iteration,
        input: Input { name: input.name, bytes },
    })
}

/// Whether a process of its own dies of an input, or takes too long over it.
fn dies(target: &Target, name: &str, bytes: &[u8], file: &Path) -> io::Result<bool> {
    fs::write(file, bytes)?;
    let mut child = Command::new(std::env::current_exe()?)
        .arg(target.name)
        .args(["--as", name, "--replay"])
        .arg(file)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let start = Instant::now();
    while start.elapsed() < SLOW * 2 {
        if let Some(status) = child.try_wait()? {
            return Ok(!matches!(status.code(), Some(0..=2)));
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill()?;
    child.wait()?;
    Ok(true)
}

/// Runs a target on a file, read as the input `name`. Gives what went wrong, in words.
pub fn replay(target: &'static Target, name: &str, file: &Path) -> io::Result<Option<String>> {
    let campaign = Campaign::new(target);
    let input = Input { name: name.to_owned(), bytes: fs::read(file)? };
    Ok(campaign.attempt(&input).map(|fault| format!("{fault:?}")))
}
