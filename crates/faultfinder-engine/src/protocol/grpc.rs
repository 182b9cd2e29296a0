//! gRPC tests.

use super::{common, facts};
use crate::render::Renderer;
use faultfinder_assert::Observation;
use faultfinder_grpc::{Request, Response};
use faultfinder_spec::protocol::grpc::GrpcRequest;
use faultfinder_taxonomy::{Fact, Fault};
use std::collections::BTreeMap;

/// Makes the request.
pub(super) fn build(
    written: &GrpcRequest,
    renderer: &mut Renderer<'_>,
    _warnings: &mut Vec<String>,
) -> Result<Request, Fault> {
    let mut request = Request::new(renderer.text("grpc.host", &written.host)?);
    request.client = common::client("grpc", &written.common, renderer)?;
    Ok(request)
}

/// Shows assertions what is in the answer.
pub(super) fn observe<'a>(_response: &'a Response, _seen: &mut Observation<'a>) {}

/// The answer in short.
pub(super) fn summary(_response: &Response) -> BTreeMap<String, Fact> {
    facts([])
}
