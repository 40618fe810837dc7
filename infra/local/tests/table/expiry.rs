//! Expiry: what has expired goes, with a record; everything else stays.

use stipule_local::table::{EXPIRED_AT_ONCE, LocalTable, Place};
use stipule_runtime::item::{Attr, Item};
use stipule_runtime::store::{Query, Store, TableSchema};

use crate::library::{LIBRARY, book, key, page, put, read, sort_keys, write};

static EXPIRING: TableSchema = TableSchema { ttl: Some("expires"), ..LIBRARY };

const NOW: i64 = 1_800_000_000;

fn in_memory() -> LocalTable {
    LocalTable::open(&Place::Memory, &EXPIRING).expect("a table in memory opens")
}

fn expiring(sk: &str, at: i64) -> Item {
    book("A", sk).with("expires", Attr::integer(at))
}

async fn left(table: &dyn Store) -> Vec<String> {
    let page = page(table, Query::partition("A".to_owned())).await;
    sort_keys(&page).into_iter().map(str::to_owned).collect()
}

#[tokio::test]
async fn what_has_expired_goes_and_leaves_a_record_of_what_it_was() {
    let table = in_memory();
    let rows = vec![
        put(expiring("before", NOW - 1)),
        put(expiring("just", NOW)),
        put(expiring("after", NOW + 1)),
        put(book("A", "never")),
    ];
    write(&table, rows).await.expect("unconditional puts");
    assert_eq!(table.expire(NOW).await, Ok(2));
    assert_eq!(left(&table).await, ["after", "never"]);
    let removals = table.removals(0, 10).await.expect("the records are readable");
    let removed: Vec<_> = removals.iter().map(|removal| (removal.at, &removal.item)).collect();
    assert_eq!(removed, [(NOW, &expiring("before", NOW - 1)), (NOW, &expiring("just", NOW))]);
    let later = table.removals(removals[0].position, 10).await.expect("the records are readable");
    assert_eq!(later, removals[1..]);
    assert_eq!(table.expire(NOW).await, Ok(0));
}

#[tokio::test]
async fn expiry_follows_every_change_of_it() {
    let table = in_memory();
    let rows = ["1", "2", "3"].map(|sk| put(expiring(sk, NOW - 1))).to_vec();
    write(&table, rows).await.expect("unconditional puts");
    let renewed = vec![put(expiring("1", NOW + 1)), put(book("A", "2"))];
    write(&table, renewed).await.expect("unconditional puts");
    assert_eq!(table.expire(NOW).await, Ok(1));
    assert_eq!(left(&table).await, ["1", "2"]);
}

#[tokio::test]
async fn who_expires_leaves_every_index() {
    let table = in_memory();
    let row = expiring("1", NOW - 1).with("gsi1pk", Attr::text("ALL")).with("gsi1sk", Attr::text("S"));
    write(&table, vec![put(row)]).await.expect("an unconditional put");
    assert_eq!(table.expire(NOW).await, Ok(1));
    assert_eq!(page(&table, Query::index("gsi1", "ALL".to_owned())).await.items, []);
}

#[tokio::test]
async fn what_is_no_time_or_long_past_stays() {
    let table = in_memory();
    let six_years = 6 * 365 * 86_400;
    let rows = vec![
        put(expiring("old", NOW - six_years)),
        put(book("A", "text").with("expires", Attr::text("1"))),
        put(book("A", "inner").with("more", Attr::map([("expires", Attr::integer(1))]))),
    ];
    write(&table, rows).await.expect("unconditional puts");
    assert_eq!(table.expire(NOW).await, Ok(0));
    assert_eq!(left(&table).await.len(), 3);
}

#[tokio::test]
async fn a_round_removes_a_bounded_number_the_earliest_first() {
    let table = in_memory();
    for start in [0, 100] {
        let rows = (start..start + 75).map(|at| put(expiring(&format!("{at:03}"), NOW - 200 + at))).collect();
        write(&table, rows).await.expect("unconditional puts");
    }
    assert_eq!(table.expire(NOW).await, Ok(EXPIRED_AT_ONCE));
    assert_eq!(left(&table).await[0], "125");
    assert_eq!(table.expire(NOW).await, Ok(50));
    assert_eq!(left(&table).await, [""; 0]);
    assert_eq!(table.removals(0, 1000).await.expect("the records are readable").len(), 150);
}

#[tokio::test]
async fn a_record_is_kept_for_a_day() {
    let table = in_memory();
    write(&table, vec![put(expiring("1", NOW))]).await.expect("an unconditional put");
    assert_eq!(table.expire(NOW).await, Ok(1));
    assert_eq!(table.expire(NOW + 86_400).await, Ok(0));
    assert_eq!(table.removals(0, 10).await.expect("the records are readable").len(), 1);
    assert_eq!(table.expire(NOW + 86_401).await, Ok(0));
    assert_eq!(table.removals(0, 10).await, Ok(Vec::new()));
}

#[tokio::test]
async fn the_platforms_own_rows_expire_where_the_contract_names_no_attribute() {
    let table = LocalTable::open(&Place::Memory, &LIBRARY).expect("a table in memory opens");
    let row = book("A", "1").with("_expires", Attr::integer(NOW));
    write(&table, vec![put(row)]).await.expect("an unconditional put");
    assert_eq!(table.expire(NOW).await, Ok(1));
    assert_eq!(read(&table, key("A", "1")).await, None);
}
