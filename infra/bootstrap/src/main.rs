//! The one binary of the shop's functions on Lambda: services wired to AWS. `_HANDLER` says which function it is.

mod settings;

use std::process::ExitCode;
use std::sync::Arc;

use commerce::{Outside, app};
use commerce_notifications::LocalMessenger;
use commerce_payments::LocalProvider;
use commerce_shipping::LocalCarriers;
use stipule_aws::table::DynamoTable;
use stipule_aws::{ApiConnections, Aws, CodeReleases, EventBus, StateMachines};
use stipule_lambda::{Bus, Function, Releases, Served, serve};
use stipule_runtime::auth::{Expected, Verifier};
use stipule_runtime::ports::Ports;
use stipule_runtime::saga::{NoWorkflows, Workflows};
use stipule_runtime::socket::table::TableSockets;
use stipule_runtime::socket::{NoSockets, Sockets};
use stipule_runtime::store::Store;

use settings::{SetUpError, Settings};
use stipule_lambda::system::{SystemClock, SystemIds};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

fn main() -> ExitCode {
    // Standard output is CloudWatch; a line of JSON for each thing that happens.
    let said = std::env::var("STIPULE_LOG").unwrap_or_default();
    let quiet = || Targets::new().with_default(LevelFilter::INFO).with_target("hyper", LevelFilter::WARN);
    let filter = if said.is_empty() { quiet() } else { said.parse().unwrap_or_else(|_| quiet()) };
    tracing_subscriber::registry().with(fmt::layer().json().flatten_event(true)).with(filter).init();
    // Lambda gives a function one event at a time: more threads than one only cost time at the start.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let ended = match runtime {
        Ok(runtime) => runtime.block_on(run()),
        Err(error) => error.to_string(),
    };
    tracing::error!(reason = ended, "the function ended");
    ExitCode::FAILURE
}

/// Serves until the sandbox is gone; why it ended.
async fn run() -> String {
    let variable = |name: &str| std::env::var(name).unwrap_or_default();
    let (address, handler) = (variable("AWS_LAMBDA_RUNTIME_API"), variable("_HANDLER"));
    if address.is_empty() {
        return "AWS_LAMBDA_RUNTIME_API isn't set: this binary runs inside of Lambda, `cargo run` outside"
            .to_owned();
    }
    let Err(ended) = serve(&address, &handler, set_up).await;
    ended.to_string()
}

fn set_up(function: &Function) -> Result<Served, SetUpError> {
    // The shop has no contract with a provider or a carrier yet: each stage does business with those of the demo.
    let outside = |secret| Outside {
        provider: LocalProvider::new(),
        carriers: LocalCarriers::new(),
        messenger: LocalMessenger::new(),
        secret,
    };
    let settings = Settings::of_process(function)?;
    let app = app(outside(settings.webhook_secret));
    let tells = app.topics().iter().any(|topic| function.service.as_deref() == Some(topic.service));
    if tells && settings.sockets.is_none() {
        return Err(SetUpError::without_sockets());
    }
    let aws = Aws::new(settings.environment);
    let table = &commerce_store::TABLE;
    let store: Arc<dyn Store> = Arc::new(DynamoTable::new(aws.dynamodb(), table).named(settings.table));
    let workflows: Arc<dyn Workflows> = match settings.machines {
        Some(base) => Arc::new(StateMachines::new(&aws, base)),
        None => Arc::new(NoWorkflows),
    };
    let sockets = settings.sockets.map(|address| {
        let connections = Arc::new(ApiConnections::new(&aws, address));
        TableSockets::new(Arc::clone(&store), table, Arc::new(SystemClock), connections)
    });
    let bus = settings.bus.map(|(name, queues)| Arc::new(EventBus::new(&aws, name, queues)) as Arc<dyn Bus>);
    let releases = function.tries().then(|| Arc::new(CodeReleases::new(&aws)) as Arc<dyn Releases>);
    let platform = &commerce_service::PLATFORM;
    let expected = Expected {
        issuer: platform.issuer.to_owned(),
        audience: platform.audience.to_owned(),
        tenant_claim: platform.tenant_claim.to_owned(),
    };
    let ports = Ports {
        store,
        table,
        clock: Arc::new(SystemClock),
        ids: Arc::new(SystemIds::default()),
        cursor_key: settings.cursor_key,
        workflows,
        sockets: match &sockets {
            Some(sockets) => Arc::new(sockets.clone()) as Arc<dyn Sockets>,
            None => Arc::new(NoSockets),
        },
    };
    let verifier = settings.keys.map(|keys| Verifier::new(keys, expected));
    Ok(Served { platform: platform.name, app, ports: Arc::new(ports), verifier, bus, sockets, releases })
}
