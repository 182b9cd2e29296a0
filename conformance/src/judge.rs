//! One case, asked of both.
//!
//! OpenSSL 3.5.5 takes a delta CRL for a complete one. Ours repeats that, and reports what RFC 5280 demands in addition; only
//! the events of OpenSSL are compared.

use std::panic::catch_unwind;

use anyhow::{Context as _, Result};
use faultfinder_x509::case;

use crate::oracle;
use crate::record::{Answer, Case};

/// A case with both answers.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Judged {
    /// The case; `expect` is OpenSSL's answer.
    pub case: Case,
    /// Our answer, as a line.
    pub ours: String,
    /// How they differ; nothing if they agree.
    pub differences: Vec<String>,
}

impl Judged {
    /// OpenSSL's answer.
    #[must_use]
    pub fn expected(&self) -> Option<&Answer> {
        self.case.expect.as_ref()
    }
}

/// Asks both.
///
/// # Errors
///
/// When OpenSSL cannot be asked, or the two do not even agree on the format.
pub fn judge(mut case: Case) -> Result<Judged> {
    let expected = oracle::ask(&case).with_context(|| format!("OpenSSL and {}", case.id))?;
    case.expect = Some(expected);
    let line = serde_json::to_string(&case)?;
    let read: case::Case = serde_json::from_str(&line).with_context(|| format!("the case {}", case.id))?;
    let Some(expect) = &read.expect else { anyhow::bail!("{} has lost its answer", case.id) };
    let (ours, differences) = match catch_unwind(|| read.answer()) {
        Ok(answer) => (serde_json::to_string(&answer)?, case::compare(expect, &answer)),
        Err(_) => (String::new(), vec!["panicked".to_owned()]),
    };
    Ok(Judged { case, ours, differences })
}
