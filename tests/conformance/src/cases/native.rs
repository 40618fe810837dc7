//! Indexes over fields: keys of several attributes that the items have anyway.

use std::ops::Bound;

use stipule_runtime::item::{Attr, Item};
use stipule_runtime::store::{Expression, Query, Sort};

use super::{Group, Writes, cases};
use crate::shelf::{FIELDS, bare, delete, put, set, update};
use crate::table::{Table, Written, sort_keys};

pub(super) const GROUP: Group = Group {
    name: "native",
    writes: Writes::Both,
    table: &FIELDS,
    cases: cases![
        only_items_with_all_fields_are_in_it,
        its_order_is_that_of_the_fields_in_turn,
        fields_are_bound_from_the_first_on,
        ranges_take_what_their_ends_say,
        a_partition_is_all_of_its_fields,
        writes_of_fields_move_an_item,
        counting_moves_an_item,
        who_is_deleted_leaves_it,
        it_carries_its_fields,
        pages_follow_each_other_both_ways,
        what_is_no_key_is_refused_under_its_name,
    ],
};

fn job(sk: &str, state: &str, place: i64, title: &str) -> Item {
    bare("JOBS", sk)
        .with("_t", Attr::text("Job"))
        .with("tenant", Attr::text("north"))
        .with("state", Attr::text(state))
        .with("place", Attr::integer(place))
        .with("title", Attr::text(title))
}

fn in_state(state: &str) -> Query {
    Query::native("by_state", vec![Attr::text("north"), Attr::text(state)])
}

async fn found(table: Table<'_>, query: Query) -> Vec<String> {
    sort_keys(&table.pages(query).await.0).into_iter().map(str::to_owned).collect()
}

async fn stock(table: Table<'_>, jobs: &[(&str, &str, i64, &str)]) {
    for (sk, state, place, title) in jobs {
        assert_eq!(table.write(put(job(sk, state, *place, title))).await, Written::Done);
    }
}

async fn only_items_with_all_fields_are_in_it(table: Table<'_>) {
    for missing in ["tenant", "state", "place", "title"] {
        let mut item = job(missing, "OPEN", 1, "a");
        item.remove(missing);
        assert_eq!(table.write(put(item)).await, Written::Done);
    }
    stock(table, &[("whole", "OPEN", 1, "a")]).await;
    assert_eq!(found(table, in_state("OPEN")).await, ["whole"]);
}

async fn its_order_is_that_of_the_fields_in_turn(table: Table<'_>) {
    let jobs = [("1", "OPEN", 10, "a"), ("2", "OPEN", 9, "b"), ("3", "OPEN", -1, "z"), ("4", "OPEN", 9, "B")];
    stock(table, &jobs).await;
    assert_eq!(
        found(table, in_state("OPEN")).await,
        ["3", "4", "2", "1"],
        "numbers by value, texts by bytes"
    );
    assert_eq!(found(table, in_state("OPEN").descending()).await, ["1", "2", "4", "3"]);
}

async fn fields_are_bound_from_the_first_on(table: Table<'_>) {
    let jobs = [("1", "OPEN", 1, "a"), ("2", "OPEN", 2, "a"), ("3", "OPEN", 2, "ab"), ("4", "HELD", 2, "a")];
    stock(table, &jobs).await;
    let bound = |values: Vec<Attr>| in_state("OPEN").sorted(Sort::equal(values));
    assert_eq!(found(table, bound(vec![])).await, ["1", "2", "3"]);
    assert_eq!(found(table, bound(vec![Attr::integer(2)])).await, ["2", "3"]);
    assert_eq!(found(table, bound(vec![Attr::integer(2), Attr::text("a")])).await, ["2"]);
    assert_eq!(found(table, bound(vec![Attr::integer(3)])).await, Vec::<String>::new());
}

async fn ranges_take_what_their_ends_say(table: Table<'_>) {
    let jobs =
        [("8", "OPEN", 8, "a"), ("9", "OPEN", 9, "b"), ("10", "OPEN", 10, "c"), ("11", "OPEN", 11, "d")];
    stock(table, &jobs).await;
    let at = Attr::integer;
    for (from, to, wanted) in [
        (Bound::Unbounded, Bound::Unbounded, &["8", "9", "10", "11"][..]),
        (Bound::Included(at(9)), Bound::Unbounded, &["9", "10", "11"]),
        (Bound::Excluded(at(9)), Bound::Unbounded, &["10", "11"]),
        (Bound::Unbounded, Bound::Included(at(10)), &["8", "9", "10"]),
        (Bound::Unbounded, Bound::Excluded(at(10)), &["8", "9"]),
        (Bound::Included(at(9)), Bound::Included(at(10)), &["9", "10"]),
        (Bound::Included(at(9)), Bound::Excluded(at(11)), &["9", "10"]),
        (Bound::Excluded(at(8)), Bound::Included(at(10)), &["9", "10"]),
        (Bound::Excluded(at(8)), Bound::Excluded(at(11)), &["9", "10"]),
        (Bound::Included(at(10)), Bound::Included(at(10)), &["10"]),
        (Bound::Excluded(at(10)), Bound::Included(at(10)), &[]),
    ] {
        let sort = Sort::Values { equal: vec![], from: from.clone(), to: to.clone() };
        assert_eq!(found(table, in_state("OPEN").sorted(sort)).await, wanted, "{from:?} {to:?}");
    }
    let texts = |from, to| {
        let by_title = Query::native("by_title", vec![Attr::text("north")]);
        by_title.sorted(Sort::Values { equal: vec![], from, to })
    };
    let (low, high) = (Bound::Excluded(Attr::text("a")), Bound::Excluded(Attr::text("d")));
    assert_eq!(found(table, texts(low, high)).await, ["9", "10"]);
}

