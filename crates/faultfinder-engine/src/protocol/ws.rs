//! WebSocket tests.

use super::{common, facts};
use crate::render::Renderer;
use faultfinder_assert::Observation;
use faultfinder_spec::protocol::ws::WsRequest;
use faultfinder_taxonomy::{Fact, Fault};
use faultfinder_ws::{Request, Response};
use std::collections::BTreeMap;

/// Makes the request.
pub(super) fn build(
    written: &WsRequest,
    renderer: &mut Renderer<'_>,
    _warnings: &mut Vec<String>,
) -> Result<Request, Fault> {
    let mut request = Request::new(renderer.text("ws.url", &written.url)?);
    request.client = common::client("ws", &written.common, renderer)?;
    Ok(request)
}

/// Shows assertions what is in the answer.
pub(super) fn observe<'a>(_response: &'a Response, _seen: &mut Observation<'a>) {}

/// The answer in short.
pub(super) fn summary(_response: &Response) -> BTreeMap<String, Fact> {
    facts([])
}
