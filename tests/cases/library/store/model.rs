//! Random writes against a model: the store and a few maps never disagree.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use library_model::events::LoanReturned;
use library_model::types::{Loan, LoanState};
use library_store::{GiveBack, LendError, Library, ShelveBook};
use proptest::prelude::*;
use stipule_runtime::{PageRequest, Ports};

use crate::desk::{at, book, isbn, join, lend, loan, loan_id, member, member_id, ports, shelve, visit};

const MEMBERS: u64 = 3;
const BOOKS: u64 = 4;

/// Something that happens at the desk.
#[derive(Clone, Debug)]
enum Happening {
    Join { member: u64, email: u8 },
    Leave { member: u64 },
    Shelve { book: u64, shelf: u8, title: u8 },
    Lend { member: u64, books: Vec<u64>, at: i64 },
    GiveBack { loan: u64, state: LoanState },
}

fn happening() -> impl Strategy<Value = Happening> {
    let state = prop_oneof![Just(LoanState::Lent), Just(LoanState::Overdue), Just(LoanState::Returned)];
    prop_oneof![
        3 => (0..MEMBERS, 0..3_u8).prop_map(|(member, email)| Happening::Join { member, email }),
        1 => (0..MEMBERS).prop_map(|member| Happening::Leave { member }),
        3 => (0..BOOKS, 0..2_u8, 0..3_u8).prop_map(|(book, shelf, title)| Happening::Shelve {
            book,
            shelf,
            title
        }),
        4 => (0..MEMBERS, proptest::collection::btree_set(0..BOOKS, 1..3), 0..50_i64).prop_map(
            |(member, books, at)| { Happening::Lend { member, books: books.into_iter().collect(), at } }
        ),
        4 => (0..12_u64, state).prop_map(|(loan, state)| Happening::GiveBack { loan, state }),
    ]
}

/// What the library should be like.
#[derive(Default)]
struct Model {
    members: BTreeMap<u64, u8>,
    /// Shelf, title, copies available.
    books: BTreeMap<u64, (u8, u8, i64)>,
    loans: BTreeMap<u64, Loan>,
}

fn email(number: u8) -> String {
    format!("{}@example.org", ["ada", "Ada", "grace"][usize::from(number)])
}

fn owner_of(loan: &Loan) -> u64 {
    (0..MEMBERS).find(|number| loan.member_id == member_id(*number)).expect("a member of the model")
}

fn book_of(loan: &Loan) -> u64 {
    (0..BOOKS).find(|number| loan.isbn == isbn(*number)).expect("a book of the model")
}

impl Model {
    fn has_email(&self, wanted: u8) -> bool {
        self.members.values().any(|held| email(*held).eq_ignore_ascii_case(&email(wanted)))
    }

    async fn happen(&mut self, ports: &Arc<Ports>, happening: &Happening) {
        let cx = visit(ports, "north");
        match happening {
            Happening::Join { member: number, email: address } => {
                let free = !self.members.contains_key(number) && !self.has_email(*address);
                let outcome = join(&cx, member(*number, &email(*address))).await;
                assert_eq!(outcome.is_ok(), free, "{happening:?}: {outcome:?}");
                if free {
                    self.members.insert(*number, *address);
                }
            }
            Happening::Leave { member } => {
                let read = Library::of(&cx).member(&member_id(*member)).await.expect("the table answers");
                assert_eq!(read.is_some(), self.members.remove(member).is_some());
                if let Some(read) = read {
                    Library::of(&cx).leave(&read).commit().await.expect("nobody came between");
                }
            }
            Happening::Shelve { book: number, shelf, title } => {
                let copies = 6;
                if let Some(known) = self.books.get_mut(number) {
                    (known.0, known.1) = (*shelf, *title);
                    let input = ShelveBook {
                        isbn: isbn(*number),
                        title: format!("title {title}").try_into().expect("a title"),
                        shelf: format!("shelf {shelf}").try_into().expect("a shelf"),
                    };
                    Library::of(&cx).shelve_book(input).commit().await.expect("it is there");
                } else {
                    self.books.insert(*number, (*shelf, *title, copies));
                    let new = book(*number, &format!("shelf {shelf}"), &format!("title {title}"), copies);
                    shelve(&cx, new).await;
                }
            }
            Happening::Lend { member, books, at } => self.lend(ports, *member, books, *at).await,
            Happening::GiveBack { loan, state } => self.give_back(ports, *loan, *state).await,
        }
    }

