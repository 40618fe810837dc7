//! A library in memory, and short words for its books, members and loans.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use library_model::events::{LoanStarted, MemberJoined};
use library_model::types::{
    Book, ByMail, ByMailKind, Contact, Isbn, Loan, LoanId, LoanState, Member, MemberId, Standing,
};
use library_store::{AddBook, Join, JoinError, Lend, LendBook, LendError, Library, TABLE};
use proptest::test_runner::{Config as ProptestConfig, RngSeed};
use stipule_local::table::{LocalTable, Place};
use stipule_runtime::wire::{BoundedVec, DateTime, Uuid};
use stipule_runtime::{Clock, Context, CursorKey, Ids, Ports};

/// Counts instead of drawing: tests read the same every time.
struct Numbers(AtomicU64);

impl Ids for Numbers {
    fn random(&self) -> [u8; 16] {
        let number = self.0.fetch_add(1, Ordering::Relaxed);
        let mut bytes = [0; 16];
        bytes[8..].copy_from_slice(&number.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
        bytes
    }
}

/// Time stands still, so many seconds after the library opened, and nobody has to wait.
struct Still(i64);

impl Clock for Still {
    fn now(&self) -> DateTime {
        at(self.0)
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'_, ()> {
        tokio::task::yield_now().boxed()
    }
}

/// So many seconds after the library opened.
pub(crate) fn at(seconds: i64) -> DateTime {
    DateTime::from_unix(1_800_000_000 + seconds, 0).expect("within the years of a date")
}

/// The ports of a library with an empty table in memory.
pub(crate) fn ports() -> Arc<Ports> {
    let table = LocalTable::open(&Place::Memory, &TABLE).expect("a table in memory opens");
    Arc::new(Ports {
        store: Arc::new(table),
        table: &TABLE,
        clock: Arc::new(Still(0)),
        ids: Arc::new(Numbers(AtomicU64::new(1))),
        cursor_key: CursorKey::new([7; 32]),
    })
}

/// The same library, so many seconds after it opened.
pub(crate) fn later(ports: &Arc<Ports>, seconds: i64) -> Arc<Ports> {
    Arc::new(Ports { clock: Arc::new(Still(seconds)), ..(**ports).clone() })
}

/// One thing done at the desk of a library: every write has a cause of its own.
pub(crate) fn visit(ports: &Arc<Ports>, library: &str) -> Context {
    Context::job(ports.clone(), library, "desk")
}

pub(crate) fn id(number: u64) -> Uuid {
    let mut bytes = [0; 16];
    bytes[8..].copy_from_slice(&number.to_be_bytes());
    Uuid::from_bytes(bytes)
}

pub(crate) fn member_id(number: u64) -> MemberId {
    MemberId::new(id(number))
}

pub(crate) fn loan_id(number: u64) -> LoanId {
    LoanId::new(id(number))
}

pub(crate) fn isbn(number: u64) -> Isbn {
    Isbn::new(format!("{number:013}")).expect("thirteen digits")
}

pub(crate) fn member(number: u64, email: &str) -> Member {
    Member {
        member_id: member_id(number),
        email: email.parse().expect("an address"),
        name: "Ada".try_into().expect("a name"),
        nickname: None,
        standing: Standing::Good,
        joined_at: at(0),
        birthday: None,
        contact: Contact::ByMail(ByMail { kind: ByMailKind::Mail, html: None }),
        address: None,
        interests: Vec::new().try_into().expect("no interest is few enough"),
        labels: std::collections::BTreeMap::new().try_into().expect("no label is few enough"),
        loan_limit: 5.try_into().expect("within the limit of limits"),
        deposit: None,
        discount: None,
        newsletter: true,
    }
}

pub(crate) fn book(number: u64, shelf: &str, title: &str, copies: i64) -> Book {
    Book {
        isbn: isbn(number),
        title: title.try_into().expect("a title"),
        shelf: shelf.try_into().expect("a shelf"),
        authors: None,
        available: copies.try_into().expect("not fewer than none"),
        lent: 0.try_into().expect("none"),
    }
}

pub(crate) fn loan(number: u64, member: u64, book: u64, lent_at: i64) -> Loan {
    Loan {
        loan_id: loan_id(number),
        member_id: member_id(member),
        isbn: isbn(book),
        state: LoanState::Lent,
        lent_at: at(lent_at),
        due_at: at(lent_at + 100),
        returned_at: None,
        renewals: 0.try_into().expect("none"),
    }
}

pub(crate) async fn join(cx: &Context, member: Member) -> Result<(), JoinError> {
    let member_joined = MemberJoined { member_id: member.member_id, standing: member.standing };
    Library::of(cx).join(Join { member, member_joined }).commit().await
}

pub(crate) async fn shelve(cx: &Context, book: Book) {
    Library::of(cx).add_book(AddBook { book }).commit().await.expect("the book is new");
}

/// Lends one copy per loan.
pub(crate) async fn lend(cx: &Context, member: u64, loans: Vec<Loan>) -> Result<(), LendError> {
    let loans: BoundedVec<Loan, 0, 5> = loans.try_into().expect("a handful");
    let books = loans.each(|loan| LendBook { isbn: loan.isbn.clone(), copies: 1 });
    let started = loans.each(|loan| LoanStarted {
        loan_id: loan.loan_id,
        member_id: loan.member_id,
        isbn: loan.isbn.clone(),
    });
    let count = i64::try_from(loans.len()).expect("a handful");
    let input = Lend { member_id: member_id(member), count, loans, books, started };
    Library::of(cx).lend(input).commit().await
}

/// So many random cases, the same in every run; a hundred times as many in depth (`STIPULE_DEEP=1`).
pub(crate) fn random(usual: u32) -> ProptestConfig {
    let deep = std::env::var_os("STIPULE_DEEP").is_some_and(|deep| deep == "1");
    ProptestConfig {
        cases: if deep { usual * 100 } else { usual },
        rng_seed: RngSeed::Fixed(20_261_123),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}
