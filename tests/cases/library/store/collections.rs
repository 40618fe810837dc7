//! Several entities in one page or partition, whole or some of their fields.

use std::sync::Arc;

use library_model::types::{Fine, LoanState};
use library_store::{ChargeFine, DuesOfMemberItem, FileOfMemberItem, Library, TitlesRow};
use stipule_runtime::{Context, PageRequest, Ports, StoreFailure};

use crate::desk::{at, book, join, lend, loan, loan_id, member, member_id, ports, shelve, visit};

fn fine(number: i64) -> Fine {
    Fine {
        member_id: member_id(1),
        number,
        cents: 100.try_into().expect("within the limits of fines"),
        reason: "late".try_into().expect("a reason"),
    }
}

/// A member with loans 1 and 2 and fines −2 and 7.
async fn desk() -> Arc<Ports> {
    let ports = ports();
    join(&visit(&ports, "north"), member(1, "ada@example.org")).await.expect("nobody is there yet");
    shelve(&visit(&ports, "north"), book(1, "A", "Emma", 9)).await;
    for number in [1, 2] {
        lend(&visit(&ports, "north"), 1, vec![loan(number, 1, 1, 0)]).await.expect("there are copies");
    }
    for number in [7, -2] {
        let input = ChargeFine { member_id: member_id(1), fine: fine(number) };
        Library::of(&visit(&ports, "north")).charge_fine(input).commit().await.expect("the fine is new");
    }
    ports
}

async fn file(cx: &Context, limit: Option<u32>) -> Vec<Vec<FileOfMemberItem>> {
    let mut pages = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let request = PageRequest::at(cursor.as_deref()).limited(limit);
        let page = Library::of(cx).file_of_member(&member_id(1), request).await.expect("the table answers");
        pages.push(page.items);
        match page.next {
            Some(next) => cursor = Some(next),
            None => return pages,
        }
    }
}

fn shown(item: &FileOfMemberItem) -> String {
    match item {
        FileOfMemberItem::Loan(it) => format!("loan {}", u8::from(it.loan_id == loan_id(2)) + 1),
        FileOfMemberItem::Fine(it) => format!("fine {}", it.number),
        FileOfMemberItem::Member(it) => format!("member at {}", it.version),
    }
}

#[tokio::test]
async fn a_page_has_items_of_several_entities_in_the_order_of_the_sort_key() {
    let ports = desk().await;
    let cx = visit(&ports, "north");
    let expected = ["loan 2", "loan 1", "member at 1", "fine 7", "fine -2"];
    for limit in [None, Some(1), Some(2), Some(100)] {
        let pages = file(&cx, limit).await;
        let longest = pages.iter().map(Vec::len).max();
        assert!(longest <= Some(limit.unwrap_or(3).min(10) as usize), "{longest:?} of {limit:?}");
        assert_eq!(pages.concat().iter().map(shown).collect::<Vec<_>>(), expected, "{limit:?}");
    }
}

#[tokio::test]
async fn some_fields_of_some_entities_and_all_of_the_others() {
    let ports = desk().await;
    let cx = visit(&ports, "north");
    let page = Library::of(&cx).dues_of_member(&member_id(1), PageRequest::first()).await;
    let page = page.expect("the table answers").items;
    let [DuesOfMemberItem::Fine(fine), _, DuesOfMemberItem::Member(head), DuesOfMemberItem::Loan(loan), _] =
        page.as_slice()
    else {
        panic!("{page:?}")
    };
    assert_eq!(fine.cents.get(), 100);
    assert_eq!(head.value, member(1, "ada@example.org"));
    assert_eq!((loan.version, loan.due_at, loan.state), (1, at(100), LoanState::Lent));
}

