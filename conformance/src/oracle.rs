//! Asks OpenSSL itself.
//!
//! Every object lives in an owner that frees it (`objects`); the declarations that `openssl-sys` lacks are in `ffi`.
//! This is the only module of the crate with `unsafe` in it.

mod ffi; // what openssl-sys does not declare
mod keys; // keys that the crate openssl has no word for
mod objects; // owners of OpenSSL's objects, and reading them from PEM
mod settings; // X509_VERIFY_PARAM from a case
mod verify; // one run with a callback that records what it gets

use anyhow::{Result, bail};

use crate::record::{Answer, Case, ParseError, Place, Strict, Verified, name};
pub use keys::generate_key;
use objects::{Certificate, Crl, Stack, Store};
use settings::Settings;

/// The release that is linked, as `OpenSSL_version_num` gives it: `0xMNN00PP0`.
#[must_use]
pub fn version() -> u64 {
    // SAFETY: takes nothing and reads a constant.
    let number = unsafe { openssl_sys::OpenSSL_version_num() };
    #[expect(clippy::useless_conversion, reason = "a C long is shorter elsewhere")]
    u64::from(number)
}

/// Whether OpenSSL 3.5.5 may die of a CRL: of a delta without a number (CVE-2026-28388). No case may have one.
///
/// # Errors
///
/// When OpenSSL has no memory.
pub fn is_deadly(pem: &str) -> Result<bool> {
    let is_deadly = Crl::from_pem(pem)?.is_some_and(|crl| crl.is_delta() && !crl.has_number());
    objects::forget_errors();
    Ok(is_deadly)
}

/// OpenSSL's answer to a case.
///
/// # Errors
///
/// When a setting is unknown to OpenSSL, or it has no memory.
pub fn ask(case: &Case) -> Result<Answer> {
    objects::forget_errors();
    let settings = Settings::new(case)?;
    // OpenSSL decodes a certificate's extensions when it first needs them, and some of its checks look at what they left
    // without asking for it: a second run over the same objects can see more than a first one. So each has its own.
    let mut runs = Vec::new();
    for lenient in [true, false] {
        match Objects::read(case)? {
            Ok(objects) => runs.push(objects.verify(&settings, lenient)?),
            Err(parse_error) => return Ok(Answer::Unreadable { parse_error }),
        }
    }
    let Ok([lenient, strict]) = <[verify::Outcome; 2]>::try_from(runs) else { bail!("not two runs") };
    let depth = (strict.error != 0).then_some(strict.error_depth);
    Ok(Answer::Verified(Verified {
        events: lenient.events,
        ret: lenient.ret,
        final_code: lenient.error,
        final_name: name(lenient.error).to_owned(),
        chain: lenient.chain,
        num_untrusted: lenient.num_untrusted,
        strict: Strict { ret: strict.ret, code: strict.error, depth, name: name(strict.error).to_owned() },
    }))
}

/// Everything of a case that OpenSSL has read.
struct Objects {
    leaf: Certificate,
    untrusted: Vec<Certificate>,
    trusted: Vec<Certificate>,
    crls: Vec<Crl>,
    place: Place,
}

impl Objects {
    fn read(case: &Case) -> Result<Result<Self, ParseError>> {
        fn all<T>(
            name: &str,
            texts: &[String],
            read: fn(&str) -> Result<Option<T>>,
        ) -> Result<Result<Vec<T>, ParseError>> {
            let mut found = Vec::new();
            for (place, text) in texts.iter().enumerate() {
                let Some(object) = read(text)? else {
                    let at = format!("{name}[{place}]");
                    return Ok(Err(ParseError { at, why: objects::reasons() }));
                };
                found.push(object);
            }
            Ok(Ok(found))
        }
        let Some(leaf) = Certificate::from_pem(&case.leaf)? else {
            return Ok(Err(ParseError { at: "leaf".to_owned(), why: objects::reasons() }));
        };
        let untrusted = match all("untrusted", &case.untrusted, Certificate::from_pem)? {
            Ok(untrusted) => untrusted,
            Err(error) => return Ok(Err(error)),
        };
        let trusted = match all("trusted", &case.trusted, Certificate::from_pem)? {
            Ok(trusted) => trusted,
            Err(error) => return Ok(Err(error)),
        };
        let crls = match all("crls", &case.crls, Crl::from_pem)? {
            Ok(crls) => crls,
            Err(error) => return Ok(Err(error)),
        };
        Ok(Ok(Self { leaf, untrusted, trusted, crls, place: case.crls_in }))
    }

    fn verify(&self, settings: &Settings, lenient: bool) -> Result<verify::Outcome> {
        let store = Store::new()?;
        for certificate in &self.trusted {
            store.add_certificate(certificate)?;
        }
        let untrusted = Stack::of_certificates(&self.untrusted)?;
        let crls = match self.place {
            Place::Ctx => Stack::of_crls(&self.crls)?,
            Place::Store => {
                for crl in &self.crls {
                    store.add_crl(crl)?;
                }
                Stack::of_crls(&[])?
            }
        };
        verify::run(&store, &self.leaf, &untrusted, &crls, settings, lenient)
    }
}
