//! Requests that pages in a browser cause, and requests that name another host.

use crate::served::{ADMIN, Served};
use faultfinder_service::Config;

/// The target of each route that needs no more, and one that is not there.
const ROUTES: [(&str, &str); 6] = [
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/metrics"),
    ("GET", "/api/v1/results"),
    ("POST", "/api/v1/runs"),
    ("GET", "/nowhere"),
];

fn bytes(method: &str, target: &str, version: &str, fields: &str) -> Vec<u8> {
    let auth = format!("authorization: Bearer {ADMIN}");
    format!("{method} {target} HTTP/{version}\r\n{auth}\r\nconnection: close\r\n{fields}\r\n").into_bytes()
}

#[tokio::test]
async fn without_a_token_a_request_names_this_service() {
    let allowed_hosts = vec!["faultfinder.test".parse().unwrap()];
    let served = Served::start(Config { allowed_hosts, ..Config::default() }).await;
    for (method, target) in ROUTES {
        for host in ["evil.test", "evil.test:8620", "localhost.evil.test", "192.0.2.1"] {
            let answer = served.raw(&bytes(method, target, "1.1", &format!("host: {host}\r\n"))).await;
            answer.envelope(403, "HostNotAllowed");
        }
        for fields in
            ["", "host: localhost\r\nhost: localhost\r\n", "host:\r\n", "host: a b\r\n", "host: \u{e9}\r\n"]
        {
            for version in ["1.1", "1.0"] {
                let answer = served.raw(&bytes(method, target, version, fields)).await;
                answer.envelope(400, "InvalidHost");
                assert_eq!(answer.paths(), [("host", "HEADER")], "{answer:?}");
            }
        }
    }
    for host in ["localhost", "LOCALHOST:1", "127.0.0.1:9999", "[::1]", "faultfinder.test:443"] {
        let answer = served.raw(&bytes("GET", "/api/v1/results", "1.1", &format!("host: {host}\r\n"))).await;
        assert_eq!(answer.status, 200, "{host}: {answer:?}");
    }
    // A target that is a whole URL counts for more than the field.
    let local = "host: localhost\r\n";
    let answer = served.raw(&bytes("GET", "http://evil.test/healthz", "1.1", local)).await;
    answer.envelope(403, "HostNotAllowed");
    let answer = served.raw(&bytes("GET", "http://localhost/healthz", "1.1", "host: evil.test\r\n")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    served.raw(&bytes("GET", "http://localhost/healthz", "1.1", "")).await.envelope(400, "InvalidHost");
}

#[tokio::test]
async fn with_a_token_a_request_may_name_anything() {
    let served = Served::locked().await;
    let answer = served.raw(&bytes("GET", "/api/v1/results", "1.1", "host: faultfinder.test\r\n")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    served.raw(&bytes("GET", "/api/v1/results", "1.1", "")).await.envelope(400, "InvalidHost");
}

#[tokio::test]
async fn what_a_page_of_another_origin_causes_is_refused_on_every_route() {
    for served in [Served::open().await, Served::locked().await] {
        for (method, target) in ROUTES {
            for fields in [
                "origin: https://evil.test\r\n",
                "origin: null\r\n",
                "origin: http://localhost:1\r\n",
                "sec-fetch-site: cross-site\r\n",
                "sec-fetch-site: same-site\r\n",
                "sec-fetch-site: cross-site\r\nsec-fetch-mode: navigate\r\n",
                "sec-fetch-site: cross-site\r\norigin: http://localhost\r\n",
            ] {
                let fields = format!("host: localhost\r\n{fields}");
                let answer = served.raw(&bytes(method, target, "1.1", &fields)).await;
                answer.envelope(403, "OriginNotAllowed");
                assert!(answer.header("access-control-allow-origin").is_none(), "{answer:?}");
            }
        }
        let own = "host: localhost:8620\r\norigin: http://localhost:8620\r\nsec-fetch-site: same-origin\r\n";
        assert_eq!(served.raw(&bytes("GET", "/api/v1/results", "1.1", own)).await.status, 200);
    }
}

#[tokio::test]
async fn no_preflight_of_cors_is_answered_with_success() {
    let allowed_origins = vec!["https://dashboard.test".parse().unwrap()];
    let served = Served::start(Config { allowed_origins, ..Config::default() }).await;
    for (_, target) in ROUTES {
        for origin in ["https://dashboard.test", "https://evil.test", "http://localhost"] {
            let fields = format!(
                "host: localhost\r\norigin: {origin}\r\naccess-control-request-method: POST\r\n\
                 access-control-request-headers: content-type\r\n"
            );
            let answer = served.raw(&bytes("OPTIONS", target, "1.1", &fields)).await;
            assert!(matches!(answer.status, 403..=405), "{answer:?}");
            assert!(!answer.head.to_ascii_lowercase().contains("access-control"), "{answer:?}");
        }
    }
    let fields = "host: localhost\r\norigin: https://dashboard.test\r\nsec-fetch-site: cross-site\r\n";
    let answer = served.raw(&bytes("GET", "/api/v1/results", "1.1", fields)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}
