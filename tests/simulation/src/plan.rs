//! What happens in a run: drawn from its seed, and smaller when faults are left out.

use std::fmt;
use std::time::Duration;

use crate::chance::Chance;

/// Store calls that a run is expected to make; faults fall among them.
const CALLS: u64 = 900;

/// Faults of a run.
const MOST_FAULTS: u64 = 20;

/// What becomes of a store call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is refused for its frequency; nothing happens.
    Throttled,
    /// Another transaction has an item in hand; nothing happens. A read is throttled.
    Conflict,
    /// It doesn't get there, and nobody knows.
    Refused,
    /// It happens, and the answer is lost.
    Unheard,
    /// It takes this long.
    Slow(Duration),
    /// Nothing gets there for this long.
    Partition(Duration),
    /// The process dies before it.
    DeathBefore,
    /// The process dies after it, before anybody hears of it.
    DeathAfter,
    /// Every event that was published so far goes to its subscribers again.
    Replay,
    /// The clock jumps forward.
    Ahead(Duration),
    /// The clock is set back.
    Back(Duration),
}

impl Fault {
    /// What it is, whatever its length.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Throttled => "throttled",
            Self::Conflict => "in conflict",
            Self::Refused => "lost on the way there",
            Self::Unheard => "answer lost",
            Self::Slow(_) => "slow",
            Self::Partition(_) => "store out of reach",
            Self::DeathBefore => "death before a call",
            Self::DeathAfter => "death after a call",
            Self::Replay => "all events again",
            Self::Ahead(_) => "clock ahead",
            Self::Back(_) => "clock back",
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Throttled => f.write_str("throttled"),
            Self::Conflict => f.write_str("in conflict with another transaction"),
            Self::Refused => f.write_str("lost on the way there"),
            Self::Unheard => f.write_str("done, but the answer is lost"),
            Self::Slow(time) => write!(f, "slow: {time:?}"),
            Self::Partition(time) => write!(f, "the store is out of reach for {time:?}"),
            Self::DeathBefore => f.write_str("the process dies before it"),
            Self::DeathAfter => f.write_str("the process dies after it"),
            Self::Replay => f.write_str("all events so far are sent again"),
            Self::Ahead(time) => write!(f, "the clock jumps ahead by {time:?}"),
            Self::Back(time) => write!(f, "the clock is set back by {time:?}"),
        }
    }
}

/// A fault at a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Strike {
    /// Number of the store call, counted over all lives of the process, from 0.
    pub call: u64,
    /// What becomes of it.
    pub fault: Fault,
}

/// Everything that a run depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Decides the story, identifiers and delays.
    pub seed: u64,
    /// By call.
    pub strikes: Vec<Strike>,
}

impl Plan {
    /// The faults of a seed: up to twenty, of any kind, anywhere.
    pub fn of(seed: u64) -> Self {
        let mut chance = Chance::of(seed, "faults");
        let count = 4 + chance.below(MOST_FAULTS - 3);
        let mut strikes: Vec<Strike> = (0..count).map(|_| strike(&mut chance)).collect();
        strikes.sort_by_key(|strike| strike.call);
        strikes.dedup_by_key(|strike| strike.call);
        Self { seed, strikes }
    }

    /// The process dies at one call, and nothing else happens.
    pub fn cut(seed: u64, call: u64, fault: Fault) -> Self {
        Self { seed, strikes: vec![Strike { call, fault }] }
    }

    /// Nothing happens but delays.
    pub fn calm(seed: u64) -> Self {
        Self { seed, strikes: Vec::new() }
    }
}

fn strike(chance: &mut Chance) -> Strike {
    let call = chance.below(CALLS);
    let mut millis = |most: u64| Duration::from_millis(1 + chance.below(most));
    let (slow, away, ahead, back) = (millis(20_000), millis(5_000), millis(120_000), millis(60_000));
    let fault = match chance.below(20) {
        0..=2 => Fault::Throttled,
        3..=5 => Fault::Conflict,
        6 | 7 => Fault::Refused,
        8..=11 => Fault::Unheard,
        12 => Fault::Slow(slow),
        13 => Fault::Partition(away),
        14 => Fault::DeathBefore,
        15 => Fault::DeathAfter,
        16 | 17 => Fault::Replay,
        18 => Fault::Ahead(ahead),
        _ => Fault::Back(back),
    };
    Strike { call, fault }
}
