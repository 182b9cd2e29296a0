//! One file verified: the verdict, and where its certificates come from.

use super::material::{self, Files, Wanted};
use super::trust::Pool;
use super::{Arguments, hints, settings};
use crate::exit::Failure;
use faultfinder_x509::{Certificate, Event, Verdict, VerifyOptions};
use serde::Serialize;
use std::path::Path;

/// What all files are verified with.
#[derive(Debug)]
pub(super) struct Session {
    /// What is asked of each.
    pub(super) options: VerifyOptions,
    /// What is trusted and sent along.
    pub(super) pool: Pool,
    files: Files,
    warnings: Vec<String>,
}

/// What came of one file.
#[derive(Debug)]
pub(super) struct Answer {
    /// What the file is called.
    pub(super) name: String,
    /// What verification found.
    pub(super) verdict: Verdict,
    /// Where each certificate of the chain comes from.
    pub(super) origins: Vec<Origin>,
    /// The time that was judged by; nothing when dates were not looked at.
    pub(super) time: Option<i64>,
    /// What else to try.
    pub(super) hints: Vec<String>,
    /// What is to be said about options and files.
    pub(super) warnings: Vec<String>,
}

/// Where a certificate of a chain comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Origin {
    /// As what it was given.
    pub(super) from: Given,
    /// The file.
    pub(super) file: String,
}

/// As what a certificate was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Given {
    /// To be verified.
    Leaf,
    /// To be built from.
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

impl Session {
    /// Reads what the options name. `now` is in seconds since 1970.
    pub(super) fn open(arguments: &Arguments, now: i64) -> Result<Self, Failure> {
        let (mut options, mut warnings) = settings::settings(arguments, now)?;
        let mut files = Files::default();
        let mut pool = Pool::open(arguments, &mut files)?;
        warnings.append(&mut pool.warnings);
        options.crls.clone_from(&pool.crls);
        if !(options.crls.is_empty() && pool.store_crls.is_empty() || options.flags.crl_check) {
            warnings.push("CRLs are not used without -crl_check or -crl_check_all".to_owned());
        }
        Ok(Self { options, pool, files, warnings })
    }

    /// What is to be said once, whatever comes of the files.
    pub(super) fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// Verifies the first certificate of a file.
    pub(super) fn verify(&mut self, file: &Path) -> Result<Answer, Failure> {
        let found = self.files.read(file, Wanted::Certificates)?;
        let mut certificates = found.certificates.into_iter().map(|(certificate, _)| certificate);
        let name = material::name(file);
        let Some(leaf) = certificates.next() else {
            return Err(Failure::usage(format!("{name}: contains no certificate")));
        };
        let rest: Vec<Certificate> = certificates.collect();
        let verdict = self.judge(&leaf, &[]);
        let origins = self.origins(&verdict, &name);
        let hints = hints::of(self, &name, &leaf, &rest, &verdict);
        Ok(Answer { name, verdict, origins, time: self.options.time, hints, warnings: self.warnings.clone() })
    }

    /// The verdict on a leaf, with more certificates sent along.
    pub(super) fn judge(&self, leaf: &Certificate, more: &[Certificate]) -> Verdict {
        let pool = &self.pool;
        if more.is_empty() {
            return faultfinder_x509::verify(leaf, &pool.untrusted, &pool.store, &self.options);
        }
        let untrusted = [pool.untrusted.as_slice(), more].concat();
        faultfinder_x509::verify(leaf, &untrusted, &pool.store, &self.options)
    }

    fn origins(&self, verdict: &Verdict, file: &str) -> Vec<Origin> {
        let origin = |(depth, certificate): (usize, &Certificate)| {
            let (from, source) = if depth >= verdict.num_untrusted {
                (Given::Trusted, self.pool.trusted_from(certificate))
            } else if depth == 0 {
                (Given::Leaf, None)
            } else {
                (Given::Untrusted, self.pool.untrusted_from(certificate))
            };
            Origin { from, file: source.unwrap_or(file).to_owned() }
        };
        verdict.chain.iter().enumerate().map(origin).collect()
    }
}

impl Answer {
    /// Whether nothing is wrong.
    pub(super) fn is_good(&self) -> bool {
        self.verdict.is_valid()
    }

    /// Every event, and the internal error that ended verification, which is none of OpenSSL's.
    pub(super) fn events(&self) -> impl Iterator<Item = &Event> {
        self.verdict.events.iter().chain(&self.verdict.internal)
    }

    /// Whether an event of [`Answer::events`] is the one that counts.
    pub(super) fn is_decisive(&self, event: &Event) -> bool {
        self.verdict.decisive().is_some_and(|decisive| std::ptr::eq(decisive, event))
    }
}
