//! TLS messages as bytes, for servers that no library plays.

use crate::peer;
use rustls_pki_types::CertificateDer;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// SSL 3.0.
pub(super) const SSL_3_0: [u8; 2] = [3, 0];
/// TLS 1.0.
pub(super) const TLS_1_0: [u8; 2] = [3, 1];
/// TLS 1.1.
pub(super) const TLS_1_1: [u8; 2] = [3, 2];
/// TLS 1.2, and the version that records of TLS 1.3 claim.
pub(super) const TLS_1_2: [u8; 2] = [3, 3];

const ALERT: u8 = 21;
const HANDSHAKE: u8 = 22;
const SERVER_HELLO: u8 = 2;
const CERTIFICATE: u8 = 11;
/// `TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256`, which every TLS 1.2 client offers.
const SUITE: [u8; 2] = [0xc0, 0x2b];
/// `TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA`, for versions that have no GCM.
const OLD_SUITE: [u8; 2] = [0xc0, 0x09];
/// The list of extensions with an empty `renegotiation_info` (RFC 5746), without which OpenSSL goes no further.
const RENEGOTIATION_INFO: [u8; 7] = [0, 5, 0xff, 1, 0, 1, 0];

/// A record (RFC 5246 section 6.2.1).
fn record(kind: u8, version: [u8; 2], content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap_or(u16::MAX).to_be_bytes();
    [&[kind][..], &version, &length, content].concat()
}

/// A handshake message in a record of its own (RFC 5246 section 7.4).
fn message(kind: u8, version: [u8; 2], body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len()).unwrap_or(u16::MAX).to_be_bytes();
    record(HANDSHAKE, version, &[&[kind, 0][..], &length, body].concat())
}

/// An alert: level 1 is a warning, 2 is fatal.
pub(super) fn alert(version: [u8; 2], level: u8, description: u8) -> Vec<u8> {
    record(ALERT, version, &[level, description])
}

/// A ServerHello without a session that picks this version.
pub(super) fn server_hello(version: [u8; 2]) -> Vec<u8> {
    let random = [0x5a; 32];
    let suite = if version == TLS_1_2 { SUITE } else { OLD_SUITE };
    message(SERVER_HELLO, version, &[&version[..], &random, &[0], &suite, &[0], &RENEGOTIATION_INFO].concat())
}

/// A Certificate message whose list claims to be longer than the message.
pub(super) fn truncated_certificate() -> Vec<u8> {
    let list_length = [0, 4, 0];
    let certificate_length = [0, 1, 0];
    message(CERTIFICATE, TLS_1_2, &[&list_length[..], &certificate_length, &[0x30; 10]].concat())
}

/// Reads the record of the ClientHello, so that neither side is in the middle of something.
pub(super) async fn client_hello(stream: &mut TcpStream) -> Vec<u8> {
    let mut head = [0; 5];
    if stream.read_exact(&mut head).await.is_err() {
        return Vec::new();
    }
    let [.., high, low] = head;
    let mut rest = vec![0; usize::from(u16::from_be_bytes([high, low]))];
    let _ = stream.read_exact(&mut rest).await;
    rest
}

/// Whether the record of a ClientHello offers TLS 1.3: it has the extension with its version and that of TLS 1.2.
pub(super) fn offers_13(hello: &[u8]) -> bool {
    const SUPPORTED_VERSIONS: [u8; 9] = [0, 43, 0, 5, 4, 3, 4, 3, 3];
    hello.windows(SUPPORTED_VERSIONS.len()).any(|window| window == SUPPORTED_VERSIONS)
}

/// Whether the record of a ClientHello offers TLS 1.3 alone.
pub(super) fn offers_only_13(hello: &[u8]) -> bool {
    const SUPPORTED_VERSIONS: [u8; 7] = [0, 43, 0, 3, 2, 3, 4];
    hello.windows(SUPPORTED_VERSIONS.len()).any(|window| window == SUPPORTED_VERSIONS)
}

/// A HelloRetryRequest: the server chooses this suite, and wants a key of this group (RFC 8446 section 4.1.4).
pub(super) fn hello_retry_request(suite: [u8; 2], group: [u8; 2]) -> Vec<u8> {
    const RANDOM: [u8; 32] = [
        0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2,
        0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
    ];
    let extensions = [&[0, 12, 0, 43, 0, 2, 3, 4, 0, 51, 0, 2][..], &group].concat();
    let body = [&TLS_1_2[..], &RANDOM, &[0], &suite, &[0], &extensions].concat();
    message(SERVER_HELLO, TLS_1_2, &body)
}

/// What a server of TLS 1.2 and older sends up to the end of its flight: this choice, this chain, these parameters of the key
/// exchange.
pub(super) fn flight(
    version: [u8; 2],
    suite: [u8; 2],
    chain: &[CertificateDer<'_>],
    exchange: &[u8],
) -> Vec<u8> {
    const SERVER_KEY_EXCHANGE: u8 = 12;
    const SERVER_HELLO_DONE: u8 = 14;
    let length = |bytes: usize| {
        let [_, length @ ..] = u32::try_from(bytes).unwrap_or(u32::MAX).to_be_bytes();
        length
    };
    let list: Vec<u8> =
        chain.iter().flat_map(|der| [&length(der.len())[..], der.as_ref()].concat()).collect();
    let hello = [&version[..], &[0x5a; 32], &[0], &suite, &[0], &RENEGOTIATION_INFO].concat();
    let mut flight = message(SERVER_HELLO, version, &hello);
    flight.extend(message(CERTIFICATE, version, &[&length(list.len())[..], &list].concat()));
    if !exchange.is_empty() {
        flight.extend(message(SERVER_KEY_EXCHANGE, version, exchange));
    }
    flight.extend(message(SERVER_HELLO_DONE, version, &[]));
    flight
}

/// What a scripted server does once it has written its bytes.
#[derive(Clone, Copy)]
pub(super) enum Then {
    /// Sends a FIN and waits for the client's.
    Fin,
    /// Resets the connection.
    Rst,
    /// Says nothing until the client goes away.
    Hang,
}

/// Reads the ClientHello, writes these bytes, and ends.
pub(super) async fn play(mut stream: TcpStream, bytes: &[u8], then: Then) {
    client_hello(&mut stream).await;
    let _ = stream.write_all(bytes).await;
    match then {
        Then::Fin => super::endpoint::finish(stream).await,
        Then::Rst => peer::reset(stream),
        Then::Hang => peer::drain(&mut stream).await,
    }
}
