//! Keys and signatures by algorithms that nobody here knows: a verdict of their own, and nothing about the certificate.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use faultfinder_taxonomy::{VerifyCode, VerifyEvent};
use faultfinder_x509::{Certificate, TrustStore, Verdict, VerifyOptions, verify};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, PKCS_ED25519, date_time_ymd,
};

/// 2026-01-01.
const NOW: i64 = 1_767_225_600;

/// The object identifier of Ed25519, and one that stands for nothing.
const ED25519: [u8; 5] = [6, 3, 0x2b, 0x65, 0x70];
const NOTHING: [u8; 5] = [6, 3, 0x2b, 0x65, 0x7f];

/// Which of the three places of an algorithm in a certificate are changed: the signature's inside, the key's, the signature's
/// outside.
type Places = [bool; 3];

const NONE: Places = [false, false, false];
const KEY: Places = [false, true, false];
const SIGNATURE: Places = [true, false, true];

/// A certificate with other algorithms in some places. Its own signature breaks.
fn with_unknown(der: &[u8], places: Places) -> Certificate {
    let mut der = der.to_vec();
    let found: Vec<usize> = (0..der.len() - 4).filter(|at| der[*at..at + 5] == ED25519).collect();
    assert_eq!(found.len(), 3);
    for (at, _) in found.into_iter().zip(places).filter(|(_, change)| *change) {
        der[at..at + 5].copy_from_slice(&NOTHING);
    }
    Certificate::from_der(&der).unwrap()
}

/// A leaf and its root, of Ed25519 but for some places.
fn judge(
    leaf_places: Places,
    root_places: Places,
    change: impl Fn(&mut CertificateParams, &mut VerifyOptions),
) -> Verdict {
    let (root_key, leaf_key) =
        (KeyPair::generate_for(&PKCS_ED25519).unwrap(), KeyPair::generate_for(&PKCS_ED25519).unwrap());
    let mut root = CertificateParams::new(Vec::new()).unwrap();
    root.distinguished_name.push(DnType::CommonName, "root");
    root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let mut leaf = CertificateParams::new(["a.test".to_owned()]).unwrap();
    let mut options = VerifyOptions::tls_server(NOW);
    change(&mut leaf, &mut options);
    let leaf = leaf.signed_by(&leaf_key, &Issuer::from_params(&root, &root_key)).unwrap();
    let root = with_unknown(root.self_signed(&root_key).unwrap().der(), root_places);
    verify(&with_unknown(leaf.der(), leaf_places), &[], &TrustStore::new([root.into()]), &options)
}

#[track_caller]
fn check(verdict: &Verdict, openssl: &[&str], reason: &str) {
    let codes: Vec<&str> = verdict.events.iter().map(|event| event.openssl.as_str()).collect();
    assert_eq!(codes, openssl);
    let decisive = verdict.decisive().unwrap();
    assert_eq!(decisive.code, VerifyCode::UnsupportedSignatureAlgorithm, "{decisive}");
    assert_eq!(decisive.reason, reason);
    assert!(!decisive.is_judged() && !verdict.is_valid());
    assert_eq!(
        decisive.remedy,
        "verify it with a program that knows the algorithm, or have it reissued with a common one"
    );
    // Reports say nothing of OpenSSL then.
    let fact = VerifyEvent::from(decisive);
    assert_eq!((fact.code, fact.openssl), (decisive.code, decisive.code));
}

#[test]
fn a_known_chain_is_judged() {
    let verdict = judge(NONE, NONE, |_, _| {});
    assert!(verdict.is_valid(), "{:?}", verdict.events);
}

#[test]
fn a_key_of_an_unknown_kind_cannot_be_judged() {
    let why = |whose: &str| {
        format!("{whose} cannot be read: its algorithm is unknown; this algorithm cannot be judged here")
    };
    let verdict = judge(KEY, NONE, |_, _| {});
    check(&verdict, &[], &why("the key of \"CN=rcgen self signed cert\""));
    assert_eq!((verdict.ret, verdict.final_code), (-1, VerifyCode::Unspecified));
    // Nor is it too small.
    check(&judge(KEY, NONE, |_, options| options.auth_level = 2), &["EE_KEY_TOO_SMALL"], &why("the key"));
}

#[test]
fn an_issuer_with_a_key_of_an_unknown_kind_is_not_missing() {
    check(
        &judge(NONE, KEY, |_, _| {}),
        &["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "UNABLE_TO_VERIFY_LEAF_SIGNATURE"],
        "the key of its issuer, \"CN=root\", cannot be read: its algorithm is unknown; this algorithm cannot be judged here",
    );
}

#[test]
fn a_signature_of_an_unknown_kind_is_not_bad() {
    check(
        &judge(SIGNATURE, NONE, |_, _| {}),
        &["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "UNABLE_TO_VERIFY_LEAF_SIGNATURE"],
        "the signature algorithm 1.3.101.127 of \"CN=rcgen self signed cert\" is not known; this algorithm cannot be judged here",
    );
}

#[test]
fn what_is_wrong_whatever_the_algorithm_is_decides() {
    let verdict = judge(SIGNATURE, NONE, |leaf, _| leaf.not_after = date_time_ymd(2025, 1, 1));
    assert_eq!(verdict.decisive().unwrap().code, VerifyCode::CertHasExpired);
}

#[test]
fn a_line_of_the_batch_says_that_it_cannot_be_judged() {
    let key = KeyPair::generate_for(&PKCS_ED25519).unwrap();
    let made = CertificateParams::new(["a.test".to_owned()]).unwrap().self_signed(&key).unwrap();
    let answer = |places: Places| -> serde_json::Value {
        let body = STANDARD.encode(with_unknown(made.der(), places).der());
        let leaf = format!("-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n");
        let case = serde_json::json!({ "id": "a", "leaf": leaf, "time": NOW });
        serde_json::from_str(&faultfinder_x509::case::answer_line(&case.to_string())).unwrap()
    };
    assert!(answer(NONE).get("cannot_judge").is_none());
    let why = answer(SIGNATURE)["cannot_judge"].as_str().unwrap().to_owned();
    assert!(why.ends_with("is not known; this algorithm cannot be judged here"), "{why}");
}
