//! What is read directly is what the engine answers, over items and queries of all kinds.

use dynoxide::actions::{get_item, query as engine_query, transact_write_items};
use dynoxide::storage::Storage;
use proptest::prelude::*;
use proptest::sample::select;
use stipule_runtime::item::Attr;
use stipule_runtime::store::{
    Action, Get, IndexSchema, Partition, Projection, Query, Sort, StoreError, Transaction,
};

use super::super::{attribute, fault, now_or_lost, request, schema};
use super::*;

static TABLE: TableSchema = TableSchema {
    name: "a-table.of_books",
    pk: "pk",
    sk: "sk",
    ttl: None,
    type_attribute: "_t",
    indexes: &[
        IndexSchema { name: "all", pk: "apk", sk: "ask", projection: Projection::All },
        IndexSchema { name: "some", pk: "apk", sk: "title", projection: Projection::Include(&["n"]) },
        IndexSchema { name: "keys", pk: "sk", sk: "pk", projection: Projection::Keys },
    ],
    native: &[],
    outbox_shards: 1,
};

/// Keys that are neighbours in one order and not in another, and that statements could trip over.
const KEYS: [&str; 14] = [
    "A#",
    "a",
    "a#",
    "a#1#",
    "a#10#",
    "a$",
    "b'; --",
    "%",
    "_",
    "é#",
    "\u{D7FF}",
    "\u{E000}",
    "\u{10FFFF}",
    "\u{10FFFF}#",
];

fn value() -> impl Strategy<Value = Attr> {
    let number = select(vec!["0", "-1.5", "12e3", "0.00012", "12345678901234567890123456789012345678"]);
    let leaf = prop_oneof![
        ".{0,8}".prop_map(Attr::S),
        number.prop_map(|digits| Attr::N(digits.to_owned())),
        any::<bool>().prop_map(Attr::Bool),
        Just(Attr::Null),
        prop::collection::vec(any::<u8>(), 1..5).prop_map(Attr::B),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Attr::L),
            prop::collection::vec(("[a-z\"é]{1,3}", inner), 0..3).prop_map(Attr::map),
        ]
    })
}

fn item() -> impl Strategy<Value = Item> {
    let key = || select(KEYS.to_vec());
    let index = prop::option::weighted(0.7, (key(), key()));
    let big = prop::option::weighted(0.2, 100_000_usize..300_000);
    (select(KEYS[..2].to_vec()), key(), index, prop::option::of(value()), prop::option::of(key()), big)
        .prop_map(|(pk, sk, index, n, title, big)| {
            let mut item = PrimaryKey::new(pk, sk).to_item(&TABLE).with("_t", Attr::text("Book"));
            if let Some((pk, sk)) = index {
                item.insert("apk", Attr::text(pk));
                item.insert("ask", Attr::text(sk));
            }
            item.insert_some("n", n);
            item.insert_some("title", title.map(Attr::text));
            item.insert_some("big", big.map(|bytes| Attr::text("x".repeat(bytes))));
            item
        })
}

fn sort() -> impl Strategy<Value = Sort> {
    let key = || select([&KEYS[..], &[""]].concat()).prop_map(str::to_owned);
    prop_oneof![
        Just(Sort::All),
        key().prop_map(Sort::Prefix),
        (key(), key()).prop_map(|(from, to)| Sort::Between(from, to)),
        key().prop_map(|key| Sort::equal(vec![Attr::text(key)])),
    ]
}

/// Where a page starts that didn't come from a page.
fn start() -> impl Strategy<Value = Option<Item>> {
    let names =
        select(vec![vec!["pk", "sk"], vec!["pk", "sk", "apk", "ask"], vec!["pk"], vec!["pk", "sk", "n"]]);
    let values = prop::collection::vec(select(KEYS.to_vec()), 4);
    let start = (names, values)
        .prop_map(|(names, values)| names.into_iter().zip(values.into_iter().map(Attr::text)).collect());
    prop::option::weighted(0.2, start)
}

fn a_query() -> impl Strategy<Value = Query> {
    let index = select(vec![None, Some("all"), Some("some"), Some("keys"), Some("none")]);
    let limit = select(vec![None, Some(0), Some(1), Some(2), Some(5), Some(u32::MAX)]);
    let wanted: Vec<Option<&'static [&'static str]>> = vec![None, Some(&[]), Some(&["n", "title", "pk"])];
    let flags = (any::<bool>(), prop::bool::weighted(0.2), prop::bool::weighted(0.05));
    (index, select(KEYS[..3].to_vec()), sort(), limit, start(), select(wanted), flags).prop_map(
        |(index, pk, sort, limit, start, select, (descending, consistent, empty))| {
            let partition = Partition::Key(if empty { String::new() } else { pk.to_owned() });
            Query { index, partition, sort, descending, limit, start, consistent, select }
        },
    )
}

