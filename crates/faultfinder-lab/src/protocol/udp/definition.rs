//! Tests that cannot be run.

use super::case::{scenario, silent};
use crate::{Expect, Scenario};
use faultfinder_taxonomy::{Code, Phase};
use serde_json::{Value, json};

/// One byte more than a datagram carries.
const TOO_LONG_BYTES: usize = 65_508;

pub(super) fn scenarios() -> Vec<Scenario> {
    let invalid = |case, shows, name: &str, field: &str, fields: Value| {
        let detail = json!({"kind": "definition", "name": name, "field": field});
        let expect = Expect::fault(Code::InvalidRequest, Phase::Config, detail);
        scenario(case, shows, expect, fields, &[], silent)
    };
    vec![
        invalid(
            "request-too-big",
            "a message that no datagram carries",
            "EMSGSIZE",
            "udp.message",
            json!({ "message": "x".repeat(TOO_LONG_BYTES) }),
        ),
        invalid(
            "message-no-base64",
            "a variable that is no base64, which shows only when the test is run",
            "invalid_value",
            "udp.message_base64",
            json!({ "message_base64": "!{{ timestamp }}" }),
        ),
        invalid(
            "port-out-of-range",
            "a variable that is no port, which shows only when the test is run",
            "ERR_SOCKET_BAD_PORT",
            "udp.port",
            json!({ "port": "{{ timestamp }}" }),
        ),
        invalid(
            "host-label-64",
            "a label of 64 bytes in the host name",
            "EBADNAME",
            "udp.host",
            json!({ "host": format!("{}.test", "a".repeat(64)) }),
        ),
        invalid(
            "host-with-space",
            "a space in the host name",
            "ERR_INVALID_URL",
            "udp.host",
            json!({ "host": "a host.test" }),
        ),
    ]
}
