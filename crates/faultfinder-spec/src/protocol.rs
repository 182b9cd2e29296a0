//! The requests of each protocol, one module per protocol.

pub mod http;
pub mod ssl;
pub mod dns;
pub mod tcp;
