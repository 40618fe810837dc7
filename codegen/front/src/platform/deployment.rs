//! How the platform runs on AWS; everything here has a default.

use std::time::Duration;

use stipule_ir::deployment::{Cors, Delivery, Deployment, Environment, Functions, Gateway, Objectives, Plan};
use stipule_ir::{Diagnostic, Diagnostics, Spanned};

use crate::event::duration;
use crate::reader::Entry;
use crate::shape::{Shape, wrong_kind};

/// Days that CloudWatch keeps logs, up to two years. Source: PutRetentionPolicy of its API reference.
const LOG_DAYS: [u32; 15] = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731];

/// Gigabytes that a cache of API Gateway can have.
const CACHES: [&str; 8] = ["0.5", "1.6", "6.1", "13.5", "28.4", "58.2", "118", "237"];

/// The shortest time that shows whether a canary is ill: three minutes of an alarm, the minute that is running and a
/// minute until figures are there.
const SHORTEST_BAKE: Duration = Duration::from_secs(5 * 60);

/// The longest time that CodeDeploy shifts traffic in.
const LONGEST_BAKE: Duration = Duration::from_secs(48 * 3600);

/// Reads all of it from the platform's document.
pub(super) fn deployment(shape: &mut Shape<'_>, diagnostics: &mut Diagnostics) -> Deployment {
    let functions = shape.entry("functions");
    let gateway = shape.entry("gateway");
    let bus = shape.entry("bus");
    let objectives = shape.entry("objectives");
    let delivery = shape.entry("delivery");
    Deployment {
        functions: functions.map_or_else(Functions::default, |entry| self::functions(entry, diagnostics)),
        gateway: gateway.map_or_else(Gateway::default, |entry| self::gateway(entry, diagnostics)),
        archive: bus.and_then(|entry| archive(entry, diagnostics)),
        environments: environments(shape, diagnostics),
        objectives: objectives.map_or_else(Objectives::default, |entry| self::objectives(entry, diagnostics)),
        delivery: delivery.map_or_else(Delivery::default, |entry| self::delivery(entry, diagnostics)),
    }
}

/// Settings of functions, of all or of a service.
pub(super) fn functions(entry: &Entry, diagnostics: &mut Diagnostics) -> Functions {
    let Some(mut shape) = Shape::under(entry, "settings of functions", diagnostics) else {
        return Functions::default();
    };
    let memory = shape.whole_within("memory", 128, 10_240, diagnostics);
    let timeout =
        within(&mut shape, "timeout", Duration::from_secs(1), Duration::from_secs(900), diagnostics);
    let concurrency = shape.whole_within("concurrency", 1, 1_000, diagnostics);
    let log_days = shape.whole("log_days", diagnostics);
    shape.finish(diagnostics);
    let known = log_days.and_then(|days| {
        let known = LOG_DAYS.into_iter().find(|it| u64::from(*it) == days.value);
        if known.is_none() {
            let message = format!("logs can't be kept for {} days", days.value);
            let choices: Vec<String> = LOG_DAYS.iter().map(u32::to_string).collect();
            let help = format!("CloudWatch keeps them for one of {}", choices.join(", "));
            diagnostics.push(Diagnostic::error("SYN023", &days.span, message).help(help));
        }
        known
    });
    let value = |found: Option<Spanned<u32>>| found.map(|it| it.value);
    Functions { memory: value(memory), timeout, concurrency: value(concurrency), log_days: known }
}

/// A duration of a key within bounds, both included; `SYN023` for one outside.
fn within(
    shape: &mut Shape<'_>,
    key: &'static str,
    least: Duration,
    most: Duration,
    diagnostics: &mut Diagnostics,
) -> Option<Duration> {
    let found = duration::duration(shape, key, diagnostics)?;
    if found.value < least || found.value > most {
        let message = format!("`{key}` must be from {}s to {}s", least.as_secs(), most.as_secs());
        diagnostics.push(Diagnostic::error("SYN023", &found.span, message));
        return None;
    }
    Some(found.value)
}

fn gateway(entry: &Entry, diagnostics: &mut Diagnostics) -> Gateway {
    let mut gateway = Gateway::default();
    let Some(mut shape) = Shape::under(entry, "the gateway", diagnostics) else { return gateway };
    let mut set = |key, least, most, place: &mut u32, diagnostics: &mut Diagnostics| {
        if let Some(found) = shape.whole_within(key, least, most, diagnostics) {
            *place = found.value;
        }
    };
    set("rate", 1, 10_000, &mut gateway.rate, diagnostics);
    set("burst", 1, 5_000, &mut gateway.burst, diagnostics);
    set("per_address", 100, 2_000_000, &mut gateway.per_address, diagnostics);
    set("authorizer_seconds", 0, 3_600, &mut gateway.authorizer_seconds, diagnostics);
    set("compression", 0, 10_485_760, &mut gateway.compression, diagnostics);
    gateway.cors = shape.entry("cors").and_then(|entry| cors(entry, diagnostics));
    let sizes = CACHES.map(|size| (size, size.to_owned()));
    gateway.cache = shape.choice("cache", &sizes, diagnostics).map(|size| size.value);
    for plan in shape.mapping("plans", diagnostics).unwrap_or_default() {
        gateway.plans.extend(self::plan(plan, &gateway, diagnostics));
    }
    shape.finish(diagnostics);
    gateway
}

