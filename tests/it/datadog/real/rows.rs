//! What must come of each definition.

pub(super) mod endpoints; // DNS, gRPC, ICMP, TLS, TCP, UDP, WebSocket
pub(super) mod http; // HTTP
pub(super) mod multi; // several steps
