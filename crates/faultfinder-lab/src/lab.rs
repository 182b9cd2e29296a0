//! The lab: listeners, tasks and what all scenarios share.

use crate::error::LabError;
use crate::pki::Pki;
use std::future::Future;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Mutex;
use std::time::SystemTime;
use tokio::net::{TcpListener, UdpSocket};
use tokio::task::AbortHandle;

/// What a peer does, in a task of its own. Boxed: a task for each kind of peer would be a large part of the program.
pub(crate) type Serving = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Serves scenarios on loopback until it is dropped.
#[derive(Debug)]
pub struct Lab {
    now: SystemTime,
    pki: Pki,
    tasks: Mutex<Vec<AbortHandle>>,
}

impl Lab {
    /// A lab whose certificates are valid, expired or not yet valid at this time.
    ///
    /// # Errors
    ///
    /// When the keys of the lab's authorities cannot be made.
    pub fn new(now: SystemTime) -> Result<Self, LabError> {
        Ok(Self { now, pki: Pki::new(now)?, tasks: Mutex::new(Vec::new()) })
    }

    /// The time that the lab's certificates were made for.
    #[must_use]
    pub const fn now(&self) -> SystemTime {
        self.now
    }

    /// The lab's authorities and certificates.
    #[must_use]
    pub const fn pki(&self) -> &Pki {
        &self.pki
    }

    /// A TCP listener on 127.0.0.1 with a port of the kernel's choice.
    ///
    /// # Errors
    ///
    /// When the system refuses one.
    pub fn listen(&self) -> Result<(TcpListener, SocketAddr), LabError> {
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        Ok((TcpListener::from_std(listener)?, address))
    }

    /// A UDP socket on 127.0.0.1 with a port of the kernel's choice.
    ///
    /// # Errors
    ///
    /// When the system refuses one.
    pub fn bind_udp(&self) -> Result<(UdpSocket, SocketAddr), LabError> {
        let socket = std::net::UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
        socket.set_nonblocking(true)?;
        let address = socket.local_addr()?;
        Ok((UdpSocket::from_std(socket)?, address))
    }

    /// Runs a peer until the lab is dropped.
    pub fn spawn(&self, peer: impl Future<Output = ()> + Send + 'static) {
        self.keep(Box::pin(peer));
    }

    fn keep(&self, peer: Serving) {
        let handle = tokio::spawn(peer).abort_handle();
        match self.tasks.lock() {
            Ok(mut tasks) => tasks.push(handle),
            Err(poisoned) => poisoned.into_inner().push(handle),
        }
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        let tasks = match self.tasks.get_mut() {
            Ok(tasks) => tasks,
            Err(poisoned) => poisoned.into_inner(),
        };
        for task in tasks.drain(..) {
            task.abort();
        }
    }
}
