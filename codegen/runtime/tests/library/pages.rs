//! Pages: every item once, in order, and cursors that nobody can bend.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use stipule_runtime::page::Pattern;
use stipule_runtime::{Attr, Context, Item, KeyBuf, PageRequest, Paged, Query, Sort, StoreFailure, page};

use crate::world::{World, block_on};

const LOANS_OF_READER: Pattern =
    Pattern { name: "loans_of_reader", template: "READER#{reader} / LOAN#{number}", page: 4, max_page: 100 };
const RECENT: Pattern =
    Pattern { name: "recent", template: "RECENT#{shard of number in 3} / LOAN#{number}", ..LOANS_OF_READER };

/// Eleven loans of two readers on three shards of the index.
fn world() -> World {
    let world = World::new();
    for number in 0..11_i64 {
        let shard = u32::try_from(number * number % 3).unwrap();
        let reader = if number == 4 { "bob" } else { "ada" };
        let pk = KeyBuf::partition("north").literal("READER").text(reader).finish();
        let sk = KeyBuf::new().literal("LOAN").integer(number).finish();
        let shard = KeyBuf::partition("north").literal("RECENT").shard(shard).finish();
        world.table.insert(
            Item::new()
                .with("pk", Attr::S(pk))
                .with("sk", Attr::from(sk.as_str()))
                .with("gsi1pk", Attr::S(shard))
                .with("gsi1sk", Attr::S(sk))
                .with("number", Attr::integer(number)),
        );
    }
    world
}

fn of(reader: &str) -> Query {
    let prefix = KeyBuf::new().literal("LOAN");
    Query::partition(KeyBuf::partition("north").literal("READER").text(reader).finish())
        .sorted(Sort::prefix(&prefix))
}

fn shards() -> Vec<Query> {
    let pk = |shard| KeyBuf::partition("north").literal("RECENT").shard(shard).finish();
    (0..3).map(|shard| Query::index("gsi1", pk(shard))).collect()
}

fn one_page(cx: &Context, reader: &str, request: PageRequest<'_>) -> Result<Paged<Item>, StoreFailure> {
    block_on(page::page(cx, &LOANS_OF_READER, of(reader), request))
}

