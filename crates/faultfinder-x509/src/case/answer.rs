//! The answer to a case.

use faultfinder_taxonomy::VerifyCode;
use serde::Serialize;

use crate::certificate::Certificate;
use crate::verdict::Verdict;

/// The answer to a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
#[expect(clippy::exhaustive_enums, reason = "closed: the answer format")]
pub enum Answer {
    /// It was verified.
    Verified(Verified),
    /// It could not be read.
    Unreadable {
        /// The case, if that much could be read.
        id: Option<String>,
        /// What could not be read and why.
        parse_error: String,
    },
}

/// What a verification found, by OpenSSL's codes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Verified {
    /// The case.
    pub id: String,
    /// Depth, number and name of every event, by the codes that OpenSSL reports.
    pub events: Vec<(usize, u16, VerifyCode)>,
    /// What an always-continuing client ends with.
    #[serde(rename = "final")]
    pub final_code: u16,
    /// What a client sees that stops at the first error.
    pub strict: Strict,
    /// Which of the events are about the path of a CRL issuer. Not part of the line.
    #[serde(skip)]
    pub crl_path: Vec<bool>,
    /// Depth and finest code of every event.
    pub refined: Vec<(usize, VerifyCode)>,
    /// Why the rest says nothing of the certificates: an algorithm is not known here. Left out if that is not so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cannot_judge: Option<String>,
    /// What the verification returned: 1, 0 or -1. Not part of the line.
    #[serde(skip)]
    pub ret: i8,
    /// SHA-256 of the chain's certificates. Not part of the line.
    #[serde(skip)]
    pub chain: Vec<[u8; 32]>,
    /// How many of the chain the peer sent. Not part of the line.
    #[serde(skip)]
    pub num_untrusted: usize,
}

/// The result of a client that stops at the first error.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Strict {
    /// OpenSSL's number.
    pub code: u16,
    /// Its depth; nothing if nothing is wrong.
    pub depth: Option<usize>,
    /// OpenSSL's name.
    pub name: VerifyCode,
}

impl Verified {
    pub(super) fn new(id: String, verdict: &Verdict) -> Self {
        let seen: Vec<_> = verdict.events.iter().filter(|event| event.openssl != VerifyCode::Ok).collect();
        Self {
            id,
            events: seen.iter().map(|event| (event.depth, event.openssl.number(), event.openssl)).collect(),
            crl_path: seen.iter().map(|event| event.crl_path_of.is_some()).collect(),
            final_code: verdict.final_code.number(),
            strict: Strict {
                code: verdict.strict.code.number(),
                depth: verdict.strict.depth,
                name: verdict.strict.code,
            },
            refined: verdict.events.iter().map(|event| (event.depth, event.code)).collect(),
            cannot_judge: verdict.unjudged().map(|event| event.reason.clone()),
            ret: verdict.ret,
            chain: verdict.chain.iter().map(Certificate::sha256).collect(),
            num_untrusted: verdict.num_untrusted,
        }
    }
}
