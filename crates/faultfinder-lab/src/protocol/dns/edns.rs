//! Servers that do not accept EDNS, answers from elsewhere, and servers with several addresses.

use super::case::{NAME, PLAIN, dns, scenario};
use super::names::without_edns;
use super::server;
use super::wire::{ANSWER, CNAME, a, name, record};
use crate::protocol::block;
use crate::protocol::expectations::{invalid, timeout};
use crate::{Expect, Lab, LabError, Peer, Scenario};
use faultfinder_taxonomy::{Phase, Protocol};
use serde_json::{Value, json};
use std::net::{Ipv4Addr, SocketAddr};
use tokio::net::UdpSocket;

pub(super) fn scenarios() -> Vec<Scenario> {
    [without(), elsewhere(), contents()].into_iter().flatten().collect()
}

fn without() -> Vec<Scenario> {
    let old = |rcode| move |lab: &Lab| without_edns(lab, rcode);
    vec![
        scenario(
            "edns-formerr",
            "FORMERR to a question with EDNS, and an answer to the same without it",
            dns("FORMERR", "EFORMERR").saying("without EDNS it answers NOERROR"),
            PLAIN,
            old(Some(1)),
        ),
        scenario(
            "edns-notimp",
            "NOTIMP to a question with EDNS, and an answer to the same without it",
            dns("NOTIMP", "ENOTIMP").saying("without EDNS it answers NOERROR"),
            PLAIN,
            old(Some(4)),
        ),
        scenario(
            "edns-dropped",
            "no answer to questions with EDNS, and one to those without it",
            dns("TIMEOUT", "ETIMEOUT").saying("it answers the same question without EDNS"),
            PLAIN,
            old(None),
        ),
        with("edns-off", "asked without EDNS", Expect::pass(), json!({ "edns": "off" }), old(None)),
        with(
            "edns-size-0",
            "the size 0 means no EDNS",
            Expect::pass(),
            json!({ "edns_size": 0 }),
            old(Some(1)),
        ),
        with(
            "edns-off-dnssec",
            "signatures cannot be asked for without EDNS",
            invalid("EBADQUERY", "dns.edns"),
            json!({ "edns": "off", "dnssec": "request" }),
            old(None),
        ),
    ]
}

fn elsewhere() -> Vec<Scenario> {
    vec![
        scenario(
            "other-source",
            "an answer from another port than the one that was asked",
            dns("TIMEOUT", "ETIMEOUT").saying("which was not asked"),
            PLAIN,
            from_elsewhere,
        ),
        with(
            "server-address-refuses",
            "a server by name, one of whose two addresses refuses",
            Expect::pass().saying("the name server is not reached at 127.0.0.2"),
            two_addresses("127.0.0.2", "127.0.0.1"),
            |lab| server::udp(lab, |asked| vec![asked.answer(&[a()])]),
        ),
        with(
            "server-addresses-silent",
            "a server by name that is silent at both of its addresses",
            timeout(Phase::Resolve).saying("for host.zone.test A within"),
            json!({
                "server": "ns.zone.test", "timeout": "1500ms",
                "resolve": { "ns.zone.test": ["127.0.0.1", "127.0.0.1"] },
            }),
            |lab| server::udp(lab, |_| Vec::new()),
        ),
        Scenario::new(
            Protocol::Dns,
            "dns/server-hash-port",
            "a server with its port behind a number sign",
            Expect::pass(),
            |lab| {
                let server = server::udp(lab, |asked| vec![asked.answer(&[a()])])?;
                let written = format!("{}#{}", server.ip(), server.port());
                let dns = json!({ "name": NAME, "type": "A", "server": written });
                Ok(Peer::new(server.to_string(), block::test(Protocol::Dns, dns, &[])))
            },
        ),
    ]
}

fn contents() -> Vec<Scenario> {
    vec![
        super::case::udp(
            "answer-other-class",
            "an address of the class CHAOS",
            dns("NODATA", "ENODATA").saying("has the class 3"),
            PLAIN,
            |asked| {
                let mut chaos = a();
                // Behind the pointer of two bytes and the type.
                if let Some(class) = chaos.get_mut(5) {
                    *class = 3;
                }
                vec![asked.answer(&[chaos])]
            },
        ),
        super::case::udp(
            "question-other-class",
            "an answer whose question has the class CHAOS",
            dns("TIMEOUT", "ETIMEOUT").saying("only messages that do not answer the question"),
            PLAIN,
            |asked| {
                let mut answer = asked.answer(&[a()]);
                // Behind the header of twelve bytes, the name and the type.
                if let Some(class) = answer.get_mut(12 + name(NAME).len() + 3) {
                    *class = 3;
                }
                vec![answer]
            },
        ),
        super::case::udp(
            "nxdomain-behind-cname",
            "NXDOMAIN, and an alias: it is the alias's target that does not exist",
            dns("NXDOMAIN", "ENOTFOUND")
                .saying("NXDOMAIN for gone.zone.test")
                .showing("correct the CNAME record")
                .omitting("spelling"),
            PLAIN,
            |asked| {
                let alias = record(CNAME, 300, &name("gone.zone.test"));
                vec![asked.reply(ANSWER | 3, [&[alias], &[], &[]])]
            },
        ),
    ]
}

/// A scenario with further fields of the `dns` block.
fn with(
    case: &str,
    shows: &'static str,
    expect: Expect,
    further: Value,
    serve: impl Fn(&Lab) -> Result<SocketAddr, LabError> + Send + Sync + 'static,
) -> Scenario {
    Scenario::new(Protocol::Dns, format!("dns/{case}"), shows, expect, move |lab| {
        let server = serve(lab)?;
        let usual = json!({ "name": NAME, "type": "A", "server": server.ip(), "port": server.port() });
        let dns = block::fields([&usual, &further]);
        Ok(Peer::new(server.to_string(), block::test(Protocol::Dns, dns, &[])))
    })
}

/// A server by name, with these addresses.
fn two_addresses(first: &str, second: &str) -> Value {
    json!({ "server": "ns.zone.test", "resolve": { "ns.zone.test": [first, second] } })
}

/// A server that answers from a port of its own.
fn from_elsewhere(lab: &Lab) -> Result<SocketAddr, LabError> {
    let (socket, address) = lab.bind_udp()?;
    let other = std::net::UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
    other.set_nonblocking(true)?;
    let other = UdpSocket::from_std(other)?;
    lab.spawn(async move {
        let mut buffer = [0_u8; 4096];
        loop {
            let Ok((length, client)) = socket.recv_from(&mut buffer).await else { continue };
            let Some(asked) = buffer.get(..length).and_then(super::wire::Asked::read) else { continue };
            let _ = other.send_to(&asked.answer(&[a()]), client).await;
        }
    });
    Ok(address)
}
