//! Small chains whose names and constraints are written byte by byte.

mod kinds; // every kind of name

use faultfinder_taxonomy::VerifyCode;
use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, DistinguishedName, DnType, DnValue, IsCa, Issuer,
    KeyPair,
};

use super::{PAIRS_MAX, Size};
use crate::budget::Budget;
use crate::certificate::Certificate;
use crate::der;
use crate::options::{HostFlags, VerifyOptions};
use crate::store::TrustStore;
use crate::verdict::Verdict;
use crate::verify::verify;

/// A general name: its tag and its content.
type Raw<'a> = (u8, &'a [u8]);

const EMAIL: u8 = 0x81;
const DNS: u8 = 0x82;
const DIRECTORY: u8 = 0xa4;

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
    params.is_ca = if is_ca { IsCa::Ca(BasicConstraints::Unconstrained) } else { IsCa::ExplicitNoCa };
    // Without it a self-issued certificate counts as self-signed.
    params.use_authority_key_identifier_extension = true;
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
                "the common name \"a.test\\x00.evil\" cannot be compared with the constraints of \"CN=ca\": \
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
        "a common name of the leaf cannot be compared with the constraints of \"CN=root\": it is not text"
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
    // An empty subject is not a name.
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
            "\"email:u@a.test\" of the subject cannot be compared with the constraints of \"CN=ca\": it is not an \
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
    assert_eq!(steps, 100 + 50 + 5000 + (100 * 50 + 50 * 200) / 64 + (200 + 50) / 8);
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
        "more names under constraints than the budget of one verification allows"
    );
}
