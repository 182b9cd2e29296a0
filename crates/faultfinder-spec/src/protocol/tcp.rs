//! TCP connections as written.

use crate::value::Port;
use crate::{Common, Field, Place, Text, Tls};

/// Most steps of a conversation.
pub const TCP_STEPS_MAX: usize = 100;

/// A TCP connection.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct TcpRequest {
    /// Where it begins.
    pub place: Place,
    /// What every request has.
    pub common: Common,
    /// The host.
    pub host: Text,
    /// The port.
    pub port: Field<Port>,
    /// What is said after the connection stands; from `send` and `expect`, or from `steps`.
    pub steps: Vec<TcpStep>,
    /// TLS settings; without them the connection is plain.
    pub tls: Option<Tls>,
}

/// A step of a conversation.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "closed: a conversation has two directions")]
pub enum TcpStep {
    /// Send this.
    Send(Text),
    /// Read until this has been received, somewhere in what came since the last `Send`.
    Expect(Text),
}
