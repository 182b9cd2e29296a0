//! Every recorded case of OpenSSL's answers, and the list of known divergences.

use std::path::PathBuf;

use faultfinder_x509::conformance::{self, Divergences};

#[path = "../../../tests/src/not_run.rs"]
mod not_run;

/// Where the recorded cases are: a folder beside the workspace, or what the environment says.
fn corpus() -> Option<PathBuf> {
    let folder = std::env::var_os("FAULTFINDER_X509_CORPUS").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/x509"),
        PathBuf::from,
    );
    folder.is_dir().then_some(folder)
}

#[test]
fn every_recorded_case_is_answered_as_openssl_answered_it() {
    let Some(folder) = corpus() else {
        return not_run::report("the recorded cases of OpenSSL's answers are not on this machine");
    };
    let known = Divergences::parse(include_str!("../divergences.txt"));
    let report = conformance::run(&folder).unwrap();
    for suite in &report.suites {
        let part = |name| suite.agreed_in(name);
        println!(
            "{:<10} {:>4} cases: events {}, final {}, strict {}; {} agree in everything",
            suite.name,
            suite.cases,
            part("events"),
            part("final"),
            part("strict"),
            suite.agreed()
        );
    }
    let found = known.check(&report, |_| true);
    assert!(
        found.unlisted.is_empty(),
        "{} differ and are not listed:\n{}",
        found.unlisted.len(),
        found.unlisted.join("\n")
    );
    assert!(found.stale.is_empty(), "listed, but they agree now:\n{}", found.stale.join("\n"));
}
