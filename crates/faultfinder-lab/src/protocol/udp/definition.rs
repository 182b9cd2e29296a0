//! Tests that cannot be run.

use super::case::silent;
use crate::Scenario;
use crate::protocol::expectations::invalid;
use crate::protocol::transport::UDP;
use serde_json::{Value, json};

/// One byte more than a datagram carries.
const TOO_LONG_BYTES: usize = 65_508;

pub(super) fn scenarios() -> Vec<Scenario> {
    let wrong = |case, shows, name: &str, field: &str, fields: Value| {
        UDP.scenario(case, shows, invalid(name, field), fields, &[], silent)
    };
    let mut scenarios = vec![
        wrong(
            "request-too-big",
            "a message that no datagram carries",
            "EMSGSIZE",
            "udp.message",
            json!({ "message": "x".repeat(TOO_LONG_BYTES) }),
        ),
        wrong(
            "message-no-base64",
            "a variable that is not base64, which is detected only when the test runs",
            "invalid_value",
            "udp.message_base64",
            json!({ "message_base64": "!{{ timestamp }}" }),
        ),
    ];
    scenarios.extend(UDP.nowhere(silent));
    scenarios
}
