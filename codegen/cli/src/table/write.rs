//! Writes as they are shown.

use serde::Serialize;
use stipule_ir::table::{
    Batch, BatchKind, Changes, Demand, Each, Entity, FieldRef, Write, WriteKind, WriteOperation,
};
use stipule_table::key::field_name;
use stipule_table::unit::{Place, Unit};

use super::view::{Scene, Units};

/// A write.
#[derive(Serialize)]
pub(crate) struct WriteView {
    pub(crate) name: String,
    /// Line in the file.
    pub(crate) line: u32,
    /// What it does, in the order of the file.
    pub(crate) operations: Vec<OperationView>,
    /// Items of the transaction, the platform's rows included.
    pub(crate) items: Units,
    /// Write units of a call.
    pub(crate) units: Units,
    /// Part of them in indexes.
    pub(crate) in_indexes: f64,
    pub(crate) calls_per_day: Option<f64>,
    pub(crate) per_month: Option<f64>,
}

/// One operation of a write.
#[derive(Serialize)]
pub(crate) struct OperationView {
    /// `put`, `update`, `update or make`, `delete`, `check`, `emit`.
    pub(crate) verb: &'static str,
    /// The entity or event.
    pub(crate) what: String,
    /// `status, updatedAt`; `reserved + quantity`.
    pub(crate) changes: Vec<String>,
    /// What must hold: `it is new`, `its version is the one read`, `available >= $quantity`.
    pub(crate) requires: Vec<String>,
    /// Error when it doesn't.
    pub(crate) otherwise: Option<String>,
    /// `for each of lines, at most 30`.
    pub(crate) each: Option<String>,
}

impl Scene<'_> {
    pub(super) fn write(&self, write: &Write) -> WriteView {
        let cost = self.cost(&write.name.plain_field());
        let none = Units { typical: 0.0, most: None };
        let in_indexes = cost.map(|line| {
            line.usage.sum(|step| step.unit == Unit::Write && matches!(step.place, Place::Index(_))).typical
        });
        WriteView {
            name: write.name.plain_field(),
            line: self.line(&write.span),
            operations: write.operations.iter().map(|operation| self.operation(operation)).collect(),
            items: cost.map_or(none, |line| line.usage.items_written().into()),
            units: cost.map_or(none, |line| line.writes.into()),
            in_indexes: in_indexes.unwrap_or_default(),
            calls_per_day: cost.and_then(|line| line.calls_per_day),
            per_month: cost.and_then(stipule_cost::Line::per_month),
        }
    }

    /// A batch as a write of one operation.
    pub(super) fn batch(&self, batch: &Batch) -> WriteView {
        let cost = self.cost(&batch.name.plain_field());
        let none = Units { typical: 0.0, most: None };
        let in_indexes = cost.map(|line| {
            line.usage.sum(|step| step.unit == Unit::Write && matches!(step.place, Place::Index(_))).typical
        });
        let operation = OperationView {
            verb: if batch.kind == BatchKind::Put { "put" } else { "delete" },
            what: self.entity(batch.entity).name.wire.clone(),
            changes: Vec::new(),
            requires: Vec::new(),
            otherwise: None,
            each: Some(format!("up to {} without a transaction", batch.max.value)),
        };
        WriteView {
            name: batch.name.plain_field(),
            line: self.line(&batch.span),
            operations: vec![operation],
            items: cost.map_or(none, |line| line.usage.items_written().into()),
            units: cost.map_or(none, |line| line.writes.into()),
            in_indexes: in_indexes.unwrap_or_default(),
            calls_per_day: cost.and_then(|line| line.calls_per_day),
            per_month: cost.and_then(stipule_cost::Line::per_month),
        }
    }

    fn operation(&self, operation: &WriteOperation) -> OperationView {
        let mut view = OperationView {
            verb: verb(&operation.kind),
            what: String::new(),
            changes: Vec::new(),
            requires: Vec::new(),
            otherwise: operation.otherwise.as_ref().map(|name| name.wire.clone()),
            each: operation.each.as_ref().map(each),
        };
        if let WriteKind::Emit { event } = &operation.kind {
            view.what = self.contract.event(*event).name.wire.clone();
        }
        let Some(entity) = operation.kind.entity().map(|id| self.entity(id)) else { return view };
        view.what = entity.name.wire.clone();
        if let Some(changes) = operation.kind.changes() {
            view.changes = self.changes(entity, changes);
        }
        match &operation.kind {
            WriteKind::Put { demand, .. } | WriteKind::Delete { demand, .. } => {
                view.requires.extend(demanded(entity, demand));
            }
            WriteKind::Update { .. } => view.requires.push(current(entity)),
            WriteKind::Check { demand, current: true, .. } => view.requires.extend(demanded(entity, demand)),
            WriteKind::Check { demand: Demand::Absent, .. } => view.requires.push(NONE.to_owned()),
            WriteKind::Check { demand: Demand::Present(None), .. } => view.requires.push(THERE.to_owned()),
            _ => {}
        }
        view.requires.extend(operation.kind.condition().map(|it| self.condition(entity, it)));
        view
    }

    fn changes(&self, entity: &Entity, changes: &Changes) -> Vec<String> {
        let name = |field: FieldRef| field_name(self.contract, entity, field).to_owned();
        let set = changes.set.iter().map(|field| name(*field));
        let absent =
            changes.set_if_absent.iter().map(|field| format!("{} where there is none", name(*field)));
        let added = changes.add.iter().map(|add| {
            let sign = if add.negative { '−' } else { '+' };
            format!("{} {sign} ${}", name(add.field), add.argument.wire)
        });
        let removed = changes.remove.iter().map(|field| format!("without {}", name(*field)));
        set.chain(absent).chain(added).chain(removed).collect()
    }
}

const NONE: &str = "there is none yet";
const THERE: &str = "it is there";

fn verb(kind: &WriteKind) -> &'static str {
    match kind {
        WriteKind::Put { .. } => "put",
        WriteKind::Update { .. } => "update",
        WriteKind::Upsert { .. } => "update or make",
        WriteKind::Delete { .. } => "delete",
        WriteKind::Check { .. } => "check",
        WriteKind::Emit { .. } => "emit",
    }
}

/// What must be there, conditions on fields aside.
fn demanded(entity: &Entity, demand: &Demand) -> Option<String> {
    match demand {
        Demand::Absent => Some(NONE.to_owned()),
        Demand::Present(_) => Some(current(entity)),
        Demand::Any => None,
    }
}

/// What an item must be for a write that replaces, changes or removes it.
fn current(entity: &Entity) -> String {
    if entity.version { "it is as it was read".to_owned() } else { THERE.to_owned() }
}

fn each(each: &Each) -> String {
    format!("for each of {}, at most {}", each.argument.wire, each.max.value)
}
