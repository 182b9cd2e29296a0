//! What each code means, for people: one row per code, the only source of `explain` and `docs/errors.md`.

use crate::{Blame, Code, Phase, Protocol, RetryAdvice};
use serde::Serialize;

/// What a code means and what to do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Explanation {
    /// The code.
    pub code: Code,
    /// What people see as its title.
    pub title: &'static str,
    /// What it means, in a few sentences.
    pub description: &'static str,
    /// The protocols that can end with it.
    pub protocols: &'static [Protocol],
    /// The phases in which it usually happens.
    pub phases: &'static [Phase],
    /// Who usually has to act.
    pub blame: Blame,
    /// Whether an automatic retry makes sense.
    pub retry: RetryAdvice,
    /// What to do next, most likely first.
    pub hints: &'static [&'static str],
}

/// One row of [`EXPLANATIONS`].
const fn row(
    code: Code,
    title: &'static str,
    description: &'static str,
    protocols: &'static [Protocol],
    phases: &'static [Phase],
    (blame, retry): (Blame, RetryAdvice),
    hints: &'static [&'static str],
) -> Explanation {
    Explanation { code, title, description, protocols, phases, blame, retry, hints }
}

/// The rows, in the order of [`Code::ALL`].
const EXPLANATIONS: [Explanation; Code::ALL.len()] = [
    row(
        Code::AuthenticationError,
        "Authentication failed",
        "Credentials are configured for the test, the target (or its proxy) answered that they are missing, wrong or of a type that it does not accept, and no assertion expects that answer. Automatic retries are off until the definition or a secret that it uses changes.",
        &[Protocol::Http, Protocol::Ws],
        &[Phase::Wait, Phase::Authenticate, Phase::Proxy, Phase::Open],
        (Blame::Credentials, RetryAdvice::Forbidden),
        &[
            "check the user name, password or token, and whether it has expired",
            "compare the authentication scheme of the test with the www-authenticate header of the response",
        ],
    ),
    row(
        Code::ConnRefused,
        "Connection refused",
        "The target machine actively refused the connection: it answered a SYN with a RST or a datagram with ICMP port unreachable, or a firewall rejected it. The host is up, but nothing listens on that port. If a name server refuses the connection, the code is `DNS`.",
        &[Protocol::Http, Protocol::Ssl, Protocol::Tcp, Protocol::Udp, Protocol::Grpc, Protocol::Ws],
        &[Phase::Connect, Phase::Wait],
        (Blame::Target, RetryAdvice::Sensible),
        &[
            "check that the service runs and listens on this address and port",
            "check whether a firewall rejects the port",
        ],
    ),
    row(
        Code::ConnReset,
        "Connection reset",
        "The remote side ended the connection before the exchange was complete: by a RST, or by closing it in the middle of a handshake or a message. The detail is `ECONNRESET` for a RST and `premature-close` for an orderly close that came too early. Typical causes are a crash while responding, a limit, or a middlebox. Over UDP, a peer cannot do that; there, this host closed the socket (`ECONNABORTED`).",
        &[
            Protocol::Http,
            Protocol::Ssl,
            Protocol::Dns,
            Protocol::Tcp,
            Protocol::Udp,
            Protocol::Grpc,
            Protocol::Ws,
        ],
        &[Phase::Connect, Phase::Tls, Phase::Open, Phase::Wait, Phase::Receive],
        (Blame::Target, RetryAdvice::Sensible),
        &[
            "check the server's log for a crash or a limit at that time",
            "a proxy, load balancer or firewall in between may have an idle or size limit",
        ],
    ),
    row(
        Code::Dns,
        "Name resolution failed",
        "The name of the target could not be resolved to an address, or the name server gave no usable answer: the name does not exist or has no record of that type, or the server refused, sent a malformed response, or did not respond. The detail has the response code, or what was wrong with the response.",
        &Protocol::ALL,
        &[Phase::Resolve],
        (Blame::Network, RetryAdvice::Sensible),
        &[
            "check the spelling of the name and its zone",
            "ask the name server directly: faultfinder probe dns NAME --server ADDRESS",
        ],
    ),
    row(
        Code::Http2,
        "Error performing HTTP/2 request",
        "The HTTP/2 layer failed: the peer reset the stream, sent GOAWAY, violated the framing or header rules, or did not use HTTP/2 although it was required.",
        &[Protocol::Http, Protocol::Grpc],
        &[Phase::Wait, Phase::Receive],
        (Blame::Target, RetryAdvice::Sensible),
        &[
            "the error code in the detail says what was wrong (RFC 9113 section 7)",
            "test with version: 1.1 to see whether the service itself works",
        ],
    ),
    row(
        Code::InvalidRequest,
        "Invalid request",
        "The request cannot be sent as it is defined: the URL, a header, a name, a port, the payload or the test's own certificate is invalid. Nothing was sent, unless the invalid address came from a redirect.",
        &Protocol::ALL,
        &[Phase::Config, Phase::Send],
        (Blame::Definition, RetryAdvice::Useless),
        &["correct the field that the detail names"],
    ),
    row(
        Code::Ssl,
        "TLS failed",
        "The TLS handshake or the verification of the peer's certificates failed. The detail names the X.509 code, the alert, or what was wrong with the peer's bytes. In TLS 1.3, a refused client certificate is reported only after the handshake, at the first read.",
        &[Protocol::Http, Protocol::Ssl, Protocol::Dns, Protocol::Tcp, Protocol::Grpc, Protocol::Ws],
        &[Phase::Open, Phase::Tls, Phase::Wait, Phase::Receive],
        (Blame::Target, RetryAdvice::Useless),
        &["the evidence lists every certificate and every problem"],
    ),
    row(
        Code::Timeout,
        "Time ran out",
        "The test did not complete in time. `request` means that the request's own deadline passed, `overall` that the attempt with its assertions took too long. The phase shows what the test was waiting for; completed phases keep their timings. If the resolver gives up first, the code is `DNS`.",
        &[
            Protocol::Http,
            Protocol::Ssl,
            Protocol::Dns,
            Protocol::Tcp,
            Protocol::Udp,
            Protocol::Icmp,
            Protocol::Grpc,
            Protocol::Ws,
        ],
        &[
            Phase::Resolve,
            Phase::Connect,
            Phase::Proxy,
            Phase::Tls,
            Phase::Open,
            Phase::Reflect,
            Phase::Send,
            Phase::Wait,
            Phase::Receive,
            Phase::Trailers,
            Phase::Assert,
        ],
        (Blame::Target, RetryAdvice::Sensible),
        &[
            "the phase shows what is missing: an address, a connection, a handshake, the first byte, or the rest of the response",
            "a timeout in connect usually means a firewall that drops packets",
        ],
    ),
    row(
        Code::MalformedResponse,
        "Malformed response",
        "The remote server sent bytes that violate the protocol's specification, or a body that cannot be decoded with its content-encoding. A malformed DNS response is `DNS`.",
        &[Protocol::Http, Protocol::Ws],
        &[Phase::Open, Phase::Wait, Phase::Receive],
        (Blame::Target, RetryAdvice::Useless),
        &[
            "the evidence has the first bytes of the response",
            "check that the service on this port uses the protocol of the test",
        ],
    ),
    row(
        Code::IncorrectAssertion,
        "An assertion failed",
        "A complete response came, and at least one assertion on it failed.",
        &Protocol::ALL,
        &[Phase::Assert],
        (Blame::Target, RetryAdvice::Sensible),
        &["the detail lists every failed assertion with the value found"],
    ),
    row(
        Code::Grpc,
        "gRPC status",
        "The server ended the call with a status other than OK. The detail is the status, one of 17. A failure of the transport (a reset, a deadline, a refused connection) has its own code instead.",
        &[Protocol::Grpc],
        &[Phase::Trailers, Phase::Wait, Phase::Reflect],
        (Blame::Target, RetryAdvice::Sensible),
        &["the status message in the evidence is the server's own"],
    ),
    row(
        Code::WebSocket,
        "WebSocket failed",
        "The WebSocket could not be opened, the peer violated the framing rules or sent a message over the limit (\"Received message longer than the maximum supported length\"; 51,200 bytes), or it closed the WebSocket before the expected message.",
        &[Protocol::Ws],
        &[Phase::Open, Phase::Receive],
        (Blame::Target, RetryAdvice::Sensible),
        &["the detail has the close code or what was wrong with the handshake"],
    ),
    row(
        Code::BodyTooLarge,
        "Body too large",
        "The decoded body is longer than what is kept for assertions (5 MB), and an assertion needs it.",
        &[Protocol::Http],
        &[Phase::Receive],
        (Blame::Target, RetryAdvice::Useless),
        &["assert on a header or the status instead, or request less data"],
    ),
    row(
        Code::Denied,
        "Target denied",
        "The test may not reach the target's address: it is in a network that this deployment denies.",
        &Protocol::ALL,
        &[Phase::Config, Phase::Connect],
        (Blame::Definition, RetryAdvice::Useless),
        &["an administrator can change the list of denied networks"],
    ),
    row(
        Code::TooManyRedirects,
        "Too many redirects",
        "The target redirected more often than the test allows (default: 10).",
        &[Protocol::Http],
        &[Phase::Redirect, Phase::Send],
        (Blame::Target, RetryAdvice::Useless),
        &[
            "the hops in the evidence show whether it is a loop",
            "raise max_redirects if the chain is intended",
        ],
    ),
    row(
        Code::Decryption,
        "Secret not readable",
        "A secret that the definition refers to could not be decrypted.",
        &Protocol::ALL,
        &[Phase::Config],
        (Blame::Ourselves, RetryAdvice::Useless),
        &["store the secret again"],
    ),
    row(
        Code::InvalidCharInHeader,
        "Invalid character in header",
        "A header of the request has a name or value with a character that RFC 9110 does not allow there, such as a line break. Nothing was sent.",
        &[Protocol::Http, Protocol::Grpc, Protocol::Ws],
        &[Phase::Config],
        (Blame::Definition, RetryAdvice::Useless),
        &["correct the header that the detail names; look for line breaks at the end of a variable"],
    ),
    row(
        Code::HeaderTooLarge,
        "Header too large",
        "The response's status line and headers exceed a limit: 64 KiB in all, 16 KiB in one line, or 2,000 lines.",
        &[Protocol::Http, Protocol::Ws],
        &[Phase::Open, Phase::Wait],
        (Blame::Target, RetryAdvice::Useless),
        &["check for cookies or debug headers that grow"],
    ),
    row(
        Code::HeadersIncompatibleContentLength,
        "Headers contradict content-length",
        "The request sets transfer-encoding together with content-length (RFC 9112 section 6.2). Nothing was sent.",
        &[Protocol::Http],
        &[Phase::Config],
        (Blame::Definition, RetryAdvice::Useless),
        &["remove one of the two headers; the correct one is set automatically"],
    ),
    row(
        Code::UnescapedCharactersInRequestPath,
        "Unescaped characters in path",
        "The request's path has characters that must be percent-encoded. Nothing was sent.",
        &[Protocol::Http, Protocol::Ws],
        &[Phase::Config],
        (Blame::Definition, RetryAdvice::Useless),
        &["percent-encode the path"],
    ),
    row(
        Code::HostUnreach,
        "Host unreachable",
        "There is no route to the host, as reported by a router, or by this host's own routing or firewall. The detail is the system error.",
        &Protocol::ALL,
        &[Phase::Connect, Phase::Send, Phase::Wait],
        (Blame::Network, RetryAdvice::Sensible),
        &[
            "check the host's power and network, and the firewall's rules",
            "the errno in the detail shows whether a router or a local policy is the cause",
        ],
    ),
    row(
        Code::NetUnreach,
        "Network unreachable",
        "There is no route to the target's network, from this host or from a router on the path.",
        &Protocol::ALL,
        &[Phase::Connect, Phase::Send, Phase::Wait],
        (Blame::Network, RetryAdvice::Sensible),
        &["for an IPv6 address: check that this host has IPv6 at all", "check the routes of this host"],
    ),
    row(
        Code::Ocsp,
        "OCSP status fails the test",
        "The OCSP response that the test or the certificate requires is missing, is unusable, or does not cover the certificate. A response \"revoked\" is `SSL` with the detail `CERT_REVOKED`.",
        &[Protocol::Http, Protocol::Ssl, Protocol::Dns, Protocol::Tcp, Protocol::Grpc, Protocol::Ws],
        &[Phase::Tls],
        (Blame::Target, RetryAdvice::Useless),
        &["fix the server's stapling, or have a certificate issued that does not require it"],
    ),
    row(
        Code::InvalidTest,
        "Invalid test",
        "The definition as a whole is invalid.",
        &Protocol::ALL,
        &[Phase::Config],
        (Blame::Definition, RetryAdvice::Useless),
        &["faultfinder validate FILE lists everything that is wrong"],
    ),
    row(
        Code::Tunnel,
        "Proxy refused the tunnel",
        "The proxy did not open a tunnel: it answered CONNECT with a status other than 2xx, or closed the connection before it answered. If the proxy cannot be reached, the code is that of the connection failure.",
        &[Protocol::Http],
        &[Phase::Proxy],
        (Blame::Network, RetryAdvice::Sensible),
        &[
            "ask the proxy's administrator whether it may connect to this host and port",
            "the evidence has the proxy's response",
        ],
    ),
    row(
        Code::Unknown,
        "Unknown",
        "No other code fits. This is a bug in Faultfinder: please report it with the evidence.",
        &Protocol::ALL,
        &[Phase::Wait],
        (Blame::Ourselves, RetryAdvice::Sensible),
        &["report it, with the result as JSON"],
    ),
    row(
        Code::InternalError,
        "Internal error",
        "Faultfinder itself failed: this host had no file descriptors, no memory or no permission, or there is a bug.",
        &Protocol::ALL,
        &[Phase::Config, Phase::Connect, Phase::Wait],
        (Blame::Ourselves, RetryAdvice::Sensible),
        &["the evidence says what failed on this host"],
    ),
];

impl Code {
    /// What the code means and what to do about it.
    #[must_use]
    pub fn explanation(self) -> &'static Explanation {
        // The fallback is unreachable: a test compares the table with `Code::ALL`.
        EXPLANATIONS.get(self as usize).unwrap_or(&EXPLANATIONS[0])
    }
}
