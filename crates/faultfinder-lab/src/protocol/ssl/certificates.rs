//! One certificate of the chain says something wrong.

use super::endpoint::{Endpoint, certificate, endpoint};
use super::expect::refused;
use crate::pki::extensions::{
    CRL_SIGN, DIGITAL_SIGNATURE, KEY_CERT_SIGN, basic_constraints, extended_key_usage, extension, key_usage,
    subject_alt_name,
};
use crate::pki::{Authority, DAY, Identity, Key, NAMES, Pki, Template, after, before, der, oids};
use crate::{LabError, Scenario};
use faultfinder_taxonomy::VerifyCode;

pub(super) fn scenarios() -> Vec<Scenario> {
    let mut all = dates();
    all.extend(purposes());
    all.extend(authorities());
    all
}

/// A good leaf under an intermediate of this kind.
fn under(pki: &Pki, intermediate: &Template) -> Result<Identity, LabError> {
    pki.root().subordinate(intermediate, Key::ec()?)?.issue(&Template::server(pki.now(), NAMES))
}

/// A good intermediate, to be changed.
fn intermediate(pki: &Pki) -> Template {
    Template::authority(pki.now(), "Doubtful CA", None)
}

fn dates() -> Vec<Scenario> {
    vec![
        certificate(
            "expired",
            "the leaf expired yesterday",
            refused(VerifyCode::CertHasExpired, 0),
            Pki::expired,
        ),
        certificate(
            "not-yet-valid",
            "the leaf becomes valid tomorrow",
            refused(VerifyCode::CertNotYetValid, 0),
            |pki| {
                let (from, until) = (after(pki.now(), DAY), after(pki.now(), DAY * 90));
                pki.issuing().issue(&Template::server(pki.now(), NAMES).valid(from, until))
            },
        ),
        certificate(
            "expired-intermediate",
            "the intermediate expired yesterday",
            refused(VerifyCode::CertHasExpired, 1),
            |pki| under(pki, &intermediate(pki).valid(before(pki.now(), DAY * 900), before(pki.now(), DAY))),
        ),
        endpoint(
            "tls-cert/expired-root",
            "the trusted root itself expired yesterday",
            refused(VerifyCode::CertHasExpired, 2),
            |pki| {
                let root = Template::authority(pki.now(), "Old Root", None)
                    .valid(before(pki.now(), DAY * 900), before(pki.now(), DAY));
                let root = Authority::root(&root, Key::ec()?)?;
                let lower = root.subordinate(&intermediate(pki), Key::ec()?)?;
                let identity = lower.issue(&Template::server(pki.now(), NAMES))?;
                Ok(Endpoint::new(pki, &identity)?.trusts(root.pem()))
            },
        ),
        certificate(
            "bad-notbefore-field",
            "the leaf's notBefore is in a thirteenth month",
            refused(VerifyCode::ErrorInCertNotBeforeField, 0),
            |pki| {
                let not_before = der::utc_time("201332000000Z");
                pki.issuing().issue(&Template { not_before, ..Template::server(pki.now(), NAMES) })
            },
        ),
        certificate(
            "bad-notafter-field",
            "the leaf's notAfter is in a thirteenth month",
            refused(VerifyCode::ErrorInCertNotAfterField, 0),
            |pki| {
                let not_after = der::utc_time("491332000000Z");
                pki.issuing().issue(&Template { not_after, ..Template::server(pki.now(), NAMES) })
            },
        ),
    ]
}

