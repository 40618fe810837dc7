//! The story, told where AWS is stood in for, and on this machine.

use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use stipule_local::listen::listen;
use stipule_local::replay::Replay;
use stipule_local::system::MovableClock;
use stipule_local::table::Place;
use stipule_local::{Local, Processes};

use crate::letters;

/// What a driver told: a line of JSON each.
fn lines(said: &str) -> Vec<Value> {
    let line = |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}"));
    said.lines().map(line).collect()
}

/// The tool, which is built with all tests, beside the binary of the functions.
fn stipule() -> PathBuf {
    let tool = Path::new(env!("CARGO_BIN_EXE_bootstrap")).with_file_name("stipule");
    assert!(tool.is_file(), "{} isn't there: `cargo build -p stipule` makes it", tool.display());
    tool
}

/// Deploys to MiniStack and tells the story there.
pub(crate) fn deployed(root: &Path) -> Vec<Value> {
    let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|it| it.local_addr());
    let port = free.unwrap_or_else(|error| panic!("no free port: {error}")).port();
    let tools = root.join(".tools/python/bin");
    let mut driver = Command::new(tools.join("python"))
        .arg(root.join("infra/bootstrap/tests/deployment/deploy.py"))
        .arg(tools.join("ministack"))
        .arg(env!("CARGO_BIN_EXE_bootstrap"))
        .arg(root.join("infra/stacks"))
        .arg(port.to_string())
        .arg(stipule())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("the driver can't be started (run tests/setup): {error}"));
    let mut scopes = driver.stdin.take().expect("a pipe");
    scopes.write_all(commerce::scopes().join(" ").as_bytes()).expect("the driver reads");
    drop(scopes);
    let ended = driver.wait_with_output().expect("the driver ends");
    let said = String::from_utf8_lossy(&ended.stdout);
    assert!(ended.status.success(), "the story breaks off after\n{said}");
    lines(&said)
}

/// Where functions run on this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Functions {
    /// All in one process.
    Here,
    /// Each in processes of its own, of the real binary.
    Processes,
}

/// The same story on this machine, then everything that was told goes out once more, and then every event of it.
pub(crate) async fn lived_here(root: &Path, functions: Functions) -> Vec<Value> {
    let outside = commerce::Outside::local().expect("randomness");
    let secret = outside.secret.clone();
    let clock = MovableClock::new();
    let mut parts = commerce::parts_with(Place::Memory, outside);
    parts.clock = Arc::new(clock.clone());
    if functions == Functions::Processes {
        let binary = env!("CARGO_BIN_EXE_bootstrap").into();
        let platform = &commerce_service::PLATFORM;
        // A machine that has much else to do may take its time.
        let timeout = Some(Duration::from_secs(60));
        parts.processes = Some(Processes { timeout, ..Processes::new(binary, platform, secret) });
    }
    let mut local = Local::start(parts).expect("the platform starts");
    let listener = listen(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await.expect("a free port");
    let address = format!("http://{}", local.serve(listener).expect("it serves"));
    let token = |store| local.token(store, "grace", &commerce::scopes(), Duration::from_hours(1));
    let live = address.replace("http:", "ws:") + "/live";
    let mut told = story(root, [&address, &token("maple"), &token("oak"), &live]).await;
    for round in [1, 2] {
        local.settle().await.expect("everything is handled");
        told.extend(story(root, ["look", &address, &token("maple")]).await);
        if round == 1 {
            let all = Replay { from: 0, until: i64::MAX, pattern: None, subscription: None };
            assert!(local.replay(&all).await.expect("the archive") >= 40, "everything goes out again");
        }
    }
    for store in ["maple", "oak"] {
        let events = local.queues().archive(store, 0, u32::MAX).await.expect("the archive");
        let event = |body: &str| serde_json::from_str::<Value>(body).expect("JSON");
        told.extend(events.iter().map(|it| json!({ "event": event(&it.body) })));
    }
    let letters = local.queues().dead_letters().await.expect("the dead letters");
    assert!(letters.is_empty(), "{letters:?}");
    let token = token("maple");
    let points =
        async |customer: &str| story(root, ["points", &address, &token, customer]).await[0]["points"].clone();
    told.extend(letters::wait_in_vain(&local, &clock, points).await);
    if functions == Functions::Processes {
        used(&local);
    }
    local.stop().await;
    told
}

/// What the story's driver tells.
async fn story<const N: usize>(root: &Path, arguments: [&str; N]) -> Vec<Value> {
    let ran = tokio::process::Command::new(root.join(".tools/python/bin/python"))
        .arg(root.join("infra/bootstrap/tests/deployment/story.py"))
        .args(arguments)
        .output()
        .await
        .unwrap_or_else(|error| panic!("the story can't be told (run tests/setup): {error}"));
    let said = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success(), "{said}{}", String::from_utf8_lossy(&ran.stderr));
    lines(&said)
}

/// Every function of the story was started, and none took too long.
fn used(local: &Local) {
    let functions = local.functions();
    let started = functions.iter().filter(|(_, counts)| counts.cold_starts > 0);
    let starts: u64 = functions.iter().map(|(_, counts)| counts.cold_starts).sum();
    println!("{} of {} functions were called, {starts} cold starts", started.count(), functions.len());
    for name in
        ["orders.api", "inventory.events", "payments.steps", "platform.authorizer", "platform.publisher"]
    {
        let found = functions.iter().find(|(function, _)| function.handler == name);
        let (_, counts) = found.unwrap_or_else(|| panic!("there is no {name}"));
        assert!(counts.cold_starts > 0 && counts.timed_out == 0, "{name}: {counts:?}");
    }
}
