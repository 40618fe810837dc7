//! How often things happen, and what is assumed beside that: who costs what more by it.

use stipule_cost::{Assumptions, Group};
use stipule_ir::{Contract, Span};

use super::month::Months;
use crate::finding::Severity;
use crate::repository::diff::{About, Diff};
use crate::rule::{Rule, rule};

const MUCH_MORE: Rule = rule("REV900", "rate-doubled", Severity::Risky);
const OTHERWISE: Rule = rule("REV901", "rate-changed", Severity::Safe);
const ASSUMED: Rule = rule("REV908", "assumption-changed", Severity::Safe);

pub(super) const RULES: &[Rule] = &[MUCH_MORE, OTHERWISE, ASSUMED];

/// Seconds of a month of 30 days.
const MONTH: f64 = 2_592_000.0;

/// A rate that a contract declares.
struct Declared<'c> {
    about: About,
    /// What it is a rate of, on the bill.
    item: (Group, String),
    /// Times a second.
    rate: f64,
    span: &'c Span,
}

/// Compares what both sides declare.
pub(super) fn check(diff: &mut Diff<'_>, months: Option<&Months>) {
    let (base, revision) = (diff.base.contract, diff.revision.contract);
    let old = declared(base);
    for Declared { about, item, rate, span } in declared(revision) {
        let Some(was) = old.iter().find(|old| old.item == item) else { continue };
        if (was.rate - rate).abs() <= f64::EPSILON {
            continue;
        }
        let rule = if rate >= was.rate * 2.0 { MUCH_MORE } else { OTHERWISE };
        let mut note = format!("{} → {} calls a month", monthly(was.rate), monthly(rate));
        if let Some(costs) = months.and_then(|months| months.said(|key| *key == item)) {
            note.push_str(&format!(": {costs}"));
        }
        diff.differs_saying(&about, rule, (was.span, span), (spoken(was.rate), spoken(rate)), Some(note));
    }
    assumed(diff, months, (base, revision));
}

/// What is assumed otherwise than before, where nothing else says why the bill differs.
fn assumed(diff: &mut Diff<'_>, months: Option<&Months>, (base, revision): (&Contract, &Contract)) {
    let (old, new) = (Assumptions::of(&base.platform), Assumptions::of(&revision.platform));
    for (was, is) in old.0.iter().zip(&new.0).filter(|(was, is)| (was.value - is.value).abs() > f64::EPSILON)
    {
        let about = About::new("platform", format!("assumption {}", is.of.key));
        let places = (
            was.span.as_ref().unwrap_or(&base.platform.span),
            is.span.as_ref().unwrap_or(&revision.platform.span),
        );
        let note = months.and_then(|months| months.said(|_| true));
        let (before, after) = (was.value.to_string(), is.value.to_string());
        diff.differs_saying(&about, ASSUMED, places, (before, after), note);
    }
}

/// Every rate of a repository.
fn declared(contract: &Contract) -> Vec<Declared<'_>> {
    let mut found = of_tables(contract);
    for operation in contract.services.iter().flat_map(|service| &service.operations) {
        let name = format!("{} {}", operation.method.as_str(), operation.path.template);
        if let Some(rate) = &operation.rate {
            let about = About::new(name.clone(), format!("rate of {name}"));
            let item = (Group::Endpoint, name);
            found.push(Declared { about, item, rate: rate.value, span: &rate.span });
        }
    }
    for saga in &contract.workflows {
        if let Some(rate) = &saga.rate {
            let name = saga.name.kebab();
            let about = About::new(format!("saga {name}"), format!("rate of {name}"));
            let item = (Group::Saga, name);
            found.push(Declared { about, item, rate: rate.value, span: &rate.span });
        }
    }
    found.extend(of_sockets(contract));
    found
}

fn of_tables(contract: &Contract) -> Vec<Declared<'_>> {
    let mut found = Vec::new();
    for table in &contract.tables {
        let reads = table.reads.iter().map(|it| (Group::Read, &it.name, it.rate, &it.span));
        let writes = table.writes.iter().map(|it| (Group::Write, &it.name, it.rate, &it.span));
        let batches = table.batches.iter().map(|it| (Group::Write, &it.name, it.rate, &it.span));
        for (group, name, rate, span) in reads.chain(writes).chain(batches) {
            let Some(rate) = rate else { continue };
            let about = About::new(super::title(table), name.wire.clone());
            found.push(Declared { about, item: (group, name.plain_field()), rate, span });
        }
    }
    found
}

fn of_sockets(contract: &Contract) -> Vec<Declared<'_>> {
    let mut found = Vec::new();
    let mut add = |name: String, rate: f64, span| {
        let about = About::new(name.clone(), format!("rate of {name}"));
        found.push(Declared { about, item: (Group::Socket, name), rate, span });
    };
    for socket in &contract.sockets {
        if let Some(connections) = &socket.connections {
            add(
                format!("sockets of {}", socket.service.wire),
                connections.rate.value,
                &connections.rate.span,
            );
        }
        for topic in &socket.topics {
            if let Some(rate) = &topic.rate {
                add(format!("listening to {}", topic.address.value), rate.value, &rate.span);
            }
            for message in &topic.messages {
                if let Some(rate) = &message.rate {
                    add(message.name.wire.clone(), rate.value, &rate.span);
                }
            }
        }
    }
    found
}

/// `1.3 million`
fn monthly(rate: f64) -> String {
    let calls = rate * MONTH;
    if calls >= 1e6 { format!("{:.1} million", calls / 1e6) } else { format!("{calls:.0}") }
}

/// `40000/d`: by the unit that gives a number that can be read.
fn spoken(rate: f64) -> String {
    let units = [("s", 1.0), ("m", 60.0), ("h", 3_600.0), ("d", 86_400.0)];
    let fits = units.iter().find(|(_, seconds)| rate * seconds >= 1.0).unwrap_or(&units[3]);
    let number = format!("{:.2}", rate * fits.1);
    format!("{}/{}", number.trim_end_matches('0').trim_end_matches('.'), fits.0)
}
