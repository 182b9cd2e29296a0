//! Every kind of name under its constraints.

use std::net::Ipv6Addr;

use faultfinder_taxonomy::VerifyCode;

use super::{Chain, DIRECTORY, DNS, EMAIL, Raw, alt_names, constraints, directory, tlv};
use crate::oid;

const X400: u8 = 0xa3;
const EDI: u8 = 0xa5;
const URI: u8 = 0x86;
const IP: u8 = 0x87;
const REGISTERED: u8 = 0x88;
const OTHER: u8 = 0xa0;

/// An otherName's content.
fn other(kind: &[u8], tag: u8, text: &[u8]) -> Vec<u8> {
    [tlv(6, kind), tlv(0xa0, &tlv(tag, text))].concat()
}

/// What the leaf's alternative names give under constraints: nothing, or a code and a reason.
#[track_caller]
fn check(names: &[Raw<'_>], permitted: &[Raw<'_>], excluded: &[Raw<'_>], expected: Option<(u16, &str)>) {
    let chain = Chain {
        ca_constraints: Some(constraints(permitted, excluded, &[])),
        leaf_names: Some(alt_names(names)),
        ..Chain::default()
    };
    let verdict = chain.verify();
    let found: Vec<_> = verdict
        .events
        .iter()
        .map(|event| (event.depth, event.code.number(), event.reason.as_str()))
        .collect();
    let expected: Vec<_> = expected.map(|(code, reason)| (0, code, reason)).into_iter().collect();
    assert_eq!(found, expected);
}

#[test]
fn dns_names_are_within_a_host_and_all_below_it() {
    let not = |name: &str, base: &str| {
        (47, format!("\"dns:{name}\" is not within what \"CN=ca\" permits: dns:{base}"))
    };
    for (name, base, good) in [
        ("example.com", "example.com", true),
        ("EXAMPLE.com", "example.COM", true),
        ("a.b.example.com", "example.com", true),
        ("badexample.com", "example.com", false),
        ("com", "example.com", false),
        ("a.example.com", ".example.com", true),
        ("example.com", ".example.com", false),
        (".example.com", ".example.com", true),
        ("*.example.com", "example.com", true),
        ("*.example.com", "a.example.com", false),
        ("a.example.com", "*.example.com", false),
        ("example.com.", "example.com", false),
        ("a.example.com", "com", true),
    ] {
        let expected = (!good).then(|| not(name, base));
        let expected = expected.as_ref().map(|(code, why)| (*code, why.as_str()));
        check(&[(DNS, name.as_bytes())], &[(DNS, base.as_bytes())], &[], expected);
        let why = format!("\"dns:{name}\" is within what \"CN=ca\" excludes: dns:{base}");
        check(&[(DNS, name.as_bytes())], &[], &[(DNS, base.as_bytes())], good.then_some((48, why.as_str())));
    }
    check(&[(DNS, b"a"), (DNS, b"")], &[(DNS, b"")], &[], None);
    check(&[(DNS, b"")], &[(DNS, b"a")], &[], Some((47, &not("", "a").1)));
    check(
        &[(DNS, b"a.test")],
        &[],
        &[(DNS, b"")],
        Some((48, "\"dns:a.test\" is within what \"CN=ca\" excludes: dns:(all)")),
    );
}

#[test]
fn addresses_are_compared_under_the_mask_of_their_family() {
    let net = [192, 0, 2, 0, 255, 255, 255, 0];
    let holes = [10, 0, 0, 9, 255, 0, 255, 0];
    let mut six = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0).octets().to_vec();
    six.extend(Ipv6Addr::new(0xffff, 0xffff, 0, 0, 0, 0, 0, 0).octets());
    let one = Ipv6Addr::new(0x2001, 0xdb8, 1, 0, 0, 0, 0, 1).octets();
    check(&[(IP, &[192, 0, 2, 77])], &[(IP, &net)], &[], None);
    check(
        &[(IP, &[192, 0, 3, 77])],
        &[(IP, &net)],
        &[],
        Some((47, "\"ip:192.0.3.77\" is not within what \"CN=ca\" permits: ip:192.0.2.0/24")),
    );
    check(&[(IP, &[192, 0, 3, 77])], &[], &[(IP, &net)], None);
    check(
        &[(IP, &[192, 0, 2, 77])],
        &[],
        &[(IP, &net)],
        Some((48, "\"ip:192.0.2.77\" is within what \"CN=ca\" excludes: ip:192.0.2.0/24")),
    );
    check(&[(IP, &[10, 77, 0, 88])], &[(IP, &holes)], &[], None);
    check(&[(IP, &one)], &[(IP, &six)], &[], None);
    check(
        &[(IP, &one)],
        &[(IP, &net)],
        &[],
        Some((47, "\"ip:2001:db8:1::1\" is not within what \"CN=ca\" permits: ip:192.0.2.0/24")),
    );
    check(&[(IP, &[192, 0, 2, 1])], &[], &[(IP, &six)], None);
    check(
        &[(IP, &[1, 2, 3])],
        &[(IP, &net)],
        &[],
        Some((
            53,
            "\"ip:(3 bytes)\" cannot be compared with the constraints of \"CN=ca\": it is neither an IPv4 nor \
             an IPv6 address",
        )),
    );
    check(
        &[(IP, &[192, 0, 2, 1])],
        &[],
        &[(IP, &net[..5])],
        Some((
            53,
            "\"ip:192.0.2.1\" cannot be compared with ip:(5 bytes), which \"CN=ca\" excludes: it is not an IPv4 \
             or IPv6 address with a mask",
        )),
    );
    // What nothing concerns is not read.
    check(&[(IP, &[1, 2, 3])], &[(DNS, b"a")], &[], None);
}