async fn a_partition_is_all_of_its_fields(table: Table<'_>) {
    stock(table, &[("1", "OPEN", 1, "a"), ("2", "HELD", 1, "a")]).await;
    let elsewhere = job("3", "OPEN", 1, "a").with("tenant", Attr::text("south"));
    assert_eq!(table.write(put(elsewhere)).await, Written::Done);
    assert_eq!(found(table, in_state("OPEN")).await, ["1"]);
    let part = table.store().query(Query::native("by_state", vec![Attr::text("north")])).await;
    assert!(part.is_err(), "a partition key is given whole");
}

async fn writes_of_fields_move_an_item(table: Table<'_>) {
    stock(table, &[("1", "OPEN", 1, "a"), ("2", "OPEN", 2, "b")]).await;
    assert_eq!(table.write(update("JOBS", "1", set("place", Attr::integer(3)))).await, Written::Done);
    assert_eq!(found(table, in_state("OPEN")).await, ["2", "1"]);
    assert_eq!(table.write(update("JOBS", "2", set("state", Attr::text("HELD")))).await, Written::Done);
    assert_eq!(found(table, in_state("OPEN")).await, ["1"]);
    assert_eq!(found(table, in_state("HELD")).await, ["2"]);
    let away = Expression::new("REMOVE #a").name("#a", "title");
    assert_eq!(table.write(update("JOBS", "1", away)).await, Written::Done);
    assert_eq!(found(table, in_state("OPEN")).await, Vec::<String>::new());
}

async fn counting_moves_an_item(table: Table<'_>) {
    stock(table, &[("1", "OPEN", 9, "a"), ("2", "OPEN", 10, "b")]).await;
    let count = Expression::new("SET #n = #n + :n").name("#n", "place").value(":n", Attr::integer(2));
    assert_eq!(table.write(update("JOBS", "1", count)).await, Written::Done);
    assert_eq!(found(table, in_state("OPEN")).await, ["2", "1"]);
}

async fn who_is_deleted_leaves_it(table: Table<'_>) {
    stock(table, &[("1", "OPEN", 1, "a"), ("2", "OPEN", 2, "b")]).await;
    assert_eq!(table.write(delete("JOBS", "1")).await, Written::Done);
    assert_eq!(found(table, in_state("OPEN")).await, ["2"]);
}

async fn it_carries_its_fields(table: Table<'_>) {
    stock(table, &[("1", "OPEN", 1, "a")]).await;
    let (items, _) = table.pages(Query::native("by_title", vec![Attr::text("north")])).await;
    let mut keys = job("1", "OPEN", 1, "a");
    keys.remove("_t");
    assert_eq!(items, [keys]);
    assert_eq!(table.pages(in_state("OPEN")).await.0, [job("1", "OPEN", 1, "a")]);
}

async fn pages_follow_each_other_both_ways(table: Table<'_>) {
    let names: Vec<String> = (0..7).map(|number| format!("{number}")).collect();
    for (number, name) in (0..).zip(&names) {
        // Several share a place, and some all of their key: then the table's own key tells them apart.
        let item = job(name, "OPEN", number / 3, if number % 2 == 0 { "even" } else { "odd" });
        assert_eq!(table.write(put(item)).await, Written::Done);
    }
    for descending in [false, true] {
        let query = Query { descending, limit: Some(2), ..in_state("OPEN") };
        let (items, pages) = table.pages(query).await;
        assert!(pages.iter().all(|items| *items <= 2), "{pages:?}");
        let mut seen: Vec<&str> = sort_keys(&items);
        let places = items.iter().filter_map(|item| item.get("place").and_then(Attr::as_integer));
        let places: Vec<i64> = places.collect();
        let in_order = places.is_sorted_by(|one, two| if descending { one >= two } else { one <= two });
        assert!(in_order, "{places:?}");
        seen.sort_unstable();
        assert_eq!(seen, names, "each once");
    }
}

async fn what_is_no_key_is_refused_under_its_name(table: Table<'_>) {
    for (name, value) in [
        ("state", Attr::integer(1)),
        ("state", Attr::Null),
        ("state", Attr::text("")),
        ("place", Attr::text("1")),
        ("place", Attr::Bool(true)),
    ] {
        let item = job("1", "OPEN", 1, "a").with(name, value.clone());
        assert!(table.write(put(item)).await.is_invalid(), "{name}: {value:?}");
        // Also of an item that isn't in the index.
        let other = bare("ELSEWHERE", "1").with(name, value.clone());
        assert!(table.write(put(other)).await.is_invalid(), "{name}: {value:?}");
    }
    assert_eq!(table.read("JOBS", "1").await, None);
}
