//! From the request's words to a question that a query can carry.

use crate::Request;
use faultfinder_net::Host;
use faultfinder_net::dns::{Query, reverse_name};
use faultfinder_taxonomy::Fault;
use faultfinder_taxonomy::word::RecordType;
use std::net::IpAddr;

/// The question.
///
/// # Errors
///
/// `INVALID_REQUEST` naming the field that no query can carry.
pub(crate) fn question(request: &Request) -> Result<Query, Fault> {
    let name = match request.name.parse::<IpAddr>() {
        Ok(address) if request.record_type == RecordType::PTR => reverse_name(address),
        _ if request.name.is_ascii() => request.name.clone(),
        // Letters outside ASCII become A-labels.
        _ => Host::parse(&request.name, "dns.name")?.to_text(),
    };
    Query::new(&name, request.record_type, &request.options(), "dns.name")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_turned_around_for_ptr_alone() {
        let cases = [
            ("192.0.2.7", RecordType::PTR, "7.2.0.192.in-addr.arpa"),
            (
                "2001:db8::1",
                RecordType::PTR,
                "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa",
            ),
            ("192.0.2.7", RecordType::A, "192.0.2.7"),
            ("7.2.0.192.in-addr.arpa.", RecordType::PTR, "7.2.0.192.in-addr.arpa"),
            ("bücher.test", RecordType::A, "xn--bcher-kva.test"),
        ];
        for (name, record_type, expected) in cases {
            let request = Request { record_type, ..Request::new(name) };
            assert_eq!(question(&request).unwrap().name(), expected);
        }
    }
}
