//! What the reads and writes of a table cost.

use stipule_ir::Contract;
use stipule_ir::table::{Demand, EntityId, Table, WriteKind};
use stipule_table::Examples;
use stipule_table::access::{owner, owner_of_write};
use stipule_table::unit::{Amount, Meter, Unit, Usage};

use crate::line::{Growth, Kind, Line, Report};
use crate::prices::{Prices, TablePrices};
use crate::{DAYS, SECONDS};

/// Bytes that an item takes in storage beside its own, in the table and in each index that it is in: "Item sizes" in
/// the DynamoDB developer guide.
const OVERHEAD: f64 = 100.0;

/// Days from which on what expires is taken to stay.
const YEAR: f64 = 365.0;

/// The report on a table.
pub fn report(contract: &Contract, table: &Table, prices: Prices) -> Report {
    let examples = Examples::new(contract, table);
    let meter = Meter::new(contract, table, &examples);
    let reads = table.reads.iter().map(|read| {
        let service = read.entities().first().and_then(|entity| owner(table, *entity));
        let usage = meter.read(read);
        (Kind::Read, &read.name, service, &read.span, read.rate, usage)
    });
    let writes = table.writes.iter().map(|write| {
        let usage = meter.write(write);
        (Kind::Write, &write.name, owner_of_write(table, write), &write.span, write.rate, usage)
    });
    let batches = table.batches.iter().map(|batch| {
        let usage = meter.batch(batch);
        (Kind::Write, &batch.name, owner(table, batch.entity), &batch.span, batch.rate, usage)
    });
    let lines = reads.chain(writes).chain(batches).map(|(kind, name, service, span, rate, usage)| {
        let (reads, writes) = (usage.total(Unit::Read), usage.total(Unit::Write));
        Line {
            kind,
            name: name.plain_field(),
            service: service.map(str::to_owned),
            span: span.clone(),
            calls_per_day: rate.map(|rate| rate * SECONDS),
            per_million: price(&usage, &prices.dynamodb),
            usage,
            reads,
            writes,
        }
    });
    let lines = lines.collect();
    Report { lines, growth: growth(table, &examples), prices }
}

/// A unit costs what a million of it does, divided by a million; so a million calls cost units times price.
fn price(usage: &Usage, prices: &TablePrices) -> Amount {
    let reads = usage.total(Unit::Read).map(|units| units * prices.per_million_read_units);
    reads.plus(usage.total(Unit::Write).map(|units| units * prices.per_million_write_units))
}

/// Items that writes put, less those they delete. What expires is there for its time; rows of the platform don't count.
fn growth(table: &Table, examples: &Examples) -> Growth {
    let mut growth = Growth::default();
    for write in &table.writes {
        let per_day = write.rate.unwrap_or_default() * SECONDS;
        for operation in &write.operations {
            let count = operation.each.as_ref().map_or(1.0, |each| each.typical.unwrap_or(1.0));
            let (entity, count) = match operation.kind {
                WriteKind::Put { entity, demand: Demand::Absent } => (entity, count),
                WriteKind::Delete { entity, .. } => (entity, -count),
                _ => continue,
            };
            let bytes = per_day * count * stored(table, examples, entity);
            let expiry = table.entities[entity.0 as usize].expiry.as_ref();
            match expiry.map(|it| it.after.as_secs_f64() / SECONDS).filter(|days| *days < YEAR) {
                Some(days) => growth.bytes_expiring += bytes * days,
                None => growth.bytes_per_month += bytes * DAYS,
            }
        }
    }
    growth
}

/// Bytes of an item wherever it is stored.
fn stored(table: &Table, examples: &Examples, entity: EntityId) -> f64 {
    let Some(example) = examples.get(entity) else { return 0.0 };
    let copies = example.index_keys.iter().filter(|index| index.present);
    let copies = copies.map(|index| OVERHEAD + example.size_in(table, index.index) as f64);
    OVERHEAD + example.item.size_bytes() as f64 + copies.sum::<f64>()
}
