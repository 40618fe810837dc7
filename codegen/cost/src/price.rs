//! One price, and those of everything that a platform is made of.

use serde::Deserialize;

/// A price with where it comes from.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Price {
    /// Whose it is: `Lambda`.
    pub service: String,
    /// For [`Price::per`] units.
    pub amount: f64,
    /// Units that the amount is for.
    pub per: f64,
    /// What is counted.
    pub unit: String,
    /// A day on which it was known to hold.
    pub as_of: String,
    /// Page that says so.
    pub source: String,
}

impl Price {
    /// What so much of it costs.
    pub fn of(&self, quantity: f64) -> f64 {
        quantity * self.amount / self.per
    }
}

/// Prices of everything but calls of the table, which have theirs.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlatformPrices {
    /// A call of a function.
    pub function_call: Price,
    /// A function's time, by its memory.
    pub function_time: Price,
    /// A request to the REST API.
    pub request: Price,
    /// A message from or to a socket, of 32 KB at most.
    pub socket_message: Price,
    /// A minute that a socket is open.
    pub socket_minute: Price,
    /// An event that the bus takes, of 64 KB at most.
    pub event: Price,
    /// What the archive takes.
    pub archived: Price,
    /// What the archive keeps.
    pub archive_kept: Price,
    /// A call of a queue: sending, receiving, deleting.
    pub queue_call: Price,
    /// The same of an ordered queue.
    pub ordered_queue_call: Price,
    /// A message to a topic.
    pub published: Price,
    /// A state of a standard saga.
    pub transition: Price,
    /// A run of an express saga.
    pub express_run: Price,
    /// The time of an express saga, by its memory.
    pub express_time: Price,
    /// A unit of provisioned reads for an hour.
    pub read_capacity: Price,
    /// The same of writes.
    pub write_capacity: Price,
    /// What logs take.
    pub logged: Price,
    /// What logs keep.
    pub logs_kept: Price,
    /// A metric that an alarm looks at.
    pub alarm: Price,
    /// An alarm over alarms.
    pub composite_alarm: Price,
    /// A dashboard.
    pub dashboard: Price,
    /// A metric of our own, or a detailed one.
    pub metric: Price,
    /// A trace that is recorded.
    pub trace: Price,
    /// A list of rules in front of the API.
    pub firewall: Price,
    /// A rule in it.
    pub firewall_rule: Price,
    /// A request that it looks at.
    pub firewall_request: Price,
    /// A key.
    pub key: Price,
    /// A use of a key.
    pub key_call: Price,
    /// A secret.
    pub secret: Price,
    /// A use of a secret.
    pub secret_call: Price,
    /// A minute of an action of the pipeline.
    pub pipeline_minute: Price,
    /// A minute of a builder, ARM, large.
    pub build_minute: Price,
    /// What is kept in buckets.
    pub object: Price,
    /// What leaves the region.
    pub sent: Price,
}

impl PlatformPrices {
    /// Every one with its name.
    pub fn all(&self) -> Vec<(&'static str, &Price)> {
        vec![
            ("functionCall", &self.function_call),
            ("functionTime", &self.function_time),
            ("request", &self.request),
            ("socketMessage", &self.socket_message),
            ("socketMinute", &self.socket_minute),
            ("event", &self.event),
            ("archived", &self.archived),
            ("archiveKept", &self.archive_kept),
            ("queueCall", &self.queue_call),
            ("orderedQueueCall", &self.ordered_queue_call),
            ("published", &self.published),
            ("transition", &self.transition),
            ("expressRun", &self.express_run),
            ("expressTime", &self.express_time),
            ("readCapacity", &self.read_capacity),
            ("writeCapacity", &self.write_capacity),
            ("logged", &self.logged),
            ("logsKept", &self.logs_kept),
            ("alarm", &self.alarm),
            ("compositeAlarm", &self.composite_alarm),
            ("dashboard", &self.dashboard),
            ("metric", &self.metric),
            ("trace", &self.trace),
            ("firewall", &self.firewall),
            ("firewallRule", &self.firewall_rule),
            ("firewallRequest", &self.firewall_request),
            ("key", &self.key),
            ("keyCall", &self.key_call),
            ("secret", &self.secret),
            ("secretCall", &self.secret_call),
            ("pipelineMinute", &self.pipeline_minute),
            ("buildMinute", &self.build_minute),
            ("object", &self.object),
            ("sent", &self.sent),
        ]
    }
}
