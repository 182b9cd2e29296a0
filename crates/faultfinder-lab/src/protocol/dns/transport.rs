//! Silence, loss, truncation, TCP.

use super::case::{PLAIN, Test, dns, scenario, udp};
use super::server::{Tcp, both, closed, forgetful, slow};
use super::wire::{ANSWER, Asked, TRUNCATED, a};
use crate::network::{DISTANT_V4, Message, Network, Reaction};
use crate::protocol::expectations::{closed_early, overall_timeout, reset, timeout};
use crate::{Expect, Scenario};
use faultfinder_taxonomy::{Code, Phase};
use serde_json::json;
use std::net::SocketAddr;
use std::time::Duration;

/// Longer than the probe's budget in these scenarios.
const SLOW: Duration = Duration::from_secs(6);

pub(super) fn scenarios() -> Vec<Scenario> {
    [silence(), truncation(), tcp()].into_iter().flatten().collect()
}

fn whole(asked: &Asked<'_>) -> Vec<u8> {
    asked.answer(&[a()])
}

fn silence() -> Vec<Scenario> {
    let brief = Test { timeout: Some("1500ms"), ..PLAIN };
    vec![
        udp("silent", "no answer within the test's budget", timeout(Phase::Resolve), brief, |_| Vec::new()),
        udp(
            "silent-overall",
            "no answer, and the attempt has less time than the request",
            overall_timeout(Phase::Resolve),
            Test { overall_timeout: Some("1500ms"), ..PLAIN },
            |_| Vec::new(),
        ),
        udp(
            "silent-long",
            "no answer, and the resolver gives up before the test's budget is spent",
            dns("TIMEOUT", "ETIMEOUT"),
            PLAIN,
            |_| Vec::new(),
        ),
        scenario("slow-6s", "an answer after the test's budget", timeout(Phase::Resolve), brief, |lab| {
            slow(lab, SLOW, whole)
        }),
        scenario(
            "first-lost",
            "the first datagram is lost, the second answered",
            Expect::pass(),
            PLAIN,
            |lab| forgetful(lab, whole),
        ),
        scenario(
            "port-closed",
            "nobody listens on the server's port",
            dns("CONNECTION_REFUSED", "ECONNREFUSED"),
            PLAIN,
            closed,
        ),
        // Linux tells a UDP socket of it only when it is asked to; resolvers do not ask, and try again.
        scenario(
            "server-unreachable",
            "a router says that the name server's address cannot be reached",
            dns("TIMEOUT", "ETIMEOUT"),
            PLAIN,
            |_| Ok(SocketAddr::from((DISTANT_V4, 53))),
        )
        .within(Network::new().distant(DISTANT_V4, Reaction::Message(Message::HOST_UNREACHABLE))),
    ]
}

fn truncation() -> Vec<Scenario> {
    let empty = |asked: &Asked<'_>| vec![asked.reply(ANSWER | TRUNCATED, [&[], &[], &[]])];
    let partial = |asked: &Asked<'_>| vec![asked.reply(ANSWER | TRUNCATED, [&[a()], &[], &[]])];
    let truncated = |case, shows, tcp: Tcp| {
        scenario(case, shows, dns("TRUNCATED", "ECONNREFUSED"), PLAIN, move |lab| both(lab, empty, tcp))
    };
    let asserted = Test { assert: &["every A record is 192.0.2.1"], ..PLAIN };
    vec![
        scenario(
            "truncated-tcp-refused",
            "truncated, and TCP is closed",
            dns("TRUNCATED", "ECONNREFUSED").saying("over TCP it refuses the connection"),
            PLAIN,
            move |lab| both(lab, empty, Tcp::Closed),
        ),
        truncated("truncated-tcp-fin", "truncated, and TCP is closed after the question", Tcp::Closes),
        truncated("truncated-tcp-short", "truncated, and TCP brings less than it announces", Tcp::Short),
        truncated("truncated-tcp-rst", "truncated, and TCP is reset after the question", Tcp::Resets),
        scenario(
            "truncated-tcp-other-id",
            "truncated, and TCP brings an answer to another question",
            dns("TRUNCATED", "ECONNREFUSED").saying("over TCP it sends nothing that answers the question"),
            Test { timeout: Some("1500ms"), ..PLAIN },
            move |lab| both(lab, empty, Tcp::Answers(of_another)),
        ),
        scenario("truncated-tcp-ok", "truncated, and whole over TCP", Expect::pass(), asserted, move |lab| {
            both(lab, empty, Tcp::Answers(whole))
        }),
        scenario(
            "truncated-with-partial",
            "truncated with one record inside, and whole over TCP",
            Expect::pass(),
            asserted,
            move |lab| both(lab, partial, Tcp::Answers(whole)),
        ),
    ]
}

/// An answer with another id.
fn of_another(asked: &Asked<'_>) -> Vec<u8> {
    let mut message = whole(asked);
    if let Some(byte) = message.first_mut() {
        *byte ^= 0xff;
    }
    message
}

fn tcp() -> Vec<Scenario> {
    let by_tcp = Test { transport: Some("tcp"), ..PLAIN };
    let over = |case, shows, expect, test, tcp: Tcp| {
        scenario(case, shows, expect, test, move |lab| both(lab, |_| Vec::new(), tcp))
    };
    let refused =
        Expect::fault(Code::Dns, Phase::Connect, json!({"kind": "dns", "name": "CONNECTION_REFUSED"}));
    vec![
        over("tcp-ok", "asked over TCP, and answered", Expect::pass(), by_tcp, Tcp::Answers(whole)),
        over(
            "tcp-reset",
            "asked over TCP, and reset after the question",
            reset(Phase::Resolve),
            by_tcp,
            Tcp::Resets,
        ),
        over(
            "tcp-fin",
            "asked over TCP, and closed after the question",
            closed_early(Phase::Resolve),
            by_tcp,
            Tcp::Closes,
        ),
        over(
            "tcp-short",
            "asked over TCP, and closed inside the answer",
            closed_early(Phase::Resolve),
            by_tcp,
            Tcp::Short,
        ),
        over(
            "tcp-http",
            "asked over TCP, and answered in HTTP",
            dns("MALFORMED", "EBADRESP").saying("the server speaks HTTP/1 on this port, not DNS"),
            by_tcp,
            Tcp::Speaks("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"),
        ),
        over("tcp-refused", "asked over TCP, and nobody listens", refused, by_tcp, Tcp::Closed),
        over(
            "tcp-silent",
            "asked over TCP, and no answer",
            timeout(Phase::Resolve),
            Test { timeout: Some("1500ms"), ..by_tcp },
            Tcp::Silent,
        ),
    ]
}
