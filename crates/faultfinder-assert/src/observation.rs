//! What a probe saw.

use crate::jsonpath::Document;
use faultfinder_taxonomy::{HopFacts, ResponseCode, Timings, TlsFacts};
use std::cell::OnceCell;

/// What a probe saw, borrowed from its answer. What it did not see is nothing, and assertions on it fail.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Observation<'a> {
    /// The status code of an HTTP answer.
    pub status: Option<u16>,
    /// Its headers, names in lower case.
    pub headers: Option<&'a [(String, Vec<u8>)]>,
    /// Its body.
    pub body: Option<&'a [u8]>,
    /// Whether the body was longer than what is kept of it.
    pub body_truncated: bool,
    /// How long each phase took.
    pub timings: Option<&'a Timings>,
    /// The TLS session.
    pub tls: Option<&'a TlsFacts>,
    /// The time in seconds since 1970, which the expiry of certificates is counted from.
    pub now: Option<i64>,
    /// The records of a DNS answer.
    pub records: Option<Vec<RecordFacts<'a>>>,
    /// Its response code.
    pub rcode: Option<ResponseCode>,
    /// How the attempt to connect ended: `established`, `refused` or `timeout`.
    pub connection: Option<&'a str>,
    /// What was received: everything that came over a TCP connection, the datagram that answered over UDP.
    pub received: Option<&'a [u8]>,
    /// The routers on the way, when the route was traced.
    pub hops: Option<&'a [HopFacts]>,
    /// The body as JSON, parsed when the first assertion asks for it.
    document: OnceCell<Result<Document, String>>,
}

/// One DNS record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "closed: the parts of a record (RFC 1035 section 3.2.1)")]
pub struct RecordFacts<'a> {
    /// Its owner.
    pub name: &'a str,
    /// Its type by mnemonic.
    pub record_type: &'a str,
    /// Its time to live in seconds.
    pub ttl: u32,
    /// Its data in presentation form.
    pub value: &'a str,
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
