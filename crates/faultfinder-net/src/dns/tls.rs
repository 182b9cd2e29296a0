//! TLS sessions with name servers.

use super::server::Server;
use super::tcp::dial;
use crate::{ClientOptions, Stream, Trace, Vantage};
use faultfinder_taxonomy::Fault;
use std::pin::Pin;

type Secured<'f> = Pin<Box<dyn Future<Output = Result<(Stream, Option<Vec<u8>>), Fault>> + Send + 'f>>;

/// A TLS session with the server. It is boxed because verifying a certificate may need a name lookup in turn; the
/// system's resolver does that.
pub(super) fn session<'f>(
    vantage: &'f Vantage,
    server: &'f Server,
    way: &'f ClientOptions,
    trace: &'f mut Trace,
) -> Secured<'f> {
    Box::pin(async move {
        // Prepared before the connection, so that the time for reading certificates does not count as the server's
        // time.
        let client = vantage.tls_client(&server.offers(), server.tls_field)?;
        let stream = dial(vantage, server, way, trace).await?;
        let way = ClientOptions { resolver: None, ..way.clone() };
        Stream::Plain(stream).secure(vantage, &server.host, &client, &way, trace).await
    })
}
