//! The verification of one file: the verdict, and the sources of its certificates.

use super::hints;
use super::material::{self, Wanted};
use super::session::Session;
use super::trust::Pool;
use crate::exit::Failure;
use faultfinder_x509::{Certificate, Event, Verdict};
use serde::Serialize;
use std::path::Path;

/// The result of one file.
#[derive(Debug)]
pub(super) struct Answer {
    /// The file's name in messages.
    pub(super) name: String,
    /// The result of the verification.
    pub(super) verdict: Verdict,
    /// The source of each certificate in the chain.
    pub(super) origins: Vec<Origin>,
    /// The time of the verification; nothing when dates were not checked.
    pub(super) time: Option<i64>,
    /// What else to try.
    pub(super) hints: Vec<String>,
    /// Warnings about options and files.
    pub(super) warnings: Vec<String>,
}

/// The source of a certificate in a chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Origin {
    /// The role of the source.
    pub(super) from: Given,
    /// The file.
    pub(super) file: String,
}

/// The role of a certificate's source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Given {
    /// To be verified.
    Leaf,
    /// For building chains.
    Untrusted,
    /// To be trusted.
    Trusted,
}

impl Given {
    /// The word for it.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Leaf => "leaf",
            Self::Untrusted => "untrusted",
            Self::Trusted => "trusted",
        }
    }
}

impl Answer {
    /// Verifies the first certificate of a file.
    pub(super) fn of(session: &mut Session, file: &Path) -> Result<Self, Failure> {
        let found = session.files.read(file, Wanted::Certificates)?;
        let mut certificates = found.certificates.into_iter().map(|(certificate, _)| certificate);
        let name = material::name(file);
        let Some(leaf) = certificates.next() else {
            return Err(Failure::usage(format!("{name}: contains no certificate")));
        };
        let rest: Vec<Certificate> = certificates.collect();
        let verdict = session.judge(&leaf, &[]);
        let origins = origins(&session.pool, &verdict, &name);
        let hints = hints::of(session, &name, &leaf, &rest, &verdict);
        Ok(Self {
            name,
            verdict,
            origins,
            time: session.options.time,
            hints,
            warnings: session.warnings().to_vec(),
        })
    }

    /// Whether there is no problem.
    pub(super) fn is_good(&self) -> bool {
        self.verdict.is_valid()
    }

    /// Every event, and the internal error that ended the verification, which OpenSSL does not report.
    pub(super) fn events(&self) -> impl Iterator<Item = &Event> {
        self.verdict.events.iter().chain(&self.verdict.internal)
    }

    /// Whether an event of [`Answer::events`] is the decisive one.
    pub(super) fn is_decisive(&self, event: &Event) -> bool {
        self.verdict.decisive().is_some_and(|decisive| std::ptr::eq(decisive, event))
    }
}

/// The source of each certificate in a chain.
fn origins(pool: &Pool, verdict: &Verdict, file: &str) -> Vec<Origin> {
    let origin = |(depth, certificate): (usize, &Certificate)| {
        let (from, source) = if depth >= verdict.num_untrusted {
            (Given::Trusted, pool.trusted_from(certificate))
        } else if depth == 0 {
            (Given::Leaf, None)
        } else {
            (Given::Untrusted, pool.untrusted_from(certificate))
        };
        Origin { from, file: source.unwrap_or(file).to_owned() }
    };
    verdict.chain.iter().enumerate().map(origin).collect()
}
