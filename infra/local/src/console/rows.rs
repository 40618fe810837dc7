//! The table, by entity and by access pattern.

use std::sync::Arc;

use serde_json::{Map, Value, json};
use stipule_runtime::item::{Attr, Item};
use stipule_runtime::store::{Expression, Partition, Query, Scan, Sort};

use super::template::{key, shards};
use super::{Console, Refusal, Told, text};

/// Rows of a page.
const PAGE: usize = 50;

/// Rows that are looked at for a page of one entity.
const LOOKED_AT: u32 = 2_000;

/// `POST rows {tenant, entity, start?}` or `{tenant, read, values}`.
pub(super) async fn rows(console: &Arc<Console>, asked: &Value) -> Told {
    let table = &console.description()["table"];
    match asked["read"].as_str() {
        Some(name) => {
            let reads = table["reads"].as_array().into_iter().flatten();
            let read = reads.into_iter().find(|read| read["name"] == name);
            let read = read.ok_or_else(|| Refusal::bad("there is no such access pattern"))?;
            by_pattern(console, asked, read).await
        }
        None => by_entity(console, asked).await,
    }
}

/// Items of an entity, in no order.
async fn by_entity(console: &Arc<Console>, asked: &Value) -> Told {
    let (tenant, entity) = (text(asked, "tenant")?, text(asked, "entity")?);
    let schema = console.ports.table;
    let lead = key(Some(tenant), &[], &Value::Null, 0)?;
    let filter = Expression::new("#t = :t AND begins_with(#p, :p)")
        .name("#t", schema.type_attribute)
        .name("#p", schema.pk)
        .value(":t", Attr::text(entity))
        .value(":p", Attr::text(lead));
    let mut start = item_of(&asked["start"]);
    let mut found: Vec<Item> = Vec::new();
    let mut looked_at = 0;
    loop {
        let scan = Scan { limit: Some(LOOKED_AT), start, ..Scan::table() }.filtered(filter.clone());
        let page = console.ports.store.scan(scan).await.map_err(Refusal::broken)?;
        found.extend(page.items);
        looked_at += LOOKED_AT;
        start = page.next;
        if start.is_none() || found.len() >= PAGE || looked_at >= LOOKED_AT * 5 {
            break;
        }
    }
    Ok(json!({ "rows": found.iter().map(object).collect::<Vec<_>>(), "next": start.as_ref().map(object) }))
}

/// Items as an access pattern finds them.
async fn by_pattern(console: &Arc<Console>, asked: &Value, read: &Value) -> Told {
    let (tenant, values) = (text(asked, "tenant")?, &asked["values"]);
    let entity = read["of"][0].as_str().or_else(|| read["entities"][0].as_str()).unwrap_or_default();
    let entities = console.description()["table"]["entities"].as_array().into_iter().flatten();
    let entity = entities.into_iter().find(|it| it["name"] == entity);
    let keys = entity.and_then(|it| it["keys"].as_array()).map_or(&[][..], Vec::as_slice);
    let template = keys.iter().find(|it| it["index"] == read["index"]);
    let template = template.ok_or_else(|| Refusal::bad("the entity isn't in that index"))?;
    let segments = |part: &str| template[part].as_array().map_or(&[][..], Vec::as_slice).to_vec();
    let (pk, sk) = (segments("pk"), segments("sk"));
    let prefix = match read["kind"].as_str() {
        Some("get" | "batch") => sk.len(),
        _ => read["prefix"].as_u64().and_then(|prefix| usize::try_from(prefix).ok()).unwrap_or(0),
    };
    let sk = sk.get(..prefix).unwrap_or(&sk);
    let is_known = pk
        .iter()
        .any(|it| it["shards"].is_u64() && values[it["field"].as_str().unwrap_or_default()].is_string());
    let shards = if is_known { 1 } else { shards(&pk) };
    let mut found: Vec<Item> = Vec::new();
    for shard in 0..shards {
        let query = query(console, read, (tenant, values), (&pk, sk), shard)?;
        found.extend(console.ports.store.query(query).await.map_err(Refusal::broken)?.items);
    }
    Ok(json!({ "rows": found.iter().map(object).collect::<Vec<_>>(), "next": null }))
}

fn query(
    console: &Console,
    read: &Value,
    (tenant, values): (&str, &Value),
    (pk, sk): (&[Value], &[Value]),
    shard: u32,
) -> Result<Query, Refusal> {
    let index = match read["index"].as_str() {
        None => None,
        Some(name) => Some(
            console
                .ports
                .table
                .shapes()
                .find(|shape| shape.name == name)
                .ok_or_else(|| Refusal::bad("there is no such index"))?,
        ),
    };
    let native =
        index.as_ref().and_then(|it| console.ports.table.native.iter().find(|native| native.name == it.name));
    let mut query = match (&index, native) {
        (_, Some(native)) => {
            let value = |name: &str, kind| attribute(values, name, kind);
            let lead = std::iter::once(Ok(Attr::text(tenant)));
            let rest = native.pk.iter().skip(1).map(|it| value(it.name, it.kind));
            let given = native.sk.iter().take(sk.len()).map(|it| value(it.name, it.kind));
            let (equal, all) = (given.collect::<Result<Vec<_>, _>>()?, std::ops::Bound::Unbounded);
            let query = Query::native(native.name, lead.chain(rest).collect::<Result<_, _>>()?);
            if equal.is_empty() {
                query
            } else {
                query.sorted(Sort::Values { equal, from: all.clone(), to: all })
            }
        }
        (Some(shape), None) => Query::index(shape.name, key(Some(tenant), pk, values, shard)?),
        (None, None) => Query::partition(key(Some(tenant), pk, values, shard)?),
    };
    if matches!(query.partition, Partition::Key(_)) && !sk.is_empty() {
        query = query.sorted(Sort::Prefix(key(None, sk, values, shard)?));
    }
    query.limit = u32::try_from(PAGE).ok();
    Ok(if read["descending"] == true { query.descending() } else { query })
}

fn attribute(values: &Value, name: &str, kind: stipule_runtime::store::KeyKind) -> Result<Attr, Refusal> {
    let value = values[name].as_str().ok_or_else(|| Refusal::bad(format!("`{name}` is missing")))?;
    match kind {
        stipule_runtime::store::KeyKind::Text => Ok(Attr::text(value)),
        stipule_runtime::store::KeyKind::Number => Ok(Attr::N(value.to_owned())),
    }
}

/// An item as JSON. Numbers stay exact: they are text with a sign that says so only where JSON has no number for them.
fn object(item: &Item) -> Value {
    Value::Object(item.iter().map(|(name, value)| (name.to_owned(), value_of(value))).collect::<Map<_, _>>())
}

fn value_of(attribute: &Attr) -> Value {
    match attribute {
        Attr::S(text) => Value::from(text.as_str()),
        Attr::N(number) => serde_json::from_str(number).unwrap_or_else(|_| Value::from(number.as_str())),
        Attr::Bool(value) => Value::from(*value),
        Attr::Null => Value::Null,
        Attr::B(bytes) => Value::from(format!("{} bytes", bytes.len())),
        Attr::L(items) => items.iter().map(value_of).collect(),
        Attr::M(item) => object(item),
    }
}

/// The place where a page starts, as the page before gave it: texts alone.
fn item_of(value: &Value) -> Option<Item> {
    let members = value.as_object()?;
    Some(
        members
            .iter()
            .filter_map(|(name, value)| Some((name.clone(), Attr::text(value.as_str()?))))
            .collect(),
    )
}
