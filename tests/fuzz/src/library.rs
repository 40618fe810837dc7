//! A library that notes what it is asked, and does nothing.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use http::Method;
use library_model::lending::LoanPage;
use library_model::open::events::LoanReturned;
use library_service::lending::{
    BookTopic, EverybodyTopic, Lending, LendingTopics, ListLoansOfBook, ListLoansOfBookError,
    ListLoansOfBookOk,
};
use library_service::members::{
    GetMember, GetMemberError, GetMemberOk, Join, JoinError, JoinOk, Members, MembersEvents,
};
use library_service::{PLATFORM, lending, members};
use library_tests::samples::{loan, member};
use stipule_runtime::app::Throttle;
use stipule_runtime::auth::Expected;
use stipule_runtime::http::{Form, In, Style, json};
use stipule_runtime::platform::Gateway;
use stipule_runtime::saga::step_handler;
use stipule_runtime::wire::{Any, Date};
use stipule_runtime::{
    App, Call, Cause, Context, Failure, Operation, Received, Route, Saga, SagaStart, SagaStep, StepFailure,
};

/// What a service was asked, by whom.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Noted {
    pub(crate) tenant: String,
    pub(crate) subject: String,
    /// Made of the `Idempotency-Key`, where there is one.
    pub(crate) key: Option<String>,
    pub(crate) asked: Asked,
}

/// What a service was asked.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Asked {
    Join(Join),
    GetMember(GetMember),
    ListLoans(ListLoansOfBook),
    Look(Box<Look>),
    /// By an event, or for a saga: no gateway lies between.
    Otherwise,
}

/// A parameter of every kind, in every place.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Look {
    shelf: String,
    from: String,
    to: String,
    day: Option<Date>,
    count: Option<i64>,
    ratio: Option<f64>,
    flag: Option<bool>,
    tags: Option<Vec<String>>,
    words: Option<Vec<String>>,
    version: Option<String>,
    theme: Option<String>,
}

/// What was noted since it was last looked at.
#[derive(Clone, Default)]
pub(crate) struct Notes(Arc<Mutex<Vec<Noted>>>);

impl Notes {
    pub(crate) fn take(&self) -> Vec<Noted> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn note(&self, cx: &Context, asked: Asked) {
        let keyed = matches!(cx.cause(), Cause::Command { key: Some(_), .. });
        let noted = Noted {
            tenant: cx.tenant().to_owned(),
            subject: cx.principal().subject.clone(),
            key: keyed.then(|| cx.new_id().to_string()),
            asked,
        };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(noted);
    }
}

impl Members for Notes {
    async fn join(&self, cx: &Context, input: Join) -> Result<JoinOk, JoinError> {
        self.note(cx, Asked::Join(input));
        Ok(JoinOk::Created(member(1, "ada@example.org")))
    }

    async fn get_member(&self, cx: &Context, input: GetMember) -> Result<GetMemberOk, GetMemberError> {
        self.note(cx, Asked::GetMember(input));
        Err(GetMemberError::not_found("There is no such member."))
    }
}

impl MembersEvents for Notes {
    async fn on_loan_returned(&self, cx: &Context, event: Received<LoanReturned>) -> Result<(), Failure> {
        self.note(cx, Asked::Otherwise);
        if event.late { Err(Failure::park("not this one")) } else { Ok(()) }
    }
}

impl Lending for Notes {
    async fn list_loans_of_book(
        &self,
        cx: &Context,
        input: ListLoansOfBook,
    ) -> Result<ListLoansOfBookOk, ListLoansOfBookError> {
        self.note(cx, Asked::ListLoans(input));
        // Enough for an answer that is compressed for who takes that.
        let items = (0..12).map(|number| loan(number, 1, 1, 0)).collect();
        Ok(ListLoansOfBookOk::Ok(LoanPage { items, next_cursor: None }))
    }
}

impl LendingTopics for Notes {
    async fn may_hear_book(&self, _: &Context, _: BookTopic) -> Result<bool, Failure> {
        Ok(true)
    }

