//! A table that has nothing and takes everything, over TLS 1.2 or later, with the certificate that `certificate.py` made.

use std::io;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::Failure;
use crate::http::Connection;

/// The name that the certificate is for: everybody resolves it here.
const NAME: &str = "localhost";

pub(crate) struct Table {
    pub(crate) address: String,
    /// The certificate that a client has to trust.
    pub(crate) authority: PathBuf,
    writes: Arc<AtomicUsize>,
}

impl Table {
    /// Listens at a free port until the process ends.
    ///
    /// # Errors
    /// There is no certificate in the folder, or no port was free.
    pub(crate) fn open(folder: &Path) -> Result<Self, Failure> {
        let authority = folder.join("authority.pem");
        let config = Arc::new(certified(folder)?);
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let address = format!("https://{NAME}:{}", listener.local_addr()?.port());
        let writes = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&writes);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (config, writes) = (Arc::clone(&config), Arc::clone(&counted));
                // Functions are killed when they have answered: how their connections end is nobody's concern.
                thread::spawn(move || drop(serve(stream, config, &writes)));
            }
        });
        Ok(Self { address, authority, writes })
    }

    /// How many writes came so far.
    pub(crate) fn writes(&self) -> usize {
        self.writes.load(Ordering::Relaxed)
    }
}

fn serve(stream: TcpStream, config: Arc<ServerConfig>, writes: &AtomicUsize) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let tls = ServerConnection::new(config).map_err(io::Error::other)?;
    let mut connection = Connection::new(StreamOwned::new(tls, stream));
    while let Some(request) = connection.next()? {
        let asked = request.field("x-amz-target").and_then(|target| target.split_once('.'));
        let asked = asked.map_or("", |(_, operation)| operation);
        if asked.contains("Write") || asked.contains("Put") {
            writes.fetch_add(1, Ordering::Relaxed);
        }
        let many = matches!(asked, "Query" | "Scan");
        let body: &[u8] = if many { br#"{"Items": [], "Count": 0, "ScannedCount": 0}"# } else { b"{}" };
        connection.answer("Content-Type: application/x-amz-json-1.0\r\n", body)?;
    }
    Ok(())
}

/// With the key and the certificate that lie in the folder.
fn certified(folder: &Path) -> Result<ServerConfig, Failure> {
    let certificate = CertificateDer::from_pem_file(folder.join("localhost.pem"))?;
    let key = PrivateKeyDer::from_pem_file(folder.join("localhost.key"))?;
    Ok(ServerConfig::builder().with_no_client_auth().with_single_cert(vec![certificate], key)?)
}
