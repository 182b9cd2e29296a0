//! DNS tests.

use super::answer::{Answer, facts};
use super::probe::{Probe, sent_by};
use super::{client, tls};
use crate::section::Section;
use faultfinder_assert::{Assertion, Observation, RecordFacts};
use faultfinder_dns::{
    Consistency, Edns, ExtendedError, Record, Request, Response, ServerAnswer, Validation, is_inline_anchor,
};
use faultfinder_net::dns::is_secure;
use faultfinder_net::tls::TlsOptions;
use faultfinder_net::{Host, Shared};
use faultfinder_spec::protocol::ALL_SERVERS;
use faultfinder_spec::value::EdnsSize;
use faultfinder_taxonomy::Fact;
use faultfinder_taxonomy::word::{self, Dnssec, Transport};
use std::collections::BTreeMap;

/// Most records of a section that a result shows.
const RECORDS_SHOWN_MAX: usize = 100;

/// Makes the request.
pub(super) fn build(section: &mut Section<'_, '_>, assertions: &[Assertion]) -> Request {
    let mut request = Request::new(section.needed("name"));
    request.record_type = section.value("type").unwrap_or(request.record_type);
    server(section, &mut request);
    if section.has("tls") {
        request.tls = tls::nested(section).into();
        if !is_secure(request.transport) {
            section
                .warn(format!("dns.tls has no effect: the transport {} does not use TLS", request.transport));
        }
    }
    // The zone's own servers ask nobody else.
    request.recursion_desired = section.value("recursion_desired").unwrap_or(!request.all_servers);
    request.authenticated_data = section.flag("authenticated_data");
    request.checking_disabled = section.flag("checking_disabled");
    section.set_word("dnssec", &mut request.dnssec);
    request.trust_anchor = section.each("trust_anchor", |renderer, path, text| {
        let anchor = renderer.text(path, text)?;
        (is_inline_anchor(&anchor) || renderer.admits_file(path)).then_some(anchor)
    });
    if !request.trust_anchor.is_empty() && request.dnssec != Dnssec::Validate {
        section.warn("dns.trust_anchor has no effect: dns.dnssec is not validate".to_owned());
    }
    request.edns = section.word("edns") != Some(word::Edns::Off);
    match section.value("edns_size").map(EdnsSize::get) {
        Some(0) => request.edns = false,
        Some(size) => request.edns_size = size,
        None => {}
    }
    if request.all_servers && request.dnssec == Dnssec::Validate {
        section.warn("dns.dnssec: answers of all name servers are compared, not validated".to_owned());
    }
    // An assertion that a bogus answer satisfies makes it a value.
    request.bogus_as_value = assertions.iter().any(Assertion::accepts_bogus);
    // An assertion on the response code makes an error there a value.
    request.failure_as_value = assertions.iter().any(Assertion::reads_rcode);
    request.client = client::client(section).into();
    request
}

/// Who is asked, and how.
fn server(section: &mut Section<'_, '_>, request: &mut Request) {
    let server = section.text("server");
    let is_url = server.as_deref().is_some_and(|server| server.contains("://"));
    request.transport =
        section.word("transport").unwrap_or(if is_url { Transport::Doh } else { Transport::Udp });
    request.port = section.port("port");
    request.all_servers = server.as_deref() == Some(ALL_SERVERS);
    request.server = server.filter(|_| !request.all_servers);
}

impl Probe for Request {
    sent_by!(faultfinder_dns);

    fn host(&self) -> Option<Host> {
        Host::parse(self.server.as_deref()?, "host").ok()
    }

    fn tls(&self) -> Option<(&Shared<TlsOptions>, &'static str)> {
        is_secure(self.transport).then_some((&self.tls, "dns.tls"))
    }

    fn tls_mut(&mut self) -> Option<&mut Shared<TlsOptions>> {
        Some(&mut self.tls)
    }
}

impl Answer for Response {
    fn observe<'a>(&'a self, seen: &mut Observation<'a>) {
        seen.rcode = Some(self.rcode);
        let record = |record: &'a Record| RecordFacts {
            name: &record.name,
            record_type: record.record_type,
            ttl: record.ttl,
            value: &record.value,
        };
        seen.dnssec = self.dnssec.as_ref().map(|found| found.status.as_str());
        seen.name_servers = self.consistency.map(Consistency::as_str);
        seen.serials =
            self.consistency.map(|_| self.servers.iter().filter_map(|server| server.serial).collect());
        seen.records = Some(self.answers.iter().map(record).collect());
        seen.authorities = Some(self.authorities.iter().map(record).collect());
        seen.additionals = Some(self.additionals.iter().map(record).collect());
    }

    fn summary(&self, _failed: bool) -> BTreeMap<String, Fact> {
        let mut summary = facts([
            ("rcode", self.rcode.mnemonic().as_ref().into()),
            ("flags", self.flags.clone().into()),
            ("answers", records(&self.answers)),
            ("authorities", records(&self.authorities)),
            ("additionals", records(&self.additionals)),
            ("over_tcp", self.over_tcp.into()),
            ("server", self.server.map(|server| server.to_string()).into()),
        ]);
        let list = |facts: Vec<Fact>| (!facts.is_empty()).then_some(Fact::List(facts));
        let edns = self.edns.as_ref();
        let errors = edns.map(|edns| edns.errors.iter().map(ExtendedError::to_fact).collect());
        let more = [
            ("edns", edns.map(Edns::to_fact)),
            ("extended_errors", errors.and_then(list)),
            ("dnssec", self.dnssec.as_ref().map(Validation::to_fact)),
            ("name_servers", self.consistency.map(|state| state.as_str().into())),
            ("servers", list(self.servers.iter().map(ServerAnswer::to_fact).collect())),
        ];
        summary.extend(more.into_iter().filter_map(|(name, fact)| Some((name.to_owned(), fact?))));
        summary
    }
}

fn records(records: &[Record]) -> Fact {
    let record = |record: &Record| {
        Fact::map([
            ("name", record.name.as_str().into()),
            ("type", record.record_type.to_string().into()),
            ("ttl", record.ttl.into()),
            ("value", record.value.as_str().into()),
        ])
    };
    Fact::List(records.iter().take(RECORDS_SHOWN_MAX).map(record).collect())
}
