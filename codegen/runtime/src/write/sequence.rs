//! Sequence numbers: one row per aggregate, read strongly and raised under the condition that nobody else did.

use std::collections::BTreeMap;

use crate::context::Context;
use crate::event::Aggregate;
use crate::item::Attr;
use crate::key::KeyBuf;
use crate::mutant::Mutant;
use crate::store::{Action, Expression, Get, PrimaryKey, StoreError, TableSchema};

/// The last number of each aggregate that a write has events of.
pub(super) struct Sequences<'w> {
    last: BTreeMap<&'w Aggregate, Sequence>,
}

struct Sequence {
    key: PrimaryKey,
    /// As stored; 0 if there is no row.
    stored: u64,
    /// Handed out so far.
    last: u64,
}

impl<'w> Sequences<'w> {
    /// Reads the rows of these aggregates.
    pub(super) async fn read(
        cx: &Context,
        aggregates: impl Iterator<Item = &'w Aggregate>,
    ) -> Result<Self, StoreError> {
        let mut last = BTreeMap::new();
        for aggregate in aggregates {
            if last.contains_key(aggregate) {
                continue;
            }
            let key = key_of(cx.tenant(), aggregate);
            let row = cx.ports().store.get(Get { key: key.clone(), consistent: true }).await?;
            let stored = match row.as_ref().and_then(|row| row.get("seq")) {
                None => 0,
                Some(number) => number.as_unsigned().ok_or_else(|| {
                    StoreError::Invalid("a stored sequence number isn't a number".to_owned())
                })?,
            };
            last.insert(aggregate, Sequence { key, stored, last: stored });
        }
        Ok(Self { last })
    }

    /// The next number of an aggregate.
    pub(super) fn next(&mut self, aggregate: &Aggregate) -> u64 {
        let sequence =
            self.last.get_mut(aggregate).expect("the rows of all aggregates of the write were read");
        sequence.last += if Mutant::SequenceGap.is_on() { 2 } else { 1 };
        sequence.last
    }

    /// Actions that store the numbers handed out, provided that the rows are still as they were read.
    pub(super) fn into_actions(self, table: &TableSchema) -> impl Iterator<Item = Action> {
        self.last.into_values().map(move |Sequence { key, stored, last }| {
            let update = Expression::new("SET #seq = :last, #type = :type")
                .name("#seq", "seq")
                .name("#type", table.type_attribute)
                .value(":last", Attr::unsigned(last))
                .value(":type", Attr::from("Sequence"));
            let condition = if stored == 0 {
                Expression::absent(table)
            } else {
                Expression::new("#seq = :stored").name("#seq", "seq").value(":stored", Attr::unsigned(stored))
            };
            let condition = (!Mutant::SequenceUnconditional.is_on()).then_some(condition);
            Action::Update { key, update, condition }
        })
    }
}

fn key_of(tenant: &str, aggregate: &Aggregate) -> PrimaryKey {
    let pk = KeyBuf::partition(tenant).literal("SEQ").text(&aggregate.name).text(&aggregate.id).finish();
    PrimaryKey::new(pk, KeyBuf::new().literal("SEQ").finish())
}
