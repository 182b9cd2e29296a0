//! From a host's name to a connection.

use crate::proxy_protocol::announce;
#[cfg(feature = "quic")]
use crate::quic::{self, QuicConnection};
use crate::stamped::Stamped;
#[cfg(feature = "quic")]
use crate::tls::TlsClient;
use crate::{ClientOptions, Host, Trace, Vantage, dial, resolve};
use faultfinder_taxonomy::Fault;

/// Resolves a host and opens a TCP connection to it, which begins with the PROXY protocol if the options say so.
///
/// # Errors
///
/// `DNS` when the host cannot be resolved; otherwise those of [`dial()`](crate::dial()), and the code of the errno that sending
/// the header of the PROXY protocol ended with.
pub async fn connect(
    vantage: &Vantage,
    host: &Host,
    port: u16,
    options: &ClientOptions,
    trace: &mut Trace,
) -> Result<Stamped, Fault> {
    let addresses = resolve(vantage, host, options, trace).await?;
    let mut stream = dial(vantage, &addresses, port, options, trace).await?;
    if let Some(version) = options.proxy_protocol {
        announce(&mut stream, version).await?;
    }
    Ok(stream)
}

/// Resolves a host and opens a QUIC connection to it, trying both address families as RFC 8305 says.
///
/// # Errors
///
/// `DNS` when the host cannot be resolved; otherwise those of [`quic::dial`].
#[cfg(feature = "quic")]
pub async fn connect_quic(
    vantage: &Vantage,
    host: &Host,
    port: u16,
    client: &TlsClient,
    options: &ClientOptions,
    trace: &mut Trace,
) -> Result<QuicConnection, Fault> {
    // Before the first packet.
    quic::check(client)?;
    let addresses = resolve(vantage, host, options, trace).await?;
    let target = quic::Target { host, addresses: &addresses, port };
    quic::dial(vantage, target, client, options, trace).await
}
