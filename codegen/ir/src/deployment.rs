//! How a platform runs on AWS: what its contract says of functions, gateway, environments, objectives and delivery.

use std::time::Duration;

use crate::span::Spanned;

/// Everything that has a default where the contract says nothing.
#[derive(Clone, Debug, Default)]
pub struct Deployment {
    /// Of every function that its service says nothing else of.
    pub functions: Functions,
    /// In front of the services.
    pub gateway: Gateway,
    /// How long the bus keeps what it carried; as long as the event that is kept longest, unless said.
    pub archive: Option<Duration>,
    /// Where it runs, in the order of delivery.
    pub environments: Vec<Environment>,
    /// What becomes alarms.
    pub objectives: Objectives,
    /// How a new version takes over.
    pub delivery: Delivery,
}

/// Settings of functions; what is not there has its default.
#[derive(Clone, Debug, Default)]
pub struct Functions {
    /// Megabytes of memory, 128 to 10240.
    pub memory: Option<u32>,
    /// How long one call may take, at most 15 minutes.
    pub timeout: Option<Duration>,
    /// Calls at once that are reserved for each function.
    pub concurrency: Option<u32>,
    /// Days that logs are kept.
    pub log_days: Option<u32>,
}

impl Functions {
    /// These settings, and those of all where these say nothing.
    pub fn or(&self, all: &Functions) -> Functions {
        Functions {
            memory: self.memory.or(all.memory),
            timeout: self.timeout.or(all.timeout),
            concurrency: self.concurrency.or(all.concurrency),
            log_days: self.log_days.or(all.log_days),
        }
    }

    /// Megabytes.
    pub fn memory(&self) -> u32 {
        self.memory.unwrap_or(256)
    }

    /// Seconds, rounded up.
    pub fn timeout_seconds(&self) -> u64 {
        self.timeout.map_or(10, |timeout| timeout.as_millis().div_ceil(1000) as u64)
    }

    /// Days.
    pub fn log_days(&self) -> u32 {
        self.log_days.unwrap_or(30)
    }
}

/// The gateway in front of the services.
#[derive(Clone, Debug)]
pub struct Gateway {
    /// Requests a second of all callers together.
    pub rate: u32,
    /// Requests at one moment.
    pub burst: u32,
    /// Requests of one address within five minutes, before it is turned away.
    pub per_address: u32,
    /// Seconds that an authorizer's answer is kept.
    pub authorizer_seconds: u32,
    /// Gigabytes of a cache of answers: `0.5`, `1.6`, …; the smallest if an operation wants its answers kept, unless said.
    pub cache: Option<String>,
    /// Bytes from which an answer is compressed for who takes that.
    pub compression: u32,
    /// Pages of which sites may call from a browser.
    pub cors: Option<Cors>,
    /// Plans by name, each with its requests a second and a day.
    pub plans: Vec<Plan>,
}

impl Default for Gateway {
    fn default() -> Self {
        Self {
            rate: 500,
            burst: 1000,
            per_address: 2000,
            authorizer_seconds: 300,
            cache: None,
            compression: 1024,
            cors: None,
            plans: Vec::new(),
        }
    }
}

/// Who may call from a browser.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cors {
    /// `https://shop.example`; `*` alone for everybody.
    pub origins: Vec<String>,
    /// Seconds that a browser need not ask again.
    pub seconds: u32,
}

/// What holders of an API key may ask.
#[derive(Clone, Debug)]
pub struct Plan {
    /// `partner`
    pub name: Spanned<String>,
    /// Requests a second.
    pub rate: u32,
    /// Requests at one moment.
    pub burst: u32,
    /// Requests a day.
    pub day: Option<u32>,
}

/// Somewhere that the platform runs.
#[derive(Clone, Debug)]
pub struct Environment {
    /// `production`: the stage of its stacks.
    pub name: Spanned<String>,
    /// Whether a person says when.
    pub approval: bool,
}

/// What callers may expect.
#[derive(Clone, Debug)]
pub struct Objectives {
    /// Share of requests that are answered, in thousandths of a percent: 99,900.
    pub availability: u32,
    /// 99 of 100 requests are answered within.
    pub latency: Duration,
}

impl Default for Objectives {
    fn default() -> Self {
        Self { availability: 99_900, latency: Duration::from_secs(1) }
    }
}

/// How a new version takes over.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Share of requests that it gets first, in percent.
    pub canary: u32,
    /// How long, in minutes.
    pub bake_minutes: u32,
    /// Share of failed requests that sends it back, in percent.
    pub errors: u32,
    /// Requests a minute below which nothing is concluded.
    pub least: u32,
    /// `owner/name` of the repository.
    pub repository: Option<Spanned<String>>,
    /// The branch that is delivered.
    pub branch: String,
}

impl Default for Delivery {
    fn default() -> Self {
        Self {
            canary: 10,
            bake_minutes: 10,
            errors: 10,
            least: 5,
            repository: None,
            branch: "main".to_owned(),
        }
    }
}
