//! `cargo run -- --watch`: the platform as a process of its own, started anew whenever the sources make another program.
//!
//! ```text
//! changes ─▶ generate ─▶ build ─▶ stop the old one ─▶ start the new one
//!                └─────────┴─▶ a fault: it is on the terminal, and the old one goes on
//! ```
//!
//! What `generate` writes is a change too: the round after it finds the program as it was, and starts nothing.

mod build;
mod changes;
mod server;

use std::env;
use std::ffi::OsString;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{ExitCode, ExitStatus};
use std::time::{Duration, Instant};

use thiserror::Error;

use crate::arguments::{Functions, Serve, Watched};
use crate::say;
use crate::stop::Stop;
use build::{Build, Built};
use changes::Changes;
use server::Server;

#[derive(Debug, Error)]
enum WatchError {
    #[error(
        "--watch works on the sources: start it inside of the repository, where `contracts` and `Cargo.toml` are"
    )]
    NoSources,
    #[error("the sources can't be watched: {0}")]
    Changes(#[from] notify::Error),
    #[error("{0}")]
    System(#[from] io::Error),
}

/// Serves and watches until it is told to stop; the exit code of the process.
pub(crate) async fn run(options: &Serve) -> ExitCode {
    match watch(options).await {
        Ok(code) => code,
        Err(error) => {
            say(anstream::stderr(), &format!("commerce: {error}\n"));
            ExitCode::from(2)
        }
    }
}

async fn watch(options: &Serve) -> Result<ExitCode, WatchError> {
    let mut stop = Stop::listen(false)?;
    let root = root(&env::current_dir()?)?;
    // Before anything is replaced: the system forgets where a program was that is gone.
    let program = env::current_exe()?;
    let mut changes = Changes::of(&root, &options.data)?;
    let functions = options.functions == Functions::Process && options.bootstrap.is_none();
    let build = Build::new(root, &program, functions);
    let mut watching =
        Watching { program: Program::at(program), arguments: arguments(options)?, server: None };
    watching.start(Watched::First)?;
    let mut is_new = true;
    loop {
        let changed = tokio::select! {
            asked = stop.asked() => {
                asked?;
                break;
            }
            ended = watching.ended() => {
                let ended = ended?;
                if is_new {
                    return Ok(code_of(ended));
                }
                told(&format!("the platform ended by itself ({ended}); the next change starts it again"));
                continue;
            }
            changed = changes.next() => changed,
        };
        let built = tokio::select! {
            asked = stop.asked() => {
                asked?;
                break;
            }
            built = build.run(&changed) => built?,
        };
        is_new = false;
        watching.take(built, &changed).await?;
    }
    if let Some(server) = watching.server.take() {
        told("stopping");
        tokio::select! {
            ended = server.stop() => ended?,
            asked = stop.asked() => asked?,
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// What runs, and of what.
struct Watching {
    program: Program,
    arguments: Vec<OsString>,
    server: Option<Server>,
}

impl Watching {
    fn start(&mut self, watched: Watched) -> io::Result<()> {
        self.server = Some(Server::start(&self.program.path, &self.arguments, watched)?);
        Ok(())
    }

    /// Resolves when the platform ends without having been asked to.
    async fn ended(&mut self) -> io::Result<ExitStatus> {
        match &mut self.server {
            Some(server) => {
                let ended = server.ended().await;
                self.server = None;
                ended
            }
            None => std::future::pending().await,
        }
    }

    /// Runs what was built, if it is another program than the one that runs.
    async fn take(&mut self, built: Built, changed: &changes::Changed) -> io::Result<()> {
        let program = match built {
            Built::Refused(what) => {
                let goes_on = if self.server.is_some() { "; what ran before goes on" } else { "" };
                told(&format!("{what}{goes_on}"));
                return Ok(());
            }
            Built::Program { path, took } => {
                let program = Program::at(path);
                if program == self.program && self.server.is_some() {
                    return Ok(());
                }
                told(&format!("{changed}: {took}"));
                program
            }
        };
        let began = Instant::now();
        if let Some(server) = self.server.take() {
            server.stop().await?;
        }
        self.program = program;
        self.start(Watched::Again)?;
        told(&format!("stopped the old one in {}", millis(began.elapsed())));
        Ok(())
    }
}

/// A program as it is on the disk.
#[derive(Debug, PartialEq, Eq)]
struct Program {
    path: PathBuf,
    /// Length and time of the last change; none of a program that isn't there.
    stamp: Option<(u64, std::time::SystemTime)>,
}

impl Program {
    fn at(path: PathBuf) -> Self {
        let stamp = path.metadata().and_then(|it| Ok((it.len(), it.modified()?))).ok();
        Self { path, stamp }
    }
}

/// The nearest folder upward that has contracts and a workspace.
fn root(from: &Path) -> Result<PathBuf, WatchError> {
    let is_root = |folder: &&Path| folder.join("contracts").is_dir() && folder.join("Cargo.toml").is_file();
    from.ancestors().find(is_root).map(Path::to_owned).ok_or(WatchError::NoSources)
}

/// What every platform is started with: one that starts over does so once, and a port that is free is so for all of them.
fn arguments(options: &Serve) -> io::Result<Vec<OsString>> {
    let mut given: Vec<OsString> = env::args_os().skip(1).collect();
    if options.port == 0 {
        let free = TcpListener::bind(SocketAddr::new(options.host, 0))?.local_addr()?.port();
        given.push(format!("--port={free}").into());
    }
    Ok(given)
}

fn code_of(ended: ExitStatus) -> ExitCode {
    let code = ended.code().and_then(|code| u8::try_from(code).ok());
    ExitCode::from(code.unwrap_or(2))
}

fn told(what: &str) {
    say(anstream::stderr(), &format!("  watch    {what}\n"));
}

fn millis(time: Duration) -> String {
    format!("{} ms", time.as_millis())
}
