//! From the request's words to a question that a query can carry.

use crate::Request;
use faultfinder_net::Host;
use faultfinder_net::dns::{Query, RecordType, reverse_name};
use faultfinder_taxonomy::{Code, Detail, Fault, Phase};
use std::net::IpAddr;

/// The question.
///
/// # Errors
///
/// `INVALID_REQUEST` naming the field that no query can carry.
pub(crate) fn question(request: &Request) -> Result<Query, Fault> {
    let record_type = RecordType::from_mnemonic(&request.record_type).ok_or_else(|| unknown_type(request))?;
    let name = match request.name.parse::<IpAddr>() {
        Ok(address) if record_type == RecordType::PTR => reverse_name(address),
        _ if request.name.is_ascii() => request.name.clone(),
        // Letters outside ASCII become A-labels.
        _ => Host::parse(&request.name, "dns.name")?.to_text(),
    };
    Query::new(&name, record_type, &request.options(), "dns.name")
}

fn unknown_type(request: &Request) -> Fault {
    let known = RecordType::ASKABLE.map(RecordType::mnemonic).join(" ");
    let message = format!(
        "{:?} is not a type of record that can be asked for; known are {known}, and TYPE with a number",
        request.record_type
    );
    Fault::new(Code::InvalidRequest, Phase::Config, Detail::definition("EBADQUERY", "dns.type"), message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_turned_around_for_ptr_alone() {
        let cases = [
            ("192.0.2.7", "PTR", "7.2.0.192.in-addr.arpa"),
            (
                "2001:db8::1",
                "ptr",
                "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa",
            ),
            ("192.0.2.7", "A", "192.0.2.7"),
            ("7.2.0.192.in-addr.arpa.", "PTR", "7.2.0.192.in-addr.arpa"),
            ("bücher.test", "A", "xn--bcher-kva.test"),
        ];
        for (name, record_type, expected) in cases {
            let request = Request { record_type: record_type.to_owned(), ..Request::new(name) };
            assert_eq!(question(&request).unwrap().name(), expected);
        }
    }

    #[test]
    fn an_unknown_type_is_refused_with_the_known_ones() {
        let fault =
            question(&Request { record_type: "AXFR".to_owned(), ..Request::new("a.test") }).unwrap_err();
        assert_eq!((fault.code, fault.phase), (Code::InvalidRequest, Phase::Config));
        assert!(
            fault.message.contains("known are A NS CNAME")
                && fault.message.ends_with("and TYPE with a number"),
            "{}",
            fault.message
        );
    }
}
