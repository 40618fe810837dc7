//! How much memory a process holds, second by second, and whether it grows.

use std::time::Duration;

use tokio::task::JoinHandle;

use crate::series::Log;

/// What a process holds, in megabytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Memory {
    /// All of it.
    pub(crate) resident: f64,
    /// What is its own: neither its binary nor files that it maps. A leak shows here.
    pub(crate) anonymous: f64,
}

impl Memory {
    /// Of a process; `/proc` knows, where there is one.
    pub(crate) fn of(process: u32) -> Option<Self> {
        let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
        let megabytes = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            let kilobytes: f64 = line.trim().trim_end_matches(" kB").parse().ok()?;
            Some(kilobytes * 1024.0 / 1e6)
        };
        Some(Self { resident: megabytes("VmRSS:")?, anonymous: megabytes("RssAnon:")? })
    }
}

/// Somebody who looks each second, until this is dropped.
pub(crate) struct Watch(JoinHandle<()>);

impl Watch {
    /// Has it written down.
    pub(crate) fn over(process: u32, log: &Log) -> Self {
        let log = log.clone();
        Self(tokio::spawn(async move {
            let mut seconds = tokio::time::interval(Duration::from_secs(1));
            loop {
                seconds.tick().await;
                if let Some(memory) = Memory::of(process) {
                    log.remember(memory);
                }
            }
        }))
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// How something grows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slope {
    /// By how much in a second.
    pub(crate) slope: f64,
    /// Its standard error.
    pub(crate) error: f64,
}

impl Slope {
    /// Of points in the order of their time, by least squares; none of fewer than three. Neighbours are alike, which the
    /// standard error allows for: as many points count as would be as good if they weren't (of an autoregression of first order).
    pub(crate) fn of(points: &[(f64, f64)]) -> Option<Self> {
        let count = points.len() as f64;
        if points.len() < 3 {
            return None;
        }
        let mean = |value: fn(&(f64, f64)) -> f64| points.iter().map(value).sum::<f64>() / count;
        let (at, height) = (mean(|it| it.0), mean(|it| it.1));
        let spread: f64 = points.iter().map(|it| (it.0 - at).powi(2)).sum();
        let slope = points.iter().map(|it| (it.0 - at) * (it.1 - height)).sum::<f64>() / spread;
        let rest: Vec<f64> = points.iter().map(|it| it.1 - height - slope * (it.0 - at)).collect();
        let squares: f64 = rest.iter().map(|it| it * it).sum();
        let alike: f64 = rest.windows(2).map(|it| it[0] * it[1]).sum();
        let alike = if squares > 0.0 { (alike / squares).clamp(0.0, 0.999) } else { 0.0 };
        let error = (squares / (count - 2.0) / spread * (1.0 + alike) / (1.0 - alike)).sqrt();
        Some(Self { slope, error })
    }
}
