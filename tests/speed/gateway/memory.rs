//! How much memory a process holds, second by second.

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
