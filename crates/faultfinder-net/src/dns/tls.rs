//! TLS sessions with name servers.

use super::server::Server;
use super::tcp::dial;
use crate::{ClientOptions, Stream, Trace, Vantage};
use faultfinder_taxonomy::Fault;
use std::pin::Pin;

type Secured<'f> = Pin<Box<dyn Future<Output = Result<(Stream, Option<Vec<u8>>), Fault>> + Send + 'f>>;

/// A TLS session with the server. It is boxed because judging a certificate may need a name resolved in turn; that is
/// then done by the system's resolver.
pub(super) fn session<'f>(
    vantage: &'f Vantage,
    server: &'f Server,
    way: &'f ClientOptions,
    trace: &'f mut Trace,
) -> Secured<'f> {
    Box::pin(async move {
        // Made ready before the connection, so that reading certificates is not sold as the server's time.
        let client = vantage.tls_client(&server.offers(), server.tls_field)?;
        let stream = dial(vantage, server, way, trace).await?;
        let way = ClientOptions { resolver: None, ..way.clone() };
        Stream::Plain(stream).secure(vantage, &server.host, &client, &way, trace).await
    })
}
