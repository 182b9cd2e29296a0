//! Files of Gatus: what they are imported as, and what is said of broken ones.

mod foreign;

use faultfinder_spec::{ForeignFormat, Source};
use foreign::{Corpus, diagnostics, imported, survives_mutation};

const CORPUS: Corpus = Corpus {
    format: ForeignFormat::Gatus,
    files: &[
        ("endpoints", include_str!("data/gatus/endpoints.yaml")),
        ("kinds", include_str!("data/gatus/kinds.yaml")),
        ("conditions", include_str!("data/gatus/conditions.yaml")),
        ("suite", include_str!("data/gatus/suite.yaml")),
    ],
};

#[test]
fn endpoints_become_the_tests_that_they_are() {
    for (name, text) in CORPUS.files {
        let source = Source::new(&format!("{name}.yaml"), text);
        insta::assert_snapshot!(format!("gatus_{name}"), imported(&CORPUS, &source));
    }
}

#[test]
fn a_file_with_one_value_replaced_gives_diagnostics_or_a_document() {
    for (name, text) in CORPUS.files {
        survives_mutation(&CORPUS, text, |text| Source::new(&format!("{name}.yaml"), text));
    }
}

/// Broken files.
const BROKEN: &[&str] = &[
    "endpoints:\n  - { url: 'https://a.test', conditions: ['[STATUS] == 200'] }\n",
    "endpoints:\n  - { name: a, conditions: ['[STATUS] == 200'] }\n",
    "endpoints:\n  - { name: a, url: 'https://a.test', conditions: ['[STATUS]==200'] }\n",
    "endpoints:\n  - { name: a, url: 'https://a.test', interval: 5, conditions: ['[STATUS] == 200'] }\n",
    "endpoints:\n  - { name: a, url: 'https://a.test', client: { timeout: soon }, conditions: ['[STATUS] == 200'] }\n",
    "endpoints:\n  - { name: a, url: 'https://a.test', client: { dns-resolver: 192.0.2.1, network: ip5 }, conditions: [] }\n",
    "endpoints:\n  - { name: a, url: 'tcp://a.test', conditions: ['[CONNECTED] == true'] }\n",
    "endpoints:\n  - { name: a, url: 192.0.2.1, dns: { query-type: A }, conditions: ['[DNS_RCODE] == NOERROR'] }\n",
    "endpoints:\n  - { name: a, url: 'https://a.test', headers: [x], conditions: ['[STATUS] == 200'] }\n",
    "endpoints:\n  - { name: a, url: 'https://a.test', headers: { x: [y] }, conditions: ['[STATUS] == 200'] }\n",
    "endpoints:\n  - { name: a, url: 'https://a.test', conditions: ['[STATUS] == 200'] }\n  - { name: a, url: 'https://b.test', conditions: ['[STATUS] == 200'] }\n",
    "endpoints:\n  - { name: a, url: 'sctp://a.test:1', conditions: ['[CONNECTED] == true'] }\n",
    "endpoints:\n  - { name: a, url: 'https://a.test', enabled: maybe, conditions: ['[STATUS] == 200'] }\n",
    "endpoints: [ 7, { name: a, url: 'https://a.test', conditions: { a: b } } ]\n",
    "suites:\n  - { name: a, timeout: x, endpoints: [ { name: b, url: 'https://a.test', conditions: ['[STATUS] == 200'] } ] }\nendpoints: 7\n",
    "endpoints:\n  - { name: a, url: 'https://a.test', conditions: ['[STATSU] == 200', 'status == 200', 'a == b'] }\n",
    "endpoints:\n  - { name: a, url: 'https://a.test' }\n  - { name: b, url: 'https://b.test', conditions: [] }\n",
    "endpoints:\n  - { name: a, url: 'https://a.test', conditons: ['[STATUS] == 200'] }\n  - { name: b, url: 'https://a.test', conditions: [ [x] ] }\n",
];

#[test]
fn what_is_wrong_is_said_at_its_place() {
    let all: Vec<String> =
        BROKEN.iter().map(|text| diagnostics(&Source::new("config.yaml", text), true)).collect();
    insta::assert_snapshot!("gatus_broken", all.join("\n\n---\n\n"));
}
