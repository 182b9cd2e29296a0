//! Chains of certificates, and what is wrong with them.

use super::facts::FactRow;
use super::moment::utc;
use super::text::{TEXT_CHARS_MAX, cut, span};
use crate::timestamp::Timestamp;
use faultfinder_taxonomy::{CertificateFacts, TlsFacts, VerifyEvent};

/// Most alternative names of a certificate that are shown.
const NAMES_MAX: usize = 50;
/// Most certificates of a chain that are shown.
const CERTIFICATES_MAX: usize = 20;

/// A TLS session.
#[derive(Debug)]
pub(super) struct Tls {
    /// What was negotiated.
    pub(super) session: Vec<FactRow>,
    pub(super) objections: Vec<Objection>,
    /// The certificates as the peer sent them, leaf first.
    pub(super) chain: Vec<Certificate>,
}

/// What is wrong with a chain.
#[derive(Debug)]
pub(super) struct Objection {
    pub(super) depth: usize,
    pub(super) code: &'static str,
    pub(super) subject: String,
    pub(super) reason: String,
    pub(super) remedy: String,
}

/// A certificate.
#[derive(Debug)]
pub(super) struct Certificate {
    pub(super) depth: usize,
    pub(super) subject: String,
    pub(super) facts: Vec<FactRow>,
}

impl Tls {
    /// What is known of a session; `at` is when it was.
    pub(super) fn new(tls: &TlsFacts, at: Timestamp) -> Self {
        Self {
            session: session(tls),
            objections: tls.events.iter().map(Objection::new).collect(),
            chain: tls
                .chain
                .iter()
                .enumerate()
                .take(CERTIFICATES_MAX)
                .map(|(depth, facts)| Certificate::new(depth, facts, at))
                .collect(),
        }
    }
}

fn session(tls: &TlsFacts) -> Vec<FactRow> {
    let mut rows = Vec::new();
    let mut row = |name: &str, value: Option<&String>| {
        rows.extend(value.filter(|value| !value.is_empty()).map(|value| FactRow::new(name, value.as_str())));
    };
    row("version", tls.version.as_ref());
    row("cipher suite", tls.cipher_suite.as_ref());
    row("ALPN", tls.alpn.as_ref());
    row("server name", tls.server_name.as_ref());
    if let Some(verified) = tls.verified {
        row("chain verified", Some(&if verified { "yes" } else { "no" }.to_owned()));
    }
    if let Some(ocsp) = &tls.ocsp {
        let says = ocsp.status.as_deref().or(ocsp.error.as_deref()).unwrap_or("without a status");
        row("OCSP", Some(&format!("{says} ({})", ocsp.source)));
    } else if tls.ocsp_stapled {
        row("OCSP", Some(&"response stapled".to_owned()));
    }
    if tls.client_certificate_requested {
        row("client certificate", Some(&"requested".to_owned()));
    }
    rows
}

impl Objection {
    fn new(event: &VerifyEvent) -> Self {
        Self {
            depth: event.depth,
            code: event.code.as_str(),
            subject: cut(&event.subject, TEXT_CHARS_MAX),
            reason: cut(&event.reason, TEXT_CHARS_MAX),
            remedy: cut(&event.remedy, TEXT_CHARS_MAX),
        }
    }
}

impl Certificate {
    fn new(depth: usize, facts: &CertificateFacts, at: Timestamp) -> Self {
        if let Some(error) = &facts.parse_error {
            let facts = vec![FactRow::new("not a certificate", error.as_str())];
            return Self { depth, subject: "unreadable".to_owned(), facts };
        }
        let mut rows =
            vec![FactRow::new("issuer", or_empty(&facts.issuer)), FactRow::new("valid", validity(facts, at))];
        if !facts.subject_alt_names.is_empty() {
            let shown =
                facts.subject_alt_names.iter().take(NAMES_MAX).cloned().collect::<Vec<_>>().join(", ");
            let more = facts.subject_alt_names.len().saturating_sub(NAMES_MAX);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            rows.push(FactRow::new("names", shown + &more));
        }
        let bits = facts.key_bits.map(|bits| format!(" {bits} bits")).unwrap_or_default();
        rows.push(FactRow::new("key", format!("{}{bits}", facts.key_type)));
        rows.push(FactRow::new("signature", facts.signature_algorithm.as_str()));
        rows.push(FactRow::new("serial number", facts.serial.as_str()));
        rows.push(FactRow::new("SHA-256", facts.sha256.as_str()));
        rows.push(FactRow::new("issues certificates", if facts.is_ca { "yes" } else { "no" }));
        Self { depth, subject: cut(or_empty(&facts.subject), TEXT_CHARS_MAX), facts: rows }
    }
}

fn or_empty(name: &str) -> &str {
    if name.is_empty() { "(empty)" } else { name }
}

/// From when until when, and how long that is from then.
fn validity(facts: &CertificateFacts, at: Timestamp) -> String {
    let moment =
        |seconds: Option<i64>| seconds.map(|seconds| Timestamp::from_millis(seconds.saturating_mul(1000)));
    let shown = |moment: Option<Timestamp>| moment.map_or_else(|| "unreadable".to_owned(), utc);
    let (from, until) = (moment(facts.not_before), moment(facts.not_after));
    let left = match until {
        Some(until) if until < at => format!(" (expired {} before this run)", span(at.since(until))),
        Some(until) => format!(" ({} left)", span(until.since(at))),
        None => String::new(),
    };
    let early = match from {
        Some(from) if from > at => format!(" (not valid for another {})", span(from.since(at))),
        _ => String::new(),
    };
    format!("{}{early} to {}{left}", shown(from), shown(until))
}
