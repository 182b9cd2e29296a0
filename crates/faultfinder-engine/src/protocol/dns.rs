//! DNS tests.

use super::{common, facts};
use crate::render::Renderer;
use faultfinder_assert::{Assertion, Observation, RecordFacts};
use faultfinder_dns::{
    Consistency, Dnssec, Edns, ExtendedError, Record, Request, Response, ServerAnswer, Validation,
};
use faultfinder_net::dns::is_secure;
use faultfinder_spec::protocol::dns::{ALL_SERVERS, DnsRequest};
use faultfinder_taxonomy::word::Transport;
use faultfinder_taxonomy::{Fact, Fault};
use std::collections::BTreeMap;

/// Most records of a section that a result shows.
const RECORDS_SHOWN_MAX: usize = 100;

/// Makes the request.
pub(super) fn build(
    written: &DnsRequest,
    renderer: &mut Renderer<'_>,
    assertions: &[Assertion],
    warnings: &mut Vec<String>,
) -> Result<Request, Fault> {
    let mut request = Request::new(renderer.text("dns.name", &written.name)?);
    if let Some(record_type) = renderer.option("dns.type", &written.record_type)? {
        request.record_type = record_type;
    }
    server(written, renderer, &mut request)?;
    if let Some(tls) = &written.tls {
        request.tls = common::tls("dns.tls.", tls, renderer, warnings)?;
        if !is_secure(request.transport) {
            let transport = request.transport.as_str();
            warnings.push(format!("dns.tls has no effect: there is no TLS with the transport {transport}"));
        }
    }
    if let Some(desired) = renderer.option("dns.recursion_desired", &written.recursion_desired)? {
        request.recursion_desired = desired;
    }
    let flag = renderer.option("dns.authenticated_data", &written.authenticated_data)?;
    request.authenticated_data = flag.unwrap_or(false);
    let flag = renderer.option("dns.checking_disabled", &written.checking_disabled)?;
    request.checking_disabled = flag.unwrap_or(false);
    if let Some(dnssec) = renderer.option("dns.dnssec", &written.dnssec)? {
        request.dnssec = dnssec;
    }
    for anchor in &written.trust_anchor {
        let text = renderer.text("dns.trust_anchor", anchor)?;
        if !faultfinder_dns::is_inline_anchor(&text) {
            renderer.admit_file("dns.trust_anchor", anchor.place())?;
        }
        request.trust_anchor.push(text);
    }
    if !request.trust_anchor.is_empty() && request.dnssec != Dnssec::Validate {
        warnings.push("dns.trust_anchor has no effect: dns.dnssec is not validate".to_owned());
    }
    if let Some(size) = renderer.option("dns.edns_size", &written.edns_size)? {
        request.edns_size = u16::try_from(size.get()).unwrap_or(u16::MAX);
    }
    if request.all_servers && request.dnssec == Dnssec::Validate {
        warnings.push("dns.dnssec: answers of all name servers are compared, not validated".to_owned());
    }
    // An assertion that a bogus answer satisfies makes it a value.
    request.bogus_as_value = assertions.iter().any(Assertion::accepts_bogus);
    // An assertion on the response code makes an error there a value.
    request.failure_as_value = assertions.iter().any(Assertion::reads_rcode);
    request.client = common::client("dns", &written.common, renderer)?;
    Ok(request)
}

/// Who is asked, and how.
fn server(written: &DnsRequest, renderer: &mut Renderer<'_>, request: &mut Request) -> Result<(), Fault> {
    let server = common::text("dns.server", &written.server, renderer)?;
    request.all_servers = server.as_deref() == Some(ALL_SERVERS);
    // The zone's own servers ask nobody else.
    request.recursion_desired = !request.all_servers;
    let transport = renderer.option("dns.transport", &written.transport)?;
    let is_url = server.as_deref().is_some_and(|server| server.contains("://"));
    request.transport = transport.unwrap_or(if is_url { Transport::Doh } else { Transport::Udp });
    request.port = renderer.option("dns.port", &written.port)?.map(|port| port.get());
    request.server = server.filter(|_| !request.all_servers);
    Ok(())
}

/// Shows assertions what is in the answer.
pub(super) fn observe<'a>(response: &'a Response, seen: &mut Observation<'a>) {
    seen.rcode = Some(response.rcode);
    let record = |record: &'a Record| RecordFacts {
        name: &record.name,
        record_type: record.record_type,
        ttl: record.ttl,
        value: &record.value,
    };
    seen.dnssec = response.dnssec.as_ref().map(|found| found.status.as_str());
    seen.name_servers = response.consistency.map(Consistency::as_str);
    seen.serials =
        response.consistency.map(|_| response.servers.iter().filter_map(|server| server.serial).collect());
    seen.records = Some(response.answers.iter().map(record).collect());
}

/// The answer in short.
pub(super) fn summary(response: &Response) -> BTreeMap<String, Fact> {
    let mut summary = facts([
        ("rcode", response.rcode.mnemonic().as_ref().into()),
        ("flags", response.flags.clone().into()),
        ("answers", section(&response.answers)),
        ("authorities", section(&response.authorities)),
        ("additionals", section(&response.additionals)),
        ("over_tcp", response.over_tcp.into()),
        ("server", response.server.map(|server| server.to_string()).into()),
    ]);
    let list = |facts: Vec<Fact>| (!facts.is_empty()).then_some(Fact::List(facts));
    let edns = response.edns.as_ref();
    let errors = edns.map(|edns| edns.errors.iter().map(ExtendedError::to_fact).collect());
    let more = [
        ("edns", edns.map(Edns::to_fact)),
        ("extended_errors", errors.and_then(list)),
        ("dnssec", response.dnssec.as_ref().map(Validation::to_fact)),
        ("name_servers", response.consistency.map(|state| state.as_str().into())),
        ("servers", list(response.servers.iter().map(ServerAnswer::to_fact).collect())),
    ];
    summary.extend(more.into_iter().filter_map(|(name, fact)| Some((name.to_owned(), fact?))));
    summary
}

fn section(records: &[Record]) -> Fact {
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
