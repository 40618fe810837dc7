//! Rates of operations and of what they write say the same.

use stipule_ir::table::{Table, Write, WriteKind};
use stipule_ir::{Contract, Diagnostic, Diagnostics, EventId, Operation, Page, Service};

use crate::Rule;

/// Rates that differ by less may both be right: a call may fail, or write twice.
const TOLERATED: f64 = 2.0;

/// Seconds of a day.
const DAY: f64 = 86_400.0;

pub(crate) const RULE: Rule = Rule {
    page: Page {
        code: "API103",
        title: "The rate of an operation and that of its write differ",
        text: "`x-stipule-rate` is how often an operation is called, `rate` in the table file how often a write happens. The \
write of the operation's own name happens when it is called, and an event that only operations may emit happens no more \
often than they are called. Rates that differ by more than a factor of two can't both be right, and what `stipule cost` \
reckons with one of them is wrong. (A warning.)

Bad:

```yaml
operationId: lendBook          # in contracts/http/lending.yaml
x-stipule-rate: 10000/d

lend_book: {rate: 400/d, do: […]}   # in the table file
```

Good: `x-stipule-rate: 410/d`.",
    },
    check,
};

fn check(contract: &Contract, diagnostics: &mut Diagnostics) {
    for service in &contract.services {
        for operation in &service.operations {
            let Some(rate) = &operation.rate else { continue };
            for table in &contract.tables {
                same_name(operation, rate.value, table, diagnostics);
            }
        }
        events(contract, service, diagnostics);
    }
}

fn same_name(operation: &Operation, rate: f64, table: &Table, diagnostics: &mut Diagnostics) {
    let same = |write: &&Write| write.name.words() == operation.id.words();
    let Some(write) = table.writes.iter().find(same) else { return };
    let Some(writes) = write.rate else { return };
    if rate <= writes * TOLERATED && writes <= rate * TOLERATED {
        return;
    }
    let (Some(place), name) = (&operation.rate, &write.name) else { return };
    let message =
        format!("`{}` is called {} a day, and `{name}` happens {}", operation.id, day(rate), day(writes));
    let fault =
        Diagnostic::warning("API103", &place.span, message).related(&write.span, "the write of its name");
    diagnostics.push(fault.help("the rates of both are averages of the same day"));
}

/// Events of a service that neither consumes events nor takes steps: only its operations can be why they happen.
fn events(contract: &Contract, service: &Service, diagnostics: &mut Diagnostics) {
    let name = service.name.wire.as_str();
    let steps = contract.workflows.iter().flat_map(|saga| &saga.steps);
    let otherwise = steps.map(|step| step.service.value.as_str()).any(|it| it == name)
        || contract.subscriptions.iter().any(|it| it.service.value == name);
    if otherwise {
        return;
    }
    let mut seen: Vec<EventId> = Vec::new();
    for operation in &service.operations {
        for event in operation.emits.iter().filter(|event| !seen.contains(event)).copied().collect::<Vec<_>>()
        {
            seen.push(event);
            let emitting = service.operations.iter().filter(|it| it.emits.contains(&event));
            let rates: Option<Vec<f64>> =
                emitting.map(|it| it.rate.as_ref().map(|rate| rate.value)).collect();
            let (Some(rates), Some(place)) = (rates, &operation.rate) else { continue };
            let calls: f64 = rates.iter().sum();
            let happens: f64 = contract.tables.iter().map(|table| emitted(table, event)).sum();
            if happens <= calls * TOLERATED {
                continue;
            }
            let event = &contract.event(event).name;
            let message = format!(
                "`{event}` happens {} times a day, and what may emit it is called {}",
                day(happens),
                day(calls)
            );
            let fault = Diagnostic::warning("API103", &place.span, message);
            diagnostics
                .push(fault.help("the rates of the writes that emit it, or of the operations, are wrong"));
        }
    }
}

/// How often a second an event happens by the rates of writes.
fn emitted(table: &Table, event: EventId) -> f64 {
    let of = |write: &Write| -> f64 {
        let parts = write
            .operations
            .iter()
            .filter(|part| matches!(part.kind, WriteKind::Emit { event: it } if it == event));
        parts.map(|part| part.each.as_ref().map_or(1.0, |each| each.typical.unwrap_or(1.0))).sum()
    };
    table.writes.iter().map(|write| write.rate.unwrap_or_default() * of(write)).sum()
}

/// A rate by the day, without what is too small to matter.
fn day(rate: f64) -> String {
    let number = format!("{:.2}", rate * DAY);
    number.trim_end_matches('0').trim_end_matches('.').to_owned()
}
