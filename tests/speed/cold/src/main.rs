//! Cold starts in one run on one machine: see `run`.
//!
//! Ours does what its contract says (a token's caller, validation, idempotency, a transaction with an event); the peers do one
//! `PutItem`. Times are from the start of the process to the answer at the Runtime API; memory is the most that was resident
//! then. Both servers are threads of this program, so that what they cost is little beside what is measured.

mod http;
mod start;
mod table;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use start::{Start, start};
use table::Table;

type Failure = Box<dyn std::error::Error>;

/// Where the programs of the peers are.
const HERE: &str = env!("CARGO_MANIFEST_DIR");

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [bootstrap, folder, python, times] = arguments.as_slice() else {
        eprintln!("usage: cold-starts BOOTSTRAP FOLDER PYTHON TIMES");
        return ExitCode::from(2);
    };
    let measured = times.parse().map_err(Failure::from).and_then(|times| {
        let programs =
            [("ours", vec![bootstrap.clone()]), ("Python with boto3", vec![python.clone(), peer("py")])];
        let node = ("Node.js with its SDK", vec!["node".to_owned(), peer("js")]);
        measure(&[&programs[..], &[node]].concat(), &std::path::absolute(folder)?, times)
    });
    match measured {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn peer(ending: &str) -> String {
    format!("{HERE}/peer.{ending}")
}

/// Starts each program once for the caches, and then all in turn.
fn measure(programs: &[(&str, Vec<String>)], folder: &Path, times: usize) -> Result<(), Failure> {
    let table = Table::open(folder)?;
    let event: Arc<[u8]> = event().into();
    let run = |line: &[String]| -> Result<Start, Failure> {
        let writes = table.writes();
        let started = start(command(line, folder, &table), &event)?;
        if table.writes() == writes {
            Err(format!("{} wrote nothing", line.join(" ")).into())
        } else {
            Ok(started)
        }
    };
    for (_, line) in programs {
        run(line)?;
    }
    let mut taken: Vec<Vec<Start>> = programs.iter().map(|_| Vec::new()).collect();
    for _ in 0..times {
        for ((_, line), taken) in programs.iter().zip(&mut taken) {
            taken.push(run(line)?);
        }
    }
    let own = taken.first().map(Vec::as_slice).and_then(middle).ok_or("nothing was measured")?;
    for ((name, _), taken) in programs.iter().zip(&taken) {
        let slowest = taken.iter().map(|it| it.time).max().unwrap_or_default();
        let (time, memory) = middle(taken).ok_or("nothing was measured")?;
        println!(
            "{name:<22} median {:7.2} ms, slowest {:7.2} ms, {:6.1} MB   {:5.1} times ours, memory {:4.1} times",
            milliseconds(time),
            milliseconds(slowest),
            memory / 1e6,
            time.as_secs_f64() / own.0.as_secs_f64(),
            memory / own.1,
        );
    }
    Ok(())
}

/// Medians of time and of bytes.
fn middle(starts: &[Start]) -> Option<(Duration, f64)> {
    let mut times: Vec<Duration> = starts.iter().map(|it| it.time).collect();
    let mut sizes: Vec<u64> = starts.iter().map(|it| it.memory).collect();
    times.sort_unstable();
    sizes.sort_unstable();
    let at = starts.len() / 2;
    Some((*times.get(at)?, *sizes.get(at)? as f64))
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// A program with what the stacks would tell a function, and with the table's authority among those it trusts.
fn command(line: &[String], folder: &Path, table: &Table) -> Command {
    let mut command = Command::new(&line[0]);
    let modules: PathBuf = folder.join("node_modules");
    command
        .args(&line[1..])
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", folder)
        .envs(["AWS_REGION", "AWS_DEFAULT_REGION"].map(|name| (name, "us-east-1")))
        .envs(["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"].map(|name| (name, "test")))
        .env("AWS_ENDPOINT_URL_DYNAMODB", &table.address)
        .envs(["AWS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE"].map(|name| (name, &table.authority)))
        .env("NODE_PATH", modules)
        .env("_HANDLER", "customers.api")
        .env("STIPULE_TABLE", "shop")
        .env("STIPULE_SECRET", "0f".repeat(64))
        .env("STIPULE_MACHINES", "arn:aws:states:us-east-1:123456789012:stateMachine:shop-");
    command
}

/// A customer who signs up, as API Gateway tells it after the authorizer.
fn event() -> Vec<u8> {
    let body = json!({"email": "ada@example.com", "name": "Ada Moreau", "marketing": false}).to_string();
    let caller = json!({"principalId": "ada", "tenant": "maple", "scopes": "customers:write", "expires": ""});
    json!({
        "httpMethod": "POST", "path": "/customers", "headers": {"content-type": "application/json"},
        "multiValueHeaders": {"content-type": ["application/json"]}, "multiValueQueryStringParameters": null,
        "requestContext": {"requestId": "r", "authorizer": caller}, "isBase64Encoded": false, "body": body,
    })
    .to_string()
    .into_bytes()
}
