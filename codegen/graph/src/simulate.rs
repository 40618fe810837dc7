//! What a release does to callers, driven by what the templates say: minute by minute a canary gets its share of the
//! calls, an alarm counts those that fail, and CodeDeploy goes back, or doesn't.

use serde_json::Value;

use crate::graph::{Resource, Stacks, Target, walk};

/// How a function is released, as its templates say it.
#[derive(Clone, Debug, PartialEq)]
pub struct Release {
    /// Name of the alias's resource.
    pub alias: String,
    /// Share of the calls that the new version gets first.
    pub share: f64,
    /// Minutes until it gets all of them.
    pub bake: u32,
    /// The alarms that send it back; none where nothing does.
    pub alarms: Vec<Watch>,
}

/// An alarm over the share of calls that fail.
#[derive(Clone, Debug, PartialEq)]
pub struct Watch {
    /// Whether it counts the calls of the new version alone.
    pub of_version: bool,
    /// Percent of failed calls from which a period counts as bad.
    pub percent: f64,
    /// Calls in a period below which it concludes nothing.
    pub least: f64,
    /// Minutes of a period.
    pub period: u32,
    /// Periods that it looks at.
    pub periods: u32,
    /// Bad ones of them that make it ring.
    pub bad: u32,
    /// Whether a period without calls counts as bad.
    pub silence_is_bad: bool,
}

/// What is tried.
#[derive(Clone, Copy, Debug)]
pub struct Trial {
    /// Calls a minute of the alias.
    pub calls: f64,
    /// Share of calls that fail in the old version.
    pub old: f64,
    /// Share of calls that fail in the new one.
    pub new: f64,
}

/// What became of many releases.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Outcome {
    /// Share that was sent back before the bake ended.
    pub back: f64,
    /// Calls that failed in the new version before it was sent back or the bake ended, on average.
    pub failed: f64,
    /// Minutes until it was sent back, on average of those that were.
    pub minutes: f64,
}

/// Minutes until figures of a minute are there, and until CodeDeploy looks at the alarm.
const LAG: u32 = 2;

/// Every release in the templates, by alias.
pub fn releases(stacks: &Stacks) -> Vec<Release> {
    stacks.of("AWS::Lambda::Alias").map(|alias| release(stacks, &alias)).collect()
}

fn release(stacks: &Stacks, alias: &Target<'_>) -> Release {
    let nothing = Release { alias: alias.name.to_owned(), share: 1.0, bake: 0, alarms: Vec::new() };
    let by = &alias.resource.said["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"];
    let Some(group) = stacks.target(alias.stack, &by["DeploymentGroupName"]) else { return nothing };
    let said = &group.resource.properties;
    let Some(shape) = stacks.target(group.stack, &said["DeploymentConfigName"]) else { return nothing };
    let canary = &shape.resource.properties["TrafficRoutingConfig"]["TimeBasedCanary"];
    let back = &said["AutoRollbackConfiguration"];
    let events = back["Events"].as_array().map_or(&[][..], Vec::as_slice);
    let watched = back["Enabled"] == true
        && events.iter().any(|event| event == "DEPLOYMENT_STOP_ON_ALARM")
        && said["AlarmConfiguration"]["Enabled"] == true;
    let alarms = said["AlarmConfiguration"]["Alarms"].as_array().map_or(&[][..], Vec::as_slice);
    let alarms = alarms.iter().filter(|_| watched);
    let alarms = alarms.filter_map(|alarm| stacks.target(group.stack, &alarm["Name"]));
    let version = stacks.target(alias.stack, &alias.resource.properties["FunctionVersion"]);
    Release {
        alias: alias.name.to_owned(),
        share: canary["CanaryPercentage"].as_f64().unwrap_or(100.0) / 100.0,
        bake: canary["CanaryInterval"].as_u64().unwrap_or(0) as u32,
        alarms: alarms.map(|alarm| watch(stacks, &alarm, version)).collect(),
    }
}

