//! Operations of writes, with their place.

use stipule_ir::table::{Table, Write, WriteOperation};

/// One operation of a write.
pub(super) struct Place<'t> {
    pub(super) write: &'t Write,
    /// From 0.
    pub(super) number: u32,
    pub(super) operation: &'t WriteOperation,
}

/// Every operation of every write.
pub(super) fn places(table: &Table) -> impl Iterator<Item = Place<'_>> {
    table.writes.iter().flat_map(|write| {
        (0u32..).zip(&write.operations).map(move |(number, operation)| Place { write, number, operation })
    })
}
