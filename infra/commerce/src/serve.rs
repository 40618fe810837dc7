//! `cargo run`: serves until it is told to stop.

mod folder;
mod functions;
mod greeting;
mod keys;

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use commerce::courier::Courier;
use commerce::in_process::{InProcess, client};
use commerce::seed::{ARTICLES, SeedError, seed};
use commerce::{Outside, parts_with, scopes};
use commerce_model::types::Sku;
use commerce_notifications::LocalMessenger;
use commerce_sdk::BuildError;
use stipule_local::listen::{ListenError, listen};
use stipule_local::secret::{SecretError, webhook_secret};
use stipule_local::table::{OpenError, Place};
use stipule_local::traffic::{Replayed, Tape, TrafficError, replay};
use stipule_local::{Chaos, Local, ProcessError, StartError};
use stipule_runtime::App;
use stipule_runtime::app::Throttle;
use stipule_runtime::platform::Gateway;
use stipule_runtime::ports::Ids;
use thiserror::Error;

use crate::arguments::{PrintAddress, Serve, Watched};
use crate::stop::Stop;
use crate::{say, telemetry};
use folder::Folder;
use greeting::Greeting;
pub(crate) use keys::Source;
use keys::{Keys, KeysError};

/// The store of the seed, and of the token that is printed.
const DEMO_STORE: &str = "maple";

/// How long the printed token is good for.
const TOKEN_LIFETIME: Duration = Duration::from_hours(8);

/// How long requests and events that have begun may take to end.
const GRACE: Duration = Duration::from_secs(10);