/// All numbers, page after page.
fn walk(
    mut read: impl FnMut(PageRequest<'_>) -> Result<Paged<Item>, StoreFailure>,
    limit: u32,
) -> Vec<Vec<i64>> {
    let mut pages = Vec::new();
    let mut cursor = None;
    loop {
        let page = read(PageRequest::at(cursor.as_deref()).limited(Some(limit))).unwrap();
        pages.push(page.items.iter().map(|item| item.integer("number").unwrap()).collect());
        match page.next {
            None => return pages,
            next => cursor = next,
        }
    }
}

#[test]
fn pages_are_full_and_hold_every_item_once() {
    let cx = world().command();
    let pages = walk(|request| one_page(&cx, "ada", request), 4);
    assert_eq!(pages, [vec![0, 1, 2, 3], vec![5, 6, 7, 8], vec![9, 10]]);
    assert_eq!(walk(|request| one_page(&cx, "nobody", request), 4), [[0_i64; 0]]);
}

#[test]
fn shards_are_merged_in_one_order_both_ways() {
    let cx = world().command();
    for limit in 1..13 {
        let up = |request: PageRequest<'_>| block_on(page::merged(&cx, &RECENT, shards(), request));
        assert_eq!(walk(up, limit).concat(), (0..11).collect::<Vec<_>>(), "limit {limit}");
        let queries = || shards().into_iter().map(Query::descending).collect();
        let down = |request: PageRequest<'_>| block_on(page::merged(&cx, &RECENT, queries(), request));
        let pages = walk(down, limit);
        assert_eq!(pages.concat(), (0..11).rev().collect::<Vec<_>>(), "limit {limit}");
        assert!(pages.iter().rev().skip(1).all(|page| page.len() == limit as usize), "limit {limit}");
    }
}

#[test]
fn all_reads_to_the_end() {
    let cx = world().command();
    assert_eq!(block_on(page::all(&cx, of("ada"))).unwrap().len(), 10);
}

#[test]
fn an_empty_range_does_not_ask_the_store() {
    let cx = world().command();
    let query = of("ada").sorted(Sort::Between("b".to_owned(), "a".to_owned()));
    assert!(block_on(page::all(&cx, query.clone())).unwrap().is_empty());
    let page = block_on(page::page(&cx, &LOANS_OF_READER, query, PageRequest::first())).unwrap();
    assert_eq!(page, Paged { items: Vec::new(), next: None });
}

#[test]
fn a_cursor_is_good_for_its_own_query_only() {
    let world = world();
    let cx = world.command();
    let cursor = one_page(&cx, "ada", PageRequest::first()).unwrap().next.unwrap();
    let request = PageRequest::at(Some(&cursor));
    let bad = Err(StoreFailure::BadCursor);
    let other = Pattern { name: "other_read", ..LOANS_OF_READER };
    assert_eq!(one_page(&cx, "bob", request), bad, "another reader");
    assert_eq!(one_page(&cx.for_tenant("south"), "ada", request), bad, "another tenant");
    assert_eq!(block_on(page::page(&cx, &other, of("ada"), request)), bad, "another read");
    assert_eq!(
        block_on(page::page(&cx, &LOANS_OF_READER, of("ada").descending(), request)),
        bad,
        "another order"
    );
    let later = Pattern { template: "READER#{reader} / LOAN#{year}#{number}", ..LOANS_OF_READER };
    assert_eq!(block_on(page::page(&cx, &later, of("ada"), request)), bad, "another template");
    let narrower = of("ada").sorted(Sort::Prefix("LOAN#1".to_owned()));
    assert_eq!(block_on(page::page(&cx, &LOANS_OF_READER, narrower, request)), bad, "another range");
    assert!(one_page(&cx, "ada", request).is_ok());
}

#[test]
fn a_changed_cursor_is_refused_whatever_was_changed() {
    let cx = world().command();
    let cursor = one_page(&cx, "ada", PageRequest::first()).unwrap().next.unwrap();
    for at in 0..cursor.len() {
        for letter in ["A", "z", "="] {
            let mut changed = cursor.clone();
            changed.replace_range(at..=at, letter);
            if changed != cursor {
                let outcome = one_page(&cx, "ada", PageRequest::at(Some(&changed)));
                assert_eq!(outcome, Err(StoreFailure::BadCursor), "{at} {letter}");
            }
        }
    }
    for cursor in ["", "AAAA", "a b", &"A".repeat(100_000)] {
        assert_eq!(one_page(&cx, "ada", PageRequest::at(Some(cursor))), Err(StoreFailure::BadCursor));
    }
}

#[test]
fn no_flipped_bit_and_no_shortened_cursor_is_accepted() {
    let cx = world().command();
    let page = block_on(page::merged(&cx, &RECENT, shards(), PageRequest::first())).unwrap();
    let cursor = page.next.unwrap();
    let read = |bytes: &[u8]| {
        let cursor = URL_SAFE_NO_PAD.encode(bytes);
        block_on(page::merged(&cx, &RECENT, shards(), PageRequest::at(Some(&cursor))))
    };
    let good = URL_SAFE_NO_PAD.decode(&cursor).unwrap();
    assert!(read(&good).is_ok());
    for bit in 0..good.len() * 8 {
        let mut bad = good.clone();
        bad[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(read(&bad), Err(StoreFailure::BadCursor), "bit {bit}");
    }
    for length in 0..good.len() {
        assert_eq!(read(&good[..length]), Err(StoreFailure::BadCursor), "{length} bytes");
    }
    let fewer = block_on(page::merged(&cx, &RECENT, shards()[..2].to_vec(), PageRequest::at(Some(&cursor))));
    assert_eq!(fewer, Err(StoreFailure::BadCursor), "another number of shards");
}

#[test]
fn a_cursor_shows_nothing_of_the_keys_in_it() {
    let cx = world().command();
    let cursor = one_page(&cx, "ada", PageRequest::first()).unwrap().next.unwrap();
    let bytes = URL_SAFE_NO_PAD.decode(cursor).unwrap();
    for word in ["LOAN", "ada", "north", "READER"] {
        assert!(!bytes.windows(word.len()).any(|part| part == word.as_bytes()), "{word}");
    }
}

#[test]
fn items_that_come_behind_the_reader_disturb_no_page() {
    for limit in 1..8 {
        for down in [false, true] {
            let world = world();
            let cx = world.command();
            let mut cursor: Option<String> = None;
            let mut found = Vec::new();
            loop {
                let queries = shards().into_iter();
                let queries =
                    if down { queries.map(Query::descending).collect() } else { queries.collect::<Vec<_>>() };
                let request = PageRequest::at(cursor.as_deref()).limited(Some(limit));
                let page = block_on(page::merged(&cx, &RECENT, queries, request)).unwrap();
                found.extend(page.items.iter().map(|item| item.integer("number").unwrap()));
                // Before everything that was read, whichever way.
                let number = if down { 1000 } else { -1000 } + i64::try_from(found.len()).unwrap();
                let shard = KeyBuf::partition("north").literal("RECENT").shard(1).finish();
                let sk = KeyBuf::new().literal("LOAN").integer(number).finish();
                world.table.insert(
                    Item::new()
                        .with("pk", Attr::text(format!("late {number}")))
                        .with("sk", Attr::from("x"))
                        .with("gsi1pk", Attr::S(shard))
                        .with("gsi1sk", Attr::S(sk))
                        .with("number", Attr::integer(number)),
                );
                assert!(found.len() <= 11, "{found:?}");
                match page.next {
                    None => break,
                    next => cursor = next,
                }
            }
            let mut expected: Vec<i64> = (0..11).collect();
            if down {
                expected.reverse();
            }
            assert_eq!(found, expected, "limit {limit}, down {down}");
        }
    }
}

#[test]
fn limits_have_limits() {
    let items = |limit| PageRequest::first().limited(limit).items(&LOANS_OF_READER);
    assert_eq!([None, Some(0), Some(7), Some(u32::MAX)].map(items), [4, 1, 7, 100]);
}
