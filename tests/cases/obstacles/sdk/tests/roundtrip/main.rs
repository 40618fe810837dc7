//! The generated client calls the generated services in one process: every place of a parameter, every kind of body and
//! every status comes out as it went in.

#![allow(clippy::unwrap_used, reason = "all of it is a test")]

mod place;
mod services;

use obstacles_sdk::model::open;
use obstacles_sdk::model::types::{Either, Level, Lists, PatchValue, Shade, ThingId};
use obstacles_sdk::things::{ChangeThingError, CreateThingError, CreateThingOk, ThingWebhookError};
use obstacles_sdk::type_::TypeError;
use obstacles_sdk::{Error, Obstacles};

use stipule_runtime::wire;

use place::client;
use services::{Echo, PEOPLE, everything};

fn obstacles() -> Obstacles {
    client(&Echo::default()).build().unwrap()
}

#[tokio::test]
async fn parameters_of_the_query_arrive_in_every_style() {
    let echo = Echo::default();
    let call = client(&echo).build().unwrap().things().list();
    let call = call
        .shade(Shade::AB)
        .levels(vec![Level::Value10, Level::Minus1])
        .words(three(["a b", "c&d", "é=?"]))
        .day("2026-02-28".parse::<wire::Date>().unwrap())
        .ratio(0.25)
        .limit(5.try_into().unwrap());
    assert_eq!(call.send().await.unwrap().items.len(), 5);
    let asked = echo.listed.lock().unwrap().pop().unwrap();
    assert_eq!(asked.shade, Some(Shade::AB));
    assert_eq!(asked.levels, Some(vec![Level::Value10, Level::Minus1]));
    assert_eq!(asked.words.unwrap().to_vec(), ["a b", "c&d", "é=?"]);
    assert_eq!(asked.day.unwrap().to_string(), "2026-02-28");
    assert_eq!(asked.ratio, Some(0.25));
    assert_eq!(asked.limit.get(), 5);
}

fn three(words: [&str; 3]) -> wire::BoundedVec<String, 0, 3> {
    words.map(String::from).to_vec().try_into().unwrap()
}

#[tokio::test]
async fn a_stream_goes_over_all_pages_and_a_default_is_filled_in() {
    let echo = Echo::default();
    let obstacles = client(&echo).build().unwrap();
    let people = obstacles.things().list().limit(3.try_into().unwrap()).stream().collect().await.unwrap();
    assert_eq!(people.len(), PEOPLE);
    assert_eq!(echo.listed.lock().unwrap().len(), 3);
    obstacles.things().list().send().await.unwrap();
    assert_eq!(echo.listed.lock().unwrap().last().unwrap().limit.get(), 25);
}

#[tokio::test]
async fn parameters_that_read_alike_stay_apart() {
    let call = obstacles().r#type().r#type("a/b c").self_("self").foo_bar("1").foo_bar_2("2").foo_bar_3("3");
    let call = call.send_parameter("x").call("y");
    let everything = call.send().await.unwrap();
    assert_eq!(everything.any.unwrap().as_str(), Some("self|1|2|3|x|y"));
    assert_eq!(everything.maps.unwrap().shades["a/b c"], open::types::Shade::Type);
}

#[tokio::test]
async fn every_success_is_told_from_the_others() {
    let things = obstacles().things();
    let create = async |text: &str| {
        let mut body = everything();
        body.text = Some(text.parse().unwrap());
        things.create(&body).send().await
    };
    assert!(matches!(create("there").await.unwrap(), CreateThingOk::Ok(_)));
    assert!(matches!(create("later").await.unwrap(), CreateThingOk::Accepted));
    let CreateThingOk::Created { location, x_remaining, body, .. } = create("other").await.unwrap() else {
        panic!("another success");
    };
    assert_eq!((location.as_str(), x_remaining), ("/things/1", Some(3)));
    assert_eq!(body, {
        let mut sent = everything();
        sent.text = Some("other".parse().unwrap());
        sent.into()
    });
}

