//! The table of all cases, and short words for its items and actions.

use stipule_runtime::item::{Attr, Item};
use stipule_runtime::store::{
    Action, Expression, IndexSchema, KeyAttribute, NativeIndex, PrimaryKey, Projection, TableSchema,
};

/// Three indexes, one per kind of projection.
pub static SHELF: TableSchema = SHELF_PARTS;

const SHELF_PARTS: TableSchema = TableSchema {
    name: "conformance",
    pk: "pk",
    sk: "sk",
    ttl: Some("expires"),
    type_attribute: "_t",
    indexes: &[
        IndexSchema { name: "gsi1", pk: "gsi1pk", sk: "gsi1sk", projection: Projection::All },
        IndexSchema { name: "gsi2", pk: "gsi2pk", sk: "gsi2sk", projection: Projection::Include(&["title"]) },
        IndexSchema { name: "gsi3", pk: "gsi3pk", sk: "gsi3sk", projection: Projection::Keys },
    ],
    native: &[],
    outbox_shards: 2,
};

/// Two indexes over fields.
pub static FIELDS: TableSchema = TableSchema {
    name: "conformance-fields",
    indexes: &[],
    native: &[
        NativeIndex {
            name: "by_state",
            pk: &[KeyAttribute::text("tenant"), KeyAttribute::text("state")],
            sk: &[KeyAttribute::number("place"), KeyAttribute::text("title")],
            projection: Projection::All,
        },
        NativeIndex {
            name: "by_title",
            pk: &[KeyAttribute::text("tenant")],
            sk: &[KeyAttribute::text("title"), KeyAttribute::text("state"), KeyAttribute::number("place")],
            projection: Projection::Keys,
        },
    ],
    ..SHELF_PARTS
};

/// A key.
pub fn key(pk: &str, sk: &str) -> PrimaryKey {
    PrimaryKey::new(pk, sk)
}

/// An item with its keys, and nothing else.
pub fn bare(pk: &str, sk: &str) -> Item {
    key(pk, sk).to_item(&SHELF)
}

/// An item with a type and a title.
pub fn book(pk: &str, sk: &str) -> Item {
    bare(pk, sk).with("_t", Attr::text("Book")).with("title", Attr::text(format!("{pk} {sk}")))
}

/// The same item with keys in an index.
pub fn indexed(item: Item, index: &str, pk: &str, sk: &str) -> Item {
    item.with(format!("{index}pk"), Attr::text(pk)).with(format!("{index}sk"), Attr::text(sk))
}

/// A number as it is written.
pub fn number(digits: &str) -> Attr {
    Attr::N(digits.to_owned())
}

/// Stores an item, whatever is there.
pub fn put(item: Item) -> Action {
    Action::Put { item, condition: None }
}

/// Stores an item if something holds of what is there.
pub fn put_if(item: Item, condition: Expression) -> Action {
    Action::Put { item, condition: Some(condition) }
}

/// Stores an item whose key is free.
pub fn put_new(item: Item) -> Action {
    put_if(item, Expression::absent(&SHELF))
}

/// Changes an item, whether or not it is there.
pub fn update(pk: &str, sk: &str, update: Expression) -> Action {
    Action::Update { key: key(pk, sk), update, condition: None }
}

/// Changes an item if something holds of it.
pub fn update_if(pk: &str, sk: &str, update: Expression, condition: Expression) -> Action {
    Action::Update { key: key(pk, sk), update, condition: Some(condition) }
}

/// Removes an item, whether or not it is there.
pub fn delete(pk: &str, sk: &str) -> Action {
    Action::Delete { key: key(pk, sk), condition: None }
}

/// Removes an item if something holds of it.
pub fn delete_if(pk: &str, sk: &str, condition: Expression) -> Action {
    Action::Delete { key: key(pk, sk), condition: Some(condition) }
}

/// Demands something of an item.
pub fn check(pk: &str, sk: &str, condition: Expression) -> Action {
    Action::Check { key: key(pk, sk), condition }
}

/// There is an item.
pub fn present() -> Expression {
    Expression::present(&SHELF)
}

/// There is none.
pub fn absent() -> Expression {
    Expression::absent(&SHELF)
}

/// Sets one attribute: `SET #a = :a`.
pub fn set(attribute: &'static str, value: Attr) -> Expression {
    Expression::new("SET #a = :a").name("#a", attribute).value(":a", value)
}

/// The attribute that all comparisons of the conditions are about.
pub fn compare(attribute: &'static str, sign: &str, value: Attr) -> Expression {
    Expression::new(format!("#c {sign} :c")).name("#c", attribute).value(":c", value)
}

/// What a number is, whatever its form: sign, digits without zeros at either end, and the exponent of the last one.
///
/// # Panics
/// When it isn't a number.
pub fn canonical(digits: &str) -> (bool, String, i64) {
    let (negative, unsigned) = digits.strip_prefix('-').map_or((false, digits), |rest| (true, rest));
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = format!("{whole}{fraction}");
    let trimmed = all.trim_end_matches('0');
    let dropped = i64::try_from(all.len() - trimmed.len()).expect("short");
    let significant = trimmed.trim_start_matches('0');
    if significant.is_empty() {
        return (false, String::new(), 0);
    }
    let exponent: i64 = exponent.parse().expect("an exponent is a number");
    let last = exponent - i64::try_from(fraction.len()).expect("short") + dropped;
    (negative, significant.to_owned(), last)
}