    async fn lend(&mut self, ports: &Arc<Ports>, member: u64, books: &[u64], lent_at: i64) {
        let first = u64::try_from(self.loans.len()).expect("few");
        let loans: Vec<Loan> =
            (first..).zip(books).map(|(number, book)| loan(number, member, *book, lent_at)).collect();
        let lacking = books.iter().position(|book| self.books.get(book).is_none_or(|held| held.2 < 1));
        let expected = if !self.members.contains_key(&member) {
            Err(LendError::MayNotBorrow)
        } else if let Some(index) = lacking {
            Err(LendError::NoCopyLeft { index })
        } else {
            Ok(())
        };
        let outcome = lend(&visit(ports, "north"), member, loans.clone()).await;
        assert_eq!(outcome, expected, "{member} {books:?}");
        if outcome.is_ok() {
            for (number, loan) in (first..).zip(loans) {
                self.books.get_mut(&book_of(&loan)).expect("it was lent").2 -= 1;
                self.loans.insert(number, loan);
            }
        }
    }

    async fn give_back(&mut self, ports: &Arc<Ports>, chance: u64, state: LoanState) {
        let number = chance % u64::try_from(self.loans.len().max(1)).expect("few");
        let Some(known) = self.loans.get_mut(&number) else { return };
        let cx = visit(ports, "north");
        let owner = member_id(owner_of(known));
        let read = Library::of(&cx).loan(&owner, &loan_id(number)).await.expect("the table answers");
        let input = GiveBack {
            state,
            returned_at: Some(at(1)),
            isbn: known.isbn.clone(),
            copies: 0,
            loan_returned: LoanReturned { loan_id: loan_id(number), member_id: owner, late: false },
        };
        Library::of(&cx).give_back(&read.expect("it was lent"), input).commit().await.expect("current");
        (known.state, known.returned_at) = (state, Some(at(1)));
    }

    async fn agrees(&self, ports: &Arc<Ports>) {
        let cx = visit(ports, "north");
        let library = Library::of(&cx);
        let all = PageRequest::first().limited(Some(1000));
        for number in 0..MEMBERS {
            let file = library.member_file(&member_id(number)).await.expect("the table answers");
            assert_eq!(file.is_some(), self.members.contains_key(&number));
            let loans =
                library.loans_of_member(&member_id(number), all).await.expect("the table answers").items;
            let expected: Vec<&Loan> = self.loans.values().filter(|loan| owner_of(loan) == number).collect();
            assert!(loans.iter().map(|loan| &loan.value).eq(expected), "loans of member {number}");
        }
        for number in 0..BOOKS {
            let read = library.book(&isbn(number)).await.expect("the table answers");
            let expected = self.books.get(&number).map(|held| held.2);
            assert_eq!(read.map(|book| book.available.get()), expected, "copies of book {number}");
            let loans = library.loans_of_book(&isbn(number), .., all).await.expect("the table answers").items;
            let mut expected: Vec<&Loan> =
                self.loans.values().filter(|loan| book_of(loan) == number).collect();
            expected.sort_by_key(|loan| std::cmp::Reverse((loan.lent_at, loan.loan_id)));
            assert!(loans.iter().map(|loan| &loan.value).eq(expected), "loans of book {number}");
        }
        for shelf in 0..2_u8 {
            let name = format!("shelf {shelf}").try_into().expect("a shelf");
            let found = library.books_on_shelf(&name, .., all).await.expect("the table answers").items;
            let found: BTreeSet<String> = found.iter().map(|book| book.isbn.to_string()).collect();
            let expected = self.books.iter().filter(|(_, held)| held.0 == shelf);
            assert_eq!(found, expected.map(|(number, _)| isbn(*number).to_string()).collect());
        }
        let open = library.open_loans(all).await.expect("the table answers").items;
        let mut expected: Vec<&Loan> =
            self.loans.values().filter(|loan| loan.state != LoanState::Returned).collect();
        expected.sort_by_key(|loan| (loan.due_at, loan.loan_id));
        assert!(open.iter().map(|loan| &loan.value).eq(expected), "open loans");
    }
}

proptest! {
    #![proptest_config(crate::desk::random(24))]

    #[test]
    fn the_store_and_the_model_never_disagree(happenings in proptest::collection::vec(happening(), 1..40)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(async {
            let ports = ports();
            let mut model = Model::default();
            for happening in &happenings {
                model.happen(&ports, happening).await;
            }
            model.agrees(&ports).await;
        });
    }
}
