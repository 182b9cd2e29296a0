//! Small chains whose names and constraints are written byte by byte.

use std::net::Ipv6Addr;

use faultfinder_taxonomy::VerifyCode;
use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, DistinguishedName, DnType, DnValue, IsCa, Issuer,
    KeyPair,
};

use super::{PAIRS_MAX, Size};
use crate::certificate::Certificate;
use crate::der;
use crate::oid;
use crate::options::{HostFlags, VerifyOptions};
use crate::store::TrustStore;
use crate::verdict::Verdict;
use crate::verify::{Budget, verify};

/// A general name: its tag and its content.
type Raw<'a> = (u8, &'a [u8]);

const EMAIL: u8 = 0x81;
const DNS: u8 = 0x82;
const X400: u8 = 0xa3;
const DIRECTORY: u8 = 0xa4;
const EDI: u8 = 0xa5;
const URI: u8 = 0x86;
const IP: u8 = 0x87;
const REGISTERED: u8 = 0x88;
const OTHER: u8 = 0xa0;

fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    der::write(&mut out, tag, content);
    out
}

fn alt_names(names: &[Raw<'_>]) -> Vec<u8> {
    tlv(0x30, &names.iter().flat_map(|(tag, content)| tlv(*tag, content)).collect::<Vec<_>>())
}

/// nameConstraints; `bounds` stands behind every base.
fn constraints(permitted: &[Raw<'_>], excluded: &[Raw<'_>], bounds: &[u8]) -> Vec<u8> {
    let list = |tag: u8, subtrees: &[Raw<'_>]| {
        let all = subtrees.iter().flat_map(|(kind, base)| tlv(0x30, &[&tlv(*kind, base), bounds].concat()));
        if subtrees.is_empty() { Vec::new() } else { tlv(tag, &all.collect::<Vec<_>>()) }
    };
    tlv(0x30, &[list(0xa0, permitted), list(0xa1, excluded)].concat())
}

/// An otherName's content.
fn other(kind: &[u8], tag: u8, text: &[u8]) -> Vec<u8> {
    [tlv(6, kind), tlv(0xa0, &tlv(tag, text))].concat()
}

/// A name with one attribute, within its explicit tag's content.
fn directory(kind: u8, text: &str) -> Vec<u8> {
    let fields = [tlv(6, &[0x55, 4, kind]), tlv(12, text.as_bytes())].concat();
    tlv(0x30, &tlv(0x31, &tlv(0x30, &fields)))
}

/// Root, intermediate, leaf; what is `None` has no such extension.
#[derive(Default)]
struct Chain {
    root_constraints: Option<Vec<u8>>,
    ca_constraints: Option<Vec<u8>>,
    ca_names: Option<Vec<u8>>,
    leaf_names: Option<Vec<u8>>,
    leaf_subject: Vec<(DnType, DnValue)>,
    /// The intermediate has the root's name.
    ca_is_self_issued: bool,
    leaf_is_self_issued: bool,
    flags: HostFlags,
    budget: Option<Budget>,
    /// Bytes of the leaf to replace.
    patch: Option<(Vec<u8>, Vec<u8>)>,
}

fn subject(attributes: &[(DnType, DnValue)]) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    for (kind, value) in attributes {
        name.push(kind.clone(), value.clone());
    }
    name
}

fn params(
    name: DistinguishedName,
    is_ca: bool,
    names: Option<&Vec<u8>>,
    constraints: Option<&Vec<u8>>,
) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = name;
    if is_ca {
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    }
    for (arc, value) in [(17, names), (30, constraints)] {
        params
            .custom_extensions
            .extend(value.map(|value| CustomExtension::from_oid_content(&[2, 5, 29, arc], value.clone())));
    }
    params
}

