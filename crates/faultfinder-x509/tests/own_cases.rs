//! Random chains with OpenSSL's recorded answers, so that a clone without the big corpora is tested too.

use faultfinder_taxonomy::VerifyCode;
use faultfinder_x509::conformance;
use std::collections::BTreeSet;

const CASES: &str = include_str!("cases.jsonl");

#[test]
fn every_case_of_our_own_is_answered_as_openssl_answered_it() {
    let suite = conformance::suite("cases".to_owned(), CASES);
    assert_eq!(suite.cases, 300);
    let differing: Vec<String> =
        suite.differing.iter().map(|case| format!("{}: {}", case.id, case.what.join("; "))).collect();
    assert!(differing.is_empty(), "{} differ:\n{}", differing.len(), differing.join("\n"));
}

/// The codes that OpenSSL 3.5.5 never raises as an event.
const NEVER_RAISED: &[&str] = &[
    "OK",
    "UNABLE_TO_DECRYPT_CERT_SIGNATURE",
    "UNABLE_TO_DECRYPT_CRL_SIGNATURE",
    "OUT_OF_MEM",
    "NO_ISSUER_PUBLIC_KEY",
    "CERT_UNTRUSTED",
    "SUBJECT_ISSUER_MISMATCH",
    "AKID_SKID_MISMATCH",
    "AKID_ISSUER_SERIAL_MISMATCH",
    "UNABLE_TO_GET_CRL_ISSUER",
    "INVALID_EXTENSION",
    "UNSUPPORTED_EXTENSION_FEATURE",
    "UNNESTED_RESOURCE",
    "APPLICATION_VERIFICATION",
    "UNSUPPORTED_CONSTRAINT_SYNTAX",
    "PATH_LOOP",
    "DANE_NO_MATCH",
    "INVALID_CALL",
    "STORE_LOOKUP",
    "NO_VALID_SCTS",
    "OCSP_VERIFY_NEEDED",
    "OCSP_VERIFY_FAILED",
    "OCSP_CERT_UNKNOWN",
    "UNSUPPORTED_SIGNATURE_ALGORITHM",
    "SIGNATURE_ALGORITHM_MISMATCH",
    "AUTHORITY_KEY_IDENTIFIER_CRITICAL",
    "SUBJECT_KEY_IDENTIFIER_CRITICAL",
    "RPK_UNTRUSTED",
];

/// The codes that only `chains.rs` shows.
const SHOWN_ELSEWHERE: &[&str] =
    &["INVALID_NON_CA", "SUITE_B_INVALID_ALGORITHM", "SUITE_B_CANNOT_SIGN_P_384_WITH_P_256"];

#[test]
fn the_cases_show_every_code_that_openssl_raises() {
    let mut shown = BTreeSet::new();
    for line in CASES.lines() {
        let case: serde_json::Value = serde_json::from_str(line).unwrap();
        let events = case["expect"]["events"].as_array().cloned().unwrap_or_default();
        shown.extend(events.iter().filter_map(|event| event[2].as_str()).map(str::to_owned));
    }
    let elsewhere = [NEVER_RAISED, SHOWN_ELSEWHERE].concat();
    for code in VerifyCode::ALL.iter().map(|code| code.as_str()) {
        assert_ne!(shown.contains(code), elsewhere.contains(&code), "{code}");
    }
}
