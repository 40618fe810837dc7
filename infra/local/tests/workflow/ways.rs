//! Ways that a run takes while nothing dies.

use serde_json::json;
use stipule_machine::Status;
use stipule_runtime::saga::{Started, StepFailure, TokenAnswer, WorkflowError};
use stipule_runtime::wire::Json;

use crate::trip::{Shared, begin, end, key, lock, start, until};

#[tokio::test]
async fn a_saga_runs_to_its_end_and_can_be_read_afterwards() {
    let script = Shared::default();
    let local = start(&script, None);
    let input = json!({"bags": [1, 2, 3, 4], "ask": false});
    assert_eq!(begin(&local, "t1", &input).await, Ok(Started::New));
    assert_eq!(begin(&local, "t1", &input).await, Ok(Started::Before), "a second start changes nothing");
    let other = begin(&local, "t1", &json!({"bags": [], "ask": false})).await;
    assert!(matches!(other, Err(WorkflowError::OtherInput(_))), "{other:?}");
    assert!(matches!(end(&local, "t1").await, Status::Succeeded(_)));
    let name = key("t1").name;
    let mut calls = lock(&script).calls.clone();
    calls[1..5].sort();
    let packed = (0..4).map(|place| format!("pack trip/{name}/{place}/pack"));
    let expected: Vec<String> = [format!("reserve trip/{name}/reserve")]
        .into_iter()
        .chain(packed)
        .chain([format!("charge trip/{name}/charge")])
        .collect();
    assert_eq!(calls, expected);
    assert_eq!(lock(&script).packing.1, 2, "two at once, as the map says");
    let history = local.runs().history(&key("t1")).await.unwrap();
    assert_eq!(
        history.iter().map(|event| event.id).collect::<Vec<_>>(),
        (1..=history.len() as u64).collect::<Vec<_>>()
    );
    assert_eq!(history.last().map(|event| event.kind.as_str()), Some("ExecutionSucceeded"));
    let runs = local.runs().list("trip", 10).await.unwrap();
    assert_eq!((runs.len(), runs[0].status.as_str(), runs[0].tenant.as_str()), (1, "SUCCEEDED", "north"));
    local.stop().await;
}

#[tokio::test]
async fn what_may_go_better_is_tried_again_and_an_answer_is_not() {
    let script = Shared::default();
    lock(&script).failures.insert("reserve", vec!["Step.Transient", "Step.Transient"]);
    let local = start(&script, None);
    begin(&local, "t1", &json!({"bags": [], "ask": false})).await.unwrap();
    assert!(matches!(end(&local, "t1").await, Status::Succeeded(_)));
    assert_eq!(lock(&script).calls.iter().filter(|call| call.starts_with("reserve")).count(), 3);
    lock(&script).failures.insert("reserve", vec!["Full"]);
    lock(&script).calls.clear();
    begin(&local, "t2", &json!({"bags": [], "ask": false})).await.unwrap();
    let Status::Failed(failure) = end(&local, "t2").await else { panic!("it fails") };
    assert_eq!(failure.error, "Full");
    let calls: Vec<String> = lock(&script)
        .calls
        .iter()
        .map(|call| call.split(' ').next().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(calls, ["reserve", "undo"]);
    local.stop().await;
}

#[tokio::test]
async fn a_case_is_parked_with_everything_and_goes_on_when_a_person_says_so() {
    let script = Shared::default();
    lock(&script).failures.insert("charge", vec!["Step.Permanent"]);
    let local = start(&script, None);
    begin(&local, "t1", &json!({"bags": [], "ask": false})).await.unwrap();
    until("the case is parked", || async { !local.runs().parked().await.unwrap().is_empty() }).await;
    let case = local.runs().parked().await.unwrap().remove(0);
    assert_eq!((case.key.clone(), &case.message["step"]), (key("t1"), &json!("charge")));
    assert_eq!(case.message["failure"]["Error"], "Step.Permanent");
    assert_eq!(case.message["data"]["input"], json!({"bags": [], "ask": false}), "the payload is there");
    assert!(local.runs().redrive(&case).await.unwrap());
    assert!(matches!(end(&local, "t1").await, Status::Succeeded(_)));
    assert_eq!(local.runs().parked().await.unwrap(), []);
    assert!(!local.runs().redrive(&case).await.unwrap(), "once");
    local.stop().await;
}

#[tokio::test]
async fn a_step_that_waits_is_answered_by_its_token() {
    let script = Shared::default();
    let local = start(&script, None);
    let workflows = local.ports().workflows.clone();
    begin(&local, "t1", &json!({"bags": [], "ask": true})).await.unwrap();
    until("somebody is asked", || async { !lock(&script).tokens.is_empty() }).await;
    let token = lock(&script).tokens[0].clone();
    assert_eq!(
        workflows.answer(&format!("{token}0"), TokenAnswer::Done(Json::Null)).await,
        Ok(false),
        "a forged token"
    );
    assert_eq!(workflows.answer(&token, TokenAnswer::Alive).await, Ok(true));
    assert_eq!(workflows.answer(&token, TokenAnswer::Done(Json::Null)).await, Ok(true));
    assert_eq!(workflows.answer(&token, TokenAnswer::Done(Json::Null)).await, Ok(false), "answered before");
    assert!(matches!(end(&local, "t1").await, Status::Succeeded(_)));
    begin(&local, "t2", &json!({"bags": [], "ask": true})).await.unwrap();
    until("somebody is asked", || async { lock(&script).tokens.len() == 2 }).await;
    let token = lock(&script).tokens[1].clone();
    let no = StepFailure::declared("Full", "no");
    assert_eq!(workflows.answer(&token, TokenAnswer::Failed(no)).await, Ok(true));
    let Status::Failed(failure) = end(&local, "t2").await else { panic!("it fails") };
    assert_eq!(failure.error, "Full");
    local.stop().await;
}

#[tokio::test]
async fn whoever_gives_no_sign_of_life_is_given_up() {
    let script = Shared::default();
    let local = start(&script, None);
    begin(&local, "t1", &json!({"bags": [], "ask": true})).await.unwrap();
    // Two heartbeats are missed at most: the step is tried again, with a token of its own.
    until("a second token", || async { lock(&script).tokens.len() >= 2 }).await;
    let tokens = lock(&script).tokens.clone();
    let workflows = local.ports().workflows.clone();
    assert_eq!(
        workflows.answer(&tokens[0], TokenAnswer::Done(Json::Null)).await,
        Ok(false),
        "nobody waits for it"
    );
    assert!(local.runs().stop(&key("t1"), "the test is over").await.unwrap());
    assert!(matches!(end(&local, "t1").await, Status::Aborted(_)));
    local.stop().await;
}
