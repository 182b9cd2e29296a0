//! TCP tests.

use super::answer::{Answer, facts};
use super::excerpt::{EXCERPT_BYTES_MAX, excerpt};
use super::probe::{Probe, sent_by};
use super::{client, tls};
use crate::section::Section;
use faultfinder_assert::{Assertion, Observation};
use faultfinder_net::Host;
use faultfinder_net::tls::TlsOptions;
use faultfinder_taxonomy::Fact;
use faultfinder_tcp::{Request, Response, Step};
use std::collections::BTreeMap;

/// Makes the request.
pub(super) fn build(section: &mut Section<'_, '_>, assertions: &[Assertion]) -> Request {
    let mut request = Request::new(section.needed("host"), section.port("port").unwrap_or_default());
    request.steps = steps(section);
    request.tls = section.section("tls").map(|mut tls| tls::options(&mut tls));
    request.starttls = section.word("starttls");
    if request.starttls.is_some() {
        request.tls.get_or_insert_default();
    }
    section.set_word("track_hops", &mut request.track_hops);
    request.client = client::client(section);
    // An assertion on the connection makes a refused one a value.
    request.connection_as_value = assertions.iter().any(Assertion::reads_connection);
    request
}

fn steps(section: &mut Section<'_, '_>) -> Vec<Step> {
    if section.has("steps") {
        return section.sections("steps", step);
    }
    // `send` and `expect` are steps to the probe.
    let mut steps = Vec::new();
    for name in ["send", "expect"] {
        if section.has(name) {
            section.alias(&format!("steps[{}].{name}", steps.len()), name);
            steps.extend(step_of(section, name));
        }
    }
    steps
}

fn step(section: &mut Section<'_, '_>) -> Option<Step> {
    step_of(section, "send").or_else(|| step_of(section, "expect"))
}

fn step_of(section: &mut Section<'_, '_>, name: &str) -> Option<Step> {
    match name {
        "send" => section.confidential(name).map(|text| Step::Send(text.into_bytes())),
        _ => section.text(name).map(Step::Expect),
    }
}

impl Probe for Request {
    sent_by!(faultfinder_tcp);

    fn host(&self) -> Option<Host> {
        Host::parse(&self.host, "host").ok()
    }

    fn port(&self) -> Option<u16> {
        Some(self.port)
    }

    fn tls(&self) -> Option<(&TlsOptions, &'static str)> {
        self.tls.as_ref().map(|tls| (tls, "tcp.tls"))
    }
}

impl Answer for Response {
    fn observe<'a>(&'a self, seen: &mut Observation<'a>) {
        seen.connection = Some(self.connection.as_str());
        seen.received = Some(&self.received);
    }

    fn summary(&self, _failed: bool) -> BTreeMap<String, Fact> {
        let mut summary = facts([
            ("connection", self.connection.as_str().into()),
            ("received_bytes", self.received.len().into()),
        ]);
        if !self.received.is_empty() {
            summary.insert("received".to_owned(), excerpt(&self.received, EXCERPT_BYTES_MAX));
        }
        summary
    }
}
