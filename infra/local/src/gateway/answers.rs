//! Answers that are kept for a while, for the caller who got them: `x-stipule-cache` of the contracts.
//!
//! What an answer was kept under has a number in it that the events of the operation count up. So what was kept before an
//! event is never found after it, and neither is an answer that was on its way meanwhile.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::header::{AGE, CACHE_CONTROL, SET_COOKIE};
use http::request::Parts;
use http::{HeaderValue, Method, Response, StatusCode};
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use stipule_runtime::http::{Keep, Operation};
use stipule_runtime::wire::DateTime;
use stipule_runtime::{App, Caller};

/// Bytes of all kept answers together.
const MOST_BYTES: u64 = 16 * 1024 * 1024;

/// Answers that place is made for.
const MOST_ANSWERS: usize = 16_384;

/// Largest answer that is kept. Source: "Cache settings for REST APIs" of API Gateway.
const LARGEST: usize = 1024 * 1024;

/// Counters of what happened, shared by chance: one that is counted up for another's sake costs a kept answer, no more.
const COUNTERS: usize = 4_096;

/// Kept answers.
pub(crate) struct Answers {
    kept: Cache<String, Kept, Weight>,
    news: Box<[AtomicU64]>,
    hash: RandomState,
    /// Operations by the names of the events that end what was kept of them.
    ended: HashMap<&'static str, Vec<&'static str>>,
}

/// An answer, and how long it is good.
#[derive(Clone)]
struct Kept {
    answer: Response<Bytes>,
    since: DateTime,
    until: DateTime,
}

#[derive(Clone)]
struct Weight;

impl Weighter<String, Kept> for Weight {
    fn weight(&self, key: &String, kept: &Kept) -> u64 {
        (key.len() + kept.answer.body().len() + 512) as u64
    }
}

/// What somebody asks for whose answer may be kept.
pub(super) struct Asked {
    key: String,
    seconds: u32,
    /// Whether an answer that was kept won't do.
    anew: bool,
}

impl Answers {
    pub(crate) fn new(app: &App) -> Self {
        let mut ended: HashMap<&'static str, Vec<&'static str>> = HashMap::new();
        for operation in app.operations() {
            for event in operation.keep.iter().flat_map(|keep| keep.until) {
                ended.entry(event).or_default().push(operation.id);
            }
        }
        Self {
            kept: Cache::with_weighter(MOST_ANSWERS, MOST_BYTES, Weight),
            news: (0..COUNTERS).map(|_| AtomicU64::default()).collect(),
            hash: RandomState::new(),
            ended,
        }
    }

    /// An event happened: what was kept of these operations for its tenant, and for those without one, ends.
    pub(crate) fn hear(&self, event: &str, tenant: &str) {
        for operation in self.ended.get(event).into_iter().flatten() {
            for tenant in [tenant, ""] {
                self.counter(operation, tenant).fetch_add(1, Ordering::Release);
            }
        }
    }

    fn counter(&self, operation: &str, tenant: &str) -> &AtomicU64 {
        &self.news[self.hash.hash_one((operation, tenant)) as usize % COUNTERS]
    }

