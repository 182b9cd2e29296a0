//! Questions that cannot be asked, and assertions that fail.

use super::case::{NAME, PLAIN, Test, udp};
use super::server;
use super::wire::a;
use crate::protocol::expectations::{self, any_incorrect};
use crate::{Peer, Scenario};
use faultfinder_taxonomy::Protocol;
use serde_json::{Value, json};

pub(super) fn scenarios() -> Vec<Scenario> {
    let long = vec!["a".repeat(49); 6].join(".");
    let label = format!("{}.test", "a".repeat(64));
    let mut scenarios = vec![
        invalid("name-too-long", "a name of more than 253 bytes", "EBADNAME", "name", Value::from(long)),
        invalid("label-too-long", "a label of 64 bytes in the name", "EBADNAME", "name", Value::from(label)),
        invalid("empty-label", "an empty label in the name", "EBADNAME", "name", Value::from("a..test")),
    ];
    for (case, shows, assert) in [
        (
            "assert-record",
            "an address that is not the one that is asserted",
            &["every A record is 192.0.2.2"][..],
        ),
        ("assert-ttl", "a TTL that is not below the one that is asserted", &["ttl < 60"]),
        ("assert-rcode", "a response code that is not the one that is asserted", &["rcode is NXDOMAIN"]),
    ] {
        scenarios.push(udp(case, shows, any_incorrect(), Test { assert, ..PLAIN }, |asked| {
            vec![asked.answer(&[a()])]
        }));
    }
    scenarios
}

/// A good server, and a question that no query can carry.
fn invalid(case: &str, shows: &'static str, name: &str, field: &'static str, value: Value) -> Scenario {
    let expect = expectations::invalid(name, &format!("dns.{field}"));
    Scenario::new(Protocol::Dns, format!("dns/{case}"), shows, expect, move |lab| {
        let server = server::udp(lab, |asked| vec![asked.answer(&[a()])])?;
        let mut dns = json!({
            "name": NAME, "type": "A", "server": server.ip().to_string(), "port": server.port(),
        });
        if let Some(fields) = dns.as_object_mut() {
            fields.insert(field.to_owned(), value.clone());
        }
        Ok(Peer::new(server.to_string(), json!({ "dns": dns })))
    })
}
