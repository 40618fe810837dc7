//! Independent implementations of DynamoDB: started on a free port of the loopback interface, asked, stopped.
//!
//! `tests/setup` installs them into `.tools/`. One that is missing is a failure, never a skip.

use std::fs::File;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use std::{fmt, io};

/// Most time until a judge answers.
const READY: Duration = Duration::from_secs(90);

/// Time between two looks whether it answers.
const LOOK: Duration = Duration::from_millis(50);

/// Runs its arguments until its input ends, as it does when the test's process ends in whatever way: no judge outlives
/// the test that started it.
const KEEPER: &str = r#""$@" & judge=$!; cat >/dev/null; kill "$judge" 2>/dev/null; wait "$judge""#;

/// Who judges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// MiniStack: most of AWS in one process, transactions included.
    MiniStack,
    /// moto's server.
    Moto,
    /// dynalite: DynamoDB over LevelDB, without transactions.
    Dynalite,
}

impl Kind {
    /// As it is called in lists and names of cases.
    pub fn name(self) -> &'static str {
        match self {
            Self::MiniStack => "ministack",
            Self::Moto => "moto",
            Self::Dynalite => "dynalite",
        }
    }

    /// Whether it has `TransactWriteItems`.
    pub fn has_transactions(self) -> bool {
        self != Self::Dynalite
    }

    fn program(self) -> &'static str {
        match self {
            Self::MiniStack => "python/bin/ministack",
            Self::Moto => "python/bin/moto_server",
            Self::Dynalite => "node/node_modules/.bin/dynalite",
        }
    }

    /// What answers with 200 as soon as everything else does.
    fn health(self) -> &'static str {
        match self {
            Self::MiniStack => "/_ministack/health",
            Self::Moto => "/moto-api/",
            Self::Dynalite => "/",
        }
    }

    fn command(self, program: &Path, port: u16) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", KEEPER, "sh"]).arg(program);
        let port = port.to_string();
        match self {
            // It binds every interface unless told otherwise, and listens on fixed ports for what isn't asked here.
            Self::MiniStack => command
                .env("BIND_HOST", "127.0.0.1")
                .env("MINISTACK_HOST", "127.0.0.1")
                .env("GATEWAY_PORT", port)
                .env("IOT_MTLS_ENABLED", "0")
                .env("SFTP_ENABLED", "0")
                .env("LOG_LEVEL", "WARNING"),
            Self::Moto => command.args(["-H", "127.0.0.1", "-p", &port]),
            Self::Dynalite => command.args(["--host", "127.0.0.1", "--port", &port]).args([
                "--createTableMs",
                "0",
                "--deleteTableMs",
                "0",
                "--updateTableMs",
                "0",
            ]),
        };
        command
    }
}

/// Why a judge can't be asked.
#[derive(Debug)]
pub enum JudgeError {
    /// It isn't installed.
    Missing(PathBuf),
    /// It can't be started.
    Start(io::Error),
    /// It doesn't answer; what it wrote.
    Silent(String),
}

impl fmt::Display for JudgeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(program) => {
                write!(f, "{} isn't there: run tests/setup, which installs the judges", program.display())
            }
            Self::Start(fault) => write!(f, "it can't be started: {fault}"),
            Self::Silent(log) => write!(f, "it doesn't answer after {} s; it wrote:\n{log}", READY.as_secs()),
        }
    }
}

impl std::error::Error for JudgeError {}

impl From<io::Error> for JudgeError {
    fn from(fault: io::Error) -> Self {
        Self::Start(fault)
    }
}

/// A judge that answers. It is stopped when it is dropped.
#[derive(Debug)]
pub struct Judge {
    address: SocketAddr,
    keeper: Child,
}

impl Judge {
    /// Starts it and waits until it answers.
    ///
    /// # Errors
    /// [`JudgeError`].
    pub fn start(kind: Kind) -> Result<Self, JudgeError> {
        let program = tools().join(kind.program());
        if !program.exists() {
            return Err(JudgeError::Missing(program));
        }
        // Free now, and nobody else on this machine hands out this one next.
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let log = tempfile::NamedTempFile::new()?;
        let keeper = kind
            .command(&program, port)
            .stdin(Stdio::piped())
            .stdout(File::create(log.path())?)
            .stderr(File::options().append(true).open(log.path())?)
            .spawn()?;
        let judge = Self { address: (Ipv4Addr::LOCALHOST, port).into(), keeper };
        let started = Instant::now();
        while !judge.answers(kind.health()) {
            if started.elapsed() > READY {
                return Err(JudgeError::Silent(std::fs::read_to_string(log.path()).unwrap_or_default()));
            }
            // The process of another: there is nothing to wait on but its answer.
            std::thread::sleep(LOOK);
        }
        Ok(judge)
    }

    /// Where it answers: `http://127.0.0.1:41234`.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    fn answers(&self, path: &str) -> bool {
        let ask = || -> io::Result<bool> {
            let mut stream = TcpStream::connect_timeout(&self.address, Duration::from_secs(1))?;
            stream.set_read_timeout(Some(Duration::from_secs(5)))?;
            write!(stream, "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.address)?;
            let mut line = [0; 12];
            stream.read_exact(&mut line)?;
            Ok(line.ends_with(b" 200"))
        };
        ask().unwrap_or(false)
    }
}

impl Drop for Judge {
    fn drop(&mut self) {
        // The end of its input ends the keeper, which ends the judge that it started.
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

fn tools() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
    root.expect("this crate is two folders below the root").join(".tools")
}

/// All judges of a test binary, each started when it is first asked.
#[derive(Debug, Default)]
pub struct Judges {
    running: Mutex<Vec<(Kind, Judge)>>,
}

impl Judges {
    /// Where a judge answers.
    ///
    /// # Panics
    /// When it can't be started: a missing judge is a failure.
    pub fn endpoint(&self, kind: Kind) -> String {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, judge)) = running.iter().find(|(started, _)| *started == kind) {
            return judge.endpoint();
        }
        let judge = Judge::start(kind).unwrap_or_else(|fault| panic!("{}: {fault}", kind.name()));
        let endpoint = judge.endpoint();
        running.push((kind, judge));
        endpoint
    }

    /// Stops all of them.
    pub fn stop(&self) {
        self.running.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
