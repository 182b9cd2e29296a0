//! The dates of a list are wrong, or no dates.

use super::case::{Case, both, empty, expired};
use crate::Scenario;
use crate::pki::{Crl, DAY, after, der};
use crate::protocol::ssl::expect::refused;
use faultfinder_taxonomy::VerifyCode;

/// A date in a thirteenth month.
const NO_DATE: &str = "271332000000Z";

pub(super) fn scenarios() -> Vec<Scenario> {
    [
        both(
            "not-yet-valid",
            "the CRL is issued tomorrow",
            &refused(VerifyCode::CrlNotYetValid, 0),
            |site| {
                let now = site.pki.now();
                Case::new(site, &empty(site).valid(after(now, DAY), after(now, DAY * 8)))
            },
        ),
        both("expired", "the next CRL was due yesterday", &refused(VerifyCode::CrlHasExpired, 0), |site| {
            Case::new(site, &expired(empty(site), site.pki.now()))
        }),
        both(
            "bad-lastupdate",
            "the CRL was issued in a thirteenth month",
            &refused(VerifyCode::ErrorInCrlLastUpdateField, 0),
            |site| Case::new(site, &Crl { this_update: der::utc_time(NO_DATE), ..empty(site) }),
        ),
        both(
            "bad-nextupdate",
            "the next CRL is due in a thirteenth month",
            &refused(VerifyCode::ErrorInCrlNextUpdateField, 0),
            |site| Case::new(site, &Crl { next_update: Some(der::utc_time(NO_DATE)), ..empty(site) }),
        ),
        both(
            "without-nextupdate",
            "the CRL does not say when the next one is due, so it does not expire",
            &crate::Expect::pass(),
            |site| Case::new(site, &Crl { next_update: None, ..empty(site) }),
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}
