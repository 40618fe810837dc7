//! What a contract doesn't say and a cost report can't do without: each with what is assumed unless the platform says
//! otherwise.

/// Something that is assumed of all calls, events or runs.
#[derive(Clone, Copy, Debug)]
pub struct Assumption {
    /// Its key under `assumptions` in `contracts/platform.yaml`.
    pub key: &'static str,
    /// What it is unless said otherwise.
    pub default: f64,
    /// The largest that makes sense.
    pub most: f64,
    /// Unit, for the reader.
    pub unit: &'static str,
    /// What it means.
    pub about: &'static str,
}

const fn row(
    key: &'static str,
    (default, most): (f64, f64),
    unit: &'static str,
    about: &'static str,
) -> Assumption {
    Assumption { key, default, most, unit, about }
}

/// Every assumption.
pub const ASSUMPTIONS: &[Assumption] = &[
    row("request_time", (25.0, 900_000.0), "ms", "a function works so long for a request"),
    row("event_time", (30.0, 900_000.0), "ms", "a function works so long for an event"),
    row("step_time", (30.0, 900_000.0), "ms", "a function works so long for a step of a saga"),
    row("own_time", (15.0, 900_000.0), "ms", "a function of the platform itself works so long"),
    row(
        "call_log",
        (700.0, 1e6),
        "bytes",
        "a call of a function writes so much into its log, start and report included",
    ),
    row("access_log", (350.0, 1e6), "bytes", "a request writes so much into the log of the gateway"),
    row("answer", (2_000.0, 1e7), "bytes", "an answer has, headers included, when it leaves the region"),
    row("message", (600.0, 131_072.0), "bytes", "a message to a socket has"),
    row("envelope", (600.0, 1e5), "bytes", "an event has beside its payload"),
    row("cached", (0.5, 1.0), "of 1", "requests of an operation with a cache that the cache answers"),
    row("known", (0.8, 1.0), "of 1", "requests whose token the gateway has looked at shortly before"),
    row("retried", (0.01, 10.0), "of 1", "events and steps that are done once more"),
    row("together", (1.0, 10.0), "messages", "a batch of a queue has on average, as far as it may"),
    row("pollers", (5.0, 100.0), "", "readers that look at each queue at once"),
    row("poll", (20.0, 20.0), "s", "a reader waits so long at an empty queue"),
    row("begin", (1.0, 1.0), "transitions", "a run of a saga counts beside its states"),
    row(
        "cold",
        (0.002, 1.0),
        "of 1",
        "calls of functions that start a new one, which asks for its key and its secret",
    ),
    row("peak", (20.0, 10_000.0), "times", "the busiest hour has so many calls of an average one"),
    row("kept", (12.0, 1_200.0), "months", "the table and the archive have been filled"),
    row("releases", (40.0, 10_000.0), "a month", "releases go through the pipeline"),
    row("build_time", (15.0, 480.0), "minutes", "a release takes of the builders"),
    row(
        "pipeline_time",
        (60.0, 10_000.0),
        "minutes",
        "a release takes of the pipeline, waiting and baking included",
    ),
    row("artifacts", (20.0, 1e6), "GB", "of code and what is built of it are kept"),
];

/// The assumption of this key.
pub fn find(key: &str) -> Option<&'static Assumption> {
    ASSUMPTIONS.iter().find(|assumption| assumption.key == key)
}