#[tokio::test]
async fn a_collection_alone_is_a_list() {
    let ports = desk().await;
    let cx = visit(&ports, "north");
    let fines = Library::of(&cx).fines_whole(&member_id(1)).await.expect("the table answers");
    assert_eq!(fines, [fine(-2), fine(7)]);
    assert_eq!(Library::of(&cx).fines_whole(&member_id(2)).await, Ok(vec![]));
}

#[tokio::test]
async fn a_card_has_what_it_asks_for_and_does_not_show_who_it_is_of() {
    let ports = desk().await;
    let cx = visit(&ports, "north");
    let card = Library::of(&cx).member_card(&member_id(1)).await.expect("the table answers").expect("joined");
    assert_eq!((card.member.email.get().as_str(), card.member.version), ("ada@example.org", 1));
    assert_eq!(card.fines.iter().map(|fine| fine.cents.get()).collect::<Vec<_>>(), [100, 100]);
    assert_eq!(card.loans.iter().map(|loan| loan.loan_id).collect::<Vec<_>>(), [loan_id(1), loan_id(2)]);
    let shown = format!("{card:?}");
    assert!(!shown.contains("ada@") && !shown.contains("Ada"), "{shown}");
    assert_eq!(Library::of(&cx).member_card(&member_id(2)).await, Ok(None));
}

#[tokio::test]
async fn an_index_that_carries_little_gives_what_it_carries() {
    let ports = ports();
    for (number, title) in (1..).zip(["Persuasion", "Emma", "Sanditon", "Evelina", "Camilla"]) {
        shelve(&visit(&ports, "north"), book(number, "A", title, 2)).await;
    }
    let cx = visit(&ports, "north");
    let most = PageRequest::first().limited(Some(100));
    let page = Library::of(&cx).titles(most).await.expect("the table answers");
    let titles: Vec<&str> = page.items.iter().map(|row: &TitlesRow| row.title.as_str()).collect();
    assert_eq!(titles, ["Camilla", "Emma", "Evelina", "Persuasion"], "no more than the largest page");
    assert!(page.items.iter().all(|row| row.available.get() == 2));
    let rest = Library::of(&cx).titles(PageRequest::at(page.next.as_deref())).await.expect("its own cursor");
    assert_eq!(rest.items.len(), 1);
}

#[tokio::test]
async fn rows_of_shards_merge_within_a_range() {
    let ports = ports();
    join(&visit(&ports, "north"), member(1, "ada@example.org")).await.expect("nobody is there yet");
    shelve(&visit(&ports, "north"), book(1, "A", "Emma", 99)).await;
    for number in 0..20 {
        let seconds = i64::try_from((number * 7) % 20).expect("small");
        lend(&visit(&ports, "north"), 1, vec![loan(number, 1, 1, seconds)]).await.expect("copies enough");
    }
    let cx = visit(&ports, "north");
    let (mut found, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let request = PageRequest::at(cursor.as_deref()).limited(Some(4));
        let page = Library::of(&cx).due_loans(at(105)..at(115), request).await.expect("the table answers");
        found.extend(page.items.iter().map(|row| row.due_at));
        match page.next {
            Some(next) => cursor = Some(next),
            None => break,
        }
    }
    assert_eq!(found, (105..115).rev().map(at).collect::<Vec<_>>());
}

#[tokio::test]
async fn an_item_of_another_entity_is_said_rather_than_dropped() {
    use stipule_runtime::Attr;
    use stipule_runtime::store::{Action, Transaction};
    let ports = desk().await;
    let mut stray = library_store::entity::fine::item("north", &fine(3));
    stray.insert("_t", Attr::text("Reminder"));
    let actions = vec![Action::Put { item: stray, condition: None }];
    ports.store.transact(Transaction { actions }).await.expect("an unconditional put");
    let cx = visit(&ports, "north");
    let page = Library::of(&cx).file_of_member(&member_id(1), PageRequest::first().limited(Some(10))).await;
    assert!(matches!(page, Err(StoreFailure::Corrupt { .. })), "{page:?}");
}
