//! Taking a port, and saying which other is free when it is taken.

use std::io;
use std::net::SocketAddr;

use thiserror::Error;
use tokio::net::{TcpListener, TcpSocket};

/// Why no port could be taken.
#[derive(Debug, Error)]
pub enum ListenError {
    /// Somebody else listens there.
    #[error("port {} on {} is taken{}", .wanted.port(), .wanted.ip(), .free.map(|port| format!("; {port} is free: --port {port}")).unwrap_or_default())]
    Taken {
        /// The address asked for.
        wanted: SocketAddr,
        /// A port that is free at the moment.
        free: Option<u16>,
    },
    /// The system refuses for another reason.
    #[error("can't listen on {wanted}: {reason}")]
    Refused {
        /// The address asked for.
        wanted: SocketAddr,
        /// What the system says.
        reason: io::Error,
    },
}

/// How many ports after the wanted one are tried for the offer.
const NEIGHBOURS: u16 = 20;

/// Connections that may wait until they are taken. Who comes when so many wait is not even turned away: the system drops it, and
/// the client tries again after a second, three, and seven. It may allow fewer (`net.core.somaxconn`).
const WAITING: u32 = 4_096;

/// Listens on `wanted`; port 0 takes any free port.
///
/// # Errors
/// When the port is taken, with the next free one, or the system refuses.
pub async fn listen(wanted: SocketAddr) -> Result<TcpListener, ListenError> {
    match bind(wanted) {
        Ok(listener) => Ok(listener),
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
            Err(ListenError::Taken { wanted, free: free_neighbour(wanted).await })
        }
        Err(reason) => Err(ListenError::Refused { wanted, reason }),
    }
}

fn bind(wanted: SocketAddr) -> io::Result<TcpListener> {
    let socket = if wanted.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // A port that somebody listened on a moment ago is free, but on Windows, where this would share it.
    #[cfg(not(windows))]
    socket.set_reuseaddr(true)?;
    socket.bind(wanted)?;
    socket.listen(WAITING)
}

async fn free_neighbour(taken: SocketAddr) -> Option<u16> {
    for offset in 1..=NEIGHBOURS {
        let port = taken.port().checked_add(offset)?;
        if TcpListener::bind(SocketAddr::new(taken.ip(), port)).await.is_ok() {
            return Some(port);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use std::net::TcpStream;
    use std::time::Duration;

    use super::*;

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn thousands_may_come_at_once_before_the_first_is_taken() {
        let allowed = std::fs::read_to_string("/proc/sys/net/core/somaxconn").unwrap();
        let count = allowed.trim().parse::<usize>().unwrap().min(2_000);
        let listener = listen(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
        let address = listener.local_addr().unwrap();
        for number in 0..count {
            // It waits there though its client is gone, who so needs no descriptor. One that is dropped takes a second.
            let came = TcpStream::connect_timeout(&address, Duration::from_millis(900));
            assert!(came.is_ok(), "connection {number}: {came:?}");
        }
    }

    #[tokio::test]
    async fn a_taken_port_is_said_with_one_that_is_free() {
        let first = listen(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
        let wanted = first.local_addr().unwrap();
        let error = listen(wanted).await.expect_err("taken");
        assert!(matches!(error, ListenError::Taken { .. }), "{error}");
        assert!(error.to_string().contains("is taken"), "{error}");
    }
}
