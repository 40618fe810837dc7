//! A library in memory, and short words for its books, members and loans.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use library_model::events::{LoanStarted, MemberJoined};
use library_model::types::{Book, Loan, Member};
use library_store::{AddBook, Join, JoinError, Lend, LendBook, LendError, Library, TABLE};
use proptest::test_runner::{Config as ProptestConfig, RngSeed};
use stipule_local::table::{LocalTable, Place};
use stipule_runtime::wire::{BoundedVec, DateTime};
use stipule_runtime::{Clock, Context, CursorKey, Ids, Ports};

pub(crate) use library_tests::samples::{at, book, id, isbn, loan, loan_id, member, member_id};

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

/// The ports of a library with an empty table in memory.
pub(crate) fn ports() -> Arc<Ports> {
    let table = LocalTable::open(&Place::Memory, &TABLE).expect("a table in memory opens");
    Arc::new(Ports {
        store: Arc::new(table),
        table: &TABLE,
        clock: Arc::new(Still(0)),
        ids: Arc::new(Numbers(AtomicU64::new(1))),
        cursor_key: CursorKey::new([7; 32]),
        workflows: Arc::new(stipule_runtime::saga::NoWorkflows),
        sockets: Arc::new(stipule_runtime::socket::NoSockets),
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
