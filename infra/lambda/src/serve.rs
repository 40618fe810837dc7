//! The loop: the next event, what comes of it, and again.

use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;

use stipule_runtime::App;
use stipule_runtime::auth::Verifier;
use stipule_runtime::ports::Ports;
use stipule_runtime::socket::table::TableSockets;
use thiserror::Error;

use crate::function::{Fault, Function, Work};
use crate::outbox::{self, Bus};
use crate::release::{self, Releases, When};
use crate::runtime_api::RuntimeApi;
use crate::{api, authorizer, queue, sockets, trial};

/// What functions of a platform stand on. A function needs no more of it than its work does.
pub struct Served {
    /// The platform's name, by which its queues are called.
    pub platform: &'static str,
    /// Every service.
    pub app: App,
    /// What they stand on.
    pub ports: Arc<Ports>,
    /// Says who calls; the authorizer's.
    pub verifier: Option<Verifier>,
    /// Where events go; the publisher's and the sweeper's.
    pub bus: Option<Arc<dyn Bus>>,
    /// Open sockets; those of the function of sockets.
    pub sockets: Option<TableSockets>,
    /// Where new versions are; the hooks'.
    pub releases: Option<Arc<dyn Releases>>,
}

impl fmt::Debug for Served {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Served").field("app", &self.app).finish_non_exhaustive()
    }
}

/// Why the loop ended: the sandbox is gone, or never let it begin.
#[derive(Debug, Error)]
#[error("{0}")]
pub struct Ended(String);

/// Serves events from the Runtime API at this address until it is gone. What can't be set up is reported as a failure
/// to start, where Lambda shows it.
///
/// # Errors
/// [`Ended`], always: Lambda freezes functions and removes them, it never asks one to stop.
pub async fn serve<E: fmt::Display>(
    address: &str,
    handler: &str,
    set_up: impl FnOnce(&Function) -> Result<Served, E>,
) -> Result<Infallible, Ended> {
    let mut runtime = RuntimeApi::new(address);
    let function = match Function::of(handler) {
        Ok(function) => function,
        Err(unknown) => {
            return Err(not_started(&mut runtime, unknown.to_string()).await);
        }
    };
    let served = match set_up(&function) {
        Ok(served) => served,
        Err(reason) => {
            let reason = reason.to_string();
            return Err(not_started(&mut runtime, reason).await);
        }
    };
    loop {
        let invocation = runtime.next().await.map_err(|error| Ended(error.to_string()))?;
        let answered = served.call(&function, &invocation.event, invocation.trace.as_deref()).await;
        let told = match answered {
            Ok(answer) => runtime.answer(&invocation.id, answer).await,
            Err(fault) => {
                tracing::warn!(kind = fault.kind, message = fault.message, "the call failed");
                runtime.fail(&invocation.id, &fault).await
            }
        };
        told.map_err(|error| Ended(error.to_string()))?;
    }
}

/// That it was reported is all that can be done: Lambda ends the sandbox.
async fn not_started(runtime: &mut RuntimeApi, reason: String) -> Ended {
    if let Err(gone) = runtime.fail_to_start(&reason).await {
        tracing::error!(%gone, "nobody could be told");
    }
    Ended(reason)
}

impl Served {
    /// What comes of one event.
    async fn call(&self, function: &Function, event: &[u8], trace: Option<&str>) -> Result<Vec<u8>, Fault> {
        let Self { platform, app, ports, verifier, bus, .. } = self;
        if trial::is_trial(event) {
            return trial::answer(app, ports, function).await;
        }
        let service = function.service.as_deref().unwrap_or_default();
        let missing =
            |what| Fault::new("Runtime.Init", format_args!("the function was set up without {what}"));
        match function.work {
            Work::Api => api::answer(app, ports, event, trace).await,
            Work::Authorizer => {
                let verifier = verifier.as_ref().ok_or_else(|| missing("keys"))?;
                authorizer::decide(verifier, ports.clock.now(), event)
            }
            Work::Events => queue::deliver(app, service, ports, event).await,
            Work::Starter => queue::start(app, ports, event).await,
            Work::Steps => queue::step(app, service, ports, event).await,
            Work::Sockets => {
                let open = self.sockets.as_ref().ok_or_else(|| missing("sockets"))?;
                sockets::take(app, open, ports, event).await
            }
            Work::Before | Work::After => {
                let releases = self.releases.as_ref().ok_or_else(|| missing("releases"))?;
                let when = if function.work == Work::Before { When::Before } else { When::After };
                release::take(&**releases, when, event).await
            }
            Work::Publisher => {
                let bus = bus.as_ref().ok_or_else(|| missing("a bus"))?;
                outbox::publish(&**bus, app, platform, ports, event).await
            }
            Work::Sweeper => {
                let bus = bus.as_ref().ok_or_else(|| missing("a bus"))?;
                outbox::sweep(&**bus, app, platform, ports).await
            }
        }
    }
}
