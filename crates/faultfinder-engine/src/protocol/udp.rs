//! UDP tests.

use super::{common, facts};
use crate::render::Renderer;
use faultfinder_assert::Observation;
use faultfinder_spec::protocol::udp::UdpRequest;
use faultfinder_taxonomy::{Fact, Fault};
use faultfinder_udp::{Request, Response};
use std::collections::BTreeMap;

/// Makes the request.
pub(super) fn build(
    written: &UdpRequest,
    renderer: &mut Renderer<'_>,
    _warnings: &mut Vec<String>,
) -> Result<Request, Fault> {
    let mut request = Request::new(renderer.text("udp.host", &written.host)?);
    request.client = common::client("udp", &written.common, renderer)?;
    Ok(request)
}

/// Shows assertions what is in the answer.
pub(super) fn observe<'a>(_response: &'a Response, _seen: &mut Observation<'a>) {}

/// The answer in short.
pub(super) fn summary(_response: &Response) -> BTreeMap<String, Fact> {
    facts([])
}
