//! How often events happen and sagas run, from what the contracts say.

use stipule_ir::table::{Write, WriteKind};
use stipule_ir::{Contract, EventId, Span, Workflow};

use crate::SECONDS;

/// How often something happens, and what says so.
#[derive(Clone, Debug)]
pub(crate) struct Rate {
    pub(crate) per_day: f64,
    pub(crate) because: String,
    pub(crate) span: Span,
}

/// How often a day an event happens: what its writes say. `None` where no write of it has a rate.
pub(crate) fn of_event(contract: &Contract, event: EventId) -> Option<Rate> {
    let writes = contract.tables.iter().flat_map(|table| &table.writes);
    let mut found: Vec<(&Write, f64)> =
        writes.filter_map(|write| Some((write, write.rate? * emits(write, event) * SECONDS))).collect();
    found.retain(|(_, rate)| *rate > 0.0);
    found.sort_by(|(_, one), (_, two)| two.total_cmp(one));
    let (first, _) = found.first()?;
    let names: Vec<String> = found.iter().map(|(write, _)| write.name.plain_field()).collect();
    Some(Rate {
        per_day: found.iter().map(|(_, rate)| rate).sum(),
        because: format!("emitted by {}", names.join(", ")),
        span: first.span.clone(),
    })
}

/// How many of an event one call of a write emits, mostly.
fn emits(write: &Write, wanted: EventId) -> f64 {
    let parts = write
        .operations
        .iter()
        .filter(|part| matches!(part.kind, WriteKind::Emit { event } if event == wanted));
    parts.map(|part| part.each.as_ref().map_or(1.0, |each| each.typical.unwrap_or(1.0))).sum()
}

/// How often a day a saga runs: as it says, or as its events happen.
pub(crate) fn of_saga(contract: &Contract, saga: &Workflow) -> Option<Rate> {
    if let Some(said) = &saga.rate {
        let because = "`rate` of the saga".to_owned();
        return Some(Rate { per_day: said.value * SECONDS, because, span: said.span.clone() });
    }
    let started = saga.starts.iter().filter_map(|start| {
        let rate = of_event(contract, start.event)?;
        Some((contract.event(start.event).name.wire.clone(), rate))
    });
    let started: Vec<(String, Rate)> = started.collect();
    let (_, first) = started.first()?;
    let names: Vec<&str> = started.iter().map(|(name, _)| name.as_str()).collect();
    Some(Rate {
        per_day: started.iter().map(|(_, rate)| rate.per_day).sum(),
        because: format!("started by {}", names.join(", ")),
        span: first.span.clone(),
    })
}
