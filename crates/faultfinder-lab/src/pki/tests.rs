//! What the parts of the PKI are, byte by byte and by a second opinion.

use super::*;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::{CertificateError, Error, RootCertStore};
use rustls_pki_types::{ServerName, UnixTime};
use std::time::Duration;

const NOW: Duration = Duration::from_secs(1_790_000_000);

fn pki() -> Pki {
    Pki::new(SystemTime::UNIX_EPOCH + NOW).unwrap()
}

/// What rustls' own verifier says of a chain: a second opinion on what the lab calls good.
fn judge(pki: &Pki, identity: &Identity, name: &str) -> Result<(), Error> {
    let mut roots = RootCertStore::empty();
    roots.add(pki.root().certificate().clone()).unwrap();
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::new(default_provider()))
        .build()
        .unwrap();
    let name = ServerName::try_from(name.to_owned()).unwrap();
    let (leaf, rest) = identity.chain.split_first().unwrap();
    verifier.verify_server_cert(leaf, rest, &name, &[], UnixTime::since_unix_epoch(NOW)).map(drop)
}

#[test]
fn the_good_certificate_is_valid_for_each_of_its_names() {
    let pki = pki();
    for name in ["shop.lab.test", "other.lab.test", "localhost", "127.0.0.1", "::1"] {
        judge(&pki, pki.good(), name).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    assert!(judge(&pki, pki.good(), "shop.example").is_err());
}

#[test]
fn broken_certificates_are_broken_in_one_way() {
    let pki = pki();
    let leaf = || Template::server(pki.now(), NAMES);
    for (identity, expected) in [
        (pki.self_signed(), CertificateError::UnknownIssuer),
        (pki.stranger().issue(&leaf()), CertificateError::UnknownIssuer),
        (
            pki.issuing().issue(&leaf().signed(Signature::By(Arc::clone(pki.stranger().key())))),
            CertificateError::BadSignature,
        ),
    ] {
        assert_eq!(
            judge(&pki, &identity.unwrap(), "shop.lab.test"),
            Err(Error::InvalidCertificate(expected))
        );
    }
    assert!(matches!(
        judge(&pki, &pki.expired().unwrap(), "shop.lab.test"),
        Err(Error::InvalidCertificate(CertificateError::ExpiredContext { .. }))
    ));
}

#[test]
fn rsa_keys_sign_what_the_library_verifies() {
    let pki = pki();
    let authority = pki
        .root()
        .subordinate(&Template::authority(pki.now(), "RSA CA", None), Key::rsa2048().unwrap())
        .unwrap();
    let identity = authority.issue(&Template::server(pki.now(), NAMES)).unwrap();
    judge(&pki, &identity, "shop.lab.test").unwrap();
}

#[test]
fn a_key_of_512_bits_signs_64_bytes() {
    let key = Key::rsa512().unwrap();
    assert_eq!(key.sign(Digest::Sha256, b"message").unwrap().len(), 64);
    assert_eq!(key.sign(Digest::Md5, b"message").unwrap().len(), 64);
    assert!(key.for_rustls().is_ok());
}

#[test]
fn trust_settings_follow_the_certificate() {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let root = pki();
    let pem = root.root().trusted_pem(&[oids::EMAIL_PROTECTION], &[oids::SERVER_AUTH]);
    let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let der = STANDARD.decode(body).unwrap();
    let settings = der.strip_prefix(root.root().certificate().as_ref()).unwrap();
    assert_eq!(&settings[..4], [0x30, 24, 0x30, 10]);
    assert_eq!(settings[14..16], [0xa0, 10]);
}

#[test]
fn the_lab_survives_an_early_clock() {
    assert!(Pki::new(SystemTime::UNIX_EPOCH).is_ok());
}

/// What rustls' own verifier says of the good leaf's issuer's CRL.
fn judge_crl(pki: &Pki, leaf: &Identity, crl: &Crl) -> Result<(), Error> {
    let mut roots = RootCertStore::empty();
    roots.add(pki.root().certificate().clone()).unwrap();
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::new(default_provider()))
        .with_crls([crl.der().unwrap().into()])
        .only_check_end_entity_revocation()
        .enforce_revocation_expiration()
        .build()
        .unwrap();
    let name = ServerName::try_from("shop.lab.test").unwrap();
    let (first, rest) = leaf.chain.split_first().unwrap();
    verifier.verify_server_cert(first, rest, &name, &[], UnixTime::since_unix_epoch(NOW)).map(drop)
}

#[test]
fn crls_say_what_they_should() {
    let pki = pki();
    let leaf = pki.issuing().issue(&Template::server(pki.now(), NAMES).numbered(&[7, 7, 7])).unwrap();
    let list = || Crl::of(pki.issuing(), pki.now());
    let invalid = |error| Err(Error::InvalidCertificate(error));
    let then = before(pki.now(), DAY);
    assert_eq!(judge_crl(&pki, &leaf, &list()), Ok(()));
    let other = list().revoking(&[7, 7, 8], then, Reason::Superseded);
    assert_eq!(judge_crl(&pki, &leaf, &other), Ok(()));
    let revoked = other.revoking(&[7, 7, 7], then, Reason::KeyCompromise);
    assert_eq!(judge_crl(&pki, &leaf, &revoked), invalid(CertificateError::Revoked));
    let expired = list().valid(before(pki.now(), DAY * 2), then);
    assert!(matches!(
        judge_crl(&pki, &leaf, &expired),
        Err(Error::InvalidCertificate(CertificateError::ExpiredRevocationListContext { .. }))
    ));
}

#[test]
fn ocsp_answers_hold_what_they_are_made_of() {
    let pki = pki();
    let answer = OcspResponse::of(pki.issuing(), &[7, 7, 7], pki.now());
    let has = |der: &[u8], part: &[u8]| der.windows(part.len()).any(|window| window == part);
    let good = answer.der().unwrap();
    assert!(has(&good, &der::integer(&[7, 7, 7])) && has(&good, &pki.issuing().key().ocsp_hash()));
    assert!(!has(&good, pki.root().certificate()));
    let at = before(pki.now(), DAY);
    let revoked = answer.clone().saying(Status::Revoked(at, Reason::Superseded)).der().unwrap();
    assert!(has(&revoked, &der::generalized_time(at)) && has(&revoked, &der::enumerated(4)));
    let delegated = answer.by(pki.root().key(), pki.root().certificate()).der().unwrap();
    assert!(has(&delegated, pki.root().certificate()) && has(&delegated, &pki.root().key().ocsp_hash()));
    assert_eq!(OcspResponse::refusal(3), [0x30, 3, 0x0a, 1, 3]);
}
