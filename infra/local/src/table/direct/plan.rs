//! A page of a partition as one statement, if it is one that this can be said of.

use stipule_runtime::item::{Attr, Item};
use stipule_runtime::key::{MAX_PK_BYTES, MAX_SK_BYTES};
use stipule_runtime::store::{Partition, Query, Sort, TableSchema};

use super::{is_key, quoted, text};

/// Items of a page up to which it is read at once, by whoever asks; a longer one by the threads that read.
const SHORT: usize = 100;

/// How a page is read.
pub(in super::super) struct Plan {
    pub(super) sql: String,
    pub(super) values: Vec<String>,
    pub(super) limit: Option<usize>,
    /// Attributes that tell where an item stands.
    place: Vec<&'static str>,
    /// Attributes that are wanted; none for all.
    pub(super) wanted: Option<Vec<&'static str>>,
}

/// The columns of a table or an index.
struct Columns {
    table: String,
    pk: &'static str,
    sk: &'static str,
    of_index: bool,
    /// Attributes of the key, as items have them.
    attributes: (&'static str, &'static str),
}

impl Plan {
    /// Of a query by text keys that the engine doesn't refuse; none of any other.
    pub(in super::super) fn of(schema: &TableSchema, query: &Query) -> Option<Self> {
        let columns = Columns::of(schema, query)?;
        let Partition::Key(partition) = &query.partition else { return None };
        let limit = query.limit.map(|limit| usize::try_from(limit).unwrap_or(usize::MAX));
        if !is_key(partition, MAX_PK_BYTES) || limit == Some(0) {
            return None;
        }
        let mut place = vec![schema.pk, schema.sk];
        let keys = [columns.attributes.0, columns.attributes.1];
        place.extend(keys.iter().filter(|name| **name != schema.pk && **name != schema.sk));
        let range = Range::of(&query.sort)?;
        let start = match &query.start {
            None => None,
            Some(start) => Some(Start::of(start, schema, &columns, partition, &range, &place)?),
        };
        let wanted = query.select.map(|select| {
            let mut names = place.clone();
            for name in std::iter::once(&schema.type_attribute).chain(select) {
                if !names.contains(name) {
                    names.push(name);
                }
            }
            names
        });
        let (sql, values) = columns.statement(partition, range, start, query.descending, limit);
        Some(Self { sql, values, limit, place, wanted })
    }

    /// Whether it is read in no time.
    pub(in super::super) fn is_short(&self) -> bool {
        self.limit.is_some_and(|limit| limit <= SHORT)
    }

    /// Where the page after this item starts.
    pub(super) fn place_of(&self, item: &Item) -> Item {
        self.place.iter().filter_map(|name| Some((*name, item.get(name)?.clone()))).collect()
    }
}

impl Columns {
    /// Of what a query reads; none of an index over fields, and of none that there is.
    fn of(schema: &TableSchema, query: &Query) -> Option<Self> {
        let Some(name) = query.index else {
            let attributes = (schema.pk, schema.sk);
            return Some(Self {
                table: quoted(schema.name),
                pk: "pk",
                sk: "sk",
                of_index: false,
                attributes,
            });
        };
        let index = schema.index(name).filter(|_| !query.consistent)?;
        let table = quoted(&format!("{}::gsi::{name}", schema.name));
        let attributes = (index.pk, index.sk);
        Some(Self { table, pk: "gsi_pk", sk: "gsi_sk", of_index: true, attributes })
    }

    fn statement(
        &self,
        partition: &str,
        range: Range,
        start: Option<Start>,
        descending: bool,
        limit: Option<usize>,
    ) -> (String, Vec<String>) {
        let Self { table, pk, sk, .. } = self;
        let (after, order) = if descending { ("<", "DESC") } else { (">", "ASC") };
        let upper = if range.with_end { "<=" } else { "<" };
        let mut sql =
            format!("SELECT item_json FROM {table} WHERE {pk} = ?1 AND {sk} >= ?2 AND {sk} {upper} ?3");
        let mut values = vec![text(partition), range.from, range.to];
        match start {
            None => {}
            Some(Start { sk: value, base: None }) => {
                sql.push_str(&format!(" AND {sk} {after} ?4"));
                values.push(value);
            }
            Some(Start { sk: value, base: Some((base_pk, base_sk)) }) => {
                sql.push_str(&format!(" AND ({sk}, table_pk, table_sk) {after} (?4, ?5, ?6)"));
                values.extend([value, base_pk, base_sk]);
            }
        }
        sql.push_str(&format!(" ORDER BY {sk} {order}"));
        if self.of_index {
            sql.push_str(&format!(", table_pk {order}, table_sk {order}"));
        }
        if let Some(limit) = limit {
            // A text of digits is a number here, so that pages of all lengths have one statement.
            sql.push_str(&format!(" LIMIT ?{}", values.len() + 1));
            values.push(limit.to_string());
        }
        (sql, values)
    }
}

/// Sort keys from one to another, as the column has them.
struct Range {
    from: String,
    to: String,
    with_end: bool,
}

impl Range {
    /// Of texts; none of what the engine refuses.
    fn of(sort: &Sort) -> Option<Self> {
        match sort {
            Sort::All => Some(Self::begins_with("")),
            Sort::Prefix(prefix) if is_key(prefix, MAX_SK_BYTES) => Some(Self::begins_with(prefix)),
            Sort::Between(from, to)
                if from <= to && is_key(from, MAX_SK_BYTES) && is_key(to, MAX_SK_BYTES) =>
            {
                Some(Self { from: text(from), to: text(to), with_end: true })
            }
            _ => None,
        }
    }

    fn begins_with(prefix: &str) -> Self {
        let from = text(prefix);
        Self { to: after_all(&from), from, with_end: false }
    }

    fn has(&self, key: &str) -> bool {
        let before_end = if self.with_end { key <= self.to.as_str() } else { key < self.to.as_str() };
        self.from.as_str() <= key && before_end
    }
}

/// The least text after all that begin with this one, which has a character that isn't the greatest.
fn after_all(prefix: &str) -> String {
    let mut end = prefix.trim_end_matches(char::MAX).to_owned();
    if let Some(last) = end.pop() {
        // No text has a surrogate.
        let next = if last == '\u{D7FF}' { Some('\u{E000}') } else { char::from_u32(u32::from(last) + 1) };
        end.extend(next);
    }
    end
}

/// The item before the first of a page, as columns have its keys.
struct Start {
    sk: String,
    /// Of an index: its keys in the table.
    base: Option<(String, String)>,
}

impl Start {
    /// Of a start of the partition and the range; none of one that the engine refuses.
    fn of(
        start: &Item,
        schema: &TableSchema,
        columns: &Columns,
        partition: &str,
        range: &Range,
        place: &[&str],
    ) -> Option<Self> {
        let all_keys = start.len() == place.len()
            && place.iter().all(|name| matches!(start.get(name), Some(Attr::S(text)) if !text.is_empty()));
        if !all_keys || start.text(columns.attributes.0)? != partition {
            return None;
        }
        let sk = text(start.text(columns.attributes.1)?);
        let base = match columns.of_index {
            true => Some((text(start.text(schema.pk)?), text(start.text(schema.sk)?))),
            false => None,
        };
        range.has(&sk).then_some(Self { sk, base })
    }
}
