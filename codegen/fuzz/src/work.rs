//! The work of one process: input after input until the time is up.

use std::fs::{self, File};
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use cpu_time::ProcessTime;

use crate::corpus::Input;
use crate::finding::{Finding, Kind, folder};
use crate::minimise::minimise;
use crate::mutate::{self, Dictionary};
use crate::target::{Check, Target};
use crate::trial::{Fault, attempt};

/// Exit code of a process that gave up on a run without end.
pub const HUNG: i32 = 75;

/// A run that takes longer is given up together with its process.
const HANGING: Duration = Duration::from_secs(10);

/// Tries to cut a finding down, and the time they may take.
const TRIES: usize = 4000;
const PATIENCE: Duration = Duration::from_secs(20);

/// What to run, from which input on, and for how long.
#[derive(Debug, Clone, Copy)]
pub struct Order {
    /// Decides every input.
    pub seed: u64,
    /// The number of the first input.
    pub from: u64,
    /// How long to go on.
    pub time: Duration,
    /// The most inputs.
    pub most: u64,
}

/// A target with all that its inputs are made from.
pub struct Campaign {
    /// The target.
    pub target: &'static Target,
    seeds: Vec<Input>,
    dictionary: Dictionary,
    check: Check,
}

impl Campaign {
    /// Reads the target's seeds.
    pub fn new(target: &'static Target) -> Self {
        let seeds = (target.seeds)();
        let dictionary = Dictionary::of(&seeds);
        Self { target, check: (target.check)(), seeds, dictionary }
    }

    /// The input with this number.
    pub fn input(&self, seed: u64, iteration: u64) -> Input {
        mutate::input(&self.seeds, &self.dictionary, self.target.forms, seed, iteration)
    }

    /// Runs the target on one input.
    pub fn attempt(&self, input: &Input) -> Option<Fault> {
        attempt(&self.check, input)
    }

    fn cut_down(&self, input: &Input, fault: &Fault) -> Input {
        let start = Instant::now();
        let bytes = minimise(&input.bytes, TRIES, |bytes| {
            let smaller = Input { name: input.name.clone(), bytes: bytes.to_vec() };
            start.elapsed() < PATIENCE && self.attempt(&smaller).is_some_and(|found| found.is_like(fault))
        });
        Input { name: input.name.clone(), bytes }
    }
}

/// Runs a campaign and hands each new finding to `report`. Gives the number of the input after the last.
///
/// Where it is stands in a file at any time, so that whoever started the process knows which input ended it.
pub fn work(campaign: &Campaign, order: Order, mut report: impl FnMut(Finding)) -> io::Result<u64> {
    fs::create_dir_all(folder())?;
    let mut place = File::create(place_file(campaign.target, order.seed))?;
    let watch = Watch::start();
    let end = Instant::now() + order.time;
    let mut known: Vec<Fault> = Vec::new();
    let mut iteration = order.from;
    while Instant::now() < end && iteration - order.from < order.most {
        place.seek(SeekFrom::Start(0))?;
        place.write_all(&iteration.to_le_bytes())?;
        let input = campaign.input(order.seed, iteration);
        watch.begin();
        let found = campaign.attempt(&input).filter(|fault| !known.iter().any(|old| old.is_like(fault)));
        watch.pause();
        if let Some(fault) = found.filter(|fault| is_certain(campaign, &input, fault)) {
            let input = campaign.cut_down(&input, &fault);
            let (kind, place) = match &fault {
                Fault::Panic { place, message } => {
                    (Kind::Panic(format!("{place}: {message}")), place.clone())
                }
                Fault::Slow(took) => (Kind::Slow(format!("{took:?}")), "slow".to_owned()),
            };
            let target = campaign.target.name;
            report(Finding { target, kind, place, seed: order.seed, iteration, input });
            known.push(fault);
        }
        iteration += 1;
    }
    place.seek(SeekFrom::Start(0))?;
    place.write_all(&iteration.to_le_bytes())?;
    Ok(iteration)
}

/// On a busy machine a run may be slow by accident; thrice in a row it isn't.
fn is_certain(campaign: &Campaign, input: &Input, fault: &Fault) -> bool {
    matches!(fault, Fault::Panic { .. }) || (0..2).all(|_| campaign.attempt(input).is_some())
}

/// The file that tells which input a run is at.
pub(crate) fn place_file(target: &Target, seed: u64) -> std::path::PathBuf {
    folder().join(format!("{}-{seed}.at", target.name))
}

/// Ends the process when a run has no end: by the time of the processor, as other programs may keep this one waiting.
struct Watch {
    /// Milliseconds of the processor since `epoch` at which the run began; 0 between runs.
    began: Arc<AtomicU64>,
    epoch: ProcessTime,
}

impl Watch {
    fn start() -> Self {
        let watch = Self { began: Arc::default(), epoch: ProcessTime::now() };
        let (began, epoch) = (Arc::clone(&watch.began), watch.epoch);
        std::thread::spawn(move || {
            loop {
                std::thread::sleep(Duration::from_millis(250));
                let began = began.load(Ordering::Relaxed);
                if began != 0 && epoch.elapsed() > Duration::from_millis(began) + HANGING {
                    std::process::exit(HUNG);
                }
            }
        });
        watch
    }

    fn begin(&self) {
        let now = u64::try_from(self.epoch.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.began.store(now.max(1), Ordering::Relaxed);
    }

    fn pause(&self) {
        self.began.store(0, Ordering::Relaxed);
    }
}
