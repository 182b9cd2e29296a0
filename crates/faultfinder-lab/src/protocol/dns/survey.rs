//! All name servers of a zone, on addresses of their own and one port.

use super::case::{NAME, dns};
use super::wire::{A, ADDRESS, ANSWER, Asked, NS, SOA, name, owned, record};
use crate::protocol::block;
use crate::protocol::expectations::incorrect;
use crate::{Expect, Lab, LabError, Peer, Scenario};
use faultfinder_taxonomy::Protocol;
use serde_json::json;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use tokio::net::UdpSocket;

/// What one server says.
#[derive(Debug, Clone, Copy)]
struct Says {
    serial: u32,
    address: [u8; 4],
    /// Flags and response code.
    flags: u16,
    /// Whether it runs.
    up: bool,
}

/// An authoritative answer.
const AUTHORITATIVE: u16 = ANSWER | 0x0400;
const GOOD: Says = Says { serial: 2_026_010_100, address: ADDRESS, flags: AUTHORITATIVE, up: true };
/// How often a port is looked for that is free on all addresses.
const PORT_TRIES_MAX: usize = 32;
/// Most bytes of a question.
const QUESTION_BYTES_MAX: usize = 4096;

pub(super) fn scenarios() -> Vec<Scenario> {
    // Elsewhere 127.0.0.2 and 127.0.0.3 are not addresses of the host.
    if !cfg!(target_os = "linux") {
        return Vec::new();
    }
    let lagging = Says { serial: 2_025_120_100, ..GOOD };
    let differing = Says { address: [192, 0, 2, 9], ..GOOD };
    let inconsistent = || incorrect("name_servers");
    let warned = |says: &str| Expect { says: Some(says.to_owned()), ..Expect::pass() };
    let named =
        |detail: (&str, &str), says: &str| Expect { says: Some(says.to_owned()), ..dns(detail.0, detail.1) };
    let consistent: &[&str] = &["name_servers is consistent"];
    vec![
        scenario(
            "all-ok",
            "three name servers that agree",
            Expect::pass(),
            [GOOD; 3],
            &["name_servers is consistent", "serial is 2026010100", "every A record is 192.0.2.1"],
        ),
        scenario(
            "all-lagging",
            "one of three name servers has an older zone",
            warned("serial numbers"),
            [GOOD, lagging, GOOD],
            &[],
        ),
        scenario(
            "all-lagging-asserted",
            "the same, and they must agree",
            inconsistent(),
            [GOOD, lagging, GOOD],
            consistent,
        ),
        scenario(
            "all-differing",
            "the same serial number with another answer",
            warned("different answers"),
            [GOOD, GOOD, differing],
            &[],
        ),
        scenario(
            "all-differing-asserted",
            "the same, as the test expects",
            Expect::pass(),
            [GOOD, GOOD, differing],
            &["name_servers is answers-differ"],
        ),
        scenario(
            "all-one-refuses",
            "one of three name servers refuses",
            named(("REFUSED", "EREFUSED"), "ns2.zone.test (127.0.0.2)"),
            [GOOD, Says { flags: ANSWER | 5, ..GOOD }, GOOD],
            &[],
        ),
        scenario(
            "all-one-down",
            "one of three name servers does not run",
            named(("CONNECTION_REFUSED", "ECONNREFUSED"), "ns3.zone.test (127.0.0.3)"),
            [GOOD, GOOD, Says { up: false, ..GOOD }],
            &[],
        ),
        scenario(
            "all-one-lame",
            "one of three name servers is not authoritative",
            named(("NAME_SERVER_FAILED", "ESERVFAIL"), "ns2.zone.test (127.0.0.2)"),
            [GOOD, Says { flags: ANSWER, ..GOOD }, GOOD],
            &[],
        ),
        Scenario::new(
            Protocol::Dns,
            "dns/all-no-zone",
            "a name above which the resolver finds no zone",
            dns("ZONE_NOT_FOUND", "ENODATA"),
            |lab| {
                let resolver = super::server::udp(lab, |asked| vec![asked.answer(&[])])?;
                Ok(test(resolver, 53, &[]))
            },
        ),
    ]
}

