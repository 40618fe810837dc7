//! What sagas cost: states of a standard one, or runs and time of an express one, and the functions of the steps.

use std::collections::BTreeMap;

use stipule_ir::workflow::{Choice, Kind, Node};
use stipule_ir::{Span, Workflow};

use crate::DAYS;
use crate::item::{Group, Item, Part};
use crate::ledger::{Ledger, Work, figure};
use crate::rates;

/// Gigabytes of memory that an express run is billed for at least: a chunk of 64 MB.
const CHUNK: f64 = 0.0625;

/// What a run goes through, on average.
#[derive(Clone, Debug, Default)]
pub struct Way {
    /// States entered.
    pub states: f64,
    /// Calls of functions that take steps, by the service of the steps.
    pub steps: BTreeMap<String, f64>,
}

impl Way {
    /// Calls of all services.
    pub fn tasks(&self) -> f64 {
        self.steps.values().sum()
    }

    fn add(&mut self, other: &Way, times: f64) {
        self.states += other.states * times;
        for (service, steps) in &other.steps {
            *self.steps.entry(service.clone()).or_default() += steps * times;
        }
    }
}

/// What comes after a part.
#[derive(Clone, Copy)]
enum After {
    /// Nothing: its scope is over.
    Nothing,
    /// A choice: one that goes on to it by default asks its questions itself.
    Choice,
    /// Anything else.
    Other,
}

/// What a run of a saga goes through that succeeds: shares and typical numbers as declared; of ways without a share the
/// longest is taken, and a list has one item.
pub fn way(saga: &Workflow) -> Way {
    flow(saga, &saga.flow, After::Nothing)
}

fn flow(saga: &Workflow, nodes: &[Node], after: After) -> Way {
    let mut whole = Way::default();
    let mut left = nodes;
    while let Some(node) = left.first() {
        left = &left[saga.together(left)..];
        let next = match left.first() {
            None => after,
            Some(Node::Choice(_)) => After::Choice,
            Some(_) => After::Other,
        };
        whole.states += 1.0;
        match node {
            Node::Do(it) => {
                let service = &saga.steps[it.act.step.0 as usize].service.value;
                *whole.steps.entry(service.clone()).or_default() += 1.0;
            }
            Node::Choice(it) => whole.add(&choice(saga, it, next), 1.0),
            Node::Parallel(it) => {
                for (_, branch) in &it.branches {
                    whole.add(&flow(saga, branch, After::Nothing), 1.0);
                }
            }
            Node::Each(it) => {
                whole.add(&flow(saga, &it.flow, After::Nothing), it.typical.unwrap_or(1.0));
            }
            Node::Wait(_) => {}
        }
    }
    whole
}

/// The ways behind a choice. At the end of its scope, a way with nothing in it is a state of its own; what it goes on to
/// by default is none if it is a choice too, since that one's questions are asked here.
fn choice(saga: &Workflow, it: &Choice, next: After) -> Way {
    let walk = |nodes: &[Node]| {
        let mut way = flow(saga, nodes, next);
        if nodes.is_empty() && matches!(next, After::Nothing) {
            way.states += 1.0;
        }
        way
    };
    let mut ways: Vec<(Option<f64>, Way)> = it.arms.iter().map(|arm| (arm.share, walk(&arm.flow))).collect();
    let mut otherwise = walk(&it.otherwise);
    let goes_on_to_choice = match it.otherwise.first() {
        Some(first) => matches!(first, Node::Choice(_)),
        None => matches!(next, After::Choice),
    };
    if goes_on_to_choice {
        otherwise.states -= 1.0;
    }
    ways.push((None, otherwise));
    let said: f64 = ways.iter().filter_map(|(share, _)| *share).sum();
    let rest = (1.0 - said).max(0.0);
    let mut whole = Way::default();
    for (share, way) in &ways {
        whole.add(way, share.unwrap_or(0.0));
    }
    let unsaid = ways.iter().filter(|(share, _)| share.is_none()).map(|(_, way)| way);
    if let Some(longest) = unsaid.max_by(|one, two| one.states.total_cmp(&two.states)) {
        whole.add(longest, rest);
    }
    whole
}

pub(crate) fn items(ledger: &Ledger<'_>) -> Vec<Item> {
    ledger.contract.workflows.iter().map(|saga| item(ledger, saga)).collect()
}

fn item(ledger: &Ledger<'_>, saga: &Workflow) -> Item {
    let rate = rates::of_saga(ledger.contract, saga);
    let place: &Span = rate.as_ref().map_or(&saga.span, |rate| &rate.span);
    let mut item = ledger.item(Group::Saga, saga.name.kebab(), None, place);
    let Some(rate) = rate else { return item };
    item.per_day = Some(rate.per_day);
    item.because = rate.because;
    let runs = rate.per_day * DAYS;
    let said = format!("{} a day × {DAYS} days", figure(rate.per_day));
    let way = way(saga);
    match saga.kind {
        Kind::Standard => item.parts.push(standard(ledger, &way, runs, &said)),
        Kind::Express => item.parts.extend(express(ledger, &way, runs, &said)),
    }
    if !saga.starts.is_empty() {
        let prices = &ledger.prices.platform;
        let again = 1.0 + ledger.assume("retried");
        let batch = ledger.assume("together").clamp(1.0, 10.0);
        let calls = runs * (1.0 + (again + 1.0) / batch);
        let formula = format!("{said} × (1 sent + {again} received ÷ {batch} + 1 deleted ÷ {batch})");
        item.parts.push(ledger.part("queue of starts", formula, calls, &prices.queue_call));
        ledger.calls("starter", runs * again / batch, ledger.own(), &mut item.parts);
    }
    let again = 1.0 + ledger.assume("retried");
    for (service, steps) in &way.steps {
        let work = Work { time: "step_time", memory: ledger.memory(Some(service)) };
        ledger.calls(&format!("steps of {service}"), runs * steps * again, work, &mut item.parts);
    }
    ledger.traces(runs, &mut item.parts);
    item
}

/// The states of so many runs.
fn standard(ledger: &Ledger<'_>, way: &Way, runs: f64, said: &str) -> Part {
    let (begin, retried) = (ledger.assume("begin"), ledger.assume("retried"));
    let each = begin + way.states + way.tasks() * retried;
    let formula = format!(
        "{said} × {each:.2} states ({begin} to begin, {:.2} on the way, {retried} of {:.2} steps again)",
        way.states,
        way.tasks()
    );
    ledger.part("states", formula, runs * each, &ledger.prices.platform.transition)
}

/// The requests and the time of so many runs.
fn express(ledger: &Ledger<'_>, way: &Way, runs: f64, said: &str) -> Vec<Part> {
    let prices = &ledger.prices.platform;
    let seconds = way.tasks() * ledger.assume("step_time") / 1e3;
    // Billed by 100 ms.
    let billed = (seconds * 10.0).ceil() / 10.0;
    let formula = format!("{said} × {billed} s × 64 MB");
    vec![
        ledger.part("runs", said.to_owned(), runs, &prices.express_run),
        ledger.part("time", formula, runs * billed * CHUNK / 3_600.0, &prices.express_time),
    ]
}

/// What a saga's states cost a month, and what they would cost as the other kind.
pub(crate) fn both(ledger: &Ledger<'_>, saga: &Workflow) -> Option<(f64, f64)> {
    let runs = rates::of_saga(ledger.contract, saga)?.per_day * DAYS;
    let way = way(saga);
    let states = standard(ledger, &way, runs, "").per_month();
    let time = express(ledger, &way, runs, "").iter().map(Part::per_month).sum();
    Some((states, time))
}
