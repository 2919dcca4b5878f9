//! An address at which nobody is: it refuses whoever connects, and no server gets it meanwhile.
//!
//! A port that was free a moment ago may be anybody's the next: tests run beside each other, and take free ports too. Uses
//! Tokio alone, since the unit tests of the runtime include this file as well.

use std::net::SocketAddr;

use tokio::net::TcpSocket;

/// A socket that is bound and does not listen; its address is free again when it is dropped.
#[derive(Debug)]
pub struct Absent {
    address: SocketAddr,
    _held: TcpSocket,
}

impl Absent {
    /// On any free port of loopback.
    ///
    /// # Panics
    ///
    /// When there is no port left.
    pub fn bind() -> Self {
        let socket = TcpSocket::new_v4().expect("there is a socket");
        socket.bind(SocketAddr::from(([127, 0, 0, 1], 0))).expect("there is a port");
        Self { address: socket.local_addr().expect("it is bound"), _held: socket }
    }

    /// Where nobody is.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The same as a URL.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}
