//! What all files are verified with.

use super::arguments::Arguments;
use super::material::Files;
use super::settings;
use super::trust::Pool;
use crate::exit::Failure;
use faultfinder_x509::{Certificate, Verdict, VerifyOptions};

/// What all files are verified with.
#[derive(Debug)]
pub(super) struct Session {
    /// What is asked of each.
    pub(super) options: VerifyOptions,
    /// What is trusted and sent along.
    pub(super) pool: Pool,
    pub(super) files: Files,
    warnings: Vec<String>,
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

    /// The verdict on a leaf, with more certificates sent along.
    pub(super) fn judge(&self, leaf: &Certificate, more: &[Certificate]) -> Verdict {
        let pool = &self.pool;
        if more.is_empty() {
            return faultfinder_x509::verify(leaf, &pool.untrusted, &pool.store, &self.options);
        }
        let untrusted = [pool.untrusted.as_slice(), more].concat();
        faultfinder_x509::verify(leaf, &untrusted, &pool.store, &self.options)
    }
}
