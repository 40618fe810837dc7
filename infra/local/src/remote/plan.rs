//! Which functions there are, and what the stacks tell each of them through its environment.

use std::collections::BTreeMap;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use stipule_runtime::platform;

use super::{AUTHORIZER, ProcessError, Processes};
use crate::functions::Function;

/// Where AWS would be; endpoints of other regions aren't served.
pub(super) const REGION: &str = "us-east-1";

/// The account of examples.
pub(super) const ACCOUNT: &str = "123456789012";

/// The stage by whose name queues and state machines are called.
const STAGE: &str = "local";

/// The variable with the keys that tokens are checked with.
pub(super) const KEYS: &str = "STIPULE_KEYS";

/// Bytes of the key of cursors, and of the secret of webhooks.
const KEY: usize = 32;

/// What names of queues and state machines begin with: `shop-local-`.
pub(super) fn prefix(platform: &str) -> String {
    format!("{platform}-{STAGE}-")
}

/// The last part of the name of a consumer's queue.
pub(super) fn queue_of(subscription: &str) -> String {
    subscription.replace('.', "-")
}

/// What everything is told.
pub(crate) struct Plan<'p> {
    /// How they run.
    pub(crate) processes: &'p Processes,
    /// Name of the table.
    pub(crate) table: &'p str,
    /// `http://127.0.0.1:9001`
    pub(crate) endpoint: &'p str,
    /// The keys that tokens are checked with, as JSON.
    pub(crate) keys: &'p str,
    /// What cursors are sealed with.
    pub(crate) cursor: [u8; KEY],
}

impl Plan<'_> {
    /// Every function of the platform.
    ///
    /// # Errors
    /// [`ProcessError`] for a binary that can't be one, and a secret of another length.
    pub(crate) fn functions(&self) -> Result<Vec<Function>, ProcessError> {
        self.check()?;
        let secret = self.secret()?;
        let all = self.processes.platform.functions.iter();
        Ok(all.map(|function| self.function(function, &secret)).collect())
    }

    fn function(&self, function: &platform::Function, secret: &str) -> Function {
        let platform::Function { handler, timeout } = *function;
        let prefix = prefix(self.processes.platform.name);
        let mut variables: BTreeMap<String, String> = BTreeMap::new();
        let mut say = |name: &str, value: String| drop(variables.insert(name.to_owned(), value));
        say("AWS_REGION", REGION.to_owned());
        say("AWS_ENDPOINT_URL", self.endpoint.to_owned());
        say("STIPULE_STAGE", STAGE.to_owned());
        let log = std::env::var("STIPULE_LOG").ok().filter(|filter| !filter.is_empty());
        say("STIPULE_LOG", log.unwrap_or_else(|| "warn".to_owned()));
        say("STIPULE_TABLE", self.table.to_owned());
        let machines = || format!("arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:{prefix}");
        let sockets = || format!("{}/sockets", self.endpoint);
        match handler {
            AUTHORIZER => say(KEYS, self.keys.to_owned()),
            "platform.publisher" | "platform.sweeper" => {
                say("STIPULE_BUS", format!("{prefix}events"));
                say("STIPULE_QUEUES", format!("{}/{ACCOUNT}/{prefix}", self.endpoint));
            }
            "platform.starter" => say("STIPULE_MACHINES", machines()),
            "platform.sockets" => say("STIPULE_SOCKETS", sockets()),
            _ => {
                say("STIPULE_MACHINES", machines());
                say("STIPULE_SOCKETS", sockets());
                say("STIPULE_SECRET", secret.to_owned());
            }
        }
        let Processes { concurrency, .. } = *self.processes;
        let timeout = self.processes.timeout.unwrap_or(Duration::from_secs(timeout.into()));
        Function { handler: handler.to_owned(), timeout, concurrency, variables }
    }

    /// The key of cursors and the secret of webhooks, one behind the other, in hexadecimal digits.
    fn secret(&self) -> Result<String, ProcessError> {
        let text = self.processes.secret.to_text();
        let coded = text.split_once('_').map_or("", |(_, coded)| coded);
        let webhooks = STANDARD.decode(coded).unwrap_or_default();
        if webhooks.len() != KEY {
            return Err(ProcessError::Secret(webhooks.len()));
        }
        Ok(self.cursor.iter().chain(&webhooks).map(|byte| format!("{byte:02x}")).collect())
    }

    fn check(&self) -> Result<(), ProcessError> {
        let binary = &self.processes.binary;
        let about = std::fs::metadata(binary).map_err(|_| ProcessError::Missing(binary.clone()))?;
        if about.is_file() && may_run(&about) { Ok(()) } else { Err(ProcessError::NoProgram(binary.clone())) }
    }
}

#[cfg(unix)]
fn may_run(about: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    about.permissions().mode() & 0o111 != 0
}

#[cfg(not(unix))]
fn may_run(_: &std::fs::Metadata) -> bool {
    true
}
