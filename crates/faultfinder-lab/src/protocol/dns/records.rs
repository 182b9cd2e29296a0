//! Good answers of every type, and odd ones that still count.

use super::case::{NAME, PLAIN, Test, udp};
use super::wire::{
    A, AAAA, ADDRESS, ANSWER, CAA, CNAME, MX, NS, PTR, SOA, SRV, TXT, a, name, owned, record, soa, text,
};
use crate::{Expect, Scenario};

pub(super) fn scenarios() -> Vec<Scenario> {
    [types(), odd()].into_iter().flatten().collect()
}

const fn of(record_type: &'static str, assert: &'static [&'static str]) -> Test {
    Test { record_type, assert, ..PLAIN }
}

fn types() -> Vec<Scenario> {
    let pass = |case, shows, test, answer| udp(case, shows, Expect::pass(), test, answer);
    vec![
        pass("ok", "one A record", of("A", &["every A record is 192.0.2.1", "rcode is NOERROR"]), |asked| {
            vec![asked.answer(&[a()])]
        }),
        pass("ok-aaaa", "one AAAA record", of("AAAA", &["every AAAA record is 2001:db8::1"]), |asked| {
            vec![asked.answer(&[record(
                AAAA,
                300,
                &[0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
            )])]
        }),
        pass("ok-cname", "one CNAME record", of("CNAME", &["every CNAME record is alias.test"]), |asked| {
            vec![asked.answer(&[record(CNAME, 300, &name("alias.test"))])]
        }),
        pass("ok-mx", "two MX records", of("MX", &["some MX record matches ^10 mx1\\."]), |asked| {
            let mx = |preference: u8, host: &str| record(MX, 300, &[&[0, preference], &*name(host)].concat());
            vec![asked.answer(&[mx(10, "mx1.zone.test"), mx(20, "mx2.zone.test")])]
        }),
        pass("ok-ns", "two NS records", of("NS", &["some NS record is ns1.zone.test"]), |asked| {
            vec![
                asked.answer(&[
                    record(NS, 300, &name("ns1.zone.test")),
                    record(NS, 300, &name("ns2.zone.test")),
                ]),
            ]
        }),
        pass(
            "ok-txt",
            "a TXT record of two strings",
            of("TXT", &["some TXT record contains v=spf1"]),
            |asked| vec![asked.answer(&[record(TXT, 300, &[text("v=spf1 -all"), text("more")].concat())])],
        ),
        pass("ok-soa", "a SOA record", of("SOA", &["some SOA record contains 2026010100"]), |asked| {
            let data = soa().split_off(name("test").len() + 10);
            vec![asked.answer(&[record(SOA, 300, &data)])]
        }),
        pass("ok-srv", "a SRV record", of("SRV", &["some SRV record is 1 5 5060 sip.zone.test"]), |asked| {
            vec![asked.answer(&[record(
                SRV,
                300,
                &[&[0, 1, 0, 5, 0x13, 0xc4], &*name("sip.zone.test")].concat(),
            )])]
        }),
        pass("ok-ptr", "a PTR record", of("PTR", &["some PTR record is host.zone.test"]), |asked| {
            vec![asked.answer(&[record(PTR, 300, &name(NAME))])]
        }),
        pass("ok-caa", "a CAA record", of("CAA", &["some CAA record matches issue.*ca\\.test"]), |asked| {
            vec![asked.answer(&[record(CAA, 300, &[&[0], &*text("issue"), b"ca.test"].concat())])]
        }),
    ]
}

fn odd() -> Vec<Scenario> {
    let pass = |case, shows, answer| {
        udp(case, shows, Expect::pass(), of("A", &["some A record is 192.0.2.1"]), answer)
    };
    vec![
        pass("lame-no-ra", "neither authoritative nor recursive, with an answer", |asked| {
            vec![asked.reply(0x8100, [&[a()], &[], &[]])]
        }),
        pass("question-case-changed", "the question comes back in capitals", |asked| {
            let question = asked.question.to_ascii_uppercase();
            vec![super::wire::message(asked.id(), ANSWER, &[&question], [&[a()], &[], &[]])]
        }),
        pass("trailing-junk", "bytes after the last record", |asked| {
            vec![[asked.answer(&[a()]), vec![0xaa; 9]].concat()]
        }),
        pass("unknown-type-beside", "a record of a type that nobody knows beside the answer", |asked| {
            vec![asked.answer(&[record(65_280, 300, b"opaque"), a()])]
        }),
        pass("wrong-id-first", "an answer with another id, then the right one", |asked| {
            let mut forged = asked.answer(&[record(A, 300, &[203, 0, 113, 9])]);
            for byte in forged.iter_mut().take(2) {
                *byte = !*byte;
            }
            vec![forged, asked.answer(&[a()])]
        }),
        pass("cname-chain-8", "eight CNAMEs, then the address", |asked| vec![asked.answer(&chain(8))]),
        udp(
            "cname-chain-17",
            "more CNAMEs than are followed",
            super::case::dns("NODATA", "ENODATA"),
            PLAIN,
            |asked| vec![asked.answer(&chain(17))],
        ),
        pass("many-a-30", "thirty addresses, more than 512 bytes", |asked| {
            let records: Vec<Vec<u8>> = (1..=30).map(|last| record(A, 300, &[192, 0, 2, last])).collect();
            vec![asked.answer(&records)]
        }),
        udp(
            "a-unspecified",
            "the address of a sink hole",
            Expect::pass(),
            of("A", &["every A record is 0.0.0.0"]),
            |asked| vec![asked.answer(&[record(A, 300, &[0; 4])])],
        ),
        udp("ttl-0", "a TTL of zero", Expect::pass(), of("A", &["ttl < 1"]), |asked| {
            vec![asked.answer(&[record(A, 0, &ADDRESS)])]
        }),
        udp(
            "ttl-high-bit",
            "a TTL with the top bit set counts as zero",
            Expect::pass(),
            of("A", &["ttl < 1"]),
            |asked| vec![asked.answer(&[record(A, 0x8000_012c, &ADDRESS)])],
        ),
    ]
}

/// That many CNAMEs, and the address of the last name.
fn chain(length: usize) -> Vec<Vec<u8>> {
    let link = |index: usize| name(&format!("link{index}.zone.test"));
    let owner = |index: usize| if index == 0 { name(NAME) } else { link(index) };
    let mut records: Vec<Vec<u8>> =
        (0..length).map(|index| owned(&owner(index), CNAME, 300, &link(index + 1))).collect();
    records.push(owned(&link(length), A, 300, &ADDRESS));
    records
}
