//! Random chains with OpenSSL's recorded answers, so that a clone without the big corpora is tested too.

use faultfinder_x509::conformance;

#[test]
fn every_case_of_our_own_is_answered_as_openssl_answered_it() {
    let suite = conformance::suite("cases".to_owned(), include_str!("cases.jsonl"));
    assert_eq!(suite.cases, 300);
    let differing: Vec<String> =
        suite.differing.iter().map(|case| format!("{}: {}", case.id, case.what.join("; "))).collect();
    assert!(differing.is_empty(), "{} differ:\n{}", differing.len(), differing.join("\n"));
}
