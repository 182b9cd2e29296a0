//! One case, asked of both.
//!
//! # Where ours differs on purpose
//!
//! OpenSSL 3.5.5 takes a delta CRL for a complete one. Its successors do not when the CRLs that the verification is given
//! are nothing but deltas, and ours follows them. What it ought to say then is what OpenSSL 3.5.5 says without any CRL:
//! [`follows_a_fix`] knows these cases, and their answer is asked for so. (Cases of the recorded corpora with that mark
//! are tagged `fixed_after_3.5.5`.)

use std::panic::catch_unwind;

use anyhow::{Context as _, Result};
use faultfinder_x509::case;

use crate::oracle;
use crate::record::{Answer, Case, Place};

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
    /// Whether a later fix of OpenSSL's was followed.
    pub fixed: bool,
}

impl Judged {
    /// OpenSSL's answer.
    #[must_use]
    pub fn expected(&self) -> Option<&Answer> {
        self.case.expect.as_ref()
    }
}

/// Whether OpenSSL has changed its answer to a case since 3.5.5: the CRLs given are deltas, all of them.
///
/// # Errors
///
/// When OpenSSL has no memory.
pub fn follows_a_fix(case: &Case) -> Result<bool> {
    if case.crls_in != Place::Ctx || case.crls.is_empty() {
        return Ok(false);
    }
    for crl in &case.crls {
        if !oracle::is_delta(crl)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Asks both.
///
/// # Errors
///
/// When OpenSSL cannot be asked, or the two do not even agree on the format.
pub fn judge(mut case: Case) -> Result<Judged> {
    let fixed = follows_a_fix(&case)?;
    let asked = if fixed { &Case { crls: Vec::new(), ..case.clone() } } else { &case };
    let expected = oracle::ask(asked).with_context(|| format!("OpenSSL and {}", case.id))?;
    case.expect = Some(expected);
    if fixed {
        case.tags.push("fixed_after_3.5.5".to_owned());
    }
    let line = serde_json::to_string(&case)?;
    let read: case::Case = serde_json::from_str(&line).with_context(|| format!("the case {}", case.id))?;
    let Some(expect) = &read.expect else { anyhow::bail!("{} has lost its answer", case.id) };
    let (ours, differences) = match catch_unwind(|| read.answer()) {
        Ok(answer) => (serde_json::to_string(&answer)?, case::compare(expect, &answer)),
        Err(_) => (String::new(), vec!["panicked".to_owned()]),
    };
    Ok(Judged { case, ours, differences, fixed })
}
