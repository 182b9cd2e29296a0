//! UDP tests.

use super::answer::{Answer, facts};
use super::excerpt::{EXCERPT_BYTES_MAX, excerpt};
use super::probe::{Probe, sent_by};
use super::{client, file};
use crate::section::Section;
use faultfinder_assert::Observation;
use faultfinder_net::Host;
use faultfinder_taxonomy::Fact;
use faultfinder_udp::{Request, Response};
use std::collections::BTreeMap;

/// Makes the request.
pub(super) fn build(section: &mut Section<'_, '_>) -> Request {
    let mut request = Request::new(section.needed("host"), section.port("port").unwrap_or_default());
    if let Some(message) = section.confidential("message") {
        request.message = message.into_bytes();
    }
    if let Some(message) = section.base64("message_base64") {
        section.alias("message", "message_base64");
        request.message = message;
    }
    if let Some((_, message)) = file::of(section, "message_file") {
        section.alias("message", "message_file");
        request.message = message;
    }
    request.client = client::client(section).into();
    request
}

impl Probe for Request {
    sent_by!(faultfinder_udp);

    fn host(&self) -> Option<Host> {
        Host::parse(&self.host, "host").ok()
    }

    fn port(&self) -> Option<u16> {
        Some(self.port)
    }
}

impl Answer for Response {
    fn observe<'a>(&'a self, seen: &mut Observation<'a>) {
        seen.received = Some(&self.received);
    }

    fn summary(&self, _failed: bool) -> BTreeMap<String, Fact> {
        let mut summary = facts([("received_bytes", self.received.len().into())]);
        if self.received.is_empty() {
            return summary;
        }
        summary.insert("received".to_owned(), excerpt(&self.received, EXCERPT_BYTES_MAX));
        if std::str::from_utf8(&self.received).is_err() {
            summary.insert("received_hex".to_owned(), hex(&self.received, EXCERPT_BYTES_MAX / 4).into());
        }
        summary
    }
}

/// The beginning of bytes that are not text, hexadecimal.
fn hex(bytes: &[u8], bytes_max: usize) -> String {
    let mut text: String = bytes.iter().take(bytes_max).map(|byte| format!("{byte:02x}")).collect();
    if bytes.len() > bytes_max {
        text.push_str(faultfinder_assert::CUT_MARK);
    }
    text
}