    /// What is asked for, if its answer may be kept: of callers who may ask, and of nothing that the contract doesn't know.
    pub(super) fn asked(
        &self,
        operation: &Operation,
        request: &Parts,
        body: &Bytes,
        caller: &Caller,
    ) -> Option<Asked> {
        let Keep { seconds, headers, .. } = operation.keep?;
        let (tenant, who) = match caller {
            Caller::Known { tenant, principal } => {
                operation.scopes.iter().all(|scope| principal.may(scope)).then_some(())?;
                let scopes: Vec<&str> = principal.scopes.iter().map(String::as_str).collect();
                (tenant.as_str(), format!("{}\n{}", principal.subject, scopes.join(" ")))
            }
            Caller::Anonymous if operation.public => ("", String::new()),
            Caller::Anonymous | Caller::Refused(_) => return None,
        };
        if request.method != Method::GET || !body.is_empty() {
            return None;
        }
        let mut query: Vec<&str> = request.uri.query().unwrap_or_default().split('&').collect();
        query.retain(|pair| !pair.is_empty());
        let name = |pair: &&str| operation.takes(pair.split('=').next().unwrap_or_default());
        if !query.iter().all(name) {
            return None;
        }
        query.sort_unstable();
        let news = self.counter(operation.id, tenant).load(Ordering::Acquire);
        let accepted = (operation.produces.len() > 1).then_some("accept");
        let values = headers.iter().copied().chain(accepted).flat_map(|name| {
            let values = request.headers.get_all(name).into_iter();
            std::iter::once(name.as_bytes()).chain(values.map(HeaderValue::as_bytes))
        });
        // No part can hold a line break, but subjects: those have their length before them.
        let mut key = format!(
            "{} {news} {tenant}\n{} {who}\n{}\n{}",
            operation.id,
            who.len(),
            request.uri.path(),
            query.join("&")
        );
        for value in values {
            key.push('\n');
            key.push_str(&value.escape_ascii().to_string());
        }
        let anew = request.headers.get_all(CACHE_CONTROL).iter().any(|value| {
            let value = value.to_str().unwrap_or_default().to_ascii_lowercase();
            value.contains("no-cache") || value.contains("no-store") || value.contains("max-age=0")
        });
        Some(Asked { key, seconds, anew })
    }

    /// What was kept of it, with its age.
    pub(super) fn find(&self, asked: &Asked, now: DateTime) -> Option<Response<Bytes>> {
        let kept = self.kept.get(&asked.key).filter(|_| !asked.anew)?;
        if now >= kept.until {
            self.kept.remove(&asked.key);
            return None;
        }
        let mut answer = kept.answer;
        let age = now.since(kept.since).unwrap_or_default().as_secs();
        answer.headers_mut().insert(AGE, HeaderValue::from(age));
        Some(answer)
    }

    /// Keeps an answer, if it is one.
    pub(super) fn keep(&self, asked: Asked, answer: &Response<Bytes>, now: DateTime) {
        let fits = answer.body().len() <= LARGEST && !answer.headers().contains_key(SET_COOKIE);
        let until = now.checked_add(Duration::from_secs(asked.seconds.into()));
        if let (StatusCode::OK, true, Some(until)) = (answer.status(), fits, until) {
            self.kept.insert(asked.key, Kept { answer: answer.clone(), since: now, until });
        }
    }
}

#[cfg(test)]
mod tests {
    use http::Request;
    use stipule_runtime::Principal;
    use stipule_runtime::http::Route;

    use super::*;

    static BOOKS: Operation = Operation {
        id: "books",
        template: "/books",
        scopes: &["read"],
        query: &["q", "page"],
        keep: Some(Keep { seconds: 60, headers: &["accept-language"], until: &["Book.Lent"] }),
        ..Operation::NEW
    };

    fn answers() -> Answers {
        let route = Route::new(&BOOKS, async |_, _| Ok(stipule_runtime::http::Response::default()));
        Answers::new(&App::new([route], []).unwrap())
    }

    fn noon() -> DateTime {
        "2026-11-27T12:00:00Z".parse().unwrap()
    }

    fn after(seconds: u64) -> DateTime {
        noon().checked_add(Duration::from_secs(seconds)).unwrap()
    }

    fn known(tenant: &str, subject: &str, scopes: &[&str]) -> Caller {
        let principal = Principal::new(subject, scopes.iter().copied());
        Caller::Known { tenant: tenant.to_owned(), principal }
    }

    fn ada() -> Caller {
        known("maple", "ada", &["read"])
    }

    fn ask(answers: &Answers, request: http::request::Builder, caller: &Caller) -> Option<Asked> {
        answers.asked(&BOOKS, &request.body(()).unwrap().into_parts().0, &Bytes::new(), caller)
    }

    fn get(answers: &Answers, path: &str, caller: &Caller) -> Asked {
        ask(answers, Request::get(path), caller).expect("it may be kept")
    }

    fn answer(text: &'static str) -> Response<Bytes> {
        Response::new(Bytes::from_static(text.as_bytes()))
    }

