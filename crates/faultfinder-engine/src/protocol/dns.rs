//! DNS tests.

use super::{common, facts};
use crate::render::Renderer;
use faultfinder_assert::{Assertion, Observation, RecordFacts};
use faultfinder_dns::{Record, Request, Response};
use faultfinder_net::ResolverTransport;
use faultfinder_spec::protocol::dns::DnsRequest;
use faultfinder_spec::value::{DnsTransport, RecordType};
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
    if let Some(record_type) = renderer.option::<RecordType>("dns.type", &written.record_type)? {
        record_type.as_str().clone_into(&mut request.record_type);
    }
    request.server = common::text("dns.server", &written.server, renderer)?;
    if let Some(port) = renderer.option("dns.port", &written.port)? {
        request.port = port.get();
    }
    if let Some(DnsTransport::Tcp) = renderer.option("dns.transport", &written.transport)? {
        request.transport = ResolverTransport::Tcp;
    }
    if let Some(desired) = renderer.option("dns.recursion_desired", &written.recursion_desired)? {
        request.recursion_desired = desired;
    }
    if written.edns_size.is_some() {
        warnings
            .push("dns.edns_size has no effect yet: the size of answers is not announced by it".to_owned());
    }
    // An assertion on the response code makes an error there a value.
    request.failure_as_value = assertions.iter().any(Assertion::reads_rcode);
    request.client = common::client("dns", &written.common, renderer)?;
    Ok(request)
}

/// Shows assertions what is in the answer.
pub(super) fn observe<'a>(response: &'a Response, seen: &mut Observation<'a>) {
    seen.rcode = Some(response.rcode);
    let record = |record: &'a Record| RecordFacts {
        name: &record.name,
        record_type: &record.record_type,
        ttl: record.ttl,
        value: &record.value,
    };
    seen.records = Some(response.answers.iter().map(record).collect());
}

/// The answer in short.
pub(super) fn summary(response: &Response) -> BTreeMap<String, Fact> {
    facts([
        ("rcode", response.rcode.mnemonic().as_ref().into()),
        ("flags", response.flags.clone().into()),
        ("answers", section(&response.answers)),
        ("authorities", section(&response.authorities)),
        ("additionals", section(&response.additionals)),
        ("over_tcp", response.over_tcp.into()),
        ("server", response.server.map(|server| server.to_string()).into()),
    ])
}

fn section(records: &[Record]) -> Fact {
    let record = |record: &Record| {
        Fact::map([
            ("name", record.name.as_str().into()),
            ("type", record.record_type.as_str().into()),
            ("ttl", record.ttl.into()),
            ("value", record.value.as_str().into()),
        ])
    };
    Fact::List(records.iter().take(RECORDS_SHOWN_MAX).map(record).collect())
}
