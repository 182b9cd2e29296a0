//! What definitions of strangers may not do.

use crate::served::{ADMIN, Served, definition};
use serde_json::{Value, json};

/// A definition with one test.
fn of(test: Value) -> Value {
    json!({ "version": 1, "tests": [test] })
}

#[tokio::test]
async fn a_definition_of_the_api_reads_no_file_of_this_host() {
    let served = Served::open().await;
    let http = |field: &str, value: Value| {
        let mut http = json!({ "url": "https://a.test/" });
        http[field] = value;
        of(json!({ "name": "a", "http": http }))
    };
    let tls = |field: &str, value: Value| {
        let mut tls = json!({ "client_cert": "-----BEGIN CERTIFICATE-----" });
        tls[field] = value;
        http("tls", tls)
    };
    let grpc = |field: &str, value: Value| {
        let mut grpc = json!({ "host": "a.test", "service": "a.B", "method": "C" });
        grpc[field] = value;
        of(json!({ "name": "a", "grpc": grpc }))
    };
    let mut by_variable = tls("ca", json!("{{ FILE }}"));
    by_variable["variables"] = json!({ "FILE": "/etc/passwd" });
    let jwt = json!({ "jwt": { "algorithm": "RS256", "key": "/etc/passwd" } });
    let multipart = json!([{ "name": "a", "file": "/etc/passwd" }]);
    for (definition, path) in [
        (tls("ca", json!("/etc/passwd")), "http.tls.ca"),
        (by_variable, "http.tls.ca"),
        (tls("client_cert", json!("/etc/passwd")), "http.tls.client_cert"),
        (tls("client_key", json!("/etc/passwd")), "http.tls.client_key"),
        (tls("crl", json!("/etc/passwd")), "http.tls.crl"),
        (http("auth", jwt), "http.auth.jwt.key"),
        (http("multipart", multipart), "http.multipart"),
        (grpc("proto", json!("/etc/passwd")), "grpc.proto"),
        (grpc("descriptor_set", json!("/etc/passwd")), "grpc.descriptor_set"),
        (
            of(
                json!({ "name": "a", "dns": { "name": "a.test", "dnssec": "validate", "trust_anchor": "/etc/passwd" } }),
            ),
            "dns.trust_anchor",
        ),
    ] {
        let answer = served.post("/api/v1/tests", json!({ "definition": definition })).await;
        answer.envelope(400, "InvalidRequest");
        let text = answer.body.to_string();
        assert!(text.contains("names a file, but this definition may not read files"), "{path}: {text}");
        let found = answer.paths();
        assert!(found.iter().any(|(found, _)| found.starts_with("definition.tests[0]")), "{path}: {found:?}");
        // The same is refused where nothing is kept.
        served
            .post("/api/v1/runs", json!({ "definition": definition }))
            .await
            .envelope(400, "InvalidRequest");
    }
    let mut environment = of(json!({ "name": "a", "http": { "url": "https://{{ HOME }}.test/" } }));
    environment["variables"] = json!({ "HOME": { "env": "HOME" } });
    let answer = served.post("/api/v1/tests", json!({ "definition": environment })).await;
    answer.envelope(400, "InvalidRequest");
    assert!(answer.text.contains("the environment has no variable `HOME`"), "{answer:?}");
}

#[tokio::test]
async fn denied_networks_are_out_of_reach_for_tokens_that_are_not_admin() {
    let served = Served::locked().await;
    let token = served.token(&["runs:execute"]).await;
    for host in
        ["127.0.0.1", "localhost", "[::1]", "169.254.169.254", "10.0.0.1", "[::ffff:192.168.0.1]", "0.0.0.0"]
    {
        let url = format!("http://{host}:1/");
        let definition = of(json!({ "name": "a", "http": { "url": url, "timeout": "5s" } }));
        let body = json!({ "definition": definition });
        let answer = served.call("POST", "/api/v1/runs", Some(&token), Some(&body)).await;
        let result = &answer.body["items"][0];
        assert_eq!(
            (&result["status"], &result["code"]),
            (&json!("failed"), &json!("DENIED")),
            "{host}: {answer:?}"
        );
    }
    let body = json!({ "definition": definition(None) });
    let answer = served.call("POST", "/api/v1/runs", Some(ADMIN), Some(&body)).await;
    assert_eq!(answer.body["items"][0]["code"], json!("CONNREFUSED"), "{answer:?}");
}

#[tokio::test]
async fn a_kept_test_reaches_what_its_author_may_reach_whoever_runs_it() {
    let served = Served::locked().await;
    let token = served.token(&["tests:read", "tests:write", "runs:execute"]).await;
    let body = json!({ "definition": definition(Some("1s")) });
    let test = served.call("POST", "/api/v1/tests", Some(&token), Some(&body)).await;
    let id = test.body["id"].as_str().unwrap();
    let scheduled = served.store.written(|record| record.test == id).await;
    assert_eq!(scheduled.code.as_deref(), Some("DENIED"), "{scheduled:?}");
    let run = format!("/api/v1/tests/{id}/run");
    assert_eq!(served.call("POST", &run, Some(ADMIN), None).await.body["code"], json!("DENIED"));
    // An administrator vouches for the same definition.
    let body = json!({ "version": 1, "definition": definition(None) });
    let replaced = served.call("PUT", &format!("/api/v1/tests/{id}"), Some(ADMIN), Some(&body)).await;
    assert_eq!(replaced.status, 200, "{replaced:?}");
    assert_eq!(served.call("POST", &run, Some(&token), None).await.body["code"], json!("CONNREFUSED"));
}