fn purposes() -> Vec<Scenario> {
    vec![
        certificate(
            "eku-client-only",
            "the leaf's extended key usage is for clients",
            refused(VerifyCode::InvalidPurpose, 0),
            |pki| {
                pki.issuing().issue(&Template::server(pki.now(), NAMES).with_extensions(vec![
                    key_usage(&[DIGITAL_SIGNATURE]),
                    extended_key_usage(&[oids::CLIENT_AUTH]),
                    basic_constraints(false, None),
                    subject_alt_name(NAMES),
                ]))
            },
        ),
        certificate(
            "eku-email-intermediate",
            "the intermediate's extended key usage is for e-mail",
            refused(VerifyCode::InvalidPurpose, 1),
            |pki| {
                under(pki, &intermediate(pki).with_extension(extended_key_usage(&[oids::EMAIL_PROTECTION])))
            },
        ),
        certificate(
            "unknown-critical-ext",
            "the leaf has a critical extension that nobody knows",
            refused(VerifyCode::UnhandledCriticalExtension, 0),
            |pki| {
                let unknown = extension(oids::UNKNOWN_EXTENSION, true, &der::null());
                pki.issuing().issue(&Template::server(pki.now(), NAMES).with_extension(unknown))
            },
        ),
    ]
}

fn authorities() -> Vec<Scenario> {
    vec![
        certificate(
            "ca-false-intermediate",
            "the issuer is not a CA: INVALID_CA, and after it INVALID_PURPOSE, which is decisive",
            refused(VerifyCode::InvalidPurpose, 1),
            |pki| {
                let extensions = vec![basic_constraints(false, None), key_usage(&[KEY_CERT_SIGN, CRL_SIGN])];
                under(pki, &intermediate(pki).with_extensions(extensions))
            },
        ),
        certificate(
            "ca-without-basic-constraints",
            "the issuer may sign certificates, but does not say that it is an authority",
            refused(VerifyCode::InvalidCa, 1),
            |pki| under(pki, &intermediate(pki).with_extensions(vec![key_usage(&[KEY_CERT_SIGN, CRL_SIGN])])),
        ),
        certificate(
            "ca-no-keycertsign",
            "the issuer is an authority whose key usage is not signing certificates",
            refused(VerifyCode::KeyusageNoCertsign, 1),
            |pki| {
                let extensions =
                    vec![basic_constraints(true, None), key_usage(&[DIGITAL_SIGNATURE, CRL_SIGN])];
                under(pki, &intermediate(pki).with_extensions(extensions))
            },
        ),
        certificate(
            "pathlen-exceeded",
            "an authority stands below one that allows none below it",
            refused(VerifyCode::PathLengthExceeded, 2),
            |pki| {
                let upper = pki
                    .root()
                    .subordinate(&Template::authority(pki.now(), "Last CA", Some(0)), Key::ec()?)?;
                let lower =
                    upper.subordinate(&Template::authority(pki.now(), "One CA More", None), Key::ec()?)?;
                lower.issue(&Template::server(pki.now(), NAMES))
            },
        ),
        certificate(
            "issuer-key-undecodable",
            "the issuer's key is not a point on its curve, so OpenSSL does not use it as an issuer",
            refused(VerifyCode::UnableToVerifyLeafSignature, 0),
            |pki| {
                let algorithm = der::sequence(&[der::oid(oids::EC_PUBLIC_KEY), der::oid(oids::PRIME256V1)]);
                let spki = der::sequence(&[algorithm, der::bit_string(&[4, 1, 2, 3])]);
                under(pki, &Template { spki: Some(spki), ..intermediate(pki) })
            },
        ),
        certificate(
            "key-of-an-unknown-kind",
            "the leaf's key has an algorithm that is not known here, which says nothing about the server",
            refused(VerifyCode::UnsupportedSignatureAlgorithm, 0)
                .blaming(faultfinder_taxonomy::Blame::Ourselves)
                .saying("cannot be judged"),
            |pki| {
                const OF_NOBODY: oids::Oid = &[1, 3, 6, 1, 4, 1, 55_555, 2];
                let spki =
                    der::sequence(&[der::sequence(&[der::oid(OF_NOBODY)]), der::bit_string(&[4, 1, 2, 3])]);
                pki.issuing().issue(&Template { spki: Some(spki), ..Template::server(pki.now(), NAMES) })
            },
        ),
    ]
}
