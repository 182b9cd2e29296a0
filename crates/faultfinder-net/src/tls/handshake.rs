//! From a stream to a TLS session.

use super::capture::{Capture, Negotiated, ReferenceName};
use super::client::TlsClient;
use super::failure;
use super::verifier::{CapturingIdentity, CapturingVerifier};
use crate::{Host, Tap, Trace, Vantage};
use faultfinder_taxonomy::{Code, Detail, Fault, Phase};
use rustls::pki_types::ServerName;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// How much of the peer's first flight is kept: enough for a ServerHello behind a few alerts.
const HEAD_BYTES_MAX: usize = 1024;

/// A TLS session and what its handshake showed.
#[derive(Debug)]
#[non_exhaustive]
pub struct Session<S> {
    /// The session.
    pub stream: TlsStream<Tap<S>>,
    /// The protocol that ALPN settled on.
    pub alpn: Option<Vec<u8>>,
}

/// Makes a TLS session of a stream, in the TLS phase, and judges what the peer presents.
///
/// # Errors
///
/// `SSL` with the verify code, the alert or what was wrong with the peer's bytes; `CONNRESET` when the peer ends the
/// connection inside the handshake. A chain that was judged bad beats whatever went wrong after it.
pub async fn handshake<S: AsyncRead + AsyncWrite + Unpin>(
    vantage: &Vantage,
    stream: S,
    host: &Host,
    client: &TlsClient,
    trace: &mut Trace,
) -> Result<Session<S>, Fault> {
    trace.enter(Phase::Tls);
    let (server_name, reference) = names(host, client)?;
    let tapped = Tap::new(stream, HEAD_BYTES_MAX);
    let sni = matches!(server_name, ServerName::DnsName(_)).then(|| server_name.to_str().into_owned());
    let capture = Arc::new(Capture::new(
        Arc::clone(&client.judge),
        reference,
        sni,
        vantage.clock().unix_seconds(),
        tapped.taps(),
    ));
    trace.capture = Some(Arc::clone(&capture));
    let mut config = client.config.clone();
    let verifier = CapturingVerifier::new(Arc::clone(&capture), Arc::clone(&client.provider));
    config.dangerous().set_certificate_verifier(Arc::new(verifier));
    config.client_auth_cert_resolver =
        Arc::new(CapturingIdentity::new(Arc::clone(&capture), client.identity.clone()));
    let connected = TlsConnector::from(Arc::new(config)).connect(server_name, tapped).await;
    if let Some(fault) = capture.verify_fault() {
        // The verdict was reached inside the handshake, so it came before whatever the handshake ended with.
        if let Ok(stream) = &connected {
            capture.settle(negotiated(stream));
        }
        return Err(fault);
    }
    let stream = connected.map_err(|error| failure::handshake_fault(&error, &capture))?;
    let negotiated = negotiated(&stream);
    let alpn = stream.get_ref().1.alpn_protocol().map(<[u8]>::to_vec);
    capture.settle(negotiated);
    if let Some(warning) = capture.accepted_objection() {
        trace.warn(warning);
    }
    Ok(Session { stream, alpn })
}

fn negotiated<S>(stream: &TlsStream<Tap<S>>) -> Negotiated {
    let session = stream.get_ref().1;
    Negotiated {
        version: session.protocol_version().map(|version| super::wire::version_name(version.into())),
        cipher_suite: session.negotiated_cipher_suite().map(|suite| format!("{:?}", suite.suite())),
        alpn: session.alpn_protocol().map(|name| String::from_utf8_lossy(name).into_owned()),
    }
}

/// The name that is sent, and the one that the certificate must speak for.
fn names(host: &Host, client: &TlsClient) -> Result<(ServerName<'static>, ReferenceName), Fault> {
    let asked = match &client.options().server_name {
        Some(name) => Host::parse(name, "tls.server_name")?,
        None => host.clone(),
    };
    match asked {
        Host::Address(address) => Ok((ServerName::from(address), ReferenceName::Address(address))),
        Host::Name(name) => {
            let trimmed = name.strip_suffix('.').unwrap_or(&name).to_owned();
            let server_name = ServerName::try_from(trimmed.clone()).map_err(|_| {
                let detail = Detail::definition("ERR_INVALID_URL", "tls.server_name");
                let message = format!("{trimmed:?} cannot be sent as a server name");
                Fault::new(Code::InvalidRequest, Phase::Config, detail, message)
            })?;
            Ok((server_name, ReferenceName::Dns(trimmed)))
        }
    }
}
