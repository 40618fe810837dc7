//! Reads as they are shown.

use serde::Serialize;
use stipule_ir::table::{Entity, EntityId, IndexId, Key, Query, Read, ReadKind, SegmentKind};
use stipule_table::key::{field_name, segment};

use super::view::{Scene, Units};

/// A read.
#[derive(Serialize)]
pub(crate) struct ReadView {
    pub(crate) name: String,
    /// Line in the file; that of the entity for a read that every entity has by itself.
    pub(crate) line: u32,
    /// `table`, `gsi1`.
    pub(crate) place: String,
    /// `one Order`, `the whole partition: Order, OrderLine`, `a page of 25 of Order`.
    pub(crate) how: String,
    /// The entities that it returns.
    pub(crate) returns: Vec<String>,
    /// Template of the partition that is read.
    pub(crate) partition: String,
    /// Template of the sort keys that are read: `…` for any.
    pub(crate) sort: String,
    /// `placedAt descending`, `sku`.
    pub(crate) order: Option<String>,
    /// Field by which a range may be given.
    pub(crate) range: Option<String>,
    /// Other services that use it.
    pub(crate) used_by: Vec<String>,
    /// Whether it sees every write that was acknowledged before.
    pub(crate) consistent: bool,
    /// Read units of a call.
    pub(crate) units: Units,
    pub(crate) calls_per_day: Option<f64>,
    pub(crate) per_month: Option<f64>,
}

impl Scene<'_> {
    pub(super) fn read(&self, read: &Read) -> ReadView {
        let cost = self.cost(&read.name.plain_field());
        let mut view = ReadView {
            name: read.name.plain_field(),
            line: self.line(&read.span),
            place: self.place(read.index()),
            how: String::new(),
            returns: Vec::new(),
            partition: String::new(),
            sort: String::new(),
            order: None,
            range: None,
            used_by: read.used_by.iter().map(|service| service.value.clone()).collect(),
            consistent: true,
            units: cost.map_or(Units { typical: 0.0, most: None }, |line| line.reads.into()),
            calls_per_day: cost.and_then(|line| line.calls_per_day),
            per_month: cost.and_then(stipule_cost::Line::per_month),
        };
        view.returns = read.entities().into_iter().map(|id| self.returned(read, id)).collect();
        let returns = view.returns.join(", ");
        match &read.kind {
            ReadKind::Get { entity, consistent } => {
                let entity = self.entity(*entity);
                view.how = format!("one {returns}");
                (view.partition, view.sort) = self.whole(entity, &entity.key);
                view.consistent = *consistent;
            }
            ReadKind::Batch { entity, max, consistent } => {
                let entity = self.entity(*entity);
                view.how = format!("up to {} of {returns} by their keys", max.value);
                (view.partition, view.sort) = self.whole(entity, &entity.key);
                view.consistent = *consistent;
            }
            ReadKind::Partition(partition) => {
                let head = self.entity(partition.of);
                let whole = if partition.prefix == 0 { "the whole partition" } else { "part of a partition" };
                view.how = format!("{whole}: {returns}");
                self.keys_of_page(&mut view, head, None, partition.prefix);
                view.order = None;
                view.consistent = partition.consistent;
            }
            ReadKind::Query(query) => self.query(&mut view, query, &returns),
            ReadKind::Scan(scan) => {
                view.how = format!(
                    "a page of {} of {returns}, looked for everywhere: {}",
                    scan.page, scan.reason.value
                );
                (view.partition, view.sort) = ("…".to_owned(), "…".to_owned());
                view.consistent = scan.consistent.value;
            }
        }
        view
    }

    /// `Order`, or `Order (orderId, status)` where only some fields are read.
    fn returned(&self, read: &Read, id: EntityId) -> String {
        let entity = self.entity(id);
        match read.selected(id) {
            None => entity.name.wire.clone(),
            Some(fields) => {
                let names: Vec<&str> =
                    fields.iter().map(|field| field_name(self.contract, entity, field.value)).collect();
                format!("{} ({})", entity.name, names.join(", "))
            }
        }
    }

    fn query(&self, view: &mut ReadView, query: &Query, returns: &str) {
        let Some(entity) = query.of.first().map(|id| self.entity(*id)) else { return };
        let shards = if query.fan_out { ", merged from all shards" } else { "" };
        view.how = format!("a page of {} of {returns}{shards}", query.page);
        view.consistent = query.consistent.value;
        self.keys_of_page(view, entity, query.index, query.prefix);
        if query.descending {
            view.order = view.order.take().map(|field| format!("{field} descending"));
        }
        view.range = query.range.map(|field| field_name(self.contract, entity, field).to_owned());
    }

    /// Templates of what is read when the first segments of the sort key are given.
    fn keys_of_page(&self, view: &mut ReadView, entity: &Entity, index: Option<IndexId>, prefix: usize) {
        let found = index.and_then(|index| entity.index_keys.iter().find(|it| it.index == index));
        if index.is_some() != found.is_some() {
            return;
        }
        let key = found.map_or(&entity.key, |found| &found.key);
        let given = key.sk.iter().take(prefix).map(|part| segment(self.contract, entity, part));
        match found.filter(|found| found.native) {
            None => {
                view.partition = self.whole(entity, key).0;
                view.sort = given.map(|part| format!("{part}#")).collect();
            }
            Some(found) => {
                view.partition = stipule_table::key::Template::in_index(self.contract, entity, found).pk;
                view.sort = given.map(|part| format!("{part}, ")).collect();
            }
        }
        if let Some(next) = key.sk.get(prefix) {
            view.sort.push('…');
            if let SegmentKind::Field { field, .. } = next.kind {
                view.order = Some(field_name(self.contract, entity, field).to_owned());
            }
        }
    }

    fn place(&self, index: Option<IndexId>) -> String {
        index.map_or("table".to_owned(), |index| self.table.indexes[index.0 as usize].name.wire.clone())
    }

    fn whole(&self, entity: &Entity, key: &Key) -> (String, String) {
        let template = stipule_table::key::Template::of(self.contract, entity, key);
        (template.pk, template.sk)
    }
}