#[tokio::test]
async fn every_failure_is_told_from_the_others() {
    let things = obstacles().things();
    let create = async |text: &str| {
        let mut body = everything();
        body.text = Some(text.parse().unwrap());
        things.create(&body).send().await.unwrap_err()
    };
    let Error::Api(CreateThingError::Conflict(problem)) = create("not now").await else { panic!("another") };
    assert_eq!(problem.state, open::types::Shade::AB);
    assert_eq!(problem.allowed, [open::types::Shade::Plus, open::types::Shade::Minus]);
    assert_eq!((problem.status, problem.detail.as_deref()), (409, Some("Busy.")));
    let slower = create("slower").await;
    assert!(matches!(&slower, Error::Api(CreateThingError::TooManyRequests(_))), "{slower}");
    let broken = create("broken").await;
    assert_eq!(broken.status(), Some(500));
    assert!(matches!(&broken, Error::Undeclared(_)), "{broken}");
    assert!(!broken.request_id().is_empty());
    assert!(!format!("{broken:?}").contains("secret"));
}

#[tokio::test]
async fn a_body_may_be_absent_and_a_failure_may_have_headers() {
    let things = obstacles().things();
    let id = || "018f3a52-0000-7000-8000-000000000001".parse::<ThingId>().unwrap();
    let patch = PatchValue { note: wire::Patch::Null, ..PatchValue::default() };
    let changed = things.change(id(), "\"1\"").body(&patch).send().await.unwrap();
    assert!(matches!(changed, open::types::Choice::Dog(_)));
    let absent = things.change(id(), "\"1\"").send().await.unwrap_err();
    assert!(matches!(absent, Error::Api(ChangeThingError::NotFound(_))));
    let gone = things.change(id(), "\"2\"").send().await.unwrap_err();
    let Error::Api(ChangeThingError::Gone(reply)) = gone else { panic!("another") };
    assert_eq!(reply.meta().headers()["since"], "2026-11-22");
}

#[tokio::test]
async fn a_public_operation_sends_no_token_and_checks_its_callers_itself() {
    let things = obstacles().things();
    let hook = |signature: &str| {
        things.webhook(wire::Text::new(signature).unwrap(), Either::Text("it happened".into()))
    };
    hook("good").send().await.unwrap();
    let bad = hook("bad").send().await.unwrap_err();
    assert!(matches!(bad, Error::Api(ThingWebhookError::Unauthorized(_))));
}

#[tokio::test]
async fn what_can_t_stand_in_a_path_is_never_sent() {
    let types = obstacles().r#type();
    for value in ["", ".", ".."] {
        let error = types.r#type(value).send().await.unwrap_err();
        assert!(matches!(error, Error::Failed(_)), "{value:?}: {error}");
    }
    let error = types.r#type("nothing").send().await.unwrap_err();
    assert!(matches!(error, Error::Api(TypeError::NotFound(_))));
}

#[test]
fn what_was_read_is_closed_again_unless_something_in_it_is_unknown() {
    let open =
        |text: &str| wire::from_slice::<open::types::Lists>(text.as_bytes(), wire::Posture::Open).unwrap();
    let known = r#"{"plain":[],"bounded":["a+b"],"unique":[10,0],"nested":[[{"kind":"cat","lives":9}]]}"#;
    let closed = Lists::try_from(open(known)).unwrap();
    assert_eq!(closed.bounded[0], Shade::AB);
    assert_eq!(open::types::Lists::from(closed), open(known));
    let newer = r#"{"plain":[],"bounded":["mauve"],"unique":[10,77],"nested":[[{"kind":"newt","tails":1}]]}"#;
    let violations = Lists::try_from(open(newer)).unwrap_err();
    let places: Vec<_> = violations.list.iter().map(|it| it.pointer.as_str()).collect();
    assert_eq!(places, ["/bounded/0", "/unique/1", "/nested/0/0/kind"]);
}
