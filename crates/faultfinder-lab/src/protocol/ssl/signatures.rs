//! A signature is wrong.

use super::endpoint::certificate;
use super::expect::{refused, refused_finer};
use crate::pki::{Digest, Identity, Key, NAMES, Pki, Signature, Template, der, oids};
use crate::{LabError, Scenario};
use faultfinder_taxonomy::VerifyCode;
use std::sync::Arc;

/// Bytes of a signature by an RSA key of 2048 bits.
const RSA_SIGNATURE_BYTES: usize = 256;

pub(super) fn scenarios() -> Vec<Scenario> {
    let mut all = verified();
    all.extend(unrecoverable());
    all
}

/// By a key of the right kind that is not the issuer's.
fn by_a_stranger(pki: &Pki) -> Signature {
    Signature::By(Arc::clone(pki.stranger().key()))
}

/// A leaf under an RSA authority that carries these bytes as its signature.
fn below_rsa(pki: &Pki, signature: Vec<u8>) -> Result<Identity, LabError> {
    let authority =
        pki.root().subordinate(&Template::authority(pki.now(), "RSA CA", None), Key::rsa2048()?)?;
    authority.issue(&Template::server(pki.now(), NAMES).signed(Signature::Bytes(signature)))
}

fn verified() -> Vec<Scenario> {
    vec![
        certificate(
            "bad-signature-leaf",
            "somebody else signed the leaf under the issuer's name",
            refused(VerifyCode::CertSignatureFailure, 0),
            |pki| pki.issuing().issue(&Template::server(pki.now(), NAMES).signed(by_a_stranger(pki))),
        ),
        certificate(
            "bad-signature-intermediate",
            "somebody else signed the intermediate under the root's name",
            refused(VerifyCode::CertSignatureFailure, 1),
            |pki| {
                let forged = Template::authority(pki.now(), "Forged CA", None).signed(by_a_stranger(pki));
                pki.root().subordinate(&forged, Key::ec()?)?.issue(&Template::server(pki.now(), NAMES))
            },
        ),
        certificate(
            "signature-of-another-text",
            "the issuer's signature is good, but of another text",
            refused(VerifyCode::CertSignatureFailure, 0),
            |pki| below_rsa(pki, Key::rsa2048()?.sign(Digest::Sha256, b"another text")?),
        ),
        certificate(
            "signature-algorithms-differ",
            "the leaf names one signature algorithm inside and another outside",
            refused(VerifyCode::CertSignatureFailure, 0),
            |pki| {
                let inner_algorithm = Some(der::sequence(&[der::oid(oids::ECDSA_WITH_SHA384)]));
                pki.issuing().issue(&Template { inner_algorithm, ..Template::server(pki.now(), NAMES) })
            },
        ),
    ]
}

fn unrecoverable() -> Vec<Scenario> {
    let expect =
        || refused_finer(VerifyCode::UnableToDecryptCertSignature, VerifyCode::CertSignatureFailure, 0);
    vec![
        certificate(
            "signature-padding",
            "the value in place of an RSA signature has no padding",
            expect(),
            |pki| below_rsa(pki, vec![1; RSA_SIGNATURE_BYTES]),
        ),
        certificate("signature-length", "the RSA signature is half as long as its key", expect(), |pki| {
            below_rsa(pki, vec![1; RSA_SIGNATURE_BYTES / 2])
        }),
    ]
}
