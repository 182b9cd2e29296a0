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
        "Credentials are configured for the test, the target (or its proxy) answered that they are missing, wrong or of a kind it does not accept, and no assertion expects that answer. Automatic retries are switched off until the definition or a secret it uses changes.",
        &[Protocol::Http, Protocol::Ws],
        &[Phase::Wait, Phase::Authenticate, Phase::Proxy, Phase::Open],
        (Blame::Credentials, RetryAdvice::Forbidden),
        &[
            "check the user name, password or token, and whether it has expired",
            "compare the scheme of the test with the one in the answer's www-authenticate header",
        ],
    ),
    row(
        Code::ConnRefused,
        "Connection refused",
        "The target machine actively refused the connection: it answered a SYN with a RST, a datagram with ICMP port unreachable, or a firewall rejected it. The host is up; nothing listens on that port. A name server that refuses is `DNS`.",
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
        "The connection was ended by the remote side before the exchange was complete: by a RST, or by closing it in the middle of a handshake or a message. The detail tells a RST (`ECONNRESET`) from an orderly close that came too early (`premature-close`). A crash while responding, a limit, or a middlebox does that. Over UDP no peer can; there it is this host that closed the socket (`ECONNABORTED`).",
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
            "look into the server's log for a crash or a limit at that time",
            "a proxy, load balancer or firewall between may have an idle or size limit",
        ],
    ),
    row(
        Code::Dns,
        "Name resolution failed",
        "The name of the target could not be turned into an address, or the name server that was asked gave no usable answer: the name does not exist, has no record of that type, the server refused, answered nonsense, or did not answer. The detail has the response code, or what was wrong with the answer.",
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
        "The HTTP/2 layer failed: the peer reset the stream, sent GOAWAY, broke the framing or header rules, or did not speak HTTP/2 although it had to.",
        &[Protocol::Http, Protocol::Grpc],
        &[Phase::Wait, Phase::Receive],
        (Blame::Target, RetryAdvice::Sensible),
        &[
            "the error code in the detail says who objected to what (RFC 9113 section 7)",
            "ask with version: 1.1 to see whether the service behind it works",
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
        "The TLS handshake or the verification of the peer's certificates failed. The detail names the X.509 code, the alert, or what was wrong with the peer's bytes. A refused client certificate shows only after the handshake in TLS 1.3, so at the first read.",
        &[Protocol::Http, Protocol::Ssl, Protocol::Dns, Protocol::Tcp, Protocol::Grpc, Protocol::Ws],
        &[Phase::Open, Phase::Tls, Phase::Wait, Phase::Receive],
        (Blame::Target, RetryAdvice::Useless),
        &["the evidence lists every certificate and every objection"],
    ),
    row(
        Code::Timeout,
        "Time ran out",
        "The test did not complete in time. `request` means that the request's own deadline passed, `overall` that the attempt with its assertions took too long. The phase tells what was being waited for; the completed phases keep their timings. A resolver that gives up by itself is `DNS`.",
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
            "the phase says what did not come: an address, a connection, a handshake, a first byte, or the rest",
            "nothing in connect usually means a firewall that drops packets",
        ],
    ),
    row(
        Code::MalformedResponse,
        "Malformed response",
        "The remote server answered with bytes that do not comply with the protocol's specification, or a body that its content-encoding does not decode. A malformed DNS answer is `DNS`.",
        &[Protocol::Http, Protocol::Ws],
        &[Phase::Open, Phase::Wait, Phase::Receive],
        (Blame::Target, RetryAdvice::Useless),
        &[
            "the evidence has the first bytes of the answer",
            "check that the port speaks the protocol of the test",
        ],
    ),
    row(
        Code::IncorrectAssertion,
        "An assertion failed",
        "A complete answer came, and at least one assertion on it does not hold.",
        &Protocol::ALL,
        &[Phase::Assert],
        (Blame::Target, RetryAdvice::Sensible),
        &["the detail lists every assertion that failed, with what was found"],
    ),
    row(
        Code::Grpc,
        "gRPC status",
        "The server ended the call with a status other than OK. The detail names it: one of the 17 statuses. What only our side saw (a reset, a deadline, a refused connection) has its own code instead.",
        &[Protocol::Grpc],
        &[Phase::Trailers, Phase::Wait, Phase::Reflect],
        (Blame::Target, RetryAdvice::Sensible),
        &["the status message in the evidence is the server's own"],
    ),
    row(
        Code::WebSocket,
        "WebSocket failed",
        "The WebSocket could not be opened, broke the framing rules, sent a message over the limit (\"Received message longer than the maximum supported length\"; 51,200 bytes), or was closed before what the test waits for.",
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
        &["assert on a header or the status instead, or ask for less"],
    ),
    row(
        Code::Denied,
        "Target denied",
        "The target's address may not be probed from here: it is in a network that this deployment denies.",
        &Protocol::ALL,
        &[Phase::Config, Phase::Connect],
        (Blame::Definition, RetryAdvice::Useless),
        &["an administrator can change the list of denied networks"],
    ),
    row(
        Code::TooManyRedirects,
        "Too many redirects",
        "The target redirected more often than the test allows (10 times unless it says otherwise).",
        &[Protocol::Http],
        &[Phase::Redirect, Phase::Send],
        (Blame::Target, RetryAdvice::Useless),
        &["the hops in the evidence show whether it is a loop", "raise max_redirects if the chain is meant"],
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
        "The answer's status line and headers are over a limit: 64 KiB in all, 16 KiB in one line, or 2,000 lines.",
        &[Protocol::Http, Protocol::Ws],
        &[Phase::Open, Phase::Wait],
        (Blame::Target, RetryAdvice::Useless),
        &["look for cookies or debug headers that grow"],
    ),
    row(
        Code::HeadersIncompatibleContentLength,
        "Headers contradict content-length",
        "The request sets transfer-encoding together with content-length (RFC 9112 section 6.2). Nothing was sent.",
        &[Protocol::Http],
        &[Phase::Config],
        (Blame::Definition, RetryAdvice::Useless),
        &["remove one of the two headers; the right one is set by itself"],
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
        "No way leads to the host: a router or this host's own routing or firewall said so. The detail names the system's error.",
        &Protocol::ALL,
        &[Phase::Connect, Phase::Send, Phase::Wait],
        (Blame::Network, RetryAdvice::Sensible),
        &[
            "check the host's power and network, and the firewall's rules",
            "the errno in the detail tells a router's answer from a local policy",
        ],
    ),
    row(
        Code::NetUnreach,
        "Network unreachable",
        "No route leads to the target's network: from this host, or from a router on the way.",
        &Protocol::ALL,
        &[Phase::Connect, Phase::Send, Phase::Wait],
        (Blame::Network, RetryAdvice::Sensible),
        &["for an IPv6 address: check that this host has IPv6 at all", "check the routes of this host"],
    ),
    row(
        Code::Ocsp,
        "OCSP status fails the test",
        "The OCSP answer that the test or the certificate demands is not there, is worthless, or does not know the certificate. One that says \"revoked\" is `SSL` with the detail `CERT_REVOKED`.",
        &[Protocol::Http, Protocol::Ssl, Protocol::Dns, Protocol::Tcp, Protocol::Grpc, Protocol::Ws],
        &[Phase::Tls],
        (Blame::Target, RetryAdvice::Useless),
        &["mend the server's stapling, or have a certificate issued that does not demand it"],
    ),
    row(
        Code::InvalidTest,
        "Invalid test",
        "The definition as a whole makes no sense.",
        &Protocol::ALL,
        &[Phase::Config],
        (Blame::Definition, RetryAdvice::Useless),
        &["faultfinder validate FILE lists everything that is wrong"],
    ),
    row(
        Code::Tunnel,
        "Proxy refused the tunnel",
        "The proxy did not open a tunnel: it answered CONNECT with another status than 2xx, or broke off before it answered. A proxy that cannot be reached at all has the code of the connection.",
        &[Protocol::Http],
        &[Phase::Proxy],
        (Blame::Network, RetryAdvice::Sensible),
        &[
            "ask the proxy's administrator whether it may connect to this host and port",
            "the evidence has the proxy's answer",
        ],
    ),
    row(
        Code::Unknown,
        "Unknown",
        "Nothing of the taxonomy fits. This is a bug of ours: please report it with the evidence.",
        &Protocol::ALL,
        &[Phase::Wait],
        (Blame::Ourselves, RetryAdvice::Sensible),
        &["report it, with the result as JSON"],
    ),
    row(
        Code::InternalError,
        "Internal error",
        "Faultfinder itself failed: this host had no file descriptors, no memory, no permission, or there is a bug.",
        &Protocol::ALL,
        &[Phase::Config, Phase::Connect, Phase::Wait],
        (Blame::Ourselves, RetryAdvice::Sensible),
        &["the evidence says what this host could not do"],
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
