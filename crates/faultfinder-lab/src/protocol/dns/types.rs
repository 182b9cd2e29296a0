//! Data of the rarer types, and of types that nobody knows.

use super::case::{PLAIN, Test, udp_with};
use super::wire::{A, a, name, record, text};
use crate::{Expect, Scenario};

/// A type by number and mnemonic, its data, and what is asserted of it.
type Row = (&'static str, u16, Vec<u8>, &'static [&'static str]);

pub(super) fn scenarios() -> Vec<Scenario> {
    let mut scenarios: Vec<Scenario> = rows()
        .into_iter()
        .map(|(record_type, number, data, assert)| {
            let case = format!("ok-{}", record_type.to_ascii_lowercase());
            let test = Test { record_type, assert, ..PLAIN };
            udp_with(&case, "a record in its presentation form", Expect::pass(), test, move |asked| {
                vec![asked.answer(&[record(number, 300, &data)])]
            })
        })
        .collect();
    let any = Test {
        record_type: "ANY",
        assert: &["some A record is 192.0.2.1", "some TXT record contains hello"],
        ..PLAIN
    };
    scenarios.push(udp_with(
        "ok-any",
        "everything that there is at the name",
        Expect::pass(),
        any,
        |asked| vec![asked.answer(&[a(), record(16, 300, &text("hello"))])],
    ));
    scenarios
}

fn rows() -> Vec<Row> {
    let parameter = |key: u16, value: &[u8]| {
        let length = u16::try_from(value.len()).unwrap_or(u16::MAX);
        [&key.to_be_bytes()[..], &length.to_be_bytes(), value].concat()
    };
    let service = [
        vec![0, 1, 0],
        parameter(1, b"\x02h2\x02h3"),
        parameter(3, &8443_u16.to_be_bytes()),
        parameter(4, &[192, 0, 2, 1]),
    ]
    .concat();
    let signature = [
        &A.to_be_bytes()[..],
        &[13, 2],
        &300_u32.to_be_bytes(),
        &1_767_225_600_u32.to_be_bytes(),
        &1_764_547_200_u32.to_be_bytes(),
        &4711_u16.to_be_bytes(),
        &name("zone.test"),
        &[1, 2, 3],
    ]
    .concat();
    vec![
        (
            "HTTPS",
            65,
            service.clone(),
            &["every HTTPS record is 1 . alpn=\"h2,h3\" port=8443 ipv4hint=192.0.2.1"],
        ),
        ("SVCB", 64, service, &["every SVCB record contains alpn=\"h2,h3\""]),
        ("TLSA", 52, vec![3, 1, 1, 0xab, 0xcd], &["every TLSA record is 3 1 1 abcd"]),
        ("DNSKEY", 48, vec![1, 1, 3, 13, 1, 2, 3], &["every DNSKEY record is 257 3 13 AQID"]),
        ("DS", 43, vec![0x12, 0x67, 13, 2, 0xab], &["every DS record is 4711 13 2 ab"]),
        (
            "NAPTR",
            35,
            [&[0, 10, 0, 20][..], &text("u"), &text("E2U+sip"), &text("!^.*$!sip:info@zone.test!"), &[0]]
                .concat(),
            &["some NAPTR record contains E2U+sip", "some NAPTR record matches ^10 20 "],
        ),
        ("SSHFP", 44, vec![4, 2, 0xab, 0xcd], &["every SSHFP record is 4 2 abcd"]),
        (
            "RRSIG",
            46,
            signature,
            &["every RRSIG record is A 13 2 300 20260101000000 20251201000000 4711 zone.test AQID"],
        ),
        (
            "NSEC",
            47,
            [&name("next.zone.test")[..], &[0, 1, 0x40]].concat(),
            &["every NSEC record is next.zone.test A"],
        ),
        ("NSEC3PARAM", 51, vec![1, 0, 0, 0, 2, 0xaa, 0xbb], &["every NSEC3PARAM record is 1 0 0 aabb"]),
        (
            "URI",
            256,
            [&[0, 10, 0, 1][..], b"https://zone.test/"].concat(),
            &["every URI record contains https://zone.test/"],
        ),
        ("TYPE65280", 65_280, vec![0xab, 0xcd], &["every TYPE65280 record is \\# 2 abcd"]),
    ]
}
