//! No bytes and no line make the parsers panic.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests: a failure there is a failure of the test"
)]

use faultfinder_x509::{Certificate, TrustStore, VerifyOptions, case, pem, verify};
use proptest::prelude::*;
use serde_json::Value;
use std::sync::LazyLock;

#[path = "support/cases.rs"]
mod cases;

fn der() -> Vec<u8> {
    let key = rcgen::KeyPair::generate().unwrap();
    let mut params = rcgen::CertificateParams::new(["a.test".to_owned(), "192.0.2.1".to_owned()]).unwrap();
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Constrained(1));
    params.key_usages = vec![rcgen::KeyUsagePurpose::KeyCertSign];
    params.use_authority_key_identifier_extension = true;
    params.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ServerAuth];
    // Policies and certificate timestamps, which only the details show.
    let policies = vec![0x30, 10, 0x30, 8, 6, 6, 0x67, 0x81, 12, 1, 2, 1];
    let timestamp = [&[0][..], &[7; 32], &[0, 0, 1, 0x9b, 0, 0, 0, 0], &[0, 0, 4, 3, 0, 2, 1, 2]].concat();
    let timestamps = [&[4, 53, 0, 51, 0, 49], &timestamp[..]].concat();
    params.custom_extensions = vec![
        rcgen::CustomExtension::from_oid_content(&[2, 5, 29, 32], policies),
        rcgen::CustomExtension::from_oid_content(&[1, 3, 6, 1, 4, 1, 11_129, 2, 4, 2], timestamps),
    ];
    params.self_signed(&key).unwrap().der().to_vec()
}

/// The fields of a case.
const FIELDS: &[&str] = &[
    "id",
    "leaf",
    "untrusted",
    "trusted",
    "crls",
    "crls_in",
    "time",
    "purpose",
    "host",
    "ip",
    "email",
    "hostflags",
    "flags",
    "policies",
    "verify_depth",
    "auth_level",
];

/// Cases that were recorded.
static RECORDED: LazyLock<Vec<Value>> = LazyLock::new(|| {
    // One of each ten: reading them takes longer than changing them.
    cases::lines().iter().step_by(10).map(|line| serde_json::from_str(line).unwrap()).collect()
});

/// What a field may be, whatever it should be.
fn value() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        ".{0,30}",
        Just("ctx".to_owned()),
        Just("1.2.3".to_owned()),
        Just("crl_check".to_owned())
    ];
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        text.clone().prop_map(Value::from),
        prop::collection::vec(text, 0..4).prop_map(Value::from),
    ]
}

/// The answer to a line: one line of JSON.
fn answer(line: &str) -> Value {
    let answer = case::answer_line(line);
    assert!(!answer.contains('\n'), "{answer}");
    serde_json::from_str(&answer).unwrap()
}

/// Whether an answer has all that a verdict has, and nothing else.
fn is_verdict(answer: &Value) -> bool {
    answer["events"].is_array()
        && answer["final"].is_u64()
        && answer["strict"]["code"].is_u64()
        && answer["refined"].is_array()
        && answer["parse_error"].is_null()
}

#[test]
fn the_certificate_that_is_mutated_has_details() {
    let facts = Certificate::from_der(&der()).unwrap().facts_in_detail();
    assert_eq!((facts.policies.len(), facts.scts.len(), facts.path_length), (1, 1, Some(1)));
}

proptest! {
    #[test]
    fn mutated_certificates_are_read_or_refused(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8), cut in any::<prop::sample::Index>()) {
        let mut der = der();
        for (at, byte) in &changes {
            let at = at.index(der.len());
            der[at] = *byte;
        }
        if changes.len() > 6 {
            der.truncate(cut.index(der.len()));
        }
        if let Ok(certificate) = Certificate::from_der(&der) {
            let mut options = VerifyOptions::tls_server(1_767_225_600);
            options.flags.x509_strict = true;
            options.flags.check_ss_signature = true;
            options.hosts = vec!["a.test".to_owned()];
            options.auth_level = 2;
            let store = TrustStore::new([certificate.clone().into()]);
            let verdict = verify(&certificate, std::slice::from_ref(&certificate), &store, &options);
            prop_assert_eq!(verdict.is_valid(), verdict.decisive().is_none());
            let _ = certificate.facts_in_detail();
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Certificate::from_der(&bytes);
        let _ = pem::certificates(&bytes);
        let _ = pem::crls(&bytes);
    }

    #[test]
    fn any_pem_is_read_or_refused(begin in "-{4,5}BEGIN (X509 CRL|CERTIFICATE|X)-----", body in "[A-Za-z0-9+/=\n !]{0,60}", end in "-----END (X509 CRL|X)-----") {
        let text = format!("{begin}\n{body}\n{end}\n{begin}");
        for block in pem::blocks(text.as_bytes()).unwrap().flatten() {
            let _ = (block.certificate(), block.crl());
        }
        prop_assert!(pem::crls(text.as_bytes()).is_err() || !begin.starts_with("-----"));
    }

    #[test]
    fn any_line_gets_an_answer(line in ".{0,100}", field in "[a-z_]{1,12}", value in ".{0,30}") {
        for line in [line, format!("{{{field:?}:{value:?}}}")] {
            prop_assert!(answer(&line)["parse_error"].is_string());
        }
    }

    #[test]
    fn a_case_is_answered_by_a_verdict_unless_openssl_could_not_read_it(case in any::<prop::sample::Index>()) {
        let case = case.get(&RECORDED);
        let found = answer(&case.to_string());
        prop_assert_eq!(&found["id"], &case["id"]);
        prop_assert_eq!(is_verdict(&found), case["expect"]["parse_error"].is_null());
    }

    #[test]
    fn a_case_is_answered_whatever_one_field_says(case in any::<prop::sample::Index>(), field in prop::sample::select(FIELDS), value in value()) {
        let mut case = case.get(&RECORDED).clone();
        case[field] = value;
        let found = answer(&case.to_string());
        prop_assert!(is_verdict(&found) || found["parse_error"].is_string(), "{}", found);
    }

    #[test]
    fn a_case_is_answered_whatever_is_in_its_certificates(case in any::<prop::sample::Index>(), other in any::<prop::sample::Index>(), field in prop::sample::select(&["leaf", "untrusted", "trusted", "crls"][..])) {
        let mut case = case.get(&RECORDED).clone();
        case[field] = other.get(&RECORDED)[field].clone();
        let readable = case["expect"]["parse_error"].is_null() && other.get(&RECORDED)["expect"]["parse_error"].is_null();
        prop_assert!(is_verdict(&answer(&case.to_string())) || !readable);
    }
}
