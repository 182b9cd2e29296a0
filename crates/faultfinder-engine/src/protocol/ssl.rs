//! TLS endpoint tests.

use super::{common, facts};
use crate::render::Renderer;
use faultfinder_assert::Observation;
use faultfinder_net::starttls::default_port;
use faultfinder_net::tls::protocol_name;
use faultfinder_spec::protocol::ssl::SslRequest;
use faultfinder_ssl::{Request, Response, TlsVersion};
use faultfinder_taxonomy::{Fact, Fault};
use std::collections::BTreeMap;

/// Makes the request.
pub(super) fn build(
    written: &SslRequest,
    renderer: &mut Renderer<'_>,
    warnings: &mut Vec<String>,
) -> Result<Request, Fault> {
    let mut request = Request::new(renderer.text("ssl.host", &written.host)?);
    request.starttls = renderer.option("ssl.starttls", &written.starttls)?;
    if let Some(protocol) = request.starttls {
        request.port = default_port(protocol);
    }
    if let Some(port) = renderer.option("ssl.port", &written.port)? {
        request.port = port.get();
    }
    request.tls = common::tls("ssl.", &written.tls, renderer, warnings)?;
    request.client = common::client("ssl", &written.common, renderer)?;
    Ok(request)
}

/// Shows assertions what is in the answer.
pub(super) fn observe<'a>(response: &'a Response, seen: &mut Observation<'a>) {
    seen.tls = Some(&response.tls);
}

/// The answer in short.
pub(super) fn summary(response: &Response) -> BTreeMap<String, Fact> {
    let version = |version: Option<TlsVersion>| version.map(protocol_name).into();
    facts([
        ("days_to_expiry", response.days_to_expiry.into()),
        ("lowest_version", version(response.lowest_version)),
        ("highest_version", version(response.highest_version)),
    ])
}