#[derive(Debug, Error)]
enum ServeError {
    #[error(transparent)]
    Listen(#[from] ListenError),
    #[error(transparent)]
    Start(#[from] StartError),
    #[error(transparent)]
    Folder(#[from] OpenError),
    #[error(transparent)]
    Secret(#[from] SecretError),
    #[error("the store can't be seeded: {0}; --reset starts over, --no-seed leaves it as it is")]
    Seed(#[from] SeedError),
    #[error(transparent)]
    Traffic(#[from] TrafficError),
    #[error(transparent)]
    Functions(#[from] ProcessError),
    #[error(transparent)]
    Keys(#[from] KeysError),
    #[error(transparent)]
    Client(#[from] BuildError),
    #[error("{0}")]
    System(#[from] io::Error),
}

/// Serves; the exit code of the process.
pub(crate) async fn run(options: &Serve) -> ExitCode {
    telemetry::start("warn,access=info,functions=info,keys=info");
    match serve(options).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(anstream::stderr(), &format!("commerce: {error}\n"));
            ExitCode::from(2)
        }
    }
}

async fn serve(options: &Serve) -> Result<(), ServeError> {
    let began = Instant::now();
    let mut stop = Stop::listen(options.watched.is_some())?;
    // The port first: a taken one must be said before data is touched.
    let listener = listen(SocketAddr::new(options.host, options.port)).await?;
    let folder = Folder(&options.data);
    if options.reset {
        folder.reset()?;
    }
    let wants_seed = !options.no_seed && folder.wants_seed()?;
    let secret = match &options.webhook_secret {
        Some(secret) => secret.clone(),
        None => webhook_secret(Some(&options.data))?,
    };
    let (provider, carriers, messenger) = (Arc::default(), Arc::default(), LocalMessenger::new());
    let outside = Outside { provider, carriers, messenger, secret };
    let mut parts = parts_with(Place::Folder(options.data.clone()), outside.clone());
    parts.app = throttled(parts.app, options.rate);
    parts.wait = Duration::from_millis(options.wait.into());
    let ids = Arc::clone(&parts.ids);
    parts.chaos =
        options.chaos.map(|rate| Chaos { rate, seed: options.chaos_seed.unwrap_or_else(|| drawn(&*ids)) });
    let chaos = parts.chaos;
    parts.tape = options.record.as_deref().map(Tape::create).transpose()?;
    parts.processes = functions::processes(options, &outside.secret)?;
    let mut local = Local::start(parts)?;
    local.probe().await?;
    let keys = Keys::trusted(options.jwks.as_ref(), &local).await?;
    if wants_seed {
        sow(&local, &folder).await?;
    }
    let reachable = reachable(local.serve(listener)?);
    let address = format!("http://{reachable}");
    let greeting = Greeting {
        local: &local,
        address: &address,
        token: &local.token(DEMO_STORE, "demo", &scopes(), TOKEN_LIFETIME),
        store: DEMO_STORE,
        data: &options.data,
        open: !options.host.is_loopback(),
        seeded: wants_seed,
        stocked: wants_seed || is_stocked(&local).await?,
        chaos,
        took: began.elapsed(),
    };
    match options.print_address {
        PrintAddress::Text if options.watched == Some(Watched::Again) => {
            say(anstream::stdout(), &greeting.again());
        }
        PrintAddress::Text => say(anstream::stdout(), &greeting.text()),
        PrintAddress::Json => say(anstream::stdout(), &greeting.json()),
    }
    tokio::select! {
        () = Courier::new(&local, outside).run() => {}
        () = minded(keys, &local) => {}
        failed = replayed(&local, reachable, options.replay.as_deref()) => failed?,
        asked = stop.asked() => asked?,
    }
    local.drain();
    if options.drain > 0 && options.watched.is_none() {
        say(anstream::stderr(), &format!("\n  draining for {} s\n", options.drain));
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(options.drain)) => {}
            asked = stop.asked() => asked?,
        }
    }
    if options.watched.is_some() {
        // Who watches says so, and ends what takes too long.
        local.stop().await;
        return Ok(());
    }
    end(local, &mut stop).await
}

/// Looks after the keys of others, if there are any.
async fn minded(keys: Option<Keys>, local: &Local) {
    match keys {
        Some(keys) => keys.mind(local).await,
        None => std::future::pending().await,
    }
}

/// Makes calls once more, if there are any, and says what is different. Resolves only when they can't be made.
async fn replayed(local: &Local, address: SocketAddr, file: Option<&Path>) -> Result<(), TrafficError> {
    let Some(file) = file else { return std::future::pending().await };
    let Replayed { calls, differ } = replay(local, address, file).await?;
    let mut told = format!("  replayed {calls} calls, {} answered as then\n", calls - differ.len());
    for call in differ {
        told.push_str(&format!("           {call}\n"));
    }
    say(anstream::stderr(), &told);
    std::future::pending().await
}

/// With the limit of an account, or of these calls a second.
fn throttled(app: App, rate: Option<u32>) -> App {
    let throttle = throttle(rate);
    if rate.is_none() {
        return app.with_throttle(throttle);
    }
    let gateway = Gateway { throttle, ..app.gateway() };
    app.behind(gateway).with_throttle(throttle)
}

/// What is taken of all operations together.
fn throttle(rate: Option<u32>) -> Throttle {
    rate.map_or(Throttle::ACCOUNT, |rate| Throttle { rate, burst: rate })
}

/// A seed that is short enough to be typed.
fn drawn(ids: &dyn Ids) -> u64 {
    let [first, second, third, ..] = ids.random();
    u64::from(u32::from_be_bytes([0, first, second, third]))
}

/// Fills the demo store.
async fn sow(local: &Local, folder: &Folder<'_>) -> Result<(), ServeError> {
    seed(&client(InProcess::new(local, DEMO_STORE, "seed"))?).await?;
    folder.seeded()?;
    Ok(())
}

/// Whether the demo store has what a seed makes.
async fn is_stocked(local: &Local) -> Result<bool, ServeError> {
    let shop = client(InProcess::new(local, DEMO_STORE, "seed"))?;
    let sku = Sku::new(ARTICLES[0].sku).map_err(SeedError::Value)?;
    Ok(shop.inventory().get_stock(sku).send().await.is_ok())
}

/// Finishes what has begun; a second request to stop, or too long a wait, ends it at once. Nothing is lost then either:
/// what wasn't finished begins again at the next start.
async fn end(local: Local, stop: &mut Stop) -> Result<(), ServeError> {
    say(anstream::stderr(), "\n  stopping: finishing what has begun\n");
    tokio::select! {
        () = local.stop() => say(anstream::stderr(), "  stopped\n"),
        asked = stop.asked() => {
            asked?;
            say(anstream::stderr(), "  stopped at once\n");
        }
        () = tokio::time::sleep(GRACE) => {
            say(anstream::stderr(), "  stopped, though something has not finished\n");
        }
    }
    Ok(())
}

/// Where a listener on every address can be reached from this machine.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}
