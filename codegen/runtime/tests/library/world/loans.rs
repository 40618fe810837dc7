//! What a generator would have written.

use serde::ser::{Serialize, SerializeStruct, Serializer};
use stipule_runtime::event::Aggregate;
use stipule_runtime::http::Idempotency;
use stipule_runtime::http::{self, Response};
use stipule_runtime::wire::{Any, DateTime, Decode, Decoder, EventPayload, Json, Uuid};
use stipule_runtime::{
    Action, Answer, Attr, Context, Envelope, Expression, Failed, Item, KeyBuf, Operation, PrimaryKey,
    StoreFailure, Write,
};

use super::TABLE;

/// An event.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct LoanReturned {
    pub(crate) loan: String,
    pub(crate) fine: i64,
}

impl EventPayload for LoanReturned {
    const NAME: &'static str = "Loan.Returned";
    const SOURCE: &'static str = "library.loans";
    const VERSION: u32 = 1;
    const AGGREGATE: &'static str = "Loan";

    fn aggregate_id(&self) -> String {
        self.loan.clone()
    }
}

impl Serialize for LoanReturned {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("LoanReturned", 2)?;
        object.serialize_field("loan", &self.loan)?;
        object.serialize_field("fine", &self.fine)?;
        object.end()
    }
}

impl Decode for LoanReturned {
    fn decode(json: &Json<'_>, d: &mut Decoder) -> Option<Self> {
        let mut o = d.object(json)?;
        let loan = o.required("loan");
        let fine = o.required("fine");
        o.refuse_rest();
        Some(Self { loan: loan?, fine: fine? })
    }
}

/// A body.
pub(crate) type Loan = LoanReturned;

/// A successful outcome.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Returned(pub(crate) Loan);

impl Answer for Returned {
    fn response(&self) -> Result<Response, Failed> {
        let mut response = http::json(201, &self.0)?;
        http::header(&mut response, "location", format_args!("/loans/{}", self.0.loan))?;
        Ok(response)
    }
}

/// What a write may fail with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum LoanError {
    Exists { index: usize },
    NotOut,
    Failed(StoreFailure),
}

impl From<StoreFailure> for LoanError {
    fn from(failure: StoreFailure) -> Self {
        Self::Failed(failure)
    }
}

pub(crate) fn loan_key(loan: &str) -> PrimaryKey {
    let pk = KeyBuf::partition("north").literal("LOAN").text(loan).finish();
    PrimaryKey::new(pk, KeyBuf::new().literal("LOAN").finish())
}

/// Puts a loan that must not be there yet, without an event.
pub(crate) fn put_loan<'c>(cx: &'c Context, loans: &[&str]) -> Write<'c, LoanError> {
    let mut write = Write::new(cx);
    for (index, loan) in loans.iter().enumerate() {
        let mut item = loan_key(loan).to_item(&TABLE);
        item.insert("_t", Attr::from("Loan"));
        write.put(item, Some(Expression::absent(&TABLE)), index, |index| LoanError::Exists { index });
    }
    write
}

/// Adds a fine to a loan: applied twice, it would be twice as high. One event per call.
pub(crate) fn return_loan<'c>(cx: &'c Context, loan: &str, fine: i64) -> Write<'c, LoanError> {
    let mut write = Write::new(cx);
    let update = Expression::new("ADD #fine :fine").name("#fine", "fine").value(":fine", Attr::integer(fine));
    let action = Action::Update { key: loan_key(loan), update, condition: Some(Expression::present(&TABLE)) };
    write.push(action, 0, |_| LoanError::NotOut);
    write.emit(&LoanReturned { loan: loan.to_owned(), fine });
    write
}

/// An envelope that somebody else sent.
pub(crate) fn envelope(fine: i64) -> Envelope {
    Envelope {
        id: Uuid::from_bytes([5; 16]),
        name: "Loan.Returned".to_owned(),
        source: "library.loans".to_owned(),
        version: 1,
        time: "2026-11-23T03:00:00Z".parse::<DateTime>().unwrap(),
        tenant: "north".to_owned(),
        aggregate: Aggregate { name: "Loan".to_owned(), id: "moby".to_owned() },
        seq: 1,
        ordering_key: "moby".to_owned(),
        correlation_id: "c-1".to_owned(),
        causation_id: "r-1".to_owned(),
        trace_id: "4bf92f3577b34da6a3ce929d0e0e4736".to_owned(),
        data: Any::of(&LoanReturned { loan: "moby".to_owned(), fine }).unwrap(),
    }
}

/// The operations of the library.
pub(crate) static LOANS: [Operation; 3] = [
    Operation {
        id: "returnLoan",
        service: "loans",
        method: ::http::Method::POST,
        template: "/loans/{loan}/return",
        scopes: &["loans"],
        idempotency: Idempotency::KeyOptional,
        consumes: &["application/json"],
        statuses: &[201, 409],
        body_limit: 2000,
        ..Operation::NEW
    },
    Operation {
        id: "listLoans",
        service: "loans",
        template: "/loans",
        public: true,
        query: &["limit", "tag", "open", "codes"],
        ..Operation::NEW
    },
    Operation {
        id: "renewLoan",
        service: "loans",
        method: ::http::Method::POST,
        template: "/loans/{loan}/renew",
        idempotency: Idempotency::KeyRequired,
        consumes: &["application/json"],
        ..Operation::NEW
    },
];

/// The fine of a stored loan.
impl super::Table {
    pub(crate) fn fine(&self, loan: &str) -> Option<i64> {
        self.item(&loan_key(loan)).as_ref().and_then(|item: &Item| item.integer("fine"))
    }

    /// The sequence numbers of a loan's events, in the order of the outbox.
    pub(crate) fn numbers(&self, loan: &str) -> Vec<u64> {
        let rows = self.of_type("Outbox");
        let envelopes = rows.iter().map(|row| Envelope::from_item(row).unwrap());
        let mut numbers: Vec<u64> =
            envelopes.filter(|event| event.aggregate.id == loan).map(|event| event.seq).collect();
        numbers.sort_unstable();
        numbers
    }
}
