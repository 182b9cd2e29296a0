//! Random chains with OpenSSL's recorded answers, so that a clone without the big corpora is tested too.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests")]

use faultfinder_taxonomy::VerifyCode;
use faultfinder_x509::conformance::{self, Suite};
use std::collections::BTreeSet;
use std::sync::LazyLock;

#[path = "support/cases.rs"]
mod cases;

static CASES: LazyLock<Vec<String>> = LazyLock::new(cases::lines);

/// The least number of cases.
const CASES_MIN: usize = 3_000;

#[test]
fn every_case_of_our_own_is_answered_as_openssl_answered_it() {
    assert!(CASES.len() >= CASES_MIN, "{} cases", CASES.len());
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let suites: Vec<Suite> = std::thread::scope(|scope| {
        let parts = CASES.chunks(CASES.len().div_ceil(threads));
        let run = |part: &[String]| conformance::suite("own".to_owned(), &part.join("\n"));
        let threads: Vec<_> = parts.map(|part| scope.spawn(move || run(part))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(suites.iter().map(|suite| suite.cases).sum::<usize>(), CASES.len());
    let differing: Vec<String> = suites
        .iter()
        .flat_map(|suite| &suite.differing)
        .map(|case| format!("{}: {}", case.id, case.what.join("; ")))
        .collect();
    assert!(differing.is_empty(), "{} differ:\n{}", differing.len(), differing.join("\n"));
}

/// Texts of a field of all cases.
fn values(field: &str) -> BTreeSet<String> {
    let mut values = BTreeSet::new();
    for line in CASES.iter() {
        let case: serde_json::Value = serde_json::from_str(line).unwrap();
        let list = case[field].as_array().cloned().unwrap_or_else(|| vec![case[field].clone()]);
        values.extend(list.iter().filter_map(|value| value.as_str()).map(str::to_owned));
    }
    values
}

#[test]
fn the_cases_have_every_flag_and_every_purpose() {
    for (field, names) in
        [("flags", FLAGS), ("hostflags", HOST_FLAGS), ("purpose", PURPOSES), ("crls_in", &["ctx", "store"])]
    {
        let used = values(field);
        assert_eq!(used.iter().map(String::as_str).collect::<BTreeSet<_>>(), names.iter().copied().collect());
    }
}

#[test]
fn the_cases_have_every_parameter_set_of_slh_dsa() {
    let tags = values("tags");
    let sets: Vec<&String> = tags.iter().filter(|tag| tag.starts_with("SLH-DSA-")).collect();
    assert_eq!(sets.len(), 12, "{sets:?}");
    for tag in
        ["rare_curve", "explicit_rare_curve", "sm2", "ml_kem", "ml_dsa", "addresses", "as_numbers", "odd_pem"]
    {
        assert!(tags.contains(tag), "{tag}");
    }
}

/// All flags of the case format.
const FLAGS: &[&str] = &[
    "allow_proxy_certs",
    "check_ss_signature",
    "crl_check",
    "crl_check_all",
    "explicit_policy",
    "extended_crl_support",
    "ignore_critical",
    "inhibit_any",
    "inhibit_map",
    "no_alt_chains",
    "no_check_time",
    "no_trusted_first",
    "partial_chain",
    "policy_check",
    "suiteb_128",
    "suiteb_128_only",
    "suiteb_192",
    "trusted_first",
    "use_deltas",
    "x509_strict",
];

/// All host flags of the case format.
const HOST_FLAGS: &[&str] = &[
    "always_check_subject",
    "multi_label_wildcards",
    "never_check_subject",
    "no_partial_wildcards",
    "no_wildcards",
    "single_label_subdomains",
];

/// All purposes of the case format.
const PURPOSES: &[&str] = &[
    "any",
    "codesign",
    "crlsign",
    "nssslserver",
    "ocsphelper",
    "smimeencrypt",
    "smimesign",
    "sslclient",
    "sslserver",
    "timestampsign",
];

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
    "UNSUPPORTED_EXTENSION_FEATURE",
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

#[test]
fn the_cases_show_every_code_that_openssl_raises() {
    let mut shown = BTreeSet::new();
    for line in CASES.iter() {
        let case: serde_json::Value = serde_json::from_str(line).unwrap();
        let events = case["expect"]["events"].as_array().cloned().unwrap_or_default();
        shown.extend(events.iter().filter_map(|event| event[2].as_str()).map(str::to_owned));
    }
    for code in VerifyCode::ALL.iter().map(|code| code.as_str()) {
        assert_ne!(shown.contains(code), NEVER_RAISED.contains(&code), "{code}");
    }
}