impl Chain {
    fn verify(&self) -> Verdict {
        let keys: Vec<KeyPair> = (0..3).map(|_| KeyPair::generate().unwrap()).collect();
        let [root_key, ca_key, leaf_key] = keys.as_slice() else { unreachable!() };
        let common = |text: &str| subject(&[(DnType::CommonName, text.into())]);
        let ca_name = if self.ca_is_self_issued { common("root") } else { common("ca") };
        let leaf_name = if self.leaf_is_self_issued { ca_name.clone() } else { subject(&self.leaf_subject) };
        let root = params(common("root"), true, None, self.root_constraints.as_ref());
        let ca = params(ca_name, true, self.ca_names.as_ref(), self.ca_constraints.as_ref());
        let leaf = params(leaf_name, false, self.leaf_names.as_ref(), None);
        let root_der = root.self_signed(root_key).unwrap().der().to_vec();
        let ca_der = ca.signed_by(ca_key, &Issuer::from_params(&root, root_key)).unwrap().der().to_vec();
        let mut leaf_der =
            leaf.signed_by(leaf_key, &Issuer::from_params(&ca, ca_key)).unwrap().der().to_vec();
        if let Some((from, to)) = &self.patch {
            let at = leaf_der.windows(from.len()).position(|window| window == from).unwrap();
            leaf_der[at..at + to.len()].copy_from_slice(to);
        }
        let [root, ca, leaf] = [root_der, ca_der, leaf_der].map(|der| Certificate::from_der(&der).unwrap());
        let mut options = VerifyOptions { host_flags: self.flags, ..VerifyOptions::default() };
        options.budget = self.budget.unwrap_or_default();
        verify(&leaf, &[ca], &TrustStore::new([root.into()]), &options)
    }

