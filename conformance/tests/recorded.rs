//! The oracle is the one that gave the recorded answers.

use std::path::PathBuf;

use faultfinder_conformance::oracle;
use faultfinder_conformance::record::Case;

#[path = "../../tests/src/not_run.rs"]
mod not_run;

/// Where the recorded cases are: a folder beside the workspace, or what the environment says.
fn corpus() -> Option<PathBuf> {
    let folder = std::env::var_os("FAULTFINDER_X509_CORPUS")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/x509"), PathBuf::from);
    folder.is_dir().then_some(folder)
}

#[test]
fn the_openssl_that_is_linked_is_3_5() {
    assert_eq!(oracle::version() >> 20, 0x305, "{:#x}", oracle::version());
}

#[test]
fn every_recorded_answer_is_given_again() {
    let Some(folder) = corpus() else {
        return not_run::report("the recorded cases of OpenSSL's answers are not on this machine");
    };
    let (mut cases, mut differences) = (0, Vec::new());
    for suite in ["openssl", "limbo", "pkits", "generated"] {
        let text = std::fs::read_to_string(folder.join(suite).with_extension("jsonl")).unwrap();
        for line in text.lines() {
            let case: Case = serde_json::from_str(line).unwrap();
            cases += 1;
            let answer = oracle::ask(&case).unwrap();
            if Some(&answer) != case.expect.as_ref() {
                let recorded = serde_json::to_string(&case.expect).unwrap();
                differences.push(format!(
                    "{}:\n  now      {}\n  recorded {recorded}",
                    case.id,
                    serde_json::to_string(&answer).unwrap()
                ));
            }
        }
    }
    assert!(cases > 1_000, "{cases} cases");
    assert!(differences.is_empty(), "{} of {cases} differ\n{}", differences.len(), differences.join("\n"));
}
