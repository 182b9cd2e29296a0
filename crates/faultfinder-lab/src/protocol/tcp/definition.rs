//! Tests that cannot be run, names that do not resolve, assertions that fail.

use super::super::dns;
use super::case::{peer as test_of, scenario, timeout};
use crate::{Expect, Lab, LabError, Scenario, peer};
use faultfinder_taxonomy::{Code, Phase, Protocol};
use serde_json::{Value, json};
use std::net::SocketAddr;

pub(super) fn scenarios() -> Vec<Scenario> {
    [invalid(), names(), assertions()].into_iter().flatten().collect()
}

fn listening(lab: &Lab) -> Result<SocketAddr, LabError> {
    peer::tcp(lab, |mut stream| async move { peer::drain(&mut stream).await })
}

fn invalid() -> Vec<Scenario> {
    let invalid = |case, shows, name: &str, field: &str, fields: Value| {
        let detail = json!({"kind": "definition", "name": name, "field": field});
        scenario(
            case,
            shows,
            Expect::fault(Code::InvalidRequest, Phase::Config, detail),
            fields,
            &[],
            listening,
        )
    };
    let negative = Scenario::new(
        Protocol::Tcp,
        "config/tcp-port-negative",
        "a port below 0, which is refused when the file is read",
        Expect::fault(
            Code::InvalidRequest,
            Phase::Config,
            json!({"kind": "definition", "name": "ERR_SOCKET_BAD_PORT", "field": "tcp.port"}),
        ),
        |_| Ok(crate::Peer::new("127.0.0.1:-1", json!({ "tcp": { "host": "127.0.0.1", "port": -1 } }))),
    );
    vec![
        negative,
        invalid(
            "port-out-of-range",
            "a variable that is no port, which shows only when the test is run",
            "ERR_SOCKET_BAD_PORT",
            "tcp.port",
            json!({ "port": "{{ timestamp }}" }),
        ),
        invalid(
            "host-label-64",
            "a label of 64 bytes in the host name",
            "EBADNAME",
            "tcp.host",
            json!({
                "host": format!("{}.test", "a".repeat(64)),
            }),
        ),
        invalid(
            "host-with-space",
            "a space in the host name",
            "ERR_INVALID_URL",
            "tcp.host",
            json!({ "host": "a host.test" }),
        ),
    ]
}

fn names() -> Vec<Scenario> {
    let nxdomain = json!({"kind": "dns", "name": "NXDOMAIN", "alias": "ENOTFOUND"});
    vec![
        by_name(
            "name-missing",
            "a host name that does not exist",
            Expect::fault(Code::Dns, Phase::Resolve, nxdomain),
            dns::missing,
        ),
        by_name(
            "name-server-silent",
            "a name server that does not answer in the test's budget",
            timeout(Phase::Resolve),
            dns::silent,
        ),
    ]
}

/// A good peer behind a name, and the name server that is asked for it.
fn by_name(
    case: &str,
    shows: &'static str,
    expect: Expect,
    names: fn(&Lab) -> Result<SocketAddr, LabError>,
) -> Scenario {
    Scenario::new(Protocol::Tcp, format!("tcp/{case}"), shows, expect, move |lab| {
        let names = names(lab)?;
        let resolver = json!({ "server": names.ip().to_string(), "port": names.port() });
        let fields = json!({ "host": "host.zone.test", "resolver": resolver, "timeout": "2s" });
        Ok(test_of(listening(lab)?, &fields, &[]))
    })
}

fn assertions() -> Vec<Scenario> {
    let failed = |name: &str| {
        Expect::fault(Code::IncorrectAssertion, Phase::Assert, json!({"kind": "assertion", "name": name}))
    };
    vec![
        scenario(
            "assert-connection",
            "a port that must be closed, and is open",
            failed("connection"),
            json!({}),
            &["connection is refused"],
            listening,
        ),
        scenario(
            "assert-received",
            "another greeting than the one that is asserted",
            failed("received"),
            json!({ "expect": "220 " }),
            &["received contains Postfix"],
            |lab| {
                peer::tcp(lab, |mut stream| async move {
                    let _ = tokio::io::AsyncWriteExt::write_all(&mut stream, b"220 mx.zone.test\r\n").await;
                    peer::drain(&mut stream).await;
                })
            },
        ),
    ]
}
