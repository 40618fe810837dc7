//! One cold start: a process, and Lambda's Runtime API for it alone.

use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::Failure;
use crate::http::{Connection, Request};

/// For how long a function is waited for.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Start {
    /// From the start of the process to its whole answer.
    pub(crate) time: Duration,
    /// Bytes that were resident at most by then.
    pub(crate) memory: u64,
}

/// # Errors
/// It couldn't be started, or answered anything but 201.
pub(crate) fn start(mut command: Command, event: &Arc<[u8]>) -> Result<Start, Failure> {
    let program = command.get_program().to_string_lossy().into_owned();
    let (runtime, told) = Runtime::open(Arc::clone(event))?;
    command.env("AWS_LAMBDA_RUNTIME_API", runtime.address.to_string());
    let began = Instant::now();
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    let answered = told.recv_timeout(PATIENCE).map_err(|_| match child.try_wait() {
        Ok(Some(status)) => format!("{program} ended with {status}"),
        _ => format!("{program} doesn't answer"),
    });
    let memory = resident(child.id());
    child.kill()?;
    child.wait()?;
    let (when, request) = answered?;
    let answer: Value = serde_json::from_slice(&request.body)?;
    if !request.path.ends_with("/response") || answer["statusCode"] != 201 {
        return Err(format!("{program} told {} {answer}", request.path).into());
    }
    Ok(Start { time: when - began, memory: memory? })
}

/// Lambda's Runtime API for one process: one event, and then nothing. Another one's question is never taken for its own.
struct Runtime {
    address: SocketAddr,
    state: Arc<State>,
}

struct State {
    event: Arc<[u8]>,
    given: AtomicBool,
    over: AtomicBool,
}

impl Runtime {
    fn open(event: Arc<[u8]>) -> io::Result<(Self, Receiver<(Instant, Request)>)> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let state = Arc::new(State { event, given: AtomicBool::new(false), over: AtomicBool::new(false) });
        let runtime = Self { address: listener.local_addr()?, state: Arc::clone(&state) };
        let (tell, told) = channel();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if state.over.load(Ordering::Acquire) {
                    break;
                }
                let (state, tell) = (Arc::clone(&state), tell.clone());
                // The function is killed when it has answered: how its connections end is nobody's concern.
                thread::spawn(move || drop(state.serve(stream, &tell)));
            }
        });
        Ok((runtime, told))
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        self.state.over.store(true, Ordering::Release);
        // Whoever waits for connections looks up at the next one.
        drop(TcpStream::connect(self.address));
    }
}

impl State {
    fn serve(&self, stream: TcpStream, tell: &Sender<(Instant, Request)>) -> io::Result<()> {
        stream.set_nodelay(true)?;
        let mut connection = Connection::new(stream);
        while let Some(request) = connection.next()? {
            if request.method == "GET" {
                // Whoever asks again waits until it's killed.
                if !self.given.swap(true, Ordering::AcqRel) {
                    let fields =
                        "Lambda-Runtime-Aws-Request-Id: 1\r\nLambda-Runtime-Deadline-Ms: 9999999999999\r\n";
                    connection.answer(fields, &self.event)?;
                }
                continue;
            }
            if tell.send((Instant::now(), request)).is_err() {
                break;
            }
            connection.answer("", b"{}")?;
        }
        Ok(())
    }
}

/// Bytes that a process had in memory at most, as Linux counts them (`VmHWM`).
fn resident(process: u32) -> Result<u64, Failure> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes = line.and_then(|line| line.split_whitespace().next()).ok_or("no VmHWM")?;
    Ok(kibibytes.parse::<u64>()? * 1024)
}
