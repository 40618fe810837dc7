//! The process dies at any point, and the run goes on.

use std::collections::BTreeSet;

use serde_json::json;
use stipule_machine::Status;

use crate::trip::{Shared, begin, end, key, lock, start, status, until};

/// Kills the platform when so many steps were begun, and goes on with another one; the calls by the name of the step.
async fn killed_at(begun: usize, fail: &'static str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let script = Shared::default();
    lock(&script).failures.insert(fail, vec!["Step.Transient"]);
    let local = start(&script, Some(folder.path()));
    begin(&local, "t1", &json!({"bags": [1, 2, 3], "ask": false})).await.unwrap();
    until("the moment to die", || async {
        lock(&script).calls.len() >= begun || status(&local, "t1").await != Status::Running
    })
    .await;
    local.kill().await;
    lock(&script).packing.0 = 0;
    let local = start(&script, Some(folder.path()));
    assert!(matches!(end(&local, "t1").await, Status::Succeeded(_)), "killed when {begun} steps were begun");
    let history = local.runs().history(&key("t1")).await.unwrap();
    let ids: Vec<u64> = history.iter().map(|event| event.id).collect();
    assert_eq!(ids, (1..=ids.len() as u64).collect::<Vec<_>>(), "the history has no gaps");
    let count = |kind: &str| history.iter().filter(|event| event.kind == kind).count();
    let failed = count("TaskFailed");
    assert_eq!(
        count("TaskScheduled"),
        5 + failed,
        "five steps and the retry, however often they were called"
    );
    // A failure that nobody wrote down before the process died is as if it had not been.
    assert!(
        failed == 1 || failed == 0 && begun > 0,
        "{failed} failures, killed when {begun} steps were begun"
    );
    local.stop().await;
    lock(&script).calls.clone()
}

#[tokio::test]
async fn a_run_goes_on_after_a_kill_at_any_step() {
    let cases = (0..=7).flat_map(|begun| ["reserve", "pack", "charge"].map(|fail| (begun, fail)));
    // Each in a folder of its own: they run side by side.
    let all = cases.map(|(begun, fail)| async move { (begun, killed_at(begun, fail).await) });
    for (begun, calls) in futures_util::future::join_all(all).await {
        let name = key("t1").name;
        let keys: BTreeSet<&str> = calls.iter().filter_map(|call| Some(call.split_once(' ')?.1)).collect();
        let expected: BTreeSet<String> = ["reserve", "0/pack", "1/pack", "2/pack", "charge"]
            .iter()
            .map(|step| format!("trip/{name}/{step}"))
            .collect();
        assert_eq!(
            keys,
            expected.iter().map(String::as_str).collect(),
            "killed when {begun} steps were begun"
        );
        // The retry, and at most the calls that were open when the process died.
        assert!(calls.len() <= expected.len() + 1 + 2, "{calls:?}");
    }
}

#[tokio::test]
async fn timers_tokens_and_parked_cases_survive() {
    let folder = tempfile::tempdir().unwrap();
    let script = Shared::default();
    lock(&script).failures.insert("charge", vec!["Step.Permanent"]);
    let local = start(&script, Some(folder.path()));
    begin(&local, "t1", &json!({"bags": [], "ask": false})).await.unwrap();
    until("the wait", || async {
        let run = local.runs().run(&key("t1")).await.unwrap();
        run.is_some_and(|run| run.current_states() == ["Rest"])
    })
    .await;
    local.kill().await;
    let local = start(&script, Some(folder.path()));
    until("the case is parked", || async { !local.runs().parked().await.unwrap().is_empty() }).await;
    local.kill().await;
    let local = start(&script, Some(folder.path()));
    let case = local.runs().parked().await.unwrap().remove(0);
    assert!(local.runs().redrive(&case).await.unwrap());
    assert!(matches!(end(&local, "t1").await, Status::Succeeded(_)));
    local.stop().await;
}
