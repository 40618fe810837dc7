//! A proxy of HTTP that now and then is what networks and services are: gone before or after the work was done, busy,
//! broken, slow, or silent in the middle of an answer.

use std::collections::BTreeMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::batch;
use crate::splitmix::SplitMix;

/// What is done to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fault {
    /// The connection ends before anything was done.
    ResetBefore,
    /// It is done, and the connection ends without an answer.
    ResetAfter,
    /// It isn't done, and the service says that it was too much.
    Throttled,
    /// It isn't done, and the service says that it is broken.
    BrokenBefore,
    /// It is done, and the service says that it is broken.
    BrokenAfter,
    /// It is done, and answered late.
    Slow,
    /// It is done, and the answer ends in its middle.
    Truncated,
    /// A batch is done but for its last entry, and the answer says so. What is no batch is let through.
    Partly,
}

impl Fault {
    pub(crate) const ALL: [Self; 8] = [
        Self::ResetBefore,
        Self::ResetAfter,
        Self::Throttled,
        Self::BrokenBefore,
        Self::BrokenAfter,
        Self::Slow,
        Self::Truncated,
        Self::Partly,
    ];
}

/// How late a late answer is.
const LATE: Duration = Duration::from_millis(100);

/// A proxy before one address.
pub(crate) struct Proxy {
    upstream: String,
    chance: Mutex<SplitMix>,
    done: Mutex<BTreeMap<Fault, u64>>,
}

impl Proxy {
    /// Listens on a free port of the loopback interface, in the runtime of the caller; itself, and where it listens.
    pub(crate) async fn start(upstream: &str, seed: u64) -> (Arc<Self>, String) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let address: SocketAddr = listener.local_addr().expect("it is bound");
        let upstream = upstream.trim_start_matches("http://").to_owned();
        let proxy =
            Arc::new(Self { upstream, chance: Mutex::new(SplitMix::new(seed)), done: Mutex::default() });
        let serving = Arc::clone(&proxy);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let proxy = Arc::clone(&serving);
                tokio::spawn(async move {
                    // Who goes before the end has what they wanted.
                    let _ = proxy.pass(client).await;
                });
            }
        });
        (proxy, format!("http://{address}"))
    }

    /// How often each fault was done.
    pub(crate) fn done(&self) -> BTreeMap<Fault, u64> {
        self.done.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A fault for every second request.
    fn fault(&self) -> Option<Fault> {
        let word = self.chance.lock().unwrap_or_else(PoisonError::into_inner).word();
        let at = usize::try_from(word % (2 * Fault::ALL.len() as u64)).ok()?;
        Fault::ALL.get(at).copied()
    }

    fn count(&self, fault: Fault) {
        *self.done.lock().unwrap_or_else(PoisonError::into_inner).entry(fault).or_default() += 1;
    }

    async fn pass(&self, mut client: TcpStream) -> io::Result<()> {
        let mut request = request(&mut client).await?;
        let mut fault = self.fault();
        let part = batch::without_last(&request).filter(|_| fault == Some(Fault::Partly));
        if fault == Some(Fault::Partly) && part.is_none() {
            fault = None;
        }
        fault.into_iter().for_each(|fault| self.count(fault));
        if let Some(part) = &part {
            request.clone_from(&part.request);
        }
        match fault {
            Some(Fault::ResetBefore) => return reset(&client),
            Some(Fault::Throttled) => return say(client, &throttled(&request)).await,
            Some(Fault::BrokenBefore) => return say(client, BROKEN).await,
            _ => {}
        }
        let mut answer = Vec::new();
        let mut upstream = TcpStream::connect(&self.upstream).await?;
        upstream.write_all(&request).await?;
        upstream.read_to_end(&mut answer).await?;
        match fault {
            Some(Fault::ResetAfter) => return reset(&client),
            Some(Fault::BrokenAfter) => return say(client, BROKEN).await,
            Some(Fault::Partly) => {
                let whole = part.map_or_else(|| answer.clone(), |part| part.answer(&answer));
                client.write_all(&whole).await?;
                return client.shutdown().await;
            }
            Some(Fault::Slow) => tokio::time::sleep(LATE).await,
            Some(Fault::Truncated) => {
                client.write_all(&answer[..answer.len() - 1]).await?;
                return reset(&client);
            }
            _ => {}
        }
        client.write_all(&answer).await?;
        client.shutdown().await
    }
}

const BROKEN: &str = "HTTP/1.1 500 Internal Server Error\r\nContent-Type: application/x-amz-json-1.0\r\n\
    Content-Length: 2\r\nConnection: close\r\n\r\n{}";

/// As each service says it. Sources: the errors of the operations in their API references.
fn throttled(request: &[u8]) -> String {
    let text = String::from_utf8_lossy(request).to_ascii_lowercase();
    let is_table = text.contains("x-amz-target: dynamodb");
    let (status, code) = match text.contains("@connections") || text.contains("%40connections") {
        true => ("429 Too Many Requests", "LimitExceededException"),
        false if is_table => {
            ("400 Bad Request", "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException")
        }
        false => ("400 Bad Request", "ThrottlingException"),
    };
    let body = format!("{{\"__type\":\"{code}\",\"message\":\"Rate exceeded\"}}");
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n{body}",
        body.len()
    )
}

async fn say(mut client: TcpStream, answer: &str) -> io::Result<()> {
    client.write_all(answer.as_bytes()).await?;
    client.shutdown().await
}

/// Ends a connection without a farewell.
fn reset(client: &TcpStream) -> io::Result<()> {
    client.set_zero_linger()
}

/// A whole request, which asks for the end of the connection after its answer.
async fn request(client: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let head = loop {
        if client.read_buf(&mut bytes).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if let Some(at) = bytes.windows(4).position(|it| it == b"\r\n\r\n") {
            break at;
        }
    };
    let text = String::from_utf8_lossy(&bytes[..head]).to_ascii_lowercase();
    let length = text.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
    let end = head + 4 + length.unwrap_or(0_usize);
    while bytes.len() < end {
        if client.read_buf(&mut bytes).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    bytes.splice(head..head, *b"\r\nConnection: close");
    Ok(bytes)
}
