//! What programs put around calls: hooks, a mock, spans.

use std::sync::{Arc, Mutex};

use futures_util::future::BoxFuture;
use http::request::Parts;
use stipule_client::{Attempt, BoxError, Client, Error, Hook, Meta, Mock, TransportError};

use crate::script::{Number, Refusal, Script, json, lend, read, status};

/// Writes down what it sees, and puts its name into a header.
struct Scribe {
    name: &'static str,
    notes: Arc<Mutex<Vec<String>>>,
    refuses: bool,
}

impl Hook for Scribe {
    fn before<'a>(
        &'a self,
        attempt: &'a Attempt<'_>,
        request: &'a mut Parts,
    ) -> BoxFuture<'a, Result<(), BoxError>> {
        Box::pin(async move {
            let id = request.headers.get("x-request-id").and_then(|id| id.to_str().ok());
            assert_eq!(id, Some(attempt.request_id));
            self.notes
                .lock()
                .unwrap()
                .push(format!("{}: {} try {}", self.name, attempt.operation.id, attempt.number));
            request.headers.append("x-seen-by", self.name.parse()?);
            if self.refuses { Err("not today".into()) } else { Ok(()) }
        })
    }

    fn after(&self, attempt: &Attempt<'_>, outcome: Result<&Meta, &TransportError>) {
        let came = outcome.map_or_else(ToString::to_string, |meta| meta.status().to_string());
        self.notes.lock().unwrap().push(format!("{}: {came} after try {}", self.name, attempt.number));
    }
}

fn scribes(script: &Script, refuses: bool) -> (Client, Arc<Mutex<Vec<String>>>) {
    let notes: Arc<Mutex<Vec<String>>> = Arc::default();
    let scribe = |name, refuses| Scribe { name, notes: notes.clone(), refuses };
    let client = script.builder().hook(scribe("one", false)).hook(scribe("two", refuses)).build().unwrap();
    (client, notes)
}

#[tokio::test(start_paused = true)]
async fn hooks_see_every_try_in_order_and_the_answers_the_other_way_round() {
    let script = Script::new([status(503), json(200, "7")]);
    let (client, notes) = scribes(&script, false);
    assert_eq!(read(&client).send::<Number>().await.unwrap(), 7);
    let expected = [
        "one: readBook try 1",
        "two: readBook try 1",
        "two: 503 after try 1",
        "one: 503 after try 1",
        "one: readBook try 2",
        "two: readBook try 2",
        "two: 200 after try 2",
        "one: 200 after try 2",
    ];
    assert_eq!(*notes.lock().unwrap(), expected);
    assert_eq!(script.header("x-seen-by"), [Some("one".to_owned()), Some("one".to_owned())]);
}

#[tokio::test(start_paused = true)]
async fn a_hook_that_refuses_ends_the_call_before_it_is_sent() {
    let script = Script::new([]);
    let (client, notes) = scribes(&script, true);
    let error = read(&client).send::<Number>().await.unwrap_err();
    assert_eq!(error.to_string(), "the call was held back before it was sent");
    assert_eq!(script.count(), 0);
    assert_eq!(notes.lock().unwrap().len(), 4, "one try, seen twice by two");
}

#[tokio::test]
async fn a_mock_answers_in_order_and_remembers_what_was_sent() {
    let mock = Mock::new();
    mock.on("readBook").json(200, &7);
    mock.on("readBook").empty(404);
    mock.on("lendBook").header("x-request-id", "r-9").json(200, &8);
    let client: Client = mock.client();
    assert_eq!(read(&client).send::<Number>().await.unwrap(), 7);
    for _ in 0..2 {
        let error = read(&client).send::<Number>().await.unwrap_err();
        assert!(matches!(error, Error::Api(Refusal::NotFound(_))), "{error}");
    }
    assert_eq!(lend(&client).send::<Number>().await.unwrap(), 8);
    let sent = mock.calls("lendBook");
    assert_eq!((sent.len(), sent[0].body().as_ref()), (1, &b"7"[..]));
    assert_eq!(mock.calls("readBook").len(), 3);
}

#[tokio::test]
async fn a_mock_says_what_it_doesn_t_know_and_can_fail_on_the_way() {
    let mock = Mock::new();
    let client: Client = mock.client();
    let Err(Error::Failed(fault)) = read(&client).send::<Number>().await else {
        panic!("an answer from nowhere")
    };
    let source = std::error::Error::source(&fault).map(ToString::to_string);
    assert_eq!(source.as_deref(), Some("the mock has no answer for `readBook`"));
    mock.on("readBook").broken();
    let Err(Error::Failed(fault)) = read(&client).send::<Number>().await else { panic!("an answer") };
    assert!(!fault.transport().unwrap().is_connect());
    let other = Mock::new();
    other.on("readBook").unreachable();
    let Err(Error::Failed(fault)) = read(&other.client()).send::<Number>().await else { panic!("an answer") };
    assert!(fault.transport().unwrap().is_connect());
}