#[test]
fn mailboxes_and_uris_have_rules_of_their_own() {
    check(
        &[(EMAIL, b"u@a.test"), (URI, b"http://a.test/")],
        &[(EMAIL, b"a.test"), (URI, b"a.test")],
        &[],
        None,
    );
    check(
        &[(EMAIL, b"u@b.a.test")],
        &[(EMAIL, b"a.test"), (DNS, b"x"), (EMAIL, b"v@b.a.test")],
        &[],
        Some((
            47,
            "\"email:u@b.a.test\" is not within what \"CN=ca\" permits: email:a.test, email:v@b.a.test",
        )),
    );
    check(
        &[(EMAIL, b"nobody")],
        &[],
        &[(EMAIL, b"a.test")],
        Some((53, "\"email:nobody\" cannot be compared with the constraints of \"CN=ca\": it has no \"@\"")),
    );
    check(
        &[(URI, b"http://b.a.test/")],
        &[],
        &[(URI, b".a.test")],
        Some((48, "\"uri:http://b.a.test/\" is within what \"CN=ca\" excludes: uri:.a.test")),
    );
    check(
        &[(URI, b"mailto:u@a.test")],
        &[(URI, b"a.test")],
        &[],
        Some((
            53,
            "\"uri:mailto:u@a.test\" cannot be compared with the constraints of \"CN=ca\": it has no scheme \
             with \"://\"",
        )),
    );
}

#[test]
fn a_mailbox_in_utf8_is_under_the_constraints_of_mail_addresses() {
    let mailbox = |tag, text: &str| other(oid::SMTP_UTF8_MAILBOX, tag, text.as_bytes());
    let name = mailbox(12, "用户@bücher.test");
    check(&[(OTHER, &name)], &[(EMAIL, b"xn--bcher-kva.test")], &[], None);
    check(
        &[(OTHER, &name)],
        &[(EMAIL, b"a.test")],
        &[],
        Some((47, "\"email:用户@bücher.test\" is not within what \"CN=ca\" permits: email:a.test")),
    );
    check(
        &[(OTHER, &name)],
        &[(EMAIL, b"xn--z")],
        &[],
        Some((
            1,
            "\"email:用户@bücher.test\" cannot be compared with email:xn--z, which \"CN=ca\" permits: its labels are \
             not valid Punycode, or too long",
        )),
    );
    check(
        &[(OTHER, &mailbox(22, "u@a.test"))],
        &[(EMAIL, b"a.test")],
        &[],
        Some((
            53,
            "\"email:u@a.test\" cannot be compared with the constraints of \"CN=ca\": it is not a UTF8String",
        )),
    );
    // A subtree of the same otherName concerns nothing.
    check(&[(OTHER, &name)], &[], &[(OTHER, &name)], None);
    // In pieces it is the same text.
    let pieces =
        [tlv(6, oid::SMTP_UTF8_MAILBOX), tlv(0xa0, &tlv(0x2c, &[tlv(12, b"u@"), tlv(12, b"a.b")].concat()))];
    check(&[(OTHER, &pieces.concat())], &[(EMAIL, b"a.b")], &[], None);
}

