//! Steps of sagas: from a task to a service, once per key.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use stipule_runtime::saga::{
    PERMANENT, SagaStep, StepFailure, StepTask, TRANSIENT, step_handler, waiting_step_handler,
};
use stipule_runtime::wire::{Any, Json, Limits};
use stipule_runtime::{App, Context, Failure, Token};

use crate::world::{LoanError, World, block_on, put_loan, return_loan};

fn json(text: &str) -> Any {
    Json::parse(text.as_bytes(), Limits::default()).unwrap().into_owned()
}

fn task(step: &str, input: &str) -> StepTask {
    let text = format!(
        r#"{{"saga": "returning", "step": "{step}", "key": "returning/r1/{step}", "attempt": 2, "input": {input},
        "context": {{"tenant": "north", "time": "2026-11-23T04:00:00Z", "correlationId": "c", "causationId": "e", "traceId": "0"}}}}"#
    );
    StepTask::from_json(text.as_bytes()).unwrap()
}

/// A task of a step that is answered later.
fn waiting(step: &str, token: &str) -> StepTask {
    StepTask { token: Some(token.to_owned()), ..task(step, "{}") }
}

struct Scene {
    world: World,
    app: App,
    runs: Arc<AtomicU32>,
}

fn step(name: &'static str, gives: bool, handler: stipule_runtime::saga::StepHandler) -> SagaStep {
    SagaStep { saga: "returning", step: name, service: "loans", gives, handler }
}

async fn give_back(cx: &Context, given: bool) -> Result<Any, Failure> {
    let denied = |error| match error {
        LoanError::Failed(failure) => Failure::from(failure),
        other => Failure::park(format_args!("{other:?}")),
    };
    let id = Any::from(cx.new_id().to_string());
    let write = return_loan(cx, "moby", 5);
    if given {
        write.give(id).await.map_err(denied)
    } else {
        write.commit().await.map_err(denied).map(|()| id)
    }
}

/// Writes, and fails.
async fn refuse(cx: &Context) -> Result<Any, StepFailure> {
    let refused = StepFailure::declared("NotAgain", "the book was damaged");
    let written = return_loan(cx, "moby", 5).refuse(refused).await;
    Err(written.map_err(|error| StepFailure::permanent(format!("{error:?}")))?)
}

/// What a step does that has a fault.
fn on_purpose() -> Result<(), StepFailure> {
    panic!("on purpose")
}

impl Scene {
    fn new() -> Self {
        let world = World::new();
        block_on(put_loan(&world.command(), &["moby"]).commit()).unwrap();
        let runs = Arc::<AtomicU32>::default();
        let counted = |given: bool| {
            let runs = Arc::clone(&runs);
            step_handler(move |cx: Context, _input: Any| {
                runs.fetch_add(1, Ordering::Relaxed);
                async move { give_back(&cx, given).await }
            })
        };
        let steps = [
            step("give_back", true, counted(true)),
            step("forgetful", true, counted(false)),
            // Its twin gives the book back while it looks for the loan.
            step("overtaken", true, {
                let runs = Arc::clone(&runs);
                step_handler(move |cx: Context, _input: Any| {
                    let first = runs.fetch_add(1, Ordering::Relaxed) == 0;
                    async move {
                        if first {
                            give_back(&cx, true).await?;
                        }
                        Err::<Any, _>(StepFailure::declared("NoSuchLoan", "it was given back"))
                    }
                })
            }),
            step("refuses", true, {
                let runs = Arc::clone(&runs);
                step_handler(move |cx: Context, _input: Any| {
                    runs.fetch_add(1, Ordering::Relaxed);
                    async move { refuse(&cx).await }
                })
            }),
            step("picky", false, step_handler(|_, _: bool| async { Ok::<(), StepFailure>(()) })),
            step("panics", false, step_handler(|_, _: Any| async { on_purpose() })),
            step("keeps", false, {
                let runs = Arc::clone(&runs);
                waiting_step_handler(move |cx: Context, _: Any, _: Token<Any, StepFailure>| {
                    runs.fetch_add(1, Ordering::Relaxed);
                    async move { give_back(&cx, false).await.map(drop).map_err(StepFailure::from) }
                })
            }),
            // Looks again when its token is kept, and sees what its token says.
            step(
                "looks",
                false,
                waiting_step_handler(|cx: Context, _: Any, token: Token<Any, StepFailure>| async move {
                    let kept = give_back(&cx, false).await.map(drop);
                    kept.or_else(|it| if it == Failure::AlreadyHandled { Ok(()) } else { Err(it) })?;
                    match token.as_str() {
                        "over" => Err(StepFailure::declared("OrderOver", "nobody reads any more")),
                        "unseen" => Err(StepFailure::transient("the store doesn't answer")),
                        _ => Ok(()),
                    }
                }),
            ),
            step(
                "asks",
                false,
                waiting_step_handler(|_, _: Any, token: Token<Any, StepFailure>| async move {
                    match token.as_str() {
                        "t-1" => Ok(()),
                        _ => Err(StepFailure::declared("Refused", "another token")),
                    }
                }),
            ),
        ];
        let app = App::new([], []).unwrap().with_sagas([], steps);
        Self { world, app, runs }
    }

    fn take(&self, task: StepTask) -> Result<Any, StepFailure> {
        block_on(self.app.perform(task, &self.world.ports))
    }
}

#[test]
fn a_step_that_is_called_again_gives_the_same_and_does_nothing() {
    let scene = Scene::new();
    let first = scene.take(task("give_back", "{}")).unwrap();
    assert_eq!(scene.take(task("give_back", "{}")).unwrap(), first);
    assert_eq!(scene.runs.load(Ordering::Relaxed), 1);
}

