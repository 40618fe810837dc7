//! Taking a port, and saying which other is free when it is taken.

use std::io;
use std::net::SocketAddr;

use thiserror::Error;
use tokio::net::TcpListener;

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

/// Listens on `wanted`; port 0 takes any free port.
///
/// # Errors
/// When the port is taken, with the next free one, or the system refuses.
pub async fn listen(wanted: SocketAddr) -> Result<TcpListener, ListenError> {
    match TcpListener::bind(wanted).await {
        Ok(listener) => Ok(listener),
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
            Err(ListenError::Taken { wanted, free: free_neighbour(wanted).await })
        }
        Err(reason) => Err(ListenError::Refused { wanted, reason }),
    }
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
    use super::*;

    #[tokio::test]
    async fn a_taken_port_is_said_with_one_that_is_free() {
        let first = listen(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
        let wanted = first.local_addr().unwrap();
        let error = listen(wanted).await.expect_err("taken");
        assert!(matches!(error, ListenError::Taken { .. }), "{error}");
        assert!(error.to_string().contains("is taken"), "{error}");
    }
}
