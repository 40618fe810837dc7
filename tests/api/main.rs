//! The running platform, judged by schemathesis: requests that the contracts allow are answered as they say, and requests
//! that they don't allow are refused. What is asked is the document that `stipule export openapi` writes for others.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use commerce::in_process::{InProcess, client};
use commerce::seed::seed;
use commerce::{parts, scopes};
use platform_tests::contracts::contract;
use stipule_emit::export::{Dialect, Reader, openapi};
use stipule_local::Local;
use stipule_local::listen::listen;
use stipule_local::table::Place;

/// The store that is asked.
const STORE: &str = "maple";

/// How long the token is good for: longer than the longest run.
const TOKEN_LIFETIME: Duration = Duration::from_hours(4);

/// Examples per operation in CI, and with `STIPULE_DEEP=1`.
const EXAMPLES: [&str; 2] = ["12", "200"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests lie in the repository").to_owned()
}

/// The judge, as `tests/setup` installs it. One that is missing is a failure.
fn judge() -> PathBuf {
    let judge = root().join(".tools/python/bin/schemathesis");
    assert!(judge.is_file(), "{} isn't there: run tests/setup", judge.display());
    judge
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_operation_does_what_its_contract_says() {
    let contract = contract(&root());
    let folder = tempfile::tempdir().expect("a temporary folder");
    let document = folder.path().join("openapi.json");
    let written = openapi(&contract, Dialect::OpenApi31, Reader::Others).to_json();
    std::fs::write(&document, written).expect("the document is written");

    let mut local =
        Local::start(parts(Place::Memory).expect("secrets are made")).expect("the platform starts");
    seed(&client(InProcess::new(&local, STORE, "seed")).expect("a client")).await.expect("the seed is sown");
    let listener = listen(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await.expect("a free port");
    let address = local.serve(listener).expect("it serves");
    let token = local.token(STORE, "judge", &scopes(), TOKEN_LIFETIME);

    let deep = std::env::var_os("STIPULE_DEEP").is_some();
    let mut ask = Command::new(judge());
    ask.current_dir(folder.path())
        .env("SCHEMATHESIS_HOOKS", root().join("tests/api/hooks.py"))
        .arg("--config-file")
        .arg(root().join("tests/api/schemathesis.toml"))
        .arg("run")
        .arg(&document)
        .args(["--url", &format!("http://{address}"), "--header", &format!("Authorization: Bearer {token}")])
        .args(["--phases", "examples,coverage,fuzzing,stateful", "--seed", "1", "--continue-on-failure"])
        .args(["--max-examples", EXAMPLES[usize::from(deep)]])
        .args(["--suppress-health-check", "all", "--warnings", "off"]);
    let judged = tokio::task::spawn_blocking(move || ask.output()).await.expect("it is asked");
    let judged = judged.expect("schemathesis runs");
    let said = String::from_utf8_lossy(&judged.stdout);
    assert!(judged.status.success(), "{said}\n{}", String::from_utf8_lossy(&judged.stderr));
    let operations = contract.services.iter().flat_map(|it| &it.operations).filter(|it| it.served).count();
    assert!(
        said.contains(&format!("Tested: {operations}")),
        "each of {operations} operations is asked:\n{said}"
    );
    let end = said.lines().rev().find(|line| line.contains("generated")).unwrap_or_default();
    println!("{operations} operations: {}", end.trim());
    local.stop().await;
}
