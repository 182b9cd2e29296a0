//! What a probe saw.

use crate::jsonpath::Document;
use faultfinder_taxonomy::word::{HashAlgorithm, RecordType};
use faultfinder_taxonomy::{GrpcStatus, HopFacts, ResponseCode, Timings, TlsFacts};
use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

/// What a probe saw, borrowed from its answer. What it did not see is nothing, and assertions on it fail.
#[derive(Debug, Default)]
pub struct Observation<'a> {
    /// The status code of an HTTP answer.
    pub status: Option<u16>,
    /// The version of HTTP that it came in: `HTTP/1.1`, `HTTP/2`.
    pub http_version: Option<&'a str>,
    /// The URL that answered in the end.
    pub url: Option<&'a str>,
    /// The redirects that led there.
    pub redirects: Option<Vec<RedirectFacts<'a>>>,
    /// The address that answered.
    pub remote_ip: Option<IpAddr>,
    /// Its headers, names in lower case.
    pub headers: Option<&'a [(String, Vec<u8>)]>,
    /// The fields of its trailer section, names in lower case; of a gRPC answer, what came after its messages.
    pub trailers: Option<&'a [(String, Vec<u8>)]>,
    /// Its body.
    pub body: Option<&'a [u8]>,
    /// Whether the body was longer than what is kept of it.
    pub body_truncated: bool,
    /// How many bytes the body has, when that is known although it is not kept as a whole.
    pub body_bytes: Option<u64>,
    /// Hashes of the body that were made when it came, in hexadecimal digits.
    pub body_hashes: &'a [(HashAlgorithm, String)],
    /// The body as it came, where `body` is a decoded form of it: that is what is hashed.
    pub raw_body: Option<&'a [u8]>,
    /// How long each phase took.
    pub timings: Option<&'a Timings>,
    /// The TLS session.
    pub tls: Option<&'a TlsFacts>,
    /// The time in seconds since 1970, which the expiry of certificates is counted from.
    pub now: Option<i64>,
    /// The oldest and the newest version of TLS that the target accepts, as far as that was found out.
    pub tls_versions: Option<(Option<&'a str>, Option<&'a str>)>,
    /// The records in the answer section of a DNS answer.
    pub records: Option<Vec<RecordFacts<'a>>>,
    /// The records in its authority section.
    pub authorities: Option<Vec<RecordFacts<'a>>>,
    /// The records in its additional section.
    pub additionals: Option<Vec<RecordFacts<'a>>>,
    /// Its response code.
    pub rcode: Option<ResponseCode>,
    /// What validating the answer found: `secure`, `insecure`, `indeterminate` or `bogus`.
    pub dnssec: Option<&'a str>,
    /// Whether the name servers of the zone agree: `consistent`, `serials-differ` or `answers-differ`.
    pub name_servers: Option<&'a str>,
    /// The serial number of the zone at each of its name servers.
    pub serials: Option<Vec<u32>>,
    /// How the attempt to connect ended: `established`, `refused` or `timeout`.
    pub connection: Option<&'a str>,
    /// What was received: everything that came over a TCP connection, the datagram that answered over UDP, the message
    /// that a WebSocket test awaited last.
    pub received: Option<&'a [u8]>,
    /// What came of echo requests.
    pub echo: Option<EchoFacts>,
    /// The status of a gRPC call.
    pub grpc_status: Option<GrpcStatus>,
    /// Its text.
    pub grpc_message: Option<&'a str>,
    /// What came before the messages of a gRPC answer, names in lower case.
    pub metadata: Option<&'a [(String, Vec<u8>)]>,
    /// The answer of a gRPC health check: `SERVING`.
    pub health: Option<&'a str>,
    /// The opening of a WebSocket, and its end.
    pub websocket: Option<WebSocketFacts<'a>>,
    /// The routers on the way, when the route was traced.
    pub hops: Option<&'a [HopFacts]>,
    /// The variables that scripts read.
    pub variables: Option<&'a BTreeMap<String, String>>,
    /// The body as JSON, parsed when the first assertion asks for it.
    document: OnceCell<Result<Document, String>>,
}

/// A redirect that was followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "closed: who redirected, and how")]
pub struct RedirectFacts<'a> {
    /// The URL that redirected.
    pub url: &'a str,
    /// Its status.
    pub status: u16,
}

/// How a WebSocket was opened and ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "closed: what the two handshakes settle on (RFC 6455 sections 4 and 7)"
)]
pub struct WebSocketFacts<'a> {
    /// The subprotocol that the peer chose.
    pub subprotocol: Option<&'a str>,
    /// The close code that the peer sent, 1005 or 1006 when it sent none; nothing when it had not ended it.
    pub close_code: Option<u16>,
}

/// One DNS record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "closed: the parts of a record (RFC 1035 section 3.2.1)")]
pub struct RecordFacts<'a> {
    /// Its owner.
    pub name: &'a str,
    /// Its type by mnemonic.
    pub record_type: RecordType,
    /// Its time to live in seconds.
    pub ttl: u32,
    /// Its data in presentation form.
    pub value: &'a str,
}

/// What came of echo requests.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[expect(clippy::exhaustive_structs, reason = "closed: what `ping` reports")]
pub struct EchoFacts {
    /// How many were answered.
    pub received: u32,
    /// How much of what was sent was not answered, in percent; nothing when nothing was sent.
    pub loss_percent: Option<f64>,
    /// The round trips; nothing when none was answered.
    pub latency: Option<LatencyFacts>,
}

/// Statistics of round trips.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::exhaustive_structs, reason = "closed: what `ping` reports")]
pub struct LatencyFacts {
    /// The shortest.
    pub min: Duration,
    /// The mean.
    pub avg: Duration,
    /// The longest.
    pub max: Duration,
    /// The standard deviation.
    pub stddev: Duration,
}

impl Observation<'_> {
    /// Nothing seen yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The body as JSON, or why it is none.
    pub(crate) fn document(&self) -> Result<&Document, String> {
        let body = self.body.ok_or("body is missing")?;
        self.document.get_or_init(|| Document::parse(body)).as_ref().map_err(Clone::clone)
    }
}