fn watch(stacks: &Stacks, alarm: &Target<'_>, version: Option<Target<'_>>) -> Watch {
    let Resource { properties: said, .. } = alarm.resource;
    let number = |value: &Value| value.as_u64().unwrap_or_default() as u32;
    let mut seconds = number(&said["Period"]);
    let (mut metrics, mut of_version) = (0, 0);
    walk(said, &mut |value| {
        seconds = seconds.max(number(&value["MetricStat"]["Period"]));
        let Some(dimensions) = value["Dimensions"].as_array() else { return };
        metrics += 1;
        let of = dimensions.iter().find(|it| it["Name"] == "ExecutedVersion");
        let executed = of.and_then(|it| stacks.target(alarm.stack, &it["Value"]));
        of_version +=
            usize::from(executed.zip(version).is_some_and(|(executed, version)| executed.is(&version)));
    });
    let expressions = said["Metrics"].as_array().into_iter().flatten();
    let least = expressions.filter_map(|metric| {
        let rest = metric["Expression"].as_str()?.strip_prefix("IF(calls >= ")?;
        rest.split(',').next()?.trim().parse().ok()
    });
    let periods = number(&said["EvaluationPeriods"]).max(1);
    Watch {
        of_version: metrics > 0 && of_version == metrics,
        percent: said["Threshold"].as_f64().unwrap_or(f64::INFINITY),
        least: least.fold(1.0, f64::max),
        period: (seconds / 60).max(1),
        periods,
        bad: said["DatapointsToAlarm"].as_u64().map_or(periods, |bad| bad as u32),
        silence_is_bad: said["TreatMissingData"] == "breaching",
    }
}

/// Tries a release with each of so many seeds.
pub fn simulate(release: &Release, trial: Trial, seeds: u64) -> Outcome {
    let mut outcome = Outcome::default();
    for seed in 0..seeds {
        let (minute, failed) = once(release, trial, seed);
        outcome.failed += failed;
        if let Some(minute) = minute {
            outcome.back += 1.0;
            outcome.minutes += f64::from(minute);
        }
    }
    outcome.minutes /= outcome.back.max(1.0);
    outcome.back /= seeds.max(1) as f64;
    outcome.failed /= seeds.max(1) as f64;
    outcome
}

/// One release: the minute in which it was sent back, and the calls that failed in the new version.
fn once(release: &Release, trial: Trial, seed: u64) -> (Option<u32>, f64) {
    let mut chance =
        Chance(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ trial.calls.to_bits() ^ trial.new.to_bits());
    let mut minutes: Vec<[f64; 4]> = Vec::new();
    let mut failed = 0.0;
    for minute in 1..=release.bake {
        let new = chance.poisson(trial.calls * release.share);
        let old = chance.poisson(trial.calls * (1.0 - release.share));
        let (new_bad, old_bad) = (chance.binomial(new, trial.new), chance.binomial(old, trial.old));
        failed += new_bad;
        minutes.push([new, new_bad, old, old_bad]);
        let seen = minute.saturating_sub(LAG) as usize;
        if release.alarms.iter().any(|alarm| rings(alarm, &minutes[..seen])) {
            return (Some(minute), failed);
        }
    }
    (None, failed)
}

/// Whether an alarm rings after these minutes.
fn rings(alarm: &Watch, minutes: &[[f64; 4]]) -> bool {
    let periods = minutes.chunks_exact(alarm.period as usize);
    let bad: Vec<bool> = periods.map(|period| is_bad(alarm, period)).collect();
    let seen = bad.len().saturating_sub(alarm.periods as usize);
    bad[seen..].iter().filter(|bad| **bad).count() >= alarm.bad.max(1) as usize
}

fn is_bad(alarm: &Watch, period: &[[f64; 4]]) -> bool {
    let sum = |at: usize| period.iter().map(|minute| minute[at]).sum::<f64>();
    let (mut calls, mut failed) = (sum(0), sum(1));
    if !alarm.of_version {
        calls += sum(2);
        failed += sum(3);
    }
    if calls == 0.0 {
        return alarm.silence_is_bad;
    }
    calls >= alarm.least && 100.0 * failed / calls >= alarm.percent
}

/// Random numbers that a seed gives again: SplitMix64.
struct Chance(u64);

impl Chance {
    /// From 0 to 1, without 1.
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((bits ^ (bits >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn normal(&mut self) -> f64 {
        let (one, two) = (1.0 - self.unit(), self.unit());
        (-2.0 * one.ln()).sqrt() * (std::f64::consts::TAU * two).cos()
    }

    /// How many calls come where so many are expected.
    fn poisson(&mut self, expected: f64) -> f64 {
        if expected > 200.0 {
            return (expected + expected.sqrt() * self.normal()).round().max(0.0);
        }
        let (end, mut product, mut count) = ((-expected).exp(), self.unit(), 0.0);
        while product > end {
            product *= self.unit();
            count += 1.0;
        }
        count
    }

    /// How many of so many calls fail.
    fn binomial(&mut self, calls: f64, share: f64) -> f64 {
        if calls * share * (1.0 - share) > 50.0 {
            let spread = (calls * share * (1.0 - share)).sqrt();
            return (calls * share + spread * self.normal()).round().clamp(0.0, calls);
        }
        (0..calls as u64).filter(|_| self.unit() < share).count() as f64
    }
}
