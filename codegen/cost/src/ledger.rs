//! What every item is reckoned with, and parts that many of them have.

use stipule_ir::{Contract, Span};

use crate::assumed::Assumptions;
use crate::facts::Facts;
use crate::item::{Group, Item, Part, Place};
use crate::price::Price;
use crate::prices::Prices;
use crate::{DAYS, grouped};

/// Everything that an item is reckoned with.
pub(crate) struct Ledger<'c> {
    pub(crate) contract: &'c Contract,
    pub(crate) prices: &'c Prices,
    pub(crate) assumed: &'c Assumptions,
    pub(crate) facts: &'c Facts,
}

/// How long and in how much memory a function works for something.
#[derive(Clone, Copy)]
pub(crate) struct Work<'w> {
    /// `request_time`
    pub(crate) time: &'w str,
    /// Megabytes.
    pub(crate) memory: u32,
}

impl<'c> Ledger<'c> {
    /// How much is assumed.
    pub(crate) fn assume(&self, key: &str) -> f64 {
        self.assumed.get(key)
    }

    /// Memory of the functions of a service; of the platform's own without one.
    pub(crate) fn memory(&self, service: Option<&str>) -> u32 {
        let all = &self.contract.platform.deployment.functions;
        let own =
            self.contract.platform.services.iter().find(|it| Some(it.name.value.wire.as_str()) == service);
        own.map_or(all.memory(), |own| own.functions.or(all).memory())
    }

    /// The platform's own functions.
    pub(crate) fn own(&self) -> Work<'static> {
        Work { time: "own_time", memory: self.memory(None) }
    }

    /// A part that there is more of when more happens.
    pub(crate) fn part(
        &self,
        what: impl Into<String>,
        formula: String,
        quantity: f64,
        price: &Price,
    ) -> Part {
        Part { what: what.into(), formula, quantity, price: price.clone(), grows: true }
    }

    /// So many calls of a function a month: the calls, the time, its log, and keys and secrets of new ones.
    pub(crate) fn calls(&self, of: &str, calls: f64, work: Work<'_>, parts: &mut Vec<Part>) {
        let prices = &self.prices.platform;
        let said = figure(calls);
        parts.push(self.part(
            format!("function calls, {of}"),
            format!("{said} calls"),
            calls,
            &prices.function_call,
        ));
        let time = self.assume(work.time);
        let seconds = calls * time / 1e3 * f64::from(work.memory) / 1024.0;
        let formula = format!("{said} × {time} ms × {} MB", work.memory);
        parts.push(self.part(format!("function time, {of}"), formula, seconds, &prices.function_time));
        let log = self.assume("call_log");
        let gigabytes = calls * log / 1e9;
        let formula = format!("{said} × {log} bytes");
        parts.push(self.part(format!("log, {of}"), formula, gigabytes, &prices.logged));
        let kept = f64::from(self.contract.platform.deployment.functions.log_days()) / DAYS;
        let formula = format!("{said} × {log} bytes × {kept} months");
        parts.push(self.part(format!("log kept, {of}"), formula, gigabytes * kept, &prices.logs_kept));
        let cold = calls * self.assume("cold");
        let formula = format!("{said} × {} new", self.assume("cold"));
        parts.push(self.part(
            format!("key of new functions, {of}"),
            format!("{formula} × 2 uses"),
            2.0 * cold,
            &prices.key_call,
        ));
        parts.push(self.part(format!("secret of new functions, {of}"), formula, cold, &prices.secret_call));
    }

    /// The traces of so many calls that begin one.
    pub(crate) fn traces(&self, calls: f64, parts: &mut Vec<Part>) {
        let (share, _) = self.facts.sampling();
        if share > 0.0 {
            let formula = format!("{} × {share} traced", figure(calls));
            parts.push(self.part("traces", formula, calls * share, &self.prices.platform.trace));
        }
    }

    /// An item of a contract.
    pub(crate) fn item(
        &self,
        group: Group,
        name: impl Into<String>,
        service: Option<&str>,
        span: &Span,
    ) -> Item {
        Item {
            group,
            name: name.into(),
            service: service.map(str::to_owned),
            place: Place::Contract(span.clone()),
            per_day: None,
            because: String::new(),
            parts: Vec::new(),
        }
    }
}

/// `1.2M`, `54,000`, `0.3`.
pub(crate) fn figure(number: f64) -> String {
    match number {
        _ if number >= 1e6 => format!("{}M", grouped((number / 1e4).round() / 1e2)),
        _ => grouped(number),
    }
}
