//! Policy extensions, byte by byte.

use super::*;

/// A value with a universal tag.
fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    der::write(&mut out, tag, content);
    out
}

fn list(members: &[Vec<u8>]) -> Vec<u8> {
    tlv(0x30, &members.concat())
}

/// The policies 1.2.N; 0 is anyPolicy.
fn object(policy: u8) -> Vec<u8> {
    if policy == 0 { tlv(6, oid::ANY_POLICY) } else { tlv(6, &[42, policy]) }
}

fn policies(all: &[u8]) -> Vec<u8> {
    list(&all.iter().map(|policy| list(&[object(*policy)])).collect::<Vec<_>>())
}

fn mappings(all: &[(u8, u8)]) -> Vec<u8> {
    list(&all.iter().map(|(from, to)| list(&[object(*from), object(*to)])).collect::<Vec<_>>())
}

fn read_all(all: &[(&'static [u8], Vec<u8>)]) -> Policies {
    read(|kind| {
        let mut of_kind = all.iter().filter(|(other, _)| *other == kind);
        match (of_kind.next(), of_kind.next()) {
            (_, Some(_)) => Err(PolicyFlaw::ExtensionTwice),
            (first, None) => Ok(first.map(|(_, value)| value.as_slice())),
        }
    })
}

fn defect(all: &[(&'static [u8], Vec<u8>)]) -> Option<(&'static str, PolicyFlaw)> {
    read_all(all).defect.map(|defect| (defect.extension, defect.why))
}

const POLICIES: &[u8] = oid::CERTIFICATE_POLICIES;
const MAPPINGS: &[u8] = oid::POLICY_MAPPINGS;
const CONSTRAINTS: &[u8] = oid::POLICY_CONSTRAINTS;
const INHIBIT: &[u8] = oid::INHIBIT_ANY_POLICY;

#[test]
fn a_mapping_of_a_policy_that_is_not_listed_needs_any_policy() {
    let mapped = [(1, 2), (1, 2), (3, 4), (3, 5), (6, 7)];
    let found = read_all(&[(POLICIES, policies(&[1, 2])), (MAPPINGS, mappings(&mapped))]);
    let keys: Vec<u8> = found.named.keys().map(|key| key[1]).collect();
    assert_eq!((keys, found.any, found.present), (vec![1, 2], false, true));
    assert!(found.named[&[42, 1][..]].counted && found.named[&[42, 1][..]].expected.len() == 1);
    assert_eq!(found.named[&[42, 2][..]], Mapping::default());

    let found = read_all(&[(POLICIES, policies(&[1, 0])), (MAPPINGS, mappings(&mapped))]);
    let facts: Vec<_> =
        found.named.iter().map(|(key, mapping)| (key[1], mapping.expected.len(), mapping.counted)).collect();
    assert_eq!(facts, [(1, 1, true), (3, 2, true), (6, 1, false)]);
}

#[test]
fn numbers_too_large_are_as_good_as_none() {
    let constraints = |content: &[u8]| read_all(&[(CONSTRAINTS, tlv(0x30, content))]);
    let found = constraints(&[0x80, 1, 3, 0x81, 1, 0]);
    assert_eq!((found.require_explicit, found.inhibit_mapping), (Some(3), Some(0)));
    assert_eq!(constraints(&[0x80, 9, 0, 0x80, 0, 0, 0, 0, 0, 0, 0]).require_explicit, None);
    assert_eq!(constraints(&[0x80, 9, 0, 0x80, 0, 0, 0, 0, 0, 0, 0]).defect, None);
    let found = read_all(&[(POLICIES, policies(&[0])), (INHIBIT, vec![2, 1, 5, 7, 7])]);
    assert_eq!((found.inhibit_any, found.any, found.named.len()), (Some(5), true, 0));
}

#[test]
fn without_policies_mappings_and_inhibit_any_are_not_read() {
    for all in [
        vec![(MAPPINGS, vec![1]), (INHIBIT, vec![2, 1, 0xff])],
        vec![(POLICIES, vec![0x30, 0]), (MAPPINGS, vec![1]), (INHIBIT, vec![2, 1, 0xff])],
        // A list need not be marked as constructed.
        vec![(POLICIES, vec![0x10, 0])],
    ] {
        let found = read_all(&all);
        assert!(found.defect.is_none() && !found.present, "{all:?}");
    }
}

#[test]
fn defects_are_those_of_openssl() {
    let good = || (POLICIES, policies(&[1, 0]));
    let (mapping, policy) = ("policyMappings", "certificatePolicies");
    let rows = [
        (vec![good(), good()], policy, PolicyFlaw::ExtensionTwice),
        (vec![(POLICIES, policies(&[1, 2, 1]))], policy, PolicyFlaw::PolicyTwice),
        (vec![(POLICIES, policies(&[0, 2, 0]))], policy, PolicyFlaw::PolicyTwice),
        (vec![(POLICIES, vec![4, 0])], policy, PolicyFlaw::Encoding(DerFault::WrongTag)),
        (vec![good(), (MAPPINGS, vec![0x30, 0])], mapping, PolicyFlaw::Empty),
        (vec![good(), (MAPPINGS, mappings(&[(1, 2), (0, 2)]))], mapping, PolicyFlaw::AnyMapped),
        (vec![good(), (MAPPINGS, mappings(&[(1, 2), (1, 0)]))], mapping, PolicyFlaw::AnyMapped),
        (vec![good(), (INHIBIT, vec![2, 1, 0xff])], "inhibitAnyPolicy", PolicyFlaw::Negative),
        (vec![(CONSTRAINTS, vec![0x30, 0])], "policyConstraints", PolicyFlaw::Empty),
        (vec![(CONSTRAINTS, vec![0x30, 3, 0x81, 1, 0x80])], "policyConstraints", PolicyFlaw::Negative),
        (
            vec![(CONSTRAINTS, vec![0x30, 3, 0x82, 1, 1])],
            "policyConstraints",
            PolicyFlaw::Encoding(DerFault::Trailing),
        ),
    ];
    for (all, extension, why) in rows {
        assert_eq!(defect(&all), Some((extension, why)), "{all:?}");
    }
}

#[test]
fn qualifiers_must_be_readable() {
    let with = |qualifier: Vec<u8>| {
        let value = list(&[list(&[object(1), list(&[qualifier])])]);
        read_all(&[(POLICIES, value)]).defect.is_none()
    };
    let cps = || tlv(6, oid::CPS_QUALIFIER);
    let notice = |members: &[Vec<u8>]| list(&[tlv(6, oid::USER_NOTICE_QUALIFIER), list(members)]);
    let reference = |text: Vec<u8>| list(&[text, list(&[tlv(2, &[1]), tlv(2, &[2])])]);
    assert!(with(list(&[cps(), tlv(22, b"https://a.test")])));
    assert!(!with(list(&[cps(), tlv(12, b"https://a.test")])));
    assert!(!with(list(&[cps()])));
    assert!(with(notice(&[])));
    assert!(with(notice(&[reference(tlv(26, b"org")), tlv(30, b"\0a")])));
    assert!(with(notice(&[tlv(12, b"text")])));
    assert!(!with(notice(&[tlv(30, b"a")])));
    assert!(!with(notice(&[tlv(19, b"printable")])));
    assert!(!with(notice(&[tlv(12, b"text"), reference(tlv(12, b"org"))])));
    assert!(!with(notice(&[list(&[tlv(12, b"org")])])));
    assert!(with(list(&[object(9), tlv(5, &[])])));
    assert!(!with(list(&[object(9), tlv(5, &[0])])));
    assert!(!with(list(&[object(9), tlv(2, &[0, 1])])));
    assert!(!with(list(&[object(9), tlv(23, b"260101")])));
    assert!(!with(list(&[object(9)])));
}
