//! Reads: what a service may ask, with what it binds, gets and can rely on.

use stipule_ir::Span;
use stipule_ir::table::{FieldRef, Read, ReadKind};

use super::{One, Tables, title};
use crate::finding::Severity;
use crate::repository::diff::{About, Diff};
use crate::rule::{Rule, rule};

const REMOVED: Rule = rule("REV765", "read-removed", Severity::Break).compile();
const ADDED: Rule = rule("REV766", "read-added", Severity::Safe);
const BINDING: Rule = rule("REV767", "read-arguments-changed", Severity::Break).compile();
const ORDER: Rule = rule("REV768", "read-order-changed", Severity::Break);
const NARROWED: Rule = rule("REV769", "read-result-narrowed", Severity::Break).compile();
const WIDENED: Rule = rule("REV770", "read-result-widened", Severity::Safe);
const WEAKENED: Rule = rule("REV771", "read-consistency-weakened", Severity::Break);
const STRENGTHENED: Rule = rule("REV772", "read-consistency-strengthened", Severity::Safe);
const SMALLER: Rule = rule("REV773", "read-page-smaller", Severity::Risky);
const LARGER: Rule = rule("REV774", "read-page-larger", Severity::Safe);
const SCANS: Rule = rule("REV775", "read-became-scan", Severity::Risky);
const INDEX: Rule = rule("REV776", "read-index-changed", Severity::Risky);
const RANGE: Rule = rule("REV777", "read-range-removed", Severity::Break).compile();
const KIND: Rule = rule("REV778", "read-kind-changed", Severity::Break).compile();

pub(super) const RULES: &[Rule] = &[
    REMOVED,
    ADDED,
    BINDING,
    ORDER,
    NARROWED,
    WIDENED,
    WEAKENED,
    STRENGTHENED,
    SMALLER,
    LARGER,
    SCANS,
    INDEX,
    RANGE,
    KIND,
];

/// Compares the reads of both sides.
pub(super) fn check(diff: &mut Diff<'_>, tables: &Tables<'_>) {
    let (before, after) = (tables.before.table, tables.after.table);
    let about = |read: &Read| About::new(title(after), read.name.wire.clone());
    for old in &before.reads {
        match after.reads.iter().find(|new| new.name.wire == old.name.wire) {
            Some(new) => pair(diff, &about(new), &said(tables.before, old), &said(tables.after, new)),
            // What reads an entity by its key goes with the entity.
            None if is_own(tables.before, old) => {}
            None => diff.gone(&about(old), REMOVED, &old.span, &after.span),
        }
    }
    for new in &after.reads {
        if !before.reads.iter().any(|old| old.name.wire == new.name.wire) && !is_own(tables.after, new) {
            diff.came(&about(new), ADDED, &before.span, &new.span);
        }
    }
}

/// Whether a read is one that nobody wrote.
fn is_own(one: One<'_>, read: &Read) -> bool {
    one.table.entities.iter().any(|entity| entity.span == read.span)
}

/// What callers of a read rely on.
struct Said<'t> {
    span: &'t Span,
    kind: &'static str,
    index: Option<String>,
    /// Fields that the caller gives.
    arguments: Vec<String>,
    /// Segments of the sort key from the first that orders.
    order: Option<String>,
    range: Option<String>,
    /// Entities with their fields; all fields are told by `*`.
    gives: Vec<String>,
    consistent: bool,
    page: Option<u32>,
}

