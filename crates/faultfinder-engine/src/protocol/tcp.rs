//! TCP tests.

use super::answer::{Answer, facts};
use super::excerpt::{EXCERPT_BYTES_MAX, excerpt};
use super::probe::{Probe, sent_by};
use super::{client, file, tls};
use crate::section::Section;
use faultfinder_assert::{Assertion, Observation};
use faultfinder_net::tls::TlsOptions;
use faultfinder_net::{Host, Shared};
use faultfinder_taxonomy::Fact;
use faultfinder_tcp::{Pattern, Request, Response, Step, groups_in};
use std::collections::BTreeMap;

/// Makes the request.
pub(super) fn build(section: &mut Section<'_, '_>, assertions: &[Assertion]) -> Request {
    // Over a socket the host only names the server, for TLS, and nobody sees the port.
    let is_local = section.has("unix_socket");
    let host = if is_local && !section.has("host") { "localhost".to_owned() } else { section.needed("host") };
    let mut request = Request::new(host, section.port("port").unwrap_or_else(|| u16::from(is_local)));
    request.steps = steps(section);
    request.tls = section.section("tls").map(|mut tls| tls::options(&mut tls).into());
    request.starttls = section.word("starttls");
    if request.starttls.is_some() {
        request.tls.get_or_insert_default();
    }
    section.set_word("track_hops", &mut request.track_hops);
    request.client = client::tcp_client(section).into();
    // An assertion on the connection makes a refused one a value.
    request.connection_as_value = assertions.iter().any(Assertion::reads_connection);
    request
}

/// Fields of a request that are a conversation of their own.
const ALONE: [&str; 4] = ["send", "send_file", "expect", "expect_regex"];

fn steps(section: &mut Section<'_, '_>) -> Vec<Step> {
    let mut conversation = Conversation::default();
    if !section.has("steps") {
        ALONE.into_iter().for_each(|name| conversation.add(section, name));
        return conversation.steps;
    }
    section.sections("steps", |step| {
        step.names().into_iter().for_each(|name| conversation.add(step, name));
        Some(())
    });
    conversation.steps
}

/// A conversation that is being made.
#[derive(Default)]
struct Conversation {
    steps: Vec<Step>,
    /// The last pattern, whose groups may be sent.
    pattern: Option<Pattern>,
}

impl Conversation {
    /// Adds what a field says, if it is given.
    fn add(&mut self, section: &mut Section<'_, '_>, name: &str) {
        if !section.has(name) {
            return;
        }
        let step = match name {
            "send" => self.send(section),
            "send_file" => file::of(section, name).map(|(_, bytes)| Step::Send(bytes)),
            "expect" => section.text(name).map(Step::Expect),
            "expect_regex" => self.expect_match(section),
            _ => section.flag(name).then_some(Step::StartTls),
        };
        let Some(step) = step else { return };
        // What the probe counts are fields, what the definition counts are mappings.
        let (probes, written) = (format!("tcp.steps[{}].expect", self.steps.len()), section.path(name));
        if probes != written {
            section.renderer().aliases.push((probes, written));
        }
        self.steps.push(step);
    }

    fn send(&self, section: &mut Section<'_, '_>) -> Option<Step> {
        let bytes = section.confidential("send")?.into_bytes();
        let Some(pattern) = &self.pattern else { return Some(Step::Send(bytes)) };
        let unknown = groups_in(&bytes).find(|group| !pattern.has_group(group)).map(str::to_owned);
        if let Some(group) = unknown {
            let message =
                format!("`{}` has no group `{group}`; write `$` alone for a dollar", pattern.as_str());
            section.object("send", "unknown_group", message);
            return None;
        }
        Some(Step::Reply(bytes))
    }

    fn expect_match(&mut self, section: &mut Section<'_, '_>) -> Option<Step> {
        let text = section.text("expect_regex")?;
        match Pattern::new(&text) {
            Ok(pattern) => {
                self.pattern = Some(pattern.clone());
                Some(Step::ExpectMatch(pattern))
            }
            Err(message) => {
                section.object("expect_regex", "invalid_pattern", message);
                None
            }
        }
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

    fn tls(&self) -> Option<(&Shared<TlsOptions>, &'static str)> {
        self.tls.as_ref().map(|tls| (tls, "tcp.tls"))
    }

    fn tls_mut(&mut self) -> Option<&mut Shared<TlsOptions>> {
        self.tls.as_mut()
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
