//! The story, told where AWS is stood in for, and on this machine.

use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::Value;
use stipule_local::Local;
use stipule_local::listen::listen;
use stipule_local::table::Place;

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

/// The same story on this machine, with every function in one process.
pub(crate) async fn lived_here(root: &Path) -> Vec<Value> {
    let outside = commerce::Outside::local().expect("randomness");
    let mut local = Local::start(commerce::parts_with(Place::Memory, outside)).expect("the platform starts");
    let listener = listen(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await.expect("a free port");
    let address = format!("http://{}", local.serve(listener).expect("it serves"));
    let token = |store| local.token(store, "grace", &commerce::scopes(), Duration::from_hours(1));
    let ran = tokio::process::Command::new(root.join(".tools/python/bin/python"))
        .arg(root.join("infra/bootstrap/tests/deployment/story.py"))
        .args([address.clone(), token("maple"), token("oak"), address.replace("http:", "ws:") + "/live"])
        .output()
        .await
        .unwrap_or_else(|error| panic!("the story can't be told (run tests/setup): {error}"));
    let said = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success(), "{said}{}", String::from_utf8_lossy(&ran.stderr));
    local.stop().await;
    lines(&said)
}
