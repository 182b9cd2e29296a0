//! The case format: a verification as one line of JSON, and its answer as another.
//!
//! A case carries certificates as PEM, the settings by OpenSSL's names and, in the recorded corpora, under `expect` what
//! OpenSSL answered. [`answer_line`] turns a case into an answer, [`compare()`] tells how an answer differs from a recorded one.

use std::net::IpAddr;

use serde::Deserialize;

use crate::certificate::Certificate;
use crate::crl::Crl;
use crate::options::{Flags, HostFlags, VerifyOptions};
use crate::pem::{self, PemCertificate, PemError};
use crate::store::TrustStore;
use faultfinder_taxonomy::word::{Purpose, Word as _};

mod answer;
mod compare;

pub use answer::{Answer, Strict, Verified};
pub use compare::{Expectation, compare};

/// One verification: what is verified, what is trusted, and how.
#[derive(Debug, Clone, Default, Deserialize)]
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
    /// Where they are given.
    pub crls_in: CrlsIn,
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
    /// Names of [`HostFlags`].
    pub hostflags: Vec<String>,
    /// Names of [`Flags`].
    pub flags: Vec<String>,
    /// Acceptable policies.
    pub policies: Vec<String>,
    /// The most certificates between leaf and anchor; nothing or -1: 100.
    pub verify_depth: Option<i64>,
    /// Security level; nothing or -1: 0.
    pub auth_level: Option<i64>,
    /// The recorded answer, if there is one.
    pub expect: Option<Expectation>,
}

/// One host or several.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
#[expect(clippy::exhaustive_enums, reason = "closed: the case format")]
pub enum Hosts {
    /// One.
    One(String),
    /// Any of these.
    Several(Vec<String>),
}

/// Where the CRLs of a case are given.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(clippy::exhaustive_enums, reason = "closed: the case format")]
pub enum CrlsIn {
    /// To the verification itself: all are looked at for every certificate.
    #[default]
    Ctx,
    /// In the trust store: only those of a certificate's issuer are looked at.
    Store,
}

/// A case made ready: everything parsed.
#[derive(Debug)]
#[non_exhaustive]
pub struct Prepared {
    /// The certificate to verify.
    pub leaf: Certificate,
    /// What the peer sent.
    pub untrusted: Vec<Certificate>,
    /// What is trusted.
    pub store: TrustStore,
    /// The settings.
    pub options: VerifyOptions,
}

/// The only certificate of a PEM text.
fn one(text: &str, at: impl Fn() -> String) -> Result<PemCertificate, String> {
    let found = pem::certificates(text.as_bytes()).map_err(|error| with_cause(&error, &at()))?;
    found.into_iter().next().ok_or_else(|| format!("{}: no certificate", at()))
}

/// The only CRL of a PEM text.
fn one_crl(text: &str, at: impl Fn() -> String) -> Result<Crl, String> {
    let found = pem::crls(text.as_bytes()).map_err(|error| with_cause(&error, &at()))?;
    found.into_iter().next().ok_or_else(|| format!("{}: no CRL", at()))
}

/// An error and what is behind it.
fn with_cause(error: &PemError, at: &str) -> String {
    let cause = std::error::Error::source(error).map(|cause| format!(": {cause}")).unwrap_or_default();
    format!("{at}: {error}{cause}")
}

impl Case {
    /// Parses certificates and settings.
    ///
    /// # Errors
    ///
    /// Says what cannot be read and why.
    pub fn prepare(&self) -> Result<Prepared, String> {
        let leaf = one(&self.leaf, || "leaf".to_owned())?.certificate;
        let untrusted = self
            .untrusted
            .iter()
            .enumerate()
            .map(|(at, text)| one(text, || format!("untrusted[{at}]")).map(|found| found.certificate));
        let untrusted = untrusted.collect::<Result<_, _>>()?;
        let trusted =
            self.trusted.iter().enumerate().map(|(at, text)| one(text, || format!("trusted[{at}]")));
        let trusted = trusted.collect::<Result<Vec<_>, _>>()?;
        let mut store = TrustStore::new(trusted.into_iter().map(Into::into));
        let mut options = self.options()?;
        let crls = self.crls.iter().enumerate().map(|(at, text)| one_crl(text, || format!("crls[{at}]")));
        let crls = crls.collect::<Result<Vec<_>, _>>()?;
        match self.crls_in {
            CrlsIn::Ctx => options.crls = crls,
            CrlsIn::Store => store = store.with_crls(crls),
        }
        Ok(Prepared { leaf, untrusted, store, options })
    }

    /// The settings.
    ///
    /// # Errors
    ///
    /// Names the setting that is unknown.
    pub fn options(&self) -> Result<VerifyOptions, String> {
        let mut options =
            VerifyOptions { time: self.time, policies: self.policies.clone(), ..VerifyOptions::default() };
        if let Some(name) = &self.purpose {
            options.purpose = Some(Purpose::parse(name).map_err(|_| format!("unknown purpose {name:?}"))?);
        }
        options.hosts = match &self.host {
            Some(Hosts::One(host)) => vec![host.clone()],
            Some(Hosts::Several(hosts)) => hosts.clone(),
            None => Vec::new(),
        };
        if let Some(ip) = &self.ip {
            options.ip = Some(ip.parse::<IpAddr>().map_err(|_| format!("bad address {ip:?}"))?);
        }
        options.email.clone_from(&self.email);
        let (mut flags, mut host_flags) = (Flags::default(), HostFlags::default());
        if let Some(unknown) = self.flags.iter().find(|name| !flags.set(name)) {
            return Err(format!("unknown flag {unknown:?}"));
        }
        if let Some(unknown) = self.hostflags.iter().find(|name| !host_flags.set(name)) {
            return Err(format!("unknown host flag {unknown:?}"));
        }
        if let Some(bad) = self.policies.iter().find(|policy| crate::oid::encode(policy).is_none()) {
            return Err(format!("bad policy {bad:?}"));
        }
        (options.flags, options.host_flags) = (flags, host_flags);
        options.depth = self.verify_depth.and_then(|depth| u32::try_from(depth).ok());
        options.auth_level =
            self.auth_level.map_or(0, |level| u8::try_from(level.clamp(0, 5)).unwrap_or_default());
        Ok(options)
    }

    /// Verifies the case.
    #[must_use]
    pub fn answer(&self) -> Answer {
        match self.prepare() {
            Ok(Prepared { leaf, untrusted, store, options }) => {
                let verdict = crate::verify(&leaf, &untrusted, &store, &options);
                Answer::Verified(Verified::new(self.id.clone(), &verdict))
            }
            Err(parse_error) => Answer::Unreadable { id: Some(self.id.clone()), parse_error },
        }
    }
}

/// One line of `verify --batch`: a case in, its answer out, without line ends. Bad JSON gives a `parse_error`.
///
/// ```
/// let answer = faultfinder_x509::case::answer_line("{}");
/// assert_eq!(answer, r#"{"id":"","parse_error":"leaf: no certificate"}"#);
/// ```
#[must_use]
pub fn answer_line(line: &str) -> String {
    let answer = match serde_json::from_str::<Case>(line) {
        Ok(case) => case.answer(),
        Err(error) => Answer::Unreadable { id: None, parse_error: format!("not a case: {error}") },
    };
    // Only numbers and strings: this cannot fail, and a line must come out in any case.
    serde_json::to_string(&answer)
        .unwrap_or_else(|_| r#"{"id":null,"parse_error":"the answer cannot be written"}"#.to_owned())
}