fn cors(entry: &Entry, diagnostics: &mut Diagnostics) -> Option<Cors> {
    let mut shape = Shape::under(entry, "who may call from a browser", diagnostics)?;
    shape.required("origins", diagnostics);
    let said = shape.texts("origins", diagnostics).unwrap_or_default();
    let (least, most) = (Duration::from_secs(1), Duration::from_secs(86_400));
    let age = within(&mut shape, "max_age", least, most, diagnostics);
    shape.finish(diagnostics);
    for origin in &said {
        let site = origin.value.strip_prefix("https://").or_else(|| origin.value.strip_prefix("http://"));
        let is_site = site.is_some_and(|it| {
            !it.is_empty() && !it.contains(|c: char| "/?#*".contains(c) || c.is_whitespace())
        });
        let is_everybody = origin.value == "*" && said.len() == 1;
        if !is_site && !is_everybody {
            let message = format!("`{}` is not where pages come from", origin.value);
            let help = "scheme and host: `https://shop.example`, or `*` alone for everybody";
            diagnostics.push(Diagnostic::error("SYN023", &origin.span, message).help(help));
        }
    }
    let origins = said.into_iter().map(|origin| origin.value).collect();
    Some(Cors { origins, seconds: age.map_or(600, |age| age.as_secs() as u32) })
}

fn plan(entry: &Entry, gateway: &Gateway, diagnostics: &mut Diagnostics) -> Option<Plan> {
    let mut shape = Shape::under(entry, "a plan", diagnostics)?;
    let rate = shape.whole_within("rate", 1, 10_000, diagnostics);
    let burst = shape.whole_within("burst", 1, 5_000, diagnostics);
    let day = shape.whole_within("day", 1, u32::MAX, diagnostics);
    shape.finish(diagnostics);
    Some(Plan {
        name: super::plain_name(entry.key.clone(), diagnostics)
            .map(|name| Spanned::new(name.wire, entry.key.span.clone()))?,
        rate: rate.map_or(gateway.rate, |it| it.value),
        burst: burst.map_or(gateway.burst, |it| it.value),
        day: day.map(|it| it.value),
    })
}

fn archive(entry: &Entry, diagnostics: &mut Diagnostics) -> Option<Duration> {
    let mut shape = Shape::under(entry, "the bus", diagnostics)?;
    let day = Duration::from_secs(86_400);
    let archive = within(&mut shape, "archive", day, day * 3_650, diagnostics);
    shape.finish(diagnostics);
    archive
}

/// Names of environments lead names of resources, so they are short.
const LONGEST_NAME: usize = 20;

fn environments(shape: &mut Shape<'_>, diagnostics: &mut Diagnostics) -> Vec<Environment> {
    let mut found = Vec::new();
    for entry in shape.mapping("environments", diagnostics).unwrap_or_default() {
        let Some(mut shape) = Shape::under(entry, "an environment", diagnostics) else { continue };
        let approval = shape.boolean("approval", diagnostics).is_some_and(|it| it.value);
        shape.finish(diagnostics);
        let Some(name) = super::plain_name(entry.key.clone(), diagnostics) else { continue };
        if name.wire.len() > LONGEST_NAME {
            let message = format!("the name of an environment has {LONGEST_NAME} letters at most");
            diagnostics.push(Diagnostic::error("SYN023", &entry.key.span, message));
            continue;
        }
        found.push(Environment { name: Spanned::new(name.wire, entry.key.span.clone()), approval });
    }
    found
}

fn objectives(entry: &Entry, diagnostics: &mut Diagnostics) -> Objectives {
    let mut objectives = Objectives::default();
    let Some(mut shape) = Shape::under(entry, "the objectives", diagnostics) else { return objectives };
    if let Some(node) = shape.get("availability") {
        match node.as_number().and_then(|text| text.parse::<f64>().ok()) {
            Some(share) if (50.0..=99.999).contains(&share) => {
                objectives.availability = (share * 1_000.0).round() as u32;
            }
            Some(share) => {
                let message = format!("`availability` must be from 50 to 99.999, not {share}");
                diagnostics.push(Diagnostic::error("SYN023", &node.span, message));
            }
            None => wrong_kind(&node.span, "`availability`", "a percentage", node, diagnostics),
        }
    }
    let (least, most) = (Duration::from_millis(1), Duration::from_secs(29));
    objectives.latency =
        within(&mut shape, "latency", least, most, diagnostics).unwrap_or(objectives.latency);
    shape.finish(diagnostics);
    objectives
}

fn delivery(entry: &Entry, diagnostics: &mut Diagnostics) -> Delivery {
    let mut delivery = Delivery::default();
    let Some(mut shape) = Shape::under(entry, "the delivery", diagnostics) else { return delivery };
    let mut set = |key, least, most, place: &mut u32, diagnostics: &mut Diagnostics| {
        if let Some(found) = shape.whole_within(key, least, most, diagnostics) {
            *place = found.value;
        }
    };
    set("canary", 1, 50, &mut delivery.canary, diagnostics);
    set("errors", 1, 50, &mut delivery.errors, diagnostics);
    set("least", 1, 1_000, &mut delivery.least, diagnostics);
    if let Some(bake) = within(&mut shape, "bake", SHORTEST_BAKE, LONGEST_BAKE, diagnostics) {
        delivery.bake_minutes = bake.as_secs().div_ceil(60) as u32;
    }
    delivery.repository = shape.text("repository", diagnostics);
    if let Some(branch) = shape.text("branch", diagnostics) {
        delivery.branch = branch.value;
    }
    shape.finish(diagnostics);
    delivery
}
