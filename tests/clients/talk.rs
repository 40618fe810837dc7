//! Generated clients of others talk to the running platform, and generated types of others read its events.

use std::fmt::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use commerce::in_process::{InProcess, client};
use commerce::seed::seed;
use commerce::{parts, scopes};
use platform_tests::contracts::contract;
use serde_json::{Value, json};
use stipule_emit::export::{Dialect, Reader, event_schemas, openapi};
use stipule_ir::Contract;
use stipule_local::Local;
use stipule_local::happening::Happening;
use stipule_local::listen::listen;
use stipule_local::table::Place;

use crate::{root, run, tool};

const STORE: &str = "maple";

/// Media types of bodies whose operations a generator doesn't get to see, and why.
const NOT_FOR_PROGENITOR: [(&str, &str); 1] =
    [("application/merge-patch+json", "progenitor 0.15.1 refuses a document with a body of this type")];

/// The shop, on a port of its own.
async fn platform() -> (Local, String, String) {
    let mut local =
        Local::start(parts(Place::Memory).expect("secrets are made")).expect("the platform starts");
    let listener = listen(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await.expect("a free port");
    let address = local.serve(listener).expect("it serves");
    let token = local.token(STORE, "clients", &scopes(), Duration::from_hours(4));
    (local, format!("http://{address}"), token)
}

async fn sow(local: &Local) {
    seed(&client(InProcess::new(local, STORE, "seed")).expect("a client")).await.expect("the seed is sown");
}

/// The same, beside the platform.
async fn run_beside(mut command: Command) -> String {
    tokio::task::spawn_blocking(move || run(&mut command)).await.expect("it runs")
}

/// The document, without what progenitor can't read.
fn for_progenitor(contract: &Contract) -> Value {
    let text = openapi(contract, Dialect::OpenApi30, Reader::Others).to_json();
    let mut document: Value = serde_json::from_str(&text).expect("JSON");
    for (path, item) in document["paths"].as_object_mut().expect("paths") {
        item.as_object_mut().expect("operations").retain(|method, operation| {
            let refused = |(media, _): &&(&str, &str)| !operation["requestBody"]["content"][media].is_null();
            let left_out = NOT_FOR_PROGENITOR.iter().find(refused);
            if let Some((_, reason)) = left_out {
                println!("left out: {method} {path}: {reason}");
            }
            left_out.is_none()
        });
    }
    document
}

/// The examples of the events, a line each.
fn examples(schemas: &Path) -> String {
    let mut lines = String::new();
    for entry in std::fs::read_dir(schemas).expect("schemas").flatten() {
        let text = std::fs::read_to_string(entry.path()).expect("a schema");
        let schema: Value = serde_json::from_str(&text).expect("JSON");
        for example in schema["examples"].as_array().into_iter().flatten() {
            writeln!(lines, "{}", json!({"schema": schema["$id"], "detail": example})).expect("text");
        }
    }
    lines
}

/// Builds the crate of `rust/` around the exports.
fn build(folder: &Path, contract: &Contract) -> PathBuf {
    let (document, schemas) = (folder.join("openapi.json"), folder.join("schemas"));
    std::fs::write(&document, for_progenitor(contract).to_string()).expect("written");
    std::fs::create_dir(&schemas).expect("a folder");
    for (name, schema) in event_schemas(contract) {
        std::fs::write(schemas.join(name), schema.to_json()).expect("written");
    }
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("clients");
    let mut cargo = Command::new("cargo");
    cargo
        .args(["build", "--quiet", "--locked", "--manifest-path"])
        .arg(root().join("tests/clients/rust/Cargo.toml"));
    run(cargo
        .env("CARGO_TARGET_DIR", &target)
        .env("CLIENTS_DOCUMENT", document)
        .env("CLIENTS_SCHEMAS", schemas));
    target.join("debug/clients-of-others")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn progenitor_s_client_is_answered_and_typify_s_types_read_the_events() {
    let contract = contract(&root());
    let folder = tempfile::tempdir().expect("a temporary folder");
    let program = build(folder.path(), &contract);
    let (local, url, token) = platform().await;
    let mut happenings = local.happenings().watch();
    sow(&local).await;

    let mut calls = Command::new(&program);
    calls.args(["calls", &url, &token]);
    assert_eq!(run_beside(calls).await, "6 calls\n");

    local.settle().await.expect("everything is handled");
    let platform = contract.platform.name.kebab();
    let mut lines = examples(&folder.path().join("schemas"));
    assert!(lines.lines().count() >= contract.events.len(), "each event has an example");
    let mut published = 0;
    while let Ok(happening) = happenings.try_recv() {
        if let Happening::Published(event) = happening {
            let schema = format!("urn:{platform}:event:{}:v{}", event.name, event.version);
            let detail = serde_json::to_value(&event.data).expect("JSON");
            writeln!(lines, "{}", json!({"schema": schema, "detail": detail})).expect("text");
            published += 1;
        }
    }
    assert!(published >= 10, "{published} events were published");
    let file = folder.path().join("events.jsonl");
    std::fs::write(&file, &lines).expect("written");
    let mut events = Command::new(&program);
    events.arg("events").arg(&file);
    assert_eq!(run_beside(events).await, format!("{} events\n", lines.lines().count()));
    local.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn openapi_generator_s_client_is_answered() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let document = folder.path().join("openapi.json");
    let text = openapi(&contract(&root()), Dialect::OpenApi30, Reader::Others).to_json();
    std::fs::write(&document, text).expect("written");
    let made = folder.path().join("made");
    let mut generator = tool("python/bin/openapi-generator-cli");
    generator
        .args(["generate", "-g", "python", "--package-name", "shop", "-i"])
        .arg(&document)
        .arg("-o")
        .arg(&made);
    run_beside(generator).await;

    let (local, url, token) = platform().await;
    sow(&local).await;
    let mut calls = tool("python/bin/python");
    calls.arg(root().join("tests/clients/client.py")).args([&url, &token]).env("PYTHONPATH", &made);
    assert_eq!(run_beside(calls).await, "8 calls\n");
    local.stop().await;
}
