//! Cursors: where the next page starts.

mod shelf;

use std::collections::BTreeMap;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_executor::block_on;
use stipule_runtime::page::{self, Pattern};
use stipule_runtime::store::{Query, Scan, Sort};
use stipule_runtime::{Attr, Context, Item, PageRequest, Paged, StoreFailure};

use self::shelf::{ENTITY, Shelf, book};
use super::Check;
use crate::corpus::Input;

/// Books on a shelf: enough for several pages of each read.
const BOOKS: usize = 9;

/// Shelves that are read as one.
const SHELVES: [&str; 3] = ["0", "1", "2"];

const PATTERN: Pattern = Pattern { name: "books", template: "a/{b}", page: 2, max_page: 100 };

/// One read: everything that a cursor is bound to.
#[derive(Clone, Copy, Debug)]
struct Read {
    name: &'static str,
    tenant: &'static str,
    pattern: Pattern,
    what: What,
}

#[derive(Clone, Copy, Debug)]
enum What {
    Table { sort: fn() -> Sort, descending: bool },
    Index,
    Fields,
    Merged,
    Scan { segment: Option<(u32, u32)> },
}

/// Each differs from the first, or from another, in one thing.
fn reads() -> Vec<Read> {
    let read = |name, what| Read { name, tenant: "north", pattern: PATTERN, what };
    let up = What::Table { sort: || Sort::All, descending: false };
    vec![
        read("first", up),
        Read { tenant: "south", ..read("another tenant", up) },
        Read { pattern: Pattern { name: "loans", ..PATTERN }, ..read("another read", up) },
        Read { pattern: Pattern { template: "a/{c}", ..PATTERN }, ..read("another template", up) },
        read("down", What::Table { sort: || Sort::All, descending: true }),
        read("a prefix", What::Table { sort: || Sort::Prefix("b".to_owned()), descending: false }),
        read(
            "a range",
            What::Table { sort: || Sort::Between("b".to_owned(), "c".to_owned()), descending: false },
        ),
        read("an index", What::Index),
        read("fields", What::Fields),
        read("merged", What::Merged),
        read("scan", What::Scan { segment: None }),
        read("segment 0", What::Scan { segment: Some((0, 2)) }),
        read("segment 1", What::Scan { segment: Some((1, 2)) }),
    ]
}

