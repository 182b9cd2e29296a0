//! The details of certificates in results: of the whole chain where certificates are tested, else of the leaf.

use crate::served::serve;
use faultfinder_tests::faultfinder;
use serde_json::{Value, json};

/// The chain in the result of a scenario's test.
fn chain(id: &str) -> Vec<Value> {
    let served = serve(id).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("test.json");
    let definition = json!({ "version": 1, "tests": [served.exhibit["definition"]] });
    std::fs::write(&file, definition.to_string()).unwrap();
    let answer = faultfinder(&["run", &file.to_string_lossy(), "--format", "json"]);
    let chain = answer.json()["results"][0]["observed"]["tls"]["chain"].take();
    chain.as_array().cloned().unwrap_or_else(|| panic!("{id}: {}{}", answer.stdout, answer.stderr))
}

#[test]
fn tls_tests_have_the_details_of_the_chain_and_other_tests_those_of_the_leaf() {
    for (id, of_all) in
        [("tls-cert/ok", true), ("tls-cert/expired", true), ("http1/tls-ok", false), ("http3/ok", false)]
    {
        let chain = chain(id);
        let (leaf, issuer) = (&chain[0], &chain[1]);
        assert_eq!(leaf["extended_key_usage"], json!(["serverAuth"]), "{id}: {leaf}");
        let path_length = if of_all { json!(0) } else { Value::Null };
        assert_eq!(issuer["path_length"], path_length, "{id}: {issuer}");
        assert_eq!(issuer["is_ca"], true, "{id}");
    }
}
