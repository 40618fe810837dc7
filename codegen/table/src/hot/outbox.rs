//! The outbox takes every event that is written.

use stipule_ir::table::Table;
use stipule_ir::{Diagnostic, Diagnostics};

use super::{Load, MOST_WRITES, thousands};
use crate::unit::Meter;

/// Partitions of an outbox that the file doesn't declare.
const SHARDS: u32 = 16;

/// `TBL115` when its partitions get more than they can take.
pub(super) fn judge(table: &Table, meter: &Meter<'_>, diagnostics: &mut Diagnostics) {
    let mut loads: Vec<Load<'_>> = Vec::new();
    for write in &table.writes {
        let Some(rate) = write.rate else { continue };
        let load = Load { name: &write.name, span: &write.span, rate, units: meter.outbox(write) };
        loads.extend((load.units > 0.0).then_some(load));
    }
    loads.sort_by(|one, two| two.total().total_cmp(&one.total()));
    let shards = table.outbox.as_ref().map_or(SHARDS, |outbox| outbox.shards);
    let each = loads.iter().map(Load::total).sum::<f64>() / f64::from(shards);
    let Some(first) = loads.first().filter(|_| each > MOST_WRITES) else { return };
    let message =
        format!("{} WCU on one shard of the outbox, at most {}", thousands(each), thousands(MOST_WRITES));
    let products: Vec<String> = loads
        .iter()
        .map(|load| format!("{}/s × {} WCU of `{}`", thousands(load.rate), thousands(load.units), load.name))
        .collect();
    let wanted = f64::from(shards) * (each / MOST_WRITES).ceil();
    let fault = Diagnostic::error("TBL115", first.span, message)
        .label(format!("{} WCU of them come from here", thousands(first.total() / f64::from(shards))))
        .proof(format!("{}, over {shards} shards", products.join(" + ")))
        .help(format!(
            "say `Outbox: {{builtin: outbox, shards: {wanted}}}` under `entities`, or emit less often"
        ));
    diagnostics.push(fault);
}
