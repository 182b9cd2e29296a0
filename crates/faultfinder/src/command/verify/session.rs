//! The settings and certificates that all files share.

use super::arguments::Arguments;
use super::material::Files;
use super::settings;
use super::trust::Pool;
use crate::exit::Failure;
use faultfinder_x509::{Certificate, Verdict, VerifyOptions};

/// The settings and certificates that all files share.
#[derive(Debug)]
pub(super) struct Session {
    /// The settings of each verification.
    pub(super) options: VerifyOptions,
    /// The trusted and untrusted certificates.
    pub(super) pool: Pool,
    pub(super) files: Files,
    warnings: Vec<String>,
}

impl Session {
    /// Reads the files that the options name. `now` is in seconds since 1970.
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

    /// Warnings that are shown once, whatever the results of the files are.
    pub(super) fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// The verdict on a leaf, with additional untrusted certificates.
    pub(super) fn judge(&self, leaf: &Certificate, more: &[Certificate]) -> Verdict {
        let pool = &self.pool;
        if more.is_empty() {
            return faultfinder_x509::verify(leaf, &pool.untrusted, &pool.store, &self.options);
        }
        let untrusted = [pool.untrusted.as_slice(), more].concat();
        faultfinder_x509::verify(leaf, &untrusted, &pool.store, &self.options)
    }
}
