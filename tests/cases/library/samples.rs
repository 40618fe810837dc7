//! A member, a book, a loan: sound values of every entity, told apart by numbers.

use std::collections::BTreeMap;

use library_model::types::{
    Book, ByMail, ByMailKind, Contact, Isbn, Loan, LoanId, LoanState, Member, MemberId, Standing,
};
use stipule_runtime::wire::{DateTime, Uuid};

/// So many seconds after the library opened.
pub fn at(seconds: i64) -> DateTime {
    DateTime::from_unix(1_800_000_000 + seconds, 0).expect("within the years of a date")
}

/// An id that has nothing but a number.
pub fn id(number: u64) -> Uuid {
    let mut bytes = [0; 16];
    bytes[8..].copy_from_slice(&number.to_be_bytes());
    Uuid::from_bytes(bytes)
}

/// Id of a member.
pub fn member_id(number: u64) -> MemberId {
    MemberId::new(id(number))
}

/// Id of a loan.
pub fn loan_id(number: u64) -> LoanId {
    LoanId::new(id(number))
}

/// Number of a book.
pub fn isbn(number: u64) -> Isbn {
    Isbn::new(format!("{number:013}")).expect("thirteen digits")
}

/// A member in good standing.
pub fn member(number: u64, email: &str) -> Member {
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
        labels: BTreeMap::new().try_into().expect("no label is few enough"),
        loan_limit: 5.try_into().expect("within the limit of limits"),
        deposit: None,
        discount: None,
        newsletter: true,
    }
}

/// A book of which no copy is lent.
pub fn book(number: u64, shelf: &str, title: &str, copies: i64) -> Book {
    Book {
        isbn: isbn(number),
        title: title.try_into().expect("a title"),
        shelf: shelf.try_into().expect("a shelf"),
        authors: None,
        available: copies.try_into().expect("not fewer than none"),
        lent: 0.try_into().expect("none"),
    }
}

/// A loan that is due a hundred seconds later.
pub fn loan(number: u64, member: u64, book: u64, lent_at: i64) -> Loan {
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