    async fn may_hear_everybody(&self, _: &Context, _: EverybodyTopic) -> Result<bool, Failure> {
        Ok(true)
    }
}

/// What no contract of the library has: fixed text and values side by side, lists, headers and cookies.
static LOOK: LazyLock<Operation> = LazyLock::new(|| Operation {
    id: "look",
    service: "lending",
    method: Method::GET,
    template: "/shelves/{shelf}/{from}...{to}.json",
    public: true,
    query: &["day", "count", "ratio", "flag", "tags", "words"],
    ..Operation::NEW
});

fn read_look(call: &Call) -> Result<Look, stipule_runtime::Refused> {
    call.read(|parts| {
        let shelf = parts.required(In::Path, "shelf", Form::Text);
        let from = parts.required(In::Path, "from", Form::Text);
        let to = parts.required(In::Path, "to", Form::Text);
        let day = parts.optional(In::Query, "day", Form::Text);
        let count = parts.optional(In::Query, "count", Form::Integer);
        let ratio = parts.optional(In::Query, "ratio", Form::Number);
        let flag = parts.optional(In::Query, "flag", Form::Boolean);
        let tags = parts.optional_list(In::Query, "tags", Form::Text, Style::Repeated);
        let words = parts.optional_list(In::Query, "words", Form::Text, Style::Commas);
        let version = parts.optional(In::Header, "if-match", Form::Text);
        let theme = parts.optional(In::Cookie, "theme", Form::Text);
        Some(Look {
            shelf: shelf?,
            from: from?,
            to: to?,
            day: day?,
            count: count?,
            ratio: ratio?,
            flag: flag?,
            tags: tags?,
            words: words?,
            version: version?,
            theme: theme?,
        })
    })
}

/// A saga that an event starts.
const FINES: Saga = Saga {
    name: "fines",
    definition: r#"{"StartAt": "Charge", "States": {"Charge": {"Type": "Pass", "End": true}}}"#,
    starts: &[SagaStart { event: "Loan.Returned", version: 1, name: "loanId", given: &[] }],
};

/// As many calls as can be made.
const ALL: Throttle = Throttle { rate: 1_000_000, burst: 1_000_000 };

/// The library, which notes what it is asked.
pub(crate) fn app(notes: &Notes) -> App {
    let service = Arc::new(notes.clone());
    let own = notes.clone();
    let look = Route::new(&LOOK, move |cx, call| {
        let own = own.clone();
        async move {
            own.note(&cx, Asked::Look(Box::new(read_look(&call)?)));
            Ok(json(200, &BTreeMap::from([("seen", true)]))?)
        }
    });
    let routes = [members::routes(&service), lending::routes(&service), vec![look]];
    let app = App::new(routes.into_iter().flatten(), members::subscriptions(&service));
    let gateway = Gateway { throttle: ALL, compression: 1024, ..PLATFORM.gateway };
    app.expect("no two operations share method and path")
        .with_topics(lending::topics(&service))
        .behind(gateway)
}

/// The same with a saga, which no contract of the library has.
pub(crate) fn app_with_saga(notes: &Notes) -> App {
    let own = notes.clone();
    let handler = step_handler(move |cx, input: Any| {
        own.note(&cx, Asked::Otherwise);
        async move { Ok::<_, StepFailure>(input) }
    });
    let step = SagaStep { saga: "fines", step: "charge", service: "members", gives: false, handler };
    app(notes).with_sagas([FINES], [step])
}

/// What a token must say.
pub(crate) fn expected() -> Expected {
    Expected {
        issuer: PLATFORM.issuer.to_owned(),
        audience: PLATFORM.audience.to_owned(),
        tenant_claim: PLATFORM.tenant_claim.to_owned(),
    }
}

/// Everything that a token of a library may allow.
pub(crate) fn scopes() -> Vec<&'static str> {
    PLATFORM.scopes.iter().map(|scope| scope.name).collect()
}
