//! TCP tests.

use super::{common, excerpt, facts};
use crate::render::Renderer;
use faultfinder_assert::{Assertion, Observation};
use faultfinder_spec::protocol::tcp::{TcpRequest, TcpStep};
use faultfinder_taxonomy::{Fact, Fault};
use faultfinder_tcp::{Request, Response, Step};
use std::collections::BTreeMap;

/// Most bytes of what was received that a result shows.
const EXCERPT_BYTES_MAX: usize = 1024;

/// Makes the request.
pub(super) fn build(
    written: &TcpRequest,
    renderer: &mut Renderer<'_>,
    assertions: &[Assertion],
    warnings: &mut Vec<String>,
) -> Result<Request, Fault> {
    let host = renderer.text("tcp.host", &written.host)?;
    let port = renderer.value("tcp.port", &written.port)?;
    let mut request = Request::new(host, port.get());
    for step in &written.steps {
        request.steps.push(match step {
            TcpStep::Send(text) => Step::Send(renderer.confidential("tcp.send", text)?.into_bytes()),
            TcpStep::Expect(text) => Step::Expect(renderer.text("tcp.expect", text)?),
        });
    }
    if let Some(tls) = &written.tls {
        request.tls = Some(common::tls("tcp.tls.", tls, renderer, warnings)?);
    }
    request.starttls = renderer.option("tcp.starttls", &written.starttls)?;
    if request.starttls.is_some() {
        request.tls.get_or_insert_default();
    }
    if let Some(track_hops) = renderer.option("tcp.track_hops", &written.track_hops)? {
        request.track_hops = track_hops;
    }
    request.client = common::client("tcp", &written.common, renderer)?;
    // An assertion on the connection makes a refused one a value.
    request.connection_as_value = assertions.iter().any(Assertion::reads_connection);
    Ok(request)
}

/// Shows assertions what is in the answer.
pub(super) fn observe<'a>(response: &'a Response, seen: &mut Observation<'a>) {
    seen.connection = Some(response.connection.as_str());
    seen.received = Some(&response.received);
}

/// The answer in short.
pub(super) fn summary(response: &Response) -> BTreeMap<String, Fact> {
    let mut summary = facts([
        ("connection", response.connection.as_str().into()),
        ("received_bytes", response.received.len().into()),
    ]);
    if !response.received.is_empty() {
        summary.insert("received".to_owned(), excerpt(&response.received, EXCERPT_BYTES_MAX));
    }
    summary
}
