//! UDP tests.

use super::{common, excerpt, facts};
use crate::render::Renderer;
use faultfinder_assert::Observation;
use faultfinder_spec::protocol::udp::UdpRequest;
use faultfinder_taxonomy::{Fact, Fault};
use faultfinder_udp::{Request, Response};
use std::collections::BTreeMap;

/// Most bytes of what was received that a result shows.
const EXCERPT_BYTES_MAX: usize = 1024;

/// Makes the request.
pub(super) fn build(
    written: &UdpRequest,
    renderer: &mut Renderer<'_>,
    _warnings: &mut Vec<String>,
) -> Result<Request, Fault> {
    let host = renderer.text("udp.host", &written.host)?;
    let port = renderer.value("udp.port", &written.port)?;
    let mut request = Request::new(host, port.get());
    if let Some(message) = &written.message {
        request.message = renderer.confidential("udp.message", message)?.into_bytes();
    }
    if let Some(message) = &written.message_base64 {
        request.message = common::base64("udp.message_base64", message, renderer)?;
    }
    request.client = common::client("udp", &written.common, renderer)?;
    Ok(request)
}

/// Shows assertions what is in the answer.
pub(super) fn observe<'a>(response: &'a Response, seen: &mut Observation<'a>) {
    seen.received = Some(&response.received);
}

/// The answer in short.
pub(super) fn summary(response: &Response) -> BTreeMap<String, Fact> {
    let mut summary = facts([("received_bytes", response.received.len().into())]);
    if response.received.is_empty() {
        return summary;
    }
    summary.insert("received".to_owned(), excerpt(&response.received, EXCERPT_BYTES_MAX));
    if std::str::from_utf8(&response.received).is_err() {
        summary.insert("received_hex".to_owned(), hex(&response.received, EXCERPT_BYTES_MAX / 4).into());
    }
    summary
}

/// The beginning of bytes that are no text, hexadecimal.
fn hex(bytes: &[u8], bytes_max: usize) -> String {
    let mut text: String = bytes.iter().take(bytes_max).map(|byte| format!("{byte:02x}")).collect();
    if bytes.len() > bytes_max {
        text.push_str(faultfinder_assert::CUT_MARK);
    }
    text
}