#[test]
fn a_step_that_fails_with_effect_fails_again_without() {
    let scene = Scene::new();
    let first = scene.take(task("refuses", "{}")).unwrap_err();
    assert_eq!(first, StepFailure::declared("NotAgain", "the book was damaged"));
    assert_eq!(scene.take(task("refuses", "{}")).unwrap_err(), first);
    assert_eq!(scene.runs.load(Ordering::Relaxed), 1);
}

#[test]
fn a_step_that_its_twin_did_meanwhile_gives_what_the_twin_gave() {
    let scene = Scene::new();
    let first = scene.take(task("overtaken", "{}")).unwrap();
    assert_eq!(scene.take(task("overtaken", "{}")).unwrap(), first);
    assert_eq!(scene.runs.load(Ordering::Relaxed), 1);
}

#[test]
fn another_input_under_the_same_key_is_a_fault() {
    let scene = Scene::new();
    scene.take(task("give_back", "{}")).unwrap();
    let failure = scene.take(task("give_back", r#"{"other": 1}"#)).unwrap_err();
    assert_eq!(failure.error, PERMANENT);
    assert!(failure.cause.contains("another input"), "{failure}");
}

#[test]
fn a_step_that_gives_something_says_so_with_its_write() {
    let failure = Scene::new().take(task("forgetful", "{}")).unwrap_err();
    assert!(failure.error == PERMANENT && failure.cause.contains("give()"), "{failure}");
}

#[test]
fn what_doesnt_fit_panics_or_isnt_there_is_said_in_the_words_of_a_state_machine() {
    let scene = Scene::new();
    let failure = scene.take(task("picky", "3")).unwrap_err();
    assert!(
        failure.error == PERMANENT && failure.cause.contains("`returning/picky` doesn't fit"),
        "{failure}"
    );
    assert_eq!(scene.take(task("panics", "{}")).unwrap_err().error, TRANSIENT);
    let failure = scene.take(task("unknown", "{}")).unwrap_err();
    assert!(failure.error == PERMANENT && failure.cause.contains("nobody takes"), "{failure}");
    assert_eq!(scene.take(task("picky", "true")), Ok(json("{}")));
}

#[test]
fn a_step_that_waits_gets_its_token() {
    let scene = Scene::new();
    assert_eq!(scene.take(waiting("asks", "t-1")), Ok(json("{}")));
    assert_eq!(scene.take(waiting("asks", "t-2")).unwrap_err().error, "Refused");
    assert_eq!(scene.take(task("asks", "{}")).unwrap_err().error, PERMANENT);
}

#[test]
fn a_step_that_waits_looks_again_and_what_it_writes_is_written_once() {
    let scene = Scene::new();
    for looks in 1..=3 {
        assert_eq!(scene.take(waiting("keeps", "t-1")), Ok(json("{}")));
        assert_eq!(scene.runs.load(Ordering::Relaxed), looks);
    }
}

#[test]
fn a_step_that_waits_fails_with_what_it_sees_when_its_token_is_kept() {
    let scene = Scene::new();
    for _ in 0..2 {
        assert_eq!(scene.take(waiting("looks", "unseen")).unwrap_err().error, TRANSIENT, "it looks again");
        assert_eq!(scene.take(waiting("looks", "over")).unwrap_err().error, "OrderOver");
    }
    assert_eq!(scene.take(waiting("looks", "t-1")), Ok(json("{}")));
}

/// A task of one step whose call takes another one first.
fn after(first: &str, step: &str, input: &str) -> StepTask {
    let text = format!(
        r#"{{"saga": "returning", "step": "{step}", "key": "returning/r1/{step}", "input": {input},
        "first": [{{"step": "{first}", "key": "returning/r1/{first}", "input": {{}}}}],
        "context": {{"tenant": "north", "time": "2026-11-23T04:00:00Z", "correlationId": "c", "causationId": "e", "traceId": "0"}}}}"#
    );
    StepTask::from_json(text.as_bytes()).unwrap()
}

#[test]
fn a_step_that_a_call_takes_first_is_taken_once_however_often_the_call_comes_again() {
    let scene = Scene::new();
    for _ in 0..2 {
        assert_eq!(scene.take(after("give_back", "picky", "3")).unwrap_err().error, PERMANENT);
        assert_eq!(scene.runs.load(Ordering::Relaxed), 1, "it is remembered though the call failed");
    }
    assert_eq!(scene.take(after("give_back", "picky", "true")), Ok(json("{}")));
    let waiting = StepTask { token: Some("t-1".to_owned()), ..after("give_back", "asks", "{}") };
    assert_eq!(scene.take(waiting), Ok(json("{}")));
    scene.take(task("give_back", "{}")).unwrap();
    assert_eq!(scene.runs.load(Ordering::Relaxed), 1, "by itself it is the same step");
}

#[test]
fn a_step_that_a_call_takes_first_ends_it_when_it_fails_and_says_which_it_was() {
    let scene = Scene::new();
    let failure = scene.take(after("refuses", "give_back", "{}")).unwrap_err();
    assert_eq!(failure, StepFailure::declared("NotAgain", "refuses: the book was damaged"));
    assert_eq!(scene.runs.load(Ordering::Relaxed), 1, "the other one isn't taken");
}

#[test]
fn what_no_state_machine_says_is_no_task() {
    for text in ["", "{}", r#"{"saga": 1}"#, "[]"] {
        assert!(StepTask::from_json(text.as_bytes()).is_err(), "{text}");
    }
}
