//! What was answered.

use crate::Validation;
use crate::server_answer::ServerAnswer;
use faultfinder_net::dns::{self, Edns};
use faultfinder_taxonomy::ResponseCode;
use faultfinder_taxonomy::word::RecordType;
use std::net::IpAddr;

/// A well-formed answer. Unless the request takes failures as values, it is one without an error and with at least one
/// record of the type that was asked for.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Response {
    /// The response code.
    pub rcode: ResponseCode,
    /// Flags that are set: `aa tc rd ra ad cd`.
    pub flags: Vec<&'static str>,
    /// The answer section.
    pub answers: Vec<Record>,
    /// The authority section.
    pub authorities: Vec<Record>,
    /// The additional section, without the EDNS pseudo-record.
    pub additionals: Vec<Record>,
    /// What the EDNS pseudo-record says, extended errors among it.
    pub edns: Option<Edns>,
    /// Whether the answer came over TCP, asked for or after truncation, or over something on top of a connection.
    pub over_tcp: bool,
    /// The server that answered.
    pub server: Option<IpAddr>,
    /// What the validation found, where one was asked for.
    pub dnssec: Option<Validation>,
    /// What each name server of the zone answered, where all were asked; the rest is the first one's answer.
    pub servers: Vec<ServerAnswer>,
    /// Whether they agree.
    pub consistency: Option<Consistency>,
}

/// Whether the name servers of a zone agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "closed: they agree or they do not")]
pub enum Consistency {
    /// All have the same serial number and the same answer.
    Consistent,
    /// Their serial numbers differ: a transfer is due, or broken.
    SerialsDiffer,
    /// Their serial numbers are the same, their answers are not.
    AnswersDiffer,
}

/// One resource record in presentation form.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Record {
    /// Its owner, without the final dot.
    pub name: String,
    /// Its type by mnemonic; `TYPEn` for one without.
    pub record_type: RecordType,
    /// Its time to live in seconds (RFC 2181 section 8: one with the top bit set counts as 0).
    pub ttl: u32,
    /// Its data in presentation form (RFC 1035 section 5.1), names without the final dot, texts in quotes; data of a
    /// type without a form of its own as `\# LENGTH HEX` (RFC 3597 section 5).
    pub value: String,
}

impl Response {
    pub(crate) fn new(exchange: dns::Exchange) -> Self {
        let answer = exchange.answer;
        Self {
            rcode: answer.rcode,
            flags: answer.flags,
            answers: records(answer.answers),
            authorities: records(answer.authorities),
            additionals: records(answer.additionals),
            edns: answer.edns,
            over_tcp: exchange.over_tcp,
            server: Some(exchange.server.ip()),
            dnssec: None,
            servers: Vec::new(),
            consistency: None,
        }
    }
}

impl Consistency {
    /// The word for it in results and assertions.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Consistent => "consistent",
            Self::SerialsDiffer => "serials-differ",
            Self::AnswersDiffer => "answers-differ",
        }
    }
}

fn records(records: Vec<dns::Record>) -> Vec<Record> {
    let presented = |record: dns::Record| Record {
        name: record.owner,
        record_type: record.record_type,
        ttl: record.ttl,
        value: record.value,
    };
    records.into_iter().map(presented).collect()
}
