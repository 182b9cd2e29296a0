//! The output for programs: one JSON object per file, each on its own line.

use super::answer::{Answer, Origin};
use super::material;
use crate::exit::Failure;
use faultfinder_taxonomy::{CertificateFacts, VerifyCode};
use faultfinder_x509::Event;
use serde::Serialize;
use std::path::Path;

/// The version of this format.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Line<'a> {
    version: u32,
    file: &'a str,
    /// Whether there is no problem.
    ok: bool,
    /// The time of the verification, in seconds since 1970.
    time: Option<i64>,
    chain: Vec<Link<'a>>,
    events: Vec<Objection<'a>>,
    /// The decisive event.
    decisive: Option<Objection<'a>>,
    /// The OpenSSL code that a client reports at the end if it always continues.
    #[serde(rename = "final")]
    final_number: u16,
    /// The code that a client reports if it stops at the first error.
    strict: Strict,
    /// Depth and most specific code of every event.
    refined: Vec<(usize, VerifyCode)>,
    hints: &'a [String],
    warnings: &'a [String],
}

#[derive(Serialize)]
struct Link<'a> {
    depth: usize,
    #[serde(flatten)]
    origin: Option<&'a Origin>,
    #[serde(flatten)]
    facts: CertificateFacts,
}

#[derive(Serialize)]
struct Objection<'a> {
    depth: usize,
    /// For events on the path of a CRL issuer: the depth of the certificate that the CRL is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    crl_path_of: Option<usize>,
    /// The most specific code.
    code: VerifyCode,
    number: u16,
    text: &'static str,
    /// OpenSSL's code; nothing for an algorithm that is not known here, since OpenSSL's answer is not known either.
    openssl: Option<Openssl>,
    subject: String,
    reason: &'a str,
    remedy: &'a str,
}

#[derive(Serialize)]
struct Openssl {
    code: VerifyCode,
    number: u16,
    text: &'static str,
}

#[derive(Serialize)]
struct Strict {
    code: u16,
    depth: Option<usize>,
    name: VerifyCode,
}

#[derive(Serialize)]
struct Unreadable<'a> {
    version: u32,
    file: String,
    ok: bool,
    error: &'a str,
    help: Option<&'a str>,
}

/// The line of a file that was verified.
pub(super) fn line(answer: &Answer) -> Result<String, Failure> {
    let verdict = &answer.verdict;
    let link = |(depth, certificate): (usize, &faultfinder_x509::Certificate)| Link {
        depth,
        origin: answer.origins.get(depth),
        facts: certificate.facts_in_detail(),
    };
    let line = Line {
        version: VERSION,
        file: &answer.name,
        ok: answer.is_good(),
        time: answer.time,
        chain: verdict.chain.iter().enumerate().map(link).collect(),
        events: verdict.events.iter().map(objection).collect(),
        decisive: verdict.decisive().map(objection),
        final_number: verdict.final_code.number(),
        strict: Strict {
            code: verdict.strict.code.number(),
            depth: verdict.strict.depth,
            name: verdict.strict.code,
        },
        refined: verdict.events.iter().map(|event| (event.depth, event.code)).collect(),
        hints: &answer.hints,
        warnings: &answer.warnings,
    };
    written(&line).map_err(|error| Failure::ourselves("cannot write the answer", &error))
}

/// The line of a file that could not be read.
pub(super) fn unreadable(file: &Path, error: &str, help: Option<&str>) -> Result<String, Failure> {
    let line = Unreadable { version: VERSION, file: material::name(file), ok: false, error, help };
    written(&line).map_err(|error| Failure::ourselves("cannot write the answer", &error))
}

fn written(line: &impl Serialize) -> Result<String, serde_json::Error> {
    Ok(format!("{}\n", serde_json::to_string(line)?))
}

fn objection(event: &Event) -> Objection<'_> {
    Objection {
        depth: event.depth,
        crl_path_of: event.crl_path_of,
        code: event.code,
        number: event.code.number(),
        text: event.code.text(),
        openssl: event.is_judged().then(|| Openssl {
            code: event.openssl,
            number: event.openssl.number(),
            text: event.openssl.text(),
        }),
        subject: event.subject(),
        reason: &event.reason,
        remedy: &event.remedy,
    }
}
