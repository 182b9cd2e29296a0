//! Who may sign a list, and who has.

use super::case::{Case, both, empty};
use crate::pki::extensions::{KEY_CERT_SIGN, basic_constraints, key_usage};
use crate::pki::{Authority, Crl, Key, Signature, Template, der, oids};
use crate::protocol::ssl::authority::Site;
use crate::protocol::ssl::expect::{refused, refused_finer};
use crate::{LabError, Scenario};
use faultfinder_taxonomy::VerifyCode;
use std::sync::Arc;

/// Bytes of a signature by an RSA key of 2048 bits.
const RSA_SIGNATURE_BYTES: usize = 256;

pub(super) fn scenarios() -> Vec<Scenario> {
    let mut all = missing();
    all.extend(signatures());
    all.extend(unfit());
    all
}

fn missing() -> Vec<Scenario> {
    [
        both(
            "missing",
            "the only CRL is that of another authority",
            &refused(VerifyCode::UnableToGetCrl, 0),
            |site| Case::new(site, &Crl::of(site.pki.stranger(), site.pki.now())),
        ),
        both(
            "missing-for-intermediate",
            "the whole chain is looked up, but there is no CRL for the authorities",
            &refused(VerifyCode::UnableToGetCrl, 2),
            |site| Ok(Case { check: "chain", ..Case::new(site, &empty(site))? }),
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn signatures() -> Vec<Scenario> {
    let unrecoverable =
        refused_finer(VerifyCode::UnableToDecryptCrlSignature, VerifyCode::CrlSignatureFailure, 0);
    [
        both(
            "bad-signature",
            "somebody else signed the CRL under the issuer's name",
            &refused(VerifyCode::CrlSignatureFailure, 0),
            |site| {
                let stranger = Signature::By(Arc::clone(site.pki.stranger().key()));
                Case::new(site, &empty(site).signed(stranger))
            },
        ),
        both(
            "signature-padding",
            "the value in place of the CRL's RSA signature has no padding",
            &unrecoverable,
            |site| below_rsa(site, Signature::Bytes(vec![1; RSA_SIGNATURE_BYTES])),
        ),
        both("signature-length", "the CRL is signed by a shorter RSA key", &unrecoverable, |site| {
            below_rsa(site, Signature::By(Arc::new(Key::rsa512()?)))
        }),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A leaf under an authority with an RSA key, whose CRL has this signature.
fn below_rsa(site: &Site<'_>, signature: Signature) -> Result<Case, LabError> {
    let site = Site::with_key(site.pki, site.url.clone(), Key::rsa2048()?)?;
    Case::new(&site, &empty(&site).signed(signature))
}

fn unfit() -> Vec<Scenario> {
    [
        both(
            "no-crlsign",
            "the issuer signed the CRL although its key usage does not allow it",
            &refused(VerifyCode::KeyusageNoCrlSign, 0),
            |site| {
                let template = Site::template(site.pki, &site.url)
                    .with_extensions(vec![basic_constraints(true, Some(0)), key_usage(&[KEY_CERT_SIGN])]);
                let authority = site.pki.root().subordinate(&template, Key::ec()?)?;
                let site = Site { authority, pki: site.pki, url: site.url.clone() };
                Case::new(&site, &empty(&site))
            },
        ),
        both(
            "issuer-key-undecodable",
            "the CRL names another certificate of its issuer, whose key is not a point on its curve",
            &refused(VerifyCode::UnableToDecodeIssuerPublicKey, 0),
            |site| {
                let algorithm = der::sequence(&[der::oid(oids::EC_PUBLIC_KEY), der::oid(oids::PRIME256V1)]);
                let spki = der::sequence(&[algorithm, der::bit_string(&[4, 1, 2, 3])]);
                let template = Template { spki: Some(spki), ..namesake(site) };
                named_by(site, &site.pki.root().subordinate(&template, Key::ec()?)?)
            },
        ),
        both(
            "other-anchor",
            "the CRL is signed by a namesake of the issuer below another root, which is trusted too",
            &refused(VerifyCode::CrlPathValidationError, 0),
            |site| {
                let namesake = site.pki.stranger().subordinate(&namesake(site), Key::ec()?)?;
                let trusted = vec![site.pki.stranger().pem()];
                Ok(Case { trusted, ..named_by(site, &namesake)? })
            },
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// An authority with the name of the leaf's issuer.
fn namesake(site: &Site<'_>) -> Template {
    Template { serial: None, ..Site::template(site.pki, &site.url) }
}

/// The CRL names, by key identifier, the certificate of this authority, which the server sends too.
fn named_by(site: &Site<'_>, authority: &Authority) -> Result<Case, LabError> {
    let identity = site.identity()?.and(authority.certificate().clone());
    Ok(Case::of(identity, vec![Crl::of(authority, site.pki.now()).der()?]))
}
