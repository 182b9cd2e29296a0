//! Connections to name servers.

use super::server::Server;
use crate::{ClientOptions, Trace, Vantage};
use faultfinder_taxonomy::{Code, Detail, Fault, Phase};
use std::net::SocketAddr;

/// A TCP connection to a name server.
pub(super) async fn dial(
    vantage: &Vantage,
    server: &Server,
    way: &ClientOptions,
    trace: &mut Trace,
) -> Result<crate::stamped::Stamped, Fault> {
    let address = server.address;
    let connected = crate::dial(vantage, &[address.ip()], address.port(), way, trace).await;
    connected.map_err(|fault| match fault.code {
        // A name server that refuses is a verdict about names, whatever the transport.
        Code::ConnRefused => refused(address),
        _ => fault,
    })
}

/// Nothing listens there.
pub(super) fn refused(address: SocketAddr) -> Fault {
    let detail = Detail::dns("CONNECTION_REFUSED", "ECONNREFUSED");
    Fault::new(Code::Dns, Phase::Connect, detail, format!("the name server {address} refuses the connection"))
        .with("server", address.to_string())
}
