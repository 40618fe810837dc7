//! The platform in a process of its own.

use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::process::{Child, ChildStdin, Command};

use crate::arguments::Watched;

/// How long it may take to finish what has begun. Ending it then loses nothing: what wasn't finished begins again.
const PATIENCE: Duration = Duration::from_secs(3);

/// A running platform. It ends with who watches it, however that ends.
pub(super) struct Server {
    child: Child,
    /// It stops when this is closed.
    leash: Option<ChildStdin>,
}

impl Server {
    pub(super) fn start(program: &Path, arguments: &[OsString], watched: Watched) -> io::Result<Self> {
        let mut command = Command::new(program);
        // Only the first starts over.
        let keeps = |argument: &&OsString| watched == Watched::First || *argument != "--reset";
        command.args(arguments.iter().filter(keeps)).arg(format!("--watched={}", watched.name()));
        command.stdin(Stdio::piped()).kill_on_drop(true);
        // Ctrl-C is for who watches, who then lets go of it.
        #[cfg(unix)]
        command.process_group(0);
        let mut child = command.spawn()?;
        let leash = child.stdin.take();
        Ok(Self { child, leash })
    }

    /// Resolves when it ends.
    pub(super) async fn ended(&mut self) -> io::Result<ExitStatus> {
        // Waiting for a child closes what leads into it, which would stop it: it was taken out before.
        self.child.wait().await
    }

    /// Has it finish what has begun, and ends it.
    pub(super) async fn stop(mut self) -> io::Result<()> {
        drop(self.leash.take());
        match tokio::time::timeout(PATIENCE, self.child.wait()).await {
            Ok(ended) => ended.map(drop),
            Err(_) => self.child.kill().await,
        }
    }
}