fn said<'t>(one: One<'t>, read: &'t Read) -> Said<'t> {
    let mut said = Said {
        span: &read.span,
        kind: "get",
        index: read.index().map(|index| one.table.indexes[index.0 as usize].name.wire.clone()),
        arguments: Vec::new(),
        order: None,
        range: None,
        gives: gives(one, read),
        consistent: false,
        page: None,
    };
    let name = |entity: stipule_ir::table::EntityId, field: &FieldRef| one.field(entity, *field).to_owned();
    match &read.kind {
        ReadKind::Get { consistent, .. } => said.consistent = *consistent,
        ReadKind::Batch { max, consistent, .. } => {
            (said.kind, said.consistent, said.page) = ("batch", *consistent, Some(max.value));
        }
        ReadKind::Partition(partition) => {
            (said.kind, said.consistent) = ("partition", partition.consistent);
            said.arguments = partition.bind.iter().map(|field| name(partition.of, field)).collect();
        }
        ReadKind::Query(query) => {
            (said.kind, said.consistent) = ("page", query.consistent.value);
            said.page = Some(query.max_page);
            if let Some(of) = query.of.first() {
                said.arguments = query.bind.iter().map(|field| name(*of, field)).collect();
                said.range = query.range.as_ref().map(|field| name(*of, field));
                said.order = Some(order(one, read, *of, query));
            }
        }
        ReadKind::Scan(scan) => {
            (said.kind, said.consistent, said.page) = ("scan", scan.consistent.value, Some(scan.max_page));
        }
    }
    said
}

/// `placedAt, orderId, descending`
fn order(
    one: One<'_>,
    read: &Read,
    of: stipule_ir::table::EntityId,
    query: &stipule_ir::table::Query,
) -> String {
    let entity = &one.table.entities[of.0 as usize];
    let key = match read.index() {
        None => Some(&entity.key),
        Some(index) => entity.index_keys.iter().find(|key| key.index == index).map(|key| &key.key),
    };
    let segments = key.map(|key| key.sk.as_slice()).unwrap_or_default();
    let fields: Vec<&str> = segments
        .iter()
        .skip(query.prefix)
        .filter_map(|segment| match &segment.kind {
            stipule_ir::table::SegmentKind::Field { field, .. } => Some(one.field(of, *field)),
            _ => None,
        })
        .collect();
    let way = if query.descending { "descending" } else { "ascending" };
    format!("{}, {way}", fields.join(", "))
}

/// `Order.*`, `Order.status`
fn gives(one: One<'_>, read: &Read) -> Vec<String> {
    let mut gives = Vec::new();
    for entity in read.entities() {
        let name = one.entity(entity);
        match read.selected(entity) {
            None => gives.push(format!("{name}.*")),
            Some(fields) => {
                gives.extend(fields.iter().map(|field| format!("{name}.{}", one.field(entity, field.value))));
            }
        }
    }
    gives.sort_unstable();
    gives
}

/// Whether everything that was given still is.
fn covers(given: &[String], wanted: &[String]) -> bool {
    wanted.iter().all(|wanted| {
        let entity = wanted.split('.').next().unwrap_or_default();
        given.contains(wanted) || given.iter().any(|given| given == &format!("{entity}.*"))
    })
}

fn pair(diff: &mut Diff<'_>, about: &About, old: &Said<'_>, new: &Said<'_>) {
    let places = (old.span, new.span);
    if old.kind != new.kind {
        let rule = if new.kind == "scan" { SCANS } else { KIND };
        diff.differs(about, rule, places, (old.kind, new.kind));
        return;
    }
    if old.arguments != new.arguments {
        diff.differs(about, BINDING, places, (old.arguments.join(", "), new.arguments.join(", ")));
    } else if old.order != new.order {
        diff.differs(about, ORDER, places, (old.order.as_deref(), new.order.as_deref()));
    }
    if old.range.is_some() && old.range != new.range {
        diff.differs(about, RANGE, places, (old.range.as_deref(), new.range.as_deref()));
    }
    if old.gives != new.gives {
        let rule = if covers(&new.gives, &old.gives) { WIDENED } else { NARROWED };
        diff.differs(about, rule, places, (old.gives.join(", "), new.gives.join(", ")));
    }
    if old.consistent != new.consistent {
        let rule = if new.consistent { STRENGTHENED } else { WEAKENED };
        diff.differs(about, rule, places, (old.consistent, new.consistent));
    }
    if let (Some(before), Some(after)) = (old.page, new.page)
        && before != after
    {
        let rule = if after < before { SMALLER } else { LARGER };
        diff.differs(about, rule, places, (before, after));
    }
    if old.index != new.index {
        diff.differs(about, INDEX, places, (old.index.as_deref(), new.index.as_deref()));
    }
}
