//! An execution environment: a process, and the Runtime API that it asks.

use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use bytes::Bytes;
use tokio::process::{Child, Command};
use tokio::time::timeout;

use super::badge::Badge;
use super::runtime_api::{Call, RuntimeApi, Told};
use super::{Failed, Function};

/// Most time until a process asks for its first call. Source: "Init phase" of the Lambda developer guide.
const START: Duration = Duration::from_secs(10);

/// A process that takes one call at a time. Dropping it kills the process.
pub(super) struct Environment {
    process: Child,
    api: RuntimeApi,
    badge: Badge,
    /// How often variables of the function had been changed when it was started.
    pub(super) edition: u64,
}

impl Environment {
    /// Starts a process and waits until it asks for a call.
    pub(super) async fn start(
        binary: &Path,
        function: &Function,
        edition: u64,
        badge: Badge,
    ) -> Result<Self, Failed> {
        let failed = |reason: String| Failed::NotStarted(reason);
        let api = RuntimeApi::open().await.map_err(|error| failed(error.to_string()))?;
        let process = Command::new(binary)
            .env_clear()
            .envs(&function.variables)
            .envs(badge.variables())
            .env("AWS_LAMBDA_RUNTIME_API", api.address())
            .env("_HANDLER", &function.handler)
            .env("AWS_LAMBDA_FUNCTION_NAME", &function.handler)
            .stdin(Stdio::null())
            // Its log is CloudWatch's there; here it is part of ours.
            .stdout(std::io::stderr())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| failed(format!("{}: {error}", binary.display())))?;
        let mut environment = Self { process, api, badge, edition };
        match timeout(START, environment.heard()).await {
            Ok(Ok(Told::Ready)) => Ok(environment),
            Ok(Ok(Told::NoStart { message, .. })) => Err(environment.give_up(message).await),
            Ok(Ok(_)) => Err(environment.give_up("it answers what nobody asked".to_owned()).await),
            Ok(Err(status)) => Err(failed(format!("the process ended: {status}"))),
            Err(_) => {
                let reason = format!("it asked for no call within {} seconds", START.as_secs());
                Err(environment.give_up(reason).await)
            }
        }
    }

    async fn give_up(self, reason: String) -> Failed {
        self.end().await;
        Failed::NotStarted(reason)
    }

    /// Gives the process a call and waits for what it makes of it.
    pub(super) async fn call(&mut self, call: Call, patience: Duration) -> Result<Bytes, Failed> {
        // While it lasts, and also where nobody waits for its end.
        let _worn = self.badge.worn();
        self.api.give(call);
        let heard = async {
            loop {
                match self.heard().await {
                    // It asked for this call.
                    Ok(Told::Ready) => {}
                    Ok(Told::Answer(answer)) => return Ok(answer),
                    Ok(Told::Fault { kind, message }) => return Err(Failed::Fault { kind, message }),
                    Ok(Told::NoStart { message, .. }) => return Err(Failed::Exited(message)),
                    Err(status) => return Err(Failed::Exited(status)),
                }
            }
        };
        timeout(patience, heard).await.unwrap_or(Err(Failed::TimedOut(patience)))
    }

    /// What the process says next, or how it ended.
    async fn heard(&mut self) -> Result<Told, String> {
        tokio::select! {
            // What it said before it ended counts.
            biased;
            told = self.api.heard() => Ok(told),
            status = self.process.wait() => Err(ending(status)),
        }
    }

    /// The process; none once it has ended.
    pub(super) fn pid(&self) -> Option<u32> {
        self.process.id()
    }

    pub(super) fn is_alive(&mut self) -> bool {
        matches!(self.process.try_wait(), Ok(None))
    }

    /// Kills the process and waits for its end.
    pub(super) async fn end(mut self) {
        if let Err(error) = self.process.kill().await {
            tracing::warn!(%error, "a process of a function can't be ended");
        }
    }
}

fn ending(status: std::io::Result<ExitStatus>) -> String {
    status.map_or_else(|error| error.to_string(), |status| status.to_string())
}