#[test]
fn kinds_without_a_rule_are_refused_where_a_constraint_concerns_them() {
    let (mine, theirs) = (other(&[42, 3], 12, b"a"), other(&[42, 4], 12, b"a"));
    for (name, text) in [
        ((REGISTERED, &[42, 3][..]), "rid:1.2.3"),
        ((X400, b""), "x400"),
        ((EDI, &[0xa1, 3, 12, 1, b'x']), "edi"),
        ((OTHER, &mine), "other:1.2.3"),
    ] {
        for (permitted, excluded, verb) in [(&[name][..], &[][..], "permits"), (&[], &[name], "excludes")] {
            let why = format!("constraints for \"{text}\" are not supported: \"CN=ca\" {verb} {text}");
            check(&[name], permitted, excluded, Some((51, &why)));
        }
        check(&[name], &[(DNS, b"a"), (OTHER, &theirs)], &[(EMAIL, b"b")], None);
    }
    // The identifier does not matter.
    check(
        &[(REGISTERED, &[42, 3])],
        &[],
        &[(REGISTERED, &[42, 4])],
        Some((51, "constraints for \"rid:1.2.3\" are not supported: \"CN=ca\" excludes rid:1.2.4")),
    );
}

#[test]
fn directory_names_are_within_their_first_rdns() {
    let name = directory(10, "Org");
    check(&[(DIRECTORY, &name)], &[(DIRECTORY, &directory(10, " org "))], &[], None);
    check(
        &[(DIRECTORY, &name)],
        &[(DIRECTORY, &directory(11, "org"))],
        &[],
        Some((47, "\"dn:O=Org\" is not within what \"CN=ca\" permits: dn:OU=org")),
    );
    check(
        &[(DIRECTORY, &name)],
        &[],
        &[(DIRECTORY, &tlv(0x30, &[]))],
        Some((48, "\"dn:O=Org\" is within what \"CN=ca\" excludes: dn:(all)")),
    );
}

#[test]
fn the_first_objection_to_the_first_name_is_the_only_one() {
    let all: Vec<String> = (0..7).map(|number| format!("{number}.test")).collect();
    let list: Vec<Raw<'_>> = all.iter().map(|base| (DNS, base.as_bytes())).collect();
    check(&[(DNS, b"6.test"), (DNS, b"a.0.test")], &list, &[], None);
    check(
        &[(DNS, b"0.test"), (DNS, b"8.test"), (DNS, b"9.test")],
        &list,
        &[(DNS, b"9.test")],
        Some((
            47,
            "\"dns:8.test\" is not within what \"CN=ca\" permits: dns:0.test, dns:1.test, dns:2.test, dns:3.test, \
             dns:4.test and 2 more",
        )),
    );
    // Permitted comes before excluded.
    let permitted: &[Raw<'_>] = &[(DNS, b"a")];
    check(
        &[(DNS, b"b")],
        permitted,
        &[(DNS, b"b")],
        Some((47, "\"dns:b\" is not within what \"CN=ca\" permits: dns:a")),
    );
    check(
        &[(DNS, b"a")],
        permitted,
        permitted,
        Some((48, "\"dns:a\" is within what \"CN=ca\" excludes: dns:a")),
    );
}

#[test]
fn only_a_minimum_of_zero_is_supported() {
    let why = "\"dns:a\" is under a constraint with a minimum or a maximum, which is not supported: \"CN=ca\" \
               permits dns:a";
    for (bounds, name, expected) in [
        (&[][..], DNS, None),
        (&[0x80, 1, 0], DNS, None),
        (&[0x80, 1, 1], DNS, Some(why)),
        (&[0x81, 1, 0], DNS, Some(why)),
        (&[0x81, 1, 0], EMAIL, None),
    ] {
        let chain = Chain {
            ca_constraints: Some(constraints(&[(DNS, b"a")], &[], bounds)),
            leaf_names: Some(alt_names(&[(name, b"a")])),
            ..Chain::default()
        };
        let verdict = chain.verify();
        let found = verdict.events.first().map(|event| (event.code, event.reason.as_str()));
        assert_eq!(found, expected.map(|why| (VerifyCode::SubtreeMinmax, why)));
    }
    // Behind a subtree that matches it is an objection all the same.
    let bounded = tlv(0x30, &[tlv(DNS, b"b"), vec![0x81, 1, 9]].concat());
    let both = tlv(0x30, &tlv(0xa0, &[tlv(0x30, &tlv(DNS, b"a")), bounded].concat()));
    let chain =
        Chain { ca_constraints: Some(both), leaf_names: Some(alt_names(&[(DNS, b"a")])), ..Chain::default() };
    assert_eq!(chain.codes(), [(0, 49)]);
}
