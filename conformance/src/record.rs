//! A case and its answer, as lines of JSON.
//!
//! `faultfinder_x509::case` reads the same format. This is a second reading of it on purpose: the oracle must not depend
//! on what it judges.

use faultfinder_taxonomy::VerifyCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One verification: what is verified, what is trusted, and how.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Case {
    /// Its name.
    pub id: String,
    /// The certificate to verify, PEM.
    pub leaf: String,
    /// Certificates as a peer sends them, PEM, in order.
    pub untrusted: Vec<String>,
    /// Certificates of the trust store, PEM, in order; trust settings count.
    pub trusted: Vec<String>,
    /// CRLs, PEM, in order.
    pub crls: Vec<String>,
    /// Whether the CRLs are given to the verification itself or lie in the trust store.
    pub crls_in: Place,
    /// Seconds since 1970.
    pub time: Option<i64>,
    /// OpenSSL's short name of the purpose.
    pub purpose: Option<String>,
    /// The expected host, or several of which one must match.
    pub host: Option<Hosts>,
    /// The expected address.
    pub ip: Option<String>,
    /// The expected mailbox.
    pub email: Option<String>,
    /// Names of `X509_CHECK_FLAG_...`.
    pub hostflags: Vec<String>,
    /// Names of `X509_V_FLAG_...`, and `no_trusted_first`.
    pub flags: Vec<String>,
    /// Acceptable policies.
    pub policies: Vec<String>,
    /// The most certificates between leaf and anchor; nothing or -1: 100.
    pub verify_depth: Option<i32>,
    /// Security level; nothing or -1: 0.
    pub auth_level: Option<i32>,
    /// The faults that were put in.
    pub tags: Vec<String>,
    /// OpenSSL's answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expect: Option<Answer>,
}

/// Where the CRLs are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(clippy::exhaustive_enums, reason = "closed: the case format")]
pub enum Place {
    /// Given to the verification.
    #[default]
    Ctx,
    /// In the trust store.
    Store,
}

/// One host or several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
#[expect(clippy::exhaustive_enums, reason = "closed: the case format")]
pub enum Hosts {
    /// One.
    One(String),
    /// Any of these.
    Several(Vec<String>),
}

/// What OpenSSL did with a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
#[expect(clippy::exhaustive_enums, reason = "closed: the answer format")]
pub enum Answer {
    /// It could not read something.
    Unreadable {
        /// What and why.
        parse_error: ParseError,
    },
    /// It verified.
    Verified(Verified),
}

/// What could not be read.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ParseError {
    /// The field, with its index.
    pub at: String,
    /// OpenSSL's reasons.
    pub why: String,
}

/// The wording does not count.
impl PartialEq for ParseError {
    fn eq(&self, other: &Self) -> bool {
        self.at == other.at
    }
}

impl Eq for ParseError {}

/// What a verification found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Verified {
    /// Everything that the callback got.
    pub events: Vec<Event>,
    /// What `X509_verify_cert` returned.
    pub ret: i32,
    /// The error of a client that always continues.
    #[serde(rename = "final")]
    pub final_code: i32,
    /// Its name.
    pub final_name: String,
    /// SHA-256 of the chain's certificates, leaf first.
    pub chain: Vec<String>,
    /// How many of the chain the peer sent.
    pub num_untrusted: i32,
    /// A second run that stops at the first error.
    pub strict: Strict,
}

/// The result of a client that stops at the first error.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Strict {
    /// What `X509_verify_cert` returned.
    pub ret: i32,
    /// The error.
    pub code: i32,
    /// Its depth; nothing if there is no error.
    pub depth: Option<i32>,
    /// Its name.
    pub name: String,
}

/// One error that the callback got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Value", try_from = "Value")]
#[non_exhaustive]
pub struct Event {
    /// Where in the chain.
    pub depth: i32,
    /// Which error.
    pub code: i32,
    /// Whether it is about the path of a CRL's issuer.
    pub crl_path: bool,
}

/// OpenSSL's symbol for an error, without its prefix.
#[must_use]
pub fn name(code: i32) -> &'static str {
    let known = u16::try_from(code).ok().and_then(VerifyCode::from_number);
    known.map_or("UNKNOWN", VerifyCode::as_str)
}

impl From<Event> for Value {
    fn from(event: Event) -> Self {
        let mut parts = vec![Self::from(event.depth), Self::from(event.code), Self::from(name(event.code))];
        if event.crl_path {
            parts.push(Self::from("crl_path"));
        }
        Self::from(parts)
    }
}

impl TryFrom<Value> for Event {
    type Error = String;

    fn try_from(value: Value) -> Result<Self, String> {
        let number = |at: usize| value.get(at).and_then(Value::as_i64).and_then(|n| i32::try_from(n).ok());
        match (number(0), number(1)) {
            (Some(depth), Some(code)) => Ok(Self { depth, code, crl_path: value.get(3).is_some() }),
            _ => Err(format!("not an event: {value}")),
        }
    }
}
