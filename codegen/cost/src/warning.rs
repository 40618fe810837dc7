//! What somebody should look at.

use stipule_ir::table::{IndexId, Read};
use stipule_ir::workflow::{Kind, Node, Step};
use stipule_ir::{Contract, Span, Workflow};
use stipule_table::unit::{Place, Unit};

use crate::item::{Group, Item};
use crate::ledger::Ledger;
use crate::line::Report;
use crate::saga;
use crate::{DAYS, SECONDS, money};

/// Seconds that an express run takes at most. Source: quotas of Step Functions.
const EXPRESS: u64 = 300;

/// Names that a warning lists.
const NAMED: usize = 5;

/// Hours of a month.
const HOURS: f64 = DAYS * 24.0;

/// A month's difference that is worth a word.
const WORTH: f64 = 1.0;

/// Something to look at.
#[derive(Clone, Debug)]
pub struct Warning {
    /// Short, for programs: `saga-dominates`.
    pub id: &'static str,
    /// What is the matter.
    pub message: String,
    /// What to do.
    pub help: String,
    /// Where.
    pub span: Span,
}

pub(crate) fn all(ledger: &Ledger<'_>, items: &[Item], table: Option<&Report>) -> Vec<Warning> {
    let mut found = Vec::new();
    sagas(ledger, items, &mut found);
    if let Some(report) = table {
        indexes(ledger, report, &mut found);
        capacity(ledger, report, &mut found);
    }
    silent(ledger, items, &mut found);
    found
}

fn sagas(ledger: &Ledger<'_>, items: &[Item], found: &mut Vec<Warning>) {
    let currency = &ledger.prices.currency;
    let total: f64 = items.iter().map(Item::per_month).sum();
    for saga in &ledger.contract.workflows {
        let own = items.iter().find(|it| it.group == Group::Saga && it.name == saga.name.kebab());
        let cost = own.map_or(0.0, Item::per_month);
        if cost > total - cost && cost > WORTH {
            found.push(Warning {
                id: "saga-dominates",
                message: format!(
                    "`{}` costs {} a month, more than all the rest together ({})",
                    saga.name,
                    money(cost, currency),
                    money(total - cost, currency)
                ),
                help: "fewer states, fewer runs, or `kind: express`".to_owned(),
                span: saga.span.clone(),
            });
        }
        let Some((states, time)) = saga::both(ledger, saga) else { continue };
        match saga.kind {
            Kind::Standard if states - time > WORTH && is_short(saga) => found.push(Warning {
                id: "express-would-do",
                message: format!(
                    "`{}` would save {} a month as an express saga: {} rather than {}",
                    saga.name,
                    money(states - time, currency),
                    money(time, currency),
                    money(states, currency)
                ),
                help: format!("`kind: express` and `timeout: {EXPRESS}s` at most: it waits for nobody"),
                span: saga.span.clone(),
            }),
            Kind::Express if time - states > WORTH => found.push(Warning {
                id: "standard-would-do",
                message: format!(
                    "`{}` would save {} a month as a standard saga",
                    saga.name,
                    money(time - states, currency)
                ),
                help: "`kind: standard`: it is billed by states, not by time".to_owned(),
                span: saga.span.clone(),
            }),
            _ => {}
        }
    }
}

/// Whether nothing in a saga takes longer than an express run may: no token is waited for, no day, and all its steps
/// could take their whole time.
fn is_short(saga: &Workflow) -> bool {
    fn waits(nodes: &[Node]) -> bool {
        nodes.iter().any(|node| match node {
            Node::Wait(_) => true,
            Node::Do(_) => false,
            Node::Choice(it) => it.arms.iter().any(|arm| waits(&arm.flow)) || waits(&it.otherwise),
            Node::Parallel(it) => it.branches.iter().any(|(_, flow)| waits(flow)),
            Node::Each(it) => waits(&it.flow),
        })
    }
    let longest: f64 = saga.steps.iter().map(longest).sum();
    !waits(&saga.flow) && saga.steps.iter().all(|step| !step.callback) && longest <= EXPRESS as f64
}

/// Seconds of a step that fails until its last try.
fn longest(step: &Step) -> f64 {
    let retry = &step.retry;
    let (first, most) = (retry.interval.as_secs_f64(), retry.longest.as_secs_f64());
    let factor = f64::from(retry.backoff) / 100.0;
    let waits: f64 = (0..retry.attempts).map(|at| (first * factor.powf(f64::from(at))).min(most)).sum();
    step.timeout.value.as_secs_f64() * f64::from(retry.attempts + 1) + waits
}

