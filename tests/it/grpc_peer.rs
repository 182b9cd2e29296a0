//! gRPC tests against a real peer: a server of grpcio (PyPI), with its own health and reflection services.

use faultfinder_tests::python::Peer;
use faultfinder_tests::{Answer, faultfinder};

/// A server that ends with the test.
struct Server {
    _peer: Peer,
    target: String,
}

impl Server {
    /// Starts the server; nothing, and a word about it, where grpcio is not installed.
    fn start() -> Option<Self> {
        let peer = Peer::start("grpc_server.py", &["grpc", "grpc_health", "grpc_reflection"])?;
        let target = format!("127.0.0.1:{}", peer.port());
        Some(Self { _peer: peer, target })
    }

    /// One call by the command line.
    fn probe(&self, options: &[&str]) -> Answer {
        let mut arguments = vec!["probe", "grpc", self.target.as_str(), "--plaintext", "--format", "json"];
        arguments.extend(options);
        faultfinder(&arguments)
    }

    #[track_caller]
    fn passes(&self, options: &[&str]) {
        let answer = self.probe(options);
        assert_eq!(answer.status, 0, "{options:?}: {}{}", answer.stdout, answer.stderr);
    }

    #[track_caller]
    fn fails(&self, options: &[&str], code: &str, name: &str) -> serde_json::Value {
        let answer = self.probe(options);
        let fault = answer.json()["results"][0]["fault"].clone();
        let found = (fault["code"].as_str(), fault["detail"]["name"].as_str());
        assert_eq!(found, (Some(code), Some(name)), "{options:?}: {}{}", answer.stdout, answer.stderr);
        assert_eq!(answer.status, 1, "{options:?}");
        fault
    }
}

const TOTAL: &[&str] = &["--service", "shop.v1.Cart", "--method", "Total"];

/// The options of a call of `Total`, and others.
fn total<'a>(others: &[&'a str]) -> Vec<&'a str> {
    TOTAL.iter().chain(others).copied().collect()
}

#[test]
fn the_health_of_a_real_server_is_told() {
    let Some(server) = Server::start() else { return };
    server.passes(&["--health"]);
    server.passes(&["--health", "shop.v1.Cart", "--assert", "health is SERVING"]);
    server.passes(&["--health", "shop.v1.Stock", "--assert", "health is NOT_SERVING"]);
    server.fails(&["--health", "shop.v1.Stock"], "INCORRECT_ASSERTION", "health");
    server.fails(&["--health", "shop.v1.None"], "GRPC", "NOT_FOUND");
}

#[test]
fn a_method_of_a_real_server_is_called_by_its_own_schema() {
    let Some(server) = Server::start() else { return };
    let items = r#"{"items":[{"name":"a","unitPrice":5},{"name":"b","unit_price":"7"}]}"#;
    server.passes(&total(&[
        "--message",
        items,
        "--metadata",
        "x-trace: 42",
        "--assert",
        "jsonpath $.total is 12",
        "--assert",
        "jsonpath $.items > 1",
        "--assert",
        "trailer x-trace is 42",
        "--assert",
        "metadata grpc-encoding is gzip",
    ]));
    for compression in ["gzip", "off"] {
        server.passes(&total(&["--message", items, "--compression", compression]));
    }
    let watch = ["--service", "shop.v1.Cart", "--method", "Watch", "--message", items];
    let asserted = ["--assert", "jsonpath $[1].total is 7", "--assert", "jsonpath $.length() is 2"];
    server.passes(&[&watch[..], &asserted[..]].concat());
    server.fails(&total(&["--assert", "jsonpath $.total is 1"]), "INCORRECT_ASSERTION", "jsonpath");
}

#[test]
fn statuses_and_mistakes_are_told_apart_on_a_real_server() {
    let Some(server) = Server::start() else { return };
    let fail = ["--service", "shop.v1.Cart", "--method", "Fail", "--message"];
    for (number, name) in [(3, "INVALID_ARGUMENT"), (14, "UNAVAILABLE"), (16, "UNAUTHENTICATED")] {
        let message = format!("{{\"failWith\":{number}}}");
        let fault = server.fails(&[&fail[..], &[message.as_str()]].concat(), "GRPC", name);
        assert_eq!(fault["phase"], "trailers");
        assert_eq!(fault["evidence"]["grpc_message"], "the cart is on fire: 100 %");
    }
    let wrong = server.fails(
        &total(&["--message", r#"{"items":[{"unitPrice":"x"}]}"#]),
        "INVALID_REQUEST",
        "invalid_message",
    );
    assert!(wrong["message"].as_str().unwrap().contains("at items[0].unitPrice"), "{wrong}");
    server.fails(&["--service", "shop.v1.Cart", "--method", "Sum"], "INVALID_REQUEST", "unknown_method");
    let unknown = server.fails(&["--service", "shop.v1.None", "--method", "Total"], "GRPC", "NOT_FOUND");
    let services = unknown["evidence"]["services"].to_string();
    assert!(services.contains("shop.v1.Cart"), "{unknown}");
}

#[test]
fn a_real_server_without_tls_is_told_from_one_that_has_it() {
    let Some(server) = Server::start() else {
        return;
    };
    let answer = faultfinder(&["probe", "grpc", &server.target, "--format", "json"]);
    let fault = &answer.json()["results"][0]["fault"];
    assert!(["SSL", "CONNRESET"].contains(&fault["code"].as_str().unwrap()), "{fault}");
    assert_eq!(fault["phase"], "tls");
}