    fn codes(&self) -> Vec<(usize, u16)> {
        self.verify().events.iter().map(|event| (event.depth, event.code.number())).collect()
    }
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
            "\"ip:(3 bytes)\" cannot be held against the constraints of \"CN=ca\": it is neither an IPv4 nor \
             an IPv6 address",
        )),
    );
    check(
        &[(IP, &[192, 0, 2, 1])],
        &[],
        &[(IP, &net[..5])],
        Some((
            53,
            "\"ip:192.0.2.1\" cannot be held against ip:(5 bytes), which \"CN=ca\" excludes: it is not an IPv4 \
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
        Some((53, "\"email:nobody\" cannot be held against the constraints of \"CN=ca\": it has no \"@\"")),
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
            "\"uri:mailto:u@a.test\" cannot be held against the constraints of \"CN=ca\": it has no scheme \
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
            "\"email:用户@bücher.test\" cannot be held against email:xn--z, which \"CN=ca\" permits: its labels are \
             no valid Punycode, or too long",
        )),
    );
    check(
        &[(OTHER, &mailbox(22, "u@a.test"))],
        &[(EMAIL, b"a.test")],
        &[],
        Some((
            53,
            "\"email:u@a.test\" cannot be held against the constraints of \"CN=ca\": it is not a UTF8String",
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
        ((EDI, b""), "edi"),
        ((OTHER, &mine), "other:1.2.3"),
    ] {
        for (permitted, excluded, verb) in [(&[name][..], &[][..], "permits"), (&[], &[name], "excludes")] {
            let why = format!(
                "\"{text}\" is of a kind whose constraints nothing supports: \"CN=ca\" {verb} {text}"
            );
            check(&[name], permitted, excluded, Some((51, &why)));
        }
        check(&[name], &[(DNS, b"a"), (OTHER, &theirs)], &[(EMAIL, b"b")], None);
    }
    // The identifier does not matter.
    check(
        &[(REGISTERED, &[42, 3])],
        &[],
        &[(REGISTERED, &[42, 4])],
        Some((
            51,
            "\"rid:1.2.3\" is of a kind whose constraints nothing supports: \"CN=ca\" excludes rid:1.2.4",
        )),
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
    let why = "\"dns:a\" is under a constraint with a minimum or a maximum, which nothing supports: \"CN=ca\" \
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

/// The reason of the only event of a leaf with that subject, under those constraints.
fn reason(
    leaf_subject: &[(DnType, DnValue)],
    names: &[Raw<'_>],
    constraints: Vec<u8>,
    flags: HostFlags,
) -> Option<(u16, String)> {
    let chain = Chain {
        ca_constraints: Some(constraints),
        leaf_names: (!names.is_empty()).then(|| alt_names(names)),
        leaf_subject: leaf_subject.to_vec(),
        flags,
        ..Chain::default()
    };
    let mut events = chain.verify().events;
    assert!(events.len() < 2, "{events:?}");
    events.pop().map(|event| (event.code.number(), event.reason))
}

#[test]
fn common_names_are_hosts_unless_there_is_a_dns_name() {
    let (off, never, always) = (
        HostFlags::default(),
        HostFlags { never_check_subject: true, ..HostFlags::default() },
        HostFlags { always_check_subject: true, ..HostFlags::default() },
    );
    let both = HostFlags { never_check_subject: true, ..always };
    let evil: &[Raw<'_>] = &[(EMAIL, b"u@evil.test")];
    let named: &[Raw<'_>] = &[(DNS, b"a.test")];
    for (name, names, flags, expected) in [
        ("evil.test", &[][..], off, Some(47)),
        ("evil.test", evil, off, Some(47)),
        ("evil.test", named, off, None),
        ("evil.test", &[], never, None),
        ("evil.test", named, always, Some(47)),
        ("evil.test", &[], both, None),
        ("www.a.test", &[], off, None),
        ("evil", &[], off, None),
        ("Evil Host.test", &[], off, None),
        ("evil.test\0", &[], off, Some(47)),
        ("a.test\0.evil", &[], off, Some(53)),
    ] {
        let found = reason(
            &[(DnType::CommonName, name.into())],
            names,
            constraints(&[(DNS, b"a.test")], &[], &[]),
            flags,
        );
        assert_eq!(found.as_ref().map(|found| found.0), expected, "{name:?} {names:?} {flags:?}");
        let why = match expected {
            Some(47) => {
                format!(
                    "the common name \"{}\" is not within what \"CN=ca\" permits: dns:a.test",
                    name.escape_default().to_string().replace("\\u{0}", "\\x00")
                )
            }
            Some(_) => {
                "the common name \"a.test\\x00.evil\" cannot be held against the constraints of \"CN=ca\": \
                        it has a NUL inside"
                    .to_owned()
            }
            None => continue,
        };
        assert_eq!(found.unwrap().1, why);
    }
}

#[test]
fn a_common_name_that_is_no_text_ends_verification() {
    let chain = Chain {
        root_constraints: Some(constraints(&[(DNS, b"a")], &[], &[])),
        leaf_subject: vec![(DnType::CommonName, "\0bits".into())],
        patch: Some((b"\x55\x04\x03\x0c\x05\0bits".to_vec(), b"\x55\x04\x03\x03\x05\0bits".to_vec())),
        ..Chain::default()
    };
    let verdict = chain.verify();
    // The patched leaf's signature is bad, and that error stays.
    assert_eq!((verdict.ret, verdict.final_code), (-1, VerifyCode::CertSignatureFailure));
    assert_eq!(
        verdict.internal.unwrap().reason,
        "a common name of the leaf cannot be held against the constraints of \"CN=root\": it is no text"
    );
}

#[test]
fn the_subject_and_its_mail_addresses_are_names_too() {
    let mail = || DnType::CustomDnType(vec![1, 2, 840, 113_549, 1, 9, 1]);
    let ia5 = |text: &str| DnValue::Ia5String(text.try_into().unwrap());
    let none = HostFlags::default();
    let org: Vec<(DnType, DnValue)> = vec![(DnType::OrganizationName, "Org".into())];
    let inside = constraints(&[(DIRECTORY, &directory(10, "ORG"))], &[], &[]);
    assert_eq!(reason(&org, &[], inside.clone(), none), None);
    // An empty subject is no name.
    assert_eq!(reason(&[], &[(DNS, b"a")], inside.clone(), none), None);
    assert_eq!(
        reason(&[(DnType::OrganizationName, "Other".into())], &[], inside, none),
        Some((47, "the subject \"O=Other\" is not within what \"CN=ca\" permits: dn:O=ORG".to_owned()))
    );
    let mails = constraints(&[(EMAIL, b"a.test")], &[], &[]);
    assert_eq!(reason(&[(mail(), ia5("u@a.test"))], &[], mails.clone(), none), None);
    assert_eq!(
        reason(&[(mail(), ia5("u@b.test"))], &[(EMAIL, b"u@c.test")], mails, none),
        Some((
            47,
            "\"email:u@b.test\" of the subject is not within what \"CN=ca\" permits: email:a.test".to_owned()
        ))
    );
    // Whatever the constraints are about.
    let hosts = constraints(&[(DNS, b"a.test")], &[], &[]);
    assert_eq!(
        reason(&[(mail(), "u@a.test".into())], &[], hosts, none),
        Some((
            53,
            "\"email:u@a.test\" of the subject cannot be held against the constraints of \"CN=ca\": it is not an \
             IA5String"
                .to_owned()
        ))
    );
}

#[test]
fn every_pair_has_one_event_from_the_top_to_the_leaf() {
    let only_a = || Some(constraints(&[(DNS, b"a")], &[(DNS, b"b")], &[]));
    let names = |name: &[u8]| Some(alt_names(&[(DNS, name)]));
    let chain = |ca_names, leaf_names| Chain {
        root_constraints: only_a(),
        ca_constraints: Some(constraints(&[(DNS, b"c")], &[], &[])),
        ca_names,
        leaf_names,
        ..Chain::default()
    };
    let both = chain(names(b"b"), names(b"b"));
    assert_eq!(both.codes(), [(1, 47), (0, 47), (0, 47)]);
    let verdict = both.verify();
    let whose: Vec<&str> =
        verdict.events.iter().map(|event| event.reason.split('"').nth(3).unwrap()).collect();
    assert_eq!(whose, ["CN=root", "CN=root", "CN=ca"]);
    // Its own constraints do not concern a CA, nor do those below.
    assert_eq!(chain(names(b"a"), names(b"c")).codes(), [(0, 47)]);
    assert_eq!(chain(None, None).codes(), []);
}

#[test]
fn self_issued_certificates_are_passed_over_unless_they_are_the_leaf() {
    let chain = |ca_is_self_issued, leaf_is_self_issued| Chain {
        root_constraints: Some(constraints(&[], &[(DNS, b"b")], &[])),
        ca_names: Some(alt_names(&[(DNS, b"b")])),
        leaf_names: Some(alt_names(&[(DNS, b"b")])),
        leaf_subject: vec![(DnType::OrganizationName, "Org".into())],
        ca_is_self_issued,
        leaf_is_self_issued,
        ..Chain::default()
    };
    assert_eq!(chain(false, false).codes(), [(1, 48), (0, 48)]);
    assert_eq!(chain(false, true).codes(), [(1, 48), (0, 48)]);
    assert_eq!(chain(true, false).codes(), [(0, 48)]);
}

#[test]
fn too_many_pairs_are_not_compared() {
    let chain = |names: usize, subtrees: usize| Chain {
        ca_constraints: Some(constraints(&vec![(DNS, &b"a"[..]); subtrees], &[], &[])),
        leaf_names: Some(alt_names(&vec![(DNS, &b"a"[..]); names])),
        ..Chain::default()
    };
    assert_eq!(PAIRS_MAX, 1024 * 1024);
    assert_eq!(chain(1024, 1024).codes(), []);
    let verdict = chain(1024, 1025).verify();
    assert_eq!(verdict.events[0].code, VerifyCode::Unspecified);
    assert_eq!(
        verdict.events[0].reason,
        "its 1024 names and the 1025 constraints of \"CN=ca\" are more than 1048576 pairs to compare"
    );
    // Subtrees alone cost nothing to compare.
    assert_eq!(chain(0, 1025).codes(), []);
}

#[test]
fn comparisons_come_out_of_the_budget() {
    let steps = Size { count: 100, bytes: 200 }.steps(Size { count: 50, bytes: 50 });
    assert_eq!(steps, 100 + 50 + 5000 + (100 * 50 + 50 * 200) / 64);
    let huge = Size { count: usize::MAX, bytes: usize::MAX };
    assert!(huge.steps(huge) > usize::MAX / 2);
    let mut chain = Chain {
        ca_constraints: Some(constraints(&vec![(DNS, &b"a"[..]); 50], &[], &[])),
        leaf_names: Some(alt_names(&[(DNS, &b"a"[..]); 100])),
        ..Chain::default()
    };
    let work = |beside: u64| Budget { work: 2 * Budget::SIGNATURE + beside, ..Budget::default() };
    chain.budget = Some(work(6000));
    assert_eq!(chain.verify().ret, 1);
    chain.budget = Some(work(5000));
    let verdict = chain.verify();
    assert_eq!((verdict.ret, verdict.final_code), (-1, VerifyCode::OutOfMem));
    assert_eq!(
        verdict.internal.unwrap().reason,
        "more names under constraints than the budget of one verification"
    );
}