/// Indexes that every write pays for and nothing reads.
fn indexes(ledger: &Ledger<'_>, report: &Report, found: &mut Vec<Warning>) {
    let Some(table) = ledger.contract.tables.first() else { return };
    for (id, index) in (0u32..).map(IndexId).zip(&table.indexes) {
        if table.reads.iter().any(|read| read.index() == Some(id)) {
            continue;
        }
        let cost = |line: &crate::Line| {
            let units = line.usage.sum(|step| step.place == Place::Index(id) && step.unit == Unit::Write);
            let price = ledger.prices.dynamodb.write_unit();
            price.of(line.calls_per_day.unwrap_or_default() * DAYS * units.typical)
        };
        let cost: f64 = report.lines.iter().map(cost).sum();
        found.push(Warning {
            id: "index-unread",
            message: format!(
                "nothing reads `{}`, and writing to it costs {} a month",
                index.name,
                money(cost, &ledger.prices.currency)
            ),
            help: "take it away, or add the read that it is for".to_owned(),
            span: index.span.clone(),
        });
    }
}

/// Whether units that are bought by the hour would be cheaper than units that are billed by the call, as those of the
/// generated table are. What is bought has to be enough for the busiest hour.
fn capacity(ledger: &Ledger<'_>, report: &Report, found: &mut Vec<Warning>) {
    let Some(table) = ledger.contract.tables.first() else { return };
    let units = |of: fn(&crate::Line) -> f64| -> f64 {
        report.lines.iter().map(|line| line.calls_per_day.unwrap_or_default() * of(line)).sum::<f64>()
    };
    let (reads, writes) = (units(|line| line.reads.typical), units(|line| line.writes.typical));
    let prices = &ledger.prices.platform;
    let demand = ledger.prices.dynamodb.read_unit().of(reads * DAYS)
        + ledger.prices.dynamodb.write_unit().of(writes * DAYS);
    let peak = ledger.assume("peak").max(1.0);
    let hourly = |per_day: f64, price: &crate::price::Price| {
        let units = (per_day / SECONDS * peak).ceil().max(1.0);
        price.of(units * HOURS)
    };
    let bought = hourly(reads, &prices.read_capacity) + hourly(writes, &prices.write_capacity);
    let currency = &ledger.prices.currency;
    let said = format!(
        "{} on demand, {} bought by the hour for a peak of {peak} times the average",
        money(demand, currency),
        money(bought, currency)
    );
    let less = demand - bought;
    if less > WORTH && demand > 0.0 {
        found.push(Warning {
            id: "provisioned-cheaper",
            message: format!(
                "the calls of `{}` would cost {} less a month: {said}",
                table.name,
                money(less, currency)
            ),
            help: "buy capacity for the table, if the peak is no higher (`assumptions: {peak: …}`)"
                .to_owned(),
            span: table.span.clone(),
        });
    }
}

/// All of a few, the first of many.
fn some_of(names: &[String]) -> String {
    match names.get(..NAMED) {
        Some(first) if names.len() > NAMED + 1 => {
            format!("{} and {} more", first.join(", "), names.len() - NAMED)
        }
        _ => names.join(", "),
    }
}

/// Reads without a rate that come with an entity, and that no table file lists: whoever needs one says so there.
pub fn unlisted(contract: &Contract) -> Vec<String> {
    let Some(table) = contract.tables.first() else { return Vec::new() };
    let comes_along = |read: &&Read| table.entities.iter().any(|entity| entity.span == read.span);
    let reads = table.reads.iter().filter(comes_along).filter(|read| read.rate.is_none());
    reads.map(|read| read.name.plain_field()).collect()
}

/// What happens nobody knows how often: in no sum, and said once for each kind.
fn silent(ledger: &Ledger<'_>, items: &[Item], found: &mut Vec<Warning>) {
    let ways = [
        (Group::Endpoint, "endpoint", "`x-stipule-rate: 40000/d` on the operation"),
        (Group::Event, "event", "`rate:` on the writes that emit it"),
        (Group::Saga, "saga", "`rate:` in the saga, or rates of what starts it"),
        (Group::Read, "read", "`rate:` in the table file"),
        (Group::Write, "write", "`rate:` in the table file"),
        (Group::Socket, "socket", "`x-stipule-rate` and `x-stipule-connections`"),
    ];
    let unlisted = unlisted(ledger.contract);
    for (group, noun, help) in ways {
        let quiet = items.iter().filter(|it| it.group == group && it.per_day.is_none());
        let asked_for = |it: &&Item| group != Group::Read || !unlisted.contains(&it.name);
        let quiet: Vec<&Item> = quiet.filter(asked_for).collect();
        let Some(first) = quiet.first() else { continue };
        let span = match &first.place {
            crate::Place::Contract(span) => span.clone(),
            crate::Place::Template(_) => ledger.contract.platform.span.clone(),
        };
        let names: Vec<String> = quiet.iter().map(|it| format!("`{}`", it.name)).collect();
        let what = match quiet.len() {
            1 => format!("one {noun} has no rate and no part in the sum: {}", names[0]),
            count => format!("{count} {noun}s have no rate and no part in the sum: {}", some_of(&names)),
        };
        found.push(Warning { id: "without-rate", message: what, help: help.to_owned(), span });
    }
}
