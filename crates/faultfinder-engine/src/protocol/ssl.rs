//! TLS endpoint tests.

use super::answer::{Answer, facts};
use super::probe::{Probe, sent_by};
use super::{client, tls};
use crate::section::Section;
use faultfinder_assert::Observation;
use faultfinder_net::starttls::default_port;
use faultfinder_net::tls::{TlsOptions, protocol_name};
use faultfinder_net::{Host, Shared};
use faultfinder_ssl::{Request, Response};
use faultfinder_taxonomy::Fact;
use faultfinder_taxonomy::word::TlsVersion;
use std::collections::BTreeMap;

/// Makes the request.
pub(super) fn build(section: &mut Section<'_, '_>) -> Request {
    let mut request = Request::new(section.needed("host"));
    request.starttls = section.word("starttls");
    if let Some(protocol) = request.starttls {
        request.port = default_port(protocol);
    }
    request.port = section.port("port").unwrap_or(request.port);
    request.tls = tls::options(section).into();
    request.client = client::tcp_client(section).into();
    request
}

impl Probe for Request {
    sent_by!(faultfinder_ssl);

    fn host(&self) -> Option<Host> {
        Host::parse(&self.host, "host").ok()
    }

    fn port(&self) -> Option<u16> {
        Some(self.port)
    }

    fn tls(&self) -> Option<(&Shared<TlsOptions>, &'static str)> {
        Some((&self.tls, "ssl"))
    }

    fn tls_mut(&mut self) -> Option<&mut Shared<TlsOptions>> {
        Some(&mut self.tls)
    }
}

impl Answer for Response {
    fn observe<'a>(&'a self, seen: &mut Observation<'a>) {
        seen.tls = Some(&self.tls);
        seen.tls_versions =
            Some((self.lowest_version.map(protocol_name), self.highest_version.map(protocol_name)));
    }

    fn summary(&self, _failed: bool) -> BTreeMap<String, Fact> {
        let version = |version: Option<TlsVersion>| version.map(protocol_name).into();
        facts([
            ("days_to_expiry", self.days_to_expiry.into()),
            ("lowest_version", version(self.lowest_version)),
            ("highest_version", version(self.highest_version)),
        ])
    }
}