fn scenario(
    case: &str,
    shows: &'static str,
    expect: Expect,
    servers: [Says; 3],
    assert: &'static [&'static str],
) -> Scenario {
    Scenario::new(Protocol::Dns, format!("dns/{case}"), shows, expect, move |lab| {
        let port = serve(lab, servers)?;
        let resolver = super::server::udp(lab, |asked| vec![delegation(asked)])?;
        Ok(test(resolver, port, assert))
    })
}

fn test(resolver: SocketAddr, port: u16, assert: &[&str]) -> Peer {
    let dns = json!({ "name": NAME, "server": "all", "port": port, "resolver": block::resolver(resolver) });
    Peer::new(resolver.to_string(), block::test(Protocol::Dns, dns, assert))
}

/// The resolver: `zone.test` has three name servers, `nsN.zone.test` is at `127.0.0.N`.
fn delegation(asked: &Asked<'_>) -> Vec<u8> {
    let zone = name("zone.test");
    let of_zone = asked.question.starts_with(&zone);
    let number =
        asked.question.get(3).copied().filter(|_| asked.question.starts_with(b"\x03ns")).unwrap_or(b'0');
    match asked.record_type() {
        NS if of_zone => {
            let servers: Vec<Vec<u8>> =
                (1..=3).map(|number| record(NS, 300, &name(&format!("ns{number}.zone.test")))).collect();
            asked.answer(&servers)
        }
        A if (b'1'..=b'3').contains(&number) => asked.answer(&[record(A, 300, &[127, 0, 0, number - b'0'])]),
        _ => asked.answer(&[]),
    }
}

/// Three servers on one port.
fn serve(lab: &Lab, servers: [Says; 3]) -> Result<u16, LabError> {
    let mut refused = None;
    for _ in 0..PORT_TRIES_MAX {
        match sockets() {
            Ok((sockets, port)) => {
                for (socket, says) in sockets.into_iter().zip(servers) {
                    run(lab, socket, says)?;
                }
                return Ok(port);
            }
            Err(error) => refused = Some(error),
        }
    }
    Err(LabError::Socket(refused.unwrap_or_else(|| io::ErrorKind::AddrInUse.into())))
}

fn sockets() -> io::Result<([std::net::UdpSocket; 3], u16)> {
    let at = |last, port| std::net::UdpSocket::bind((Ipv4Addr::new(127, 0, 0, last), port));
    let first = at(1, 0)?;
    let port = first.local_addr()?.port();
    Ok(([first, at(2, port)?, at(3, port)?], port))
}

fn run(lab: &Lab, socket: std::net::UdpSocket, says: Says) -> Result<(), LabError> {
    if !says.up {
        // Connected elsewhere, so that the kernel refuses everybody.
        socket.connect((Ipv4Addr::LOCALHOST, 9))?;
    }
    socket.set_nonblocking(true)?;
    let socket = UdpSocket::from_std(socket)?;
    lab.spawn(async move {
        if !says.up {
            std::future::pending::<()>().await;
        }
        let mut buffer = [0_u8; QUESTION_BYTES_MAX];
        loop {
            let Ok((length, client)) = socket.recv_from(&mut buffer).await else { continue };
            let Some(asked) = buffer.get(..length).and_then(Asked::read) else { continue };
            let _ = socket.send_to(&says.answer(&asked), client).await;
        }
    });
    Ok(())
}

impl Says {
    fn answer(self, asked: &Asked<'_>) -> Vec<u8> {
        let records = match asked.record_type() {
            _ if self.flags & 0xf != 0 => Vec::new(),
            SOA => {
                let mut data = [name("ns1.zone.test"), name("admin.zone.test")].concat();
                for number in [self.serial, 7200, 3600, 1_209_600, 300] {
                    data.extend_from_slice(&number.to_be_bytes());
                }
                vec![owned(&name("zone.test"), SOA, 300, &data)]
            }
            A => vec![record(A, 300, &self.address)],
            _ => Vec::new(),
        };
        asked.reply(self.flags, [&records, &[], &[]])
    }
}