fn filled(items: Vec<Item>) -> Storage {
    let storage = Storage::memory().unwrap();
    schema::prepare(&storage, &TABLE).unwrap();
    for item in items {
        let actions = vec![Action::Put { item, condition: None }];
        let put = request::transact(&TABLE, Transaction { actions }).unwrap();
        now_or_lost(transact_write_items::execute(&storage, put)).unwrap();
    }
    storage
}

fn engine(storage: &Storage, query: Query) -> Result<QueryPage, StoreError> {
    let asked = request::query(&TABLE, query)?;
    let page = now_or_lost(engine_query::execute(storage, asked)).map_err(fault::store_error)?;
    attribute::page_in(page.items, page.last_evaluated_key)
}

/// Reads page after page; how many were read directly.
fn compare(storage: &Storage, mut query: Query) -> usize {
    let mut direct = 0;
    loop {
        let expected = engine(storage, query.clone());
        if let Some(plan) = Plan::of(&TABLE, &query)
            && let Direct::Found(page) = super::query(storage.conn(), &plan).unwrap()
        {
            assert_eq!(Ok(&page), expected.as_ref(), "{query:?}");
            direct += 1;
        }
        match expected.ok().and_then(|page| page.next) {
            None => return direct,
            next => query.start = next,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 48 } else { 1000 }))]

    #[test]
    fn a_page_is_the_page_of_the_engine(
        items in prop::collection::vec(item(), 0..30),
        queries in prop::collection::vec(a_query(), 24),
    ) {
        let storage = filled(items);
        for query in queries {
            compare(&storage, query);
        }
    }

    #[test]
    fn an_item_is_the_item_of_the_engine(items in prop::collection::vec(item(), 0..12)) {
        let storage = filled(items);
        for (pk, sk) in KEYS.iter().flat_map(|pk| KEYS.iter().map(move |sk| (*pk, *sk))) {
            let key = PrimaryKey::new(pk, sk);
            let asked = request::get(&TABLE, Get { key: key.clone(), consistent: true });
            let found = now_or_lost(get_item::execute(&storage, asked)).unwrap().item;
            let expected = found.map(attribute::item_in).transpose().unwrap();
            let Direct::Found(item) = get(storage.conn(), &of_item(&TABLE), &key).unwrap() else { panic!("{pk} {sk}") };
            prop_assert_eq!(item, expected);
        }
    }
}

/// What the comparison above would not notice: that nothing is read directly.
#[test]
fn usual_reads_are_direct_and_unusual_ones_are_left_to_the_engine() {
    let storage = filled(KEYS.map(|sk| PrimaryKey::new("a", sk).to_item(&TABLE)).to_vec());
    let all = Query::partition("a".to_owned());
    assert_eq!(compare(&storage, all.clone()), 1);
    assert_eq!(compare(&storage, Query { limit: Some(4), ..all.clone() }), 4);
    assert_eq!(compare(&storage, Query { limit: Some(7), ..all.clone() }), 3, "the last page is empty");
    let index = Query::index("keys", "a#".to_owned()).descending().selecting(&["n"]);
    assert_eq!(compare(&storage, Query { limit: Some(1), ..index }), 2);
    for left in [
        Query::partition(String::new()),
        Query::partition("k".repeat(MAX_PK_BYTES + 1)),
        all.clone().sorted(Sort::Prefix(String::new())),
        all.clone().sorted(Sort::Between("b".to_owned(), "a".to_owned())),
        Query { limit: Some(0), ..all.clone() },
        Query { start: Some(PrimaryKey::new("b", "a").to_item(&TABLE)), ..all },
        Query { consistent: true, ..Query::index("all", "a".to_owned()) },
        Query::index("none", "a".to_owned()),
    ] {
        assert!(Plan::of(&TABLE, &left).is_none(), "{left:?}");
    }
    for key in [("", "a"), ("a", ""), ("a", &"k".repeat(MAX_SK_BYTES + 1))] {
        let found = get(storage.conn(), &of_item(&TABLE), &PrimaryKey::new(key.0, key.1)).unwrap();
        assert!(matches!(found, Direct::Engine));
    }
}

#[test]
fn a_page_of_more_than_a_megabyte_is_left_to_the_engine() {
    let big =
        |sk: &&str| PrimaryKey::new("a", *sk).to_item(&TABLE).with("big", Attr::text("x".repeat(300_000)));
    let storage = filled(KEYS.iter().map(big).collect());
    let query = Query::partition("a".to_owned());
    assert_eq!(compare(&storage, query.clone()), 1, "the last page has room");
    assert_eq!(compare(&storage, Query { limit: Some(3), ..query }), 5);
}