    #[test]
    fn an_answer_is_kept_for_its_time_and_says_how_old_it_is() {
        let answers = answers();
        answers.keep(get(&answers, "/books?q=a", &ada()), &answer("one"), noon());
        let found = answers.find(&get(&answers, "/books?q=a", &ada()), after(59)).expect("kept");
        assert_eq!((found.body().as_ref(), &found.headers()[AGE]), (&b"one"[..], &HeaderValue::from(59)));
        assert!(answers.find(&get(&answers, "/books?q=a", &ada()), after(60)).is_none());
    }

    #[test]
    fn nobody_gets_what_somebody_else_was_told() {
        let answers = answers();
        answers.keep(get(&answers, "/books?q=a", &ada()), &answer("ada's"), noon());
        let others = [
            known("birch", "ada", &["read"]),
            known("maple", "bob", &["read"]),
            known("maple", "ada", &["read", "write"]),
        ];
        for other in others {
            assert!(answers.find(&get(&answers, "/books?q=a", &other), noon()).is_none(), "{other:?}");
        }
        // A subject that looks like somebody else's key is none.
        let sly = known("maple", "ada\nread\n/books\nq=a", &["read"]);
        assert!(answers.find(&get(&answers, "/books?q=a", &sly), noon()).is_none());
    }

    #[test]
    fn every_parameter_tells_answers_apart_and_their_order_does_not() {
        let answers = answers();
        answers.keep(get(&answers, "/books?q=a&page=2", &ada()), &answer("page 2"), noon());
        for other in ["/books?q=a", "/books?q=a&page=3", "/books?q=b&page=2"] {
            assert!(answers.find(&get(&answers, other, &ada()), noon()).is_none(), "{other}");
        }
        assert!(answers.find(&get(&answers, "/books?page=2&q=a", &ada()), noon()).is_some());
        let french = Request::get("/books?q=a&page=2").header("accept-language", "fr");
        assert!(answers.find(&ask(&answers, french, &ada()).unwrap(), noon()).is_none());
    }

    #[test]
    fn who_may_not_ask_and_what_nobody_knows_is_left_to_the_service() {
        let answers = answers();
        for caller in [Caller::Anonymous, Caller::Refused("expired"), known("maple", "ada", &["write"])] {
            assert!(ask(&answers, Request::get("/books"), &caller).is_none(), "{caller:?}");
        }
        for request in [Request::get("/books?other=1"), Request::head("/books"), Request::post("/books")] {
            assert!(ask(&answers, request, &ada()).is_none());
        }
    }

    #[test]
    fn after_an_event_nothing_from_before_is_given() {
        let answers = answers();
        let birch = known("birch", "bo", &["read"]);
        answers.keep(get(&answers, "/books", &ada()), &answer("before"), noon());
        answers.keep(get(&answers, "/books", &birch), &answer("elsewhere"), noon());
        // Asked before the event, answered after it.
        let late = get(&answers, "/books?q=late", &ada());
        answers.hear("Book.Other", "maple");
        assert!(answers.find(&get(&answers, "/books", &ada()), noon()).is_some());
        answers.hear("Book.Lent", "maple");
        answers.keep(late, &answer("late"), noon());
        assert!(answers.find(&get(&answers, "/books", &ada()), noon()).is_none());
        assert!(answers.find(&get(&answers, "/books?q=late", &ada()), noon()).is_none());
        assert!(answers.find(&get(&answers, "/books", &birch), noon()).is_some(), "another tenant");
    }

    #[test]
    fn who_wants_it_anew_gets_it_anew() {
        let answers = answers();
        answers.keep(get(&answers, "/books", &ada()), &answer("old"), noon());
        let anew = Request::get("/books").header(CACHE_CONTROL, "no-cache");
        assert!(answers.find(&ask(&answers, anew, &ada()).unwrap(), noon()).is_none());
        let mut cookie = answer("personal");
        cookie.headers_mut().insert(SET_COOKIE, HeaderValue::from_static("a=b"));
        let mut missing = answer("missing");
        *missing.status_mut() = StatusCode::NOT_FOUND;
        for other in [cookie, missing] {
            answers.keep(get(&answers, "/books?q=x", &ada()), &other, noon());
            assert!(answers.find(&get(&answers, "/books?q=x", &ada()), noon()).is_none());
        }
    }
}
