//! `cargo run`: serves until it is told to stop.

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use commerce::{parts, scopes};
use serde_json::json;
use stipule_local::listen::{ListenError, listen};
use stipule_local::table::{FolderLock, OpenError, Place};
use stipule_local::{Local, StartError};
use thiserror::Error;

use crate::arguments::{PrintAddress, Serve};
use crate::telemetry;

/// The store of the token that is printed.
const DEMO_STORE: &str = "maple";

/// How long the printed token is good for.
const TOKEN_LIFETIME: Duration = Duration::from_hours(8);

#[derive(Debug, Error)]
enum ServeError {
    #[error(transparent)]
    Listen(#[from] ListenError),
    #[error(transparent)]
    Start(#[from] StartError),
    #[error(transparent)]
    Reset(#[from] OpenError),
    #[error("{0}")]
    System(#[from] io::Error),
}

/// Serves; the exit code of the process.
pub(crate) async fn run(options: &Serve) -> ExitCode {
    telemetry::start("warn,access=info");
    match serve(options).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            anstream::eprintln!("commerce: {error}");
            ExitCode::from(2)
        }
    }
}

async fn serve(options: &Serve) -> Result<(), ServeError> {
    let began = Instant::now();
    // The port first: a taken one must be said before data is touched.
    let listener = listen(SocketAddr::new(options.host, options.port)).await?;
    if options.reset {
        reset(&options.data)?;
    }
    let mut local = Local::start(parts(Place::Folder(options.data.clone())))?;
    let address = local.serve(listener)?;
    let token = local.token(DEMO_STORE, "demo", &scopes(), TOKEN_LIFETIME);
    match options.print_address {
        PrintAddress::Text => greet(&local, address, &token, &options.data, began.elapsed()),
        PrintAddress::Json => {
            println!("{}", json!({ "address": format!("http://{address}"), "token": token }))
        }
    }
    stop_signal().await?;
    anstream::eprintln!("stopping: finishing what has begun");
    local.stop().await;
    Ok(())
}

/// Forgets the data of a folder that no process holds.
fn reset(folder: &Path) -> Result<(), ServeError> {
    if !folder.exists() {
        return Ok(());
    }
    let lock = FolderLock::acquire(folder)?;
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_file() {
            std::fs::remove_file(path)?;
        }
    }
    drop(lock);
    Ok(())
}

fn greet(local: &Local, address: SocketAddr, token: &str, data: &Path, took: Duration) {
    let platform = &commerce_service::PLATFORM;
    let operations = local.app().operations().count();
    let consumers = local.app().subscriptions().len();
    let bold = anstyle::Style::new().bold();
    let dim = anstyle::Style::new().dimmed();
    anstream::println!(
        "  {bold}Stipule {}{bold:#} · {} services, {operations} endpoints, {consumers} event consumers, one table   \
         {dim}ready in {} ms{dim:#}",
        platform.name,
        platform.services.len(),
        took.as_millis()
    );
    anstream::println!("  API    http://{address}");
    anstream::println!("  data   {} {dim}(kept; --reset starts over){dim:#}\n", data.display());
    anstream::println!("  export TOKEN={token}");
    anstream::println!("  {dim}# store «{DEMO_STORE}», every scope, 8 hours. Three things to try:{dim:#}\n");
    anstream::println!("  curl -H \"Authorization: Bearer $TOKEN\" http://{address}/products");
    anstream::println!(
        "  curl -H \"Authorization: Bearer $TOKEN\" -H 'Content-Type: application/json' \\\n       \
         -d '{{\"email\": \"ada@example.com\", \"name\": \"Ada\"}}' http://{address}/customers"
    );
    anstream::println!("  cargo run -- demo\n");
    anstream::println!("  {dim}Ctrl-C stops{dim:#}");
}

/// Resolves at Ctrl-C or, where there is one, a polite request to end.
async fn stop_signal() -> io::Result<()> {
    #[cfg(unix)]
    {
        let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
        tokio::select! {
            stopped = tokio::signal::ctrl_c() => stopped,
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}
