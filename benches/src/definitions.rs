//! Definitions as users have them: each test with a name and a target of its own, and the assertions that users write.

use crate::greeting::Greeting;
use crate::kind::Kind;
use crate::server::NAME;
use anyhow::Result;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::ops::Range;

/// One test as a definition has it.
#[derive(Debug)]
struct Test {
    name: String,
    protocol: &'static str,
    request: Value,
    assertions: Vec<String>,
}

/// A file with the tests of these numbers. `ca` is the root's certificate: the path of a file, or PEM.
pub(crate) fn file(kind: Kind, greeting: &Greeting, ca: &str, numbers: Range<usize>) -> Result<String> {
    let mut text = "version: 1\ntests:\n".to_owned();
    for number in numbers {
        let Test { name, protocol, request, assertions } = test(kind, greeting, ca, number)?;
        write!(text, "  - name: {}\n    {protocol}: {request}\n    assert:\n", json!(name))?;
        for assertion in assertions {
            writeln!(text, "      - {}", json!(assertion))?;
        }
    }
    Ok(text)
}

fn test(kind: Kind, greeting: &Greeting, ca: &str, number: usize) -> Result<Test> {
    let target = greeting.target(kind, number)?;
    let (host, port) = (target.ip().to_string(), target.port());
    let test = |name: &str, protocol, request, assertions: &[&str]| Test {
        name: format!("{name} {number}"),
        protocol,
        request,
        assertions: assertions.iter().map(|text| (*text).to_owned()).collect(),
    };
    Ok(match kind {
        Kind::Http => test(
            "page is up",
            "http",
            json!({ "url": format!("http://{target}/health/{number}") }),
            &["status is 200", "jsonpath $.status is ok", "response_time < 5 s"],
        ),
        Kind::Https => test(
            "page is served over TLS",
            "http",
            json!({
                "url": format!("https://{NAME}:{port}/health/{number}"),
                "resolve": { NAME: host },
                "tls": { "roots": "none", "ca": [ca] },
            }),
            &[
                "status is 200",
                "jsonpath $.status is ok",
                "response_time < 5 s",
                "certificate expires_in > 14 days",
            ],
        ),
        Kind::Tcp => test(
            "port is open",
            "tcp",
            json!({ "host": host, "port": port }),
            &["connection is established", "connect_time < 5 s"],
        ),
        Kind::Dns => test(
            "address of host",
            "dns",
            json!({ "name": format!("host-{number}.{NAME}"), "type": "A", "server": host, "port": port }),
            &["rcode is NOERROR", "every A record is 192.0.2.1", "response_time < 5 s"],
        ),
        Kind::Grpc => test(
            "service is healthy",
            "grpc",
            json!({
                "host": host,
                "port": port,
                "plaintext": true,
                "health": format!("shop.Service{number}"),
            }),
            &["health is SERVING", "response_time < 5 s"],
        ),
        Kind::Ws => test(
            "message comes back",
            "ws",
            json!({
                "url": format!("ws://{target}/echo/{number}"),
                "message": format!("are you there, {number}?"),
            }),
            &[&format!("received is are you there, {number}?"), "open_time < 5 s"],
        ),
        Kind::Icmp => test(
            "host answers",
            "icmp",
            json!({ "host": host, "packets": 1 }),
            &["packet_loss < 30 %", "latency avg < 1 s"],
        ),
    })
}
