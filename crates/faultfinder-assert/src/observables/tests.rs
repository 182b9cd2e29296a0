//! Each subject in each kind of test.

use super::*;
use crate::parse;

/// What a test observes whose settings are all known, and switched on or off.
fn all(protocol: Protocol, is_on: bool) -> Observables {
    let on = Some(is_on);
    Observables {
        protocol,
        tls: on,
        follows_redirects: on,
        proxy: on,
        validates: on,
        all_servers: on,
        record_type: Some(RecordType::A),
        tracks_hops: on,
        receives: on,
        is_health_check: on,
    }
}

#[test]
fn what_a_protocol_does_not_have_is_never_observed() {
    use Protocol::{Dns, Grpc, Http, Icmp, Ssl, Tcp, Udp, Ws};
    for (line, protocols) in [
        ("status is 200", vec![Http, Ws]),
        ("not status is 200", vec![Http, Ws]),
        ("header x does not exist", vec![Http, Ws]),
        ("cookie x exists", vec![Http, Ws]),
        ("http_version is 2", vec![Http]),
        ("url is x", vec![Http, Ws]),
        ("redirects is 1", vec![Http]),
        ("redirect 1 status is 301", vec![Http]),
        ("body contains x", vec![Http, Grpc, Ws]),
        ("body md5 is d41d8cd98f00b204e9800998ecf8427e", vec![Http, Grpc, Ws]),
        ("jsonpath $.a is 1", vec![Http, Grpc, Ws]),
        ("trailer x is 1", vec![Http, Grpc]),
        ("metadata x is 1", vec![Grpc]),
        ("grpc_status is OK", vec![Grpc]),
        ("health is SERVING", vec![Grpc]),
        ("certificate expires_in > 1 day", vec![Http, Ssl, Dns, Tcp, Grpc, Ws]),
        ("lowest_tls_version >= 1.2", vec![Ssl]),
        ("rcode is NOERROR", vec![Dns]),
        ("some A record is 127.0.0.1", vec![Dns]),
        ("ttl < 60", vec![Dns]),
        ("dnssec is secure", vec![Dns]),
        ("connection is refused", vec![Tcp]),
        ("received contains x", vec![Tcp, Udp, Ws]),
        ("packet_loss is 0", vec![Icmp]),
        ("latency avg < 5 ms", vec![Icmp]),
        ("network_hops < 5", vec![Tcp, Icmp]),
        ("subprotocol is x", vec![Ws]),
        ("close_code is 1000", vec![Ws]),
        ("reflect_time < 1 s", vec![Grpc]),
        ("redirect_time < 1 s", vec![Http, Ws]),
        ("response_time < 1 s", Protocol::ALL.to_vec()),
        ("remote_ip is ::1", Protocol::ALL.to_vec()),
        ("resolve_time < 1 s", Protocol::ALL.to_vec()),
    ] {
        let assertion = parse(line).unwrap_or_else(|error| panic!("{line}: {error}"));
        for protocol in Protocol::ALL {
            for observables in [Observables::of(protocol), all(protocol, true)] {
                let is_observed = assertion.unobservable(&observables).is_none();
                assert_eq!(is_observed, protocols.contains(&protocol), "{line} of {protocol}");
            }
        }
    }
}

#[test]
fn what_a_setting_switches_off_is_never_observed() {
    for (protocol, line, help) in [
        (Protocol::Http, "certificate expires_in > 14 days", "https://"),
        (Protocol::Http, "tls_time < 1 s", "https://"),
        (Protocol::Http, "redirects is 0", "follow_redirects: true"),
        (Protocol::Http, "redirect 1 status is 301", "follow_redirects: true"),
        (Protocol::Http, "proxy_time < 1 s", "`proxy`"),
        (Protocol::Ws, "tls_version is 1.3", "wss://"),
        (Protocol::Grpc, "alpn is h2", "`plaintext`"),
        (Protocol::Grpc, "health is SERVING", "`health`"),
        (Protocol::Tcp, "cipher exists", "`tls: {}`"),
        (Protocol::Tcp, "received contains x", "`expect`"),
        (Protocol::Tcp, "network_hops < 5", "`track_hops`"),
        (Protocol::Icmp, "not network_hops > 5", "`track_hops`"),
        (Protocol::Dns, "dnssec is secure", "dnssec: validate"),
        (Protocol::Dns, "serial > 1", "server: all"),
        (Protocol::Dns, "name_servers is consistent", "server: all"),
        (Protocol::Dns, "some MX record is x", "type: MX"),
        (Protocol::Dns, "MX record count is 0", "type: MX"),
        (Protocol::Dns, "any: some MX record is x or rcode is NOERROR", "type: MX"),
    ] {
        let assertion = parse(line).unwrap();
        let found = assertion.unobservable(&all(protocol, false)).unwrap_or_else(|| panic!("{line}"));
        assert!(found.help.contains(help), "{line}: {}", found.help);
        assert!(found.message.contains("is never observed"), "{line}: {}", found.message);
        assert_eq!(assertion.unobservable(&Observables::of(protocol)), None, "{line}");
    }
}

#[test]
fn what_does_not_exist_can_be_said_of_where_there_is_no_tls() {
    for line in [
        "certificate san does not exist",
        "certificate subject is not CN=a",
        "not tls_version is 1.2",
        "tls_time does not exist",
    ] {
        let assertion = parse(line).unwrap();
        assert_eq!(assertion.unobservable(&all(Protocol::Http, false)), None, "{line}");
    }
    let every = parse("every certificate san is not a").unwrap();
    assert!(every.unobservable(&all(Protocol::Http, false)).is_some());
}

#[test]
fn answers_have_aliases_and_other_sections_have_anything() {
    for line in [
        "some CNAME record exists",
        "some NS record in authority exists",
        "RRSIG record count > 0",
        "record exists",
    ] {
        assert_eq!(parse(line).unwrap().unobservable(&all(Protocol::Dns, false)), None, "{line}");
    }
    let any = Observables { record_type: Some(RecordType::ANY), ..Observables::of(Protocol::Dns) };
    assert_eq!(parse("some MX record exists").unwrap().unobservable(&any), None);
}

#[test]
fn the_words_that_can_be_observed_are_listed() {
    let found = parse("status is 200").unwrap().unobservable(&all(Protocol::Tcp, false)).unwrap();
    assert_eq!(found.message, "`status` is never observed in a tcp test");
    assert_eq!(found.help, "a tcp test has connection, remote_ip, response_time, resolve_time");
    let found = parse("serial > 1").unwrap().unobservable(&all(Protocol::Dns, false)).unwrap();
    assert_eq!(found.message, "`serial` is never observed: only one name server is asked in this dns test");
    assert!(found.help.starts_with("set `server: all`; a dns test has rcode, record, ttl"), "{}", found.help);
}