impl Read {
    fn page(
        &self,
        shelf: &Arc<Shelf>,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<Paged<Item>, StoreFailure> {
        let cx = Context::job(shelf.ports(), self.tenant, "fuzzer");
        let (pattern, request) = (&self.pattern, PageRequest::at(cursor).limited(Some(limit)));
        block_on(async {
            match self.what {
                What::Table { sort, descending } => {
                    let query =
                        Query { descending, ..Query::partition(SHELVES[0].to_owned()).sorted(sort()) };
                    page::page(&cx, pattern, query, request).await
                }
                What::Index => {
                    page::page(&cx, pattern, Query::index("gsi1", "all".to_owned()), request).await
                }
                What::Fields => {
                    let of = Query::native("gsi2", vec![Attr::text("all"), Attr::integer(7)]);
                    page::page(&cx, pattern, of, request).await
                }
                What::Merged => {
                    let queries = SHELVES.map(|it| Query::partition(it.to_owned())).to_vec();
                    page::merged(&cx, pattern, queries, request).await
                }
                What::Scan { segment } => {
                    let scan = Scan { segment, ..Scan::table() };
                    page::scan(&cx, pattern, &ENTITY, scan, request).await
                }
            }
        })
    }

    /// Page after page: the cursor of each but the first, and all items.
    fn walk(&self, shelf: &Arc<Shelf>, limit: u32) -> (Vec<String>, Vec<Item>) {
        let (mut cursors, mut items) = (Vec::new(), Vec::new());
        loop {
            let page = self.page(shelf, cursors.last().map(String::as_str), limit);
            let page = page.unwrap_or_else(|failure| panic!("{}: {failure}", self.name));
            items.extend(page.items);
            assert!(cursors.len() <= shelf.len() + SHELVES.len() + 1, "{}: the pages have no end", self.name);
            match page.next {
                None => return (cursors, items),
                Some(next) => cursors.push(next),
            }
        }
    }
}

/// Some books with plain keys.
fn plain() -> Arc<Shelf> {
    let shelved = (0..BOOKS).map(|number| {
        let sort = format!("{}#{number}#", ["a", "b", "c"][number % 3]);
        book(SHELVES[number % 2 * (number % 3)], &sort, number)
    });
    Arc::new(Shelf::of(shelved))
}

/// Every cursor of every read.
pub(super) fn cursors() -> Vec<Input> {
    let shelf = plain();
    let of_read = |read: Read| read.walk(&shelf, 2).0.into_iter().map(move |text| (read.name, text));
    reads().into_iter().flat_map(of_read).map(|(name, cursor)| Input::new(name, &cursor)).collect()
}

pub(super) fn check_cursors() -> Check {
    let shelf = plain();
    let mut made: BTreeMap<String, (&'static str, Paged<Item>)> = BTreeMap::new();
    for read in reads() {
        let (cursors, items) = read.walk(&shelf, 2);
        assert!(!items.is_empty(), "{} reads something", read.name);
        for cursor in cursors {
            let page = read.page(&shelf, Some(&cursor), 2).expect("it was just made");
            // Of two reads with one cursor, the second takes what it didn't make.
            made.entry(cursor).or_insert((read.name, page));
        }
    }
    Box::new(move |input| {
        let text = input.text();
        for read in reads() {
            let own = made.get(&text).filter(|(name, _)| *name == read.name).map(|(_, page)| page);
            match (read.page(&shelf, Some(&text), 2), own) {
                (Ok(page), Some(before)) => assert!(page == *before, "{} goes on elsewhere", read.name),
                (Err(StoreFailure::BadCursor), None) => {}
                (Ok(_), None) => panic!("{} takes {text}, which it didn't make", read.name),
                (Err(failure), _) => panic!("{}: {failure} for {text}", read.name),
            }
        }
    })
}

/// Sort keys and numbers, one on each line, for books on these shelves.
pub(super) fn places() -> Vec<Input> {
    let texts = [
        "a#1#\na#2#\nb#1#\nb#2#\nc#1#",
        "a\n\u{e9}#\n\u{1f4da}#\nA#\n#\n$c#\n$`#",
        "1\n-1\n10\n9\n0.5\n-0.5\n1e10\n123456789012345678901234567890",
        "same\nsame\nsame\nother",
        "\u{0}\n\u{1}\n\u{10ffff}\n ",
    ];
    texts.iter().map(|text| Input::new("places", text)).collect()
}

/// Longest sort key of a table.
const LONGEST: usize = 1024;

/// More books than that say no more.
const MOST: usize = 12;

pub(super) fn check_places() -> Check {
    Box::new(|input| {
        let text = input.text();
        let lines = text.split('\n').filter(|line| !line.is_empty() && line.len() <= LONGEST);
        let shelved =
            lines.take(MOST).enumerate().map(|(number, line)| book(SHELVES[number % 3], line, number));
        let shelf = Arc::new(Shelf::of(shelved));
        for read in reads() {
            let (_, whole) = read.walk(&shelf, 100);
            for limit in [1, 2] {
                let (cursors, items) = read.walk(&shelf, limit);
                assert!(items == whole, "{}: pages of {limit} have other items than one page", read.name);
                for cursor in &cursors {
                    let bytes = URL_SAFE_NO_PAD.decode(cursor).expect("letters of base64url");
                    assert_eq!(URL_SAFE_NO_PAD.encode(bytes), *cursor, "a cursor has one spelling");
                }
                let again = read.walk(&shelf, limit).0;
                assert_eq!(again, cursors, "{}: a place has one cursor", read.name);
            }
        }
    })
}
