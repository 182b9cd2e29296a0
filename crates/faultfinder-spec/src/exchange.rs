//! Reads requests with what must hold of their answers.

use crate::defaults::Defaults;
use crate::mapping::Mapping;
use crate::reader::Reader;
use crate::written::Fields;
use crate::{AssertionSource, Exchange, Request, assertion, protocol};
use faultfinder_taxonomy::Protocol;

/// Reads a request and what must hold of its answer.
pub(crate) fn read_exchange(
    reader: &mut Reader<'_>,
    mapping: &Mapping<'_>,
    defaults: &Defaults,
) -> Option<Exchange> {
    let request = read_request(reader, mapping, defaults);
    let assertions = read_assertions(reader, mapping, "assert");
    Some(Exchange { request: request?, assertions })
}

/// Reads a list of assertions.
pub(crate) fn read_assertions(
    reader: &mut Reader<'_>,
    mapping: &Mapping<'_>,
    field: &str,
) -> Vec<AssertionSource> {
    mapping.read(reader, field, assertion::read_list).unwrap_or_default()
}

fn read_request(reader: &mut Reader<'_>, mapping: &Mapping<'_>, defaults: &Defaults) -> Option<Request> {
    let mut request = None;
    for protocol in Protocol::ALL {
        let word = protocol.as_str();
        let Some(place) = mapping.key_place(word) else { continue };
        // All are read, so that every mistake in them is reported, though only one is allowed.
        let fields = mapping.read(reader, word, |reader, node| {
            let fields = Fields::read(reader, node, protocol::table(protocol), place)?;
            protocol::check(reader, protocol, &fields);
            Some(fields)
        });
        request = request.or_else(|| fields.map(|fields| Request { protocol, fields }));
    }
    let mut request = request?;
    if let Some(defaults) = &defaults.fields {
        request.fields.complete(defaults);
    }
    Some(request)
}
