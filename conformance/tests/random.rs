//! Random chains are answered as OpenSSL answers them.

use faultfinder_conformance::generator::{Generator, Without};
use faultfinder_conformance::run::{Settings, run};

#[test]
fn two_thousand_random_chains_are_answered_as_openssl_answers_them() {
    let generator = Generator::new(Without::default()).unwrap();
    let settings = Settings { seed: 20_261_122, chains: 2_000, reduced_max: 5 };
    let outcome = run(&generator, &settings).unwrap();
    println!("{}", outcome.statistics);
    let shown: Vec<String> = outcome
        .differences
        .iter()
        .map(|(_, reduced)| {
            let case = serde_json::to_string(&reduced.case).unwrap();
            format!("{}\n{case}", reduced.differences.join("\n"))
        })
        .collect();
    assert_eq!(outcome.differing, 0, "{}", shown.join("\n\n"));
    assert_eq!(outcome.statistics.missing(), [], "codes of the list that did not occur");
}
