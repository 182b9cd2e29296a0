//! The details of certificates: what is there is shown, and what cannot be read takes nothing else away.

#![expect(clippy::unwrap_used, reason = "helpers of tests: a failure there is a failure of the test")]

use faultfinder_taxonomy::CertificateFacts;
use faultfinder_x509::Certificate;
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, CustomExtension, ExtendedKeyUsagePurpose,
    GeneralSubtree, IsCa, KeyPair, KeyUsagePurpose, NameConstraints,
};

const KEY_USAGE: &[u64] = &[2, 5, 29, 15];
const SUBJECT_KEY_ID: &[u64] = &[2, 5, 29, 14];
const POLICIES: &[u64] = &[2, 5, 29, 32];
const EXTENDED_KEY_USAGE: &[u64] = &[2, 5, 29, 37];
const AUTHORITY_KEY_ID: &[u64] = &[2, 5, 29, 35];
const CRL_POINTS: &[u64] = &[2, 5, 29, 31];
const ACCESS: &[u64] = &[1, 3, 6, 1, 5, 5, 7, 1, 1];
const SCTS: &[u64] = &[1, 3, 6, 1, 4, 1, 11_129, 2, 4, 2];

/// A DER value; its content is shorter than 64 KiB.
fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap();
    match length {
        0..0x80 => [&[tag, length.to_be_bytes()[1]], content].concat(),
        0x80..0x100 => [&[tag, 0x81, length.to_be_bytes()[1]], content].concat(),
        _ => [&[tag, 0x82][..], &length.to_be_bytes(), content].concat(),
    }
}

fn sequence(members: &[Vec<u8>]) -> Vec<u8> {
    der(0x30, &members.concat())
}

fn params() -> CertificateParams {
    CertificateParams::new(["a.test".to_owned()]).unwrap()
}

fn encoded(params: &CertificateParams) -> Vec<u8> {
    params.self_signed(&KeyPair::generate().unwrap()).unwrap().der().to_vec()
}

fn details(params: &CertificateParams) -> CertificateFacts {
    Certificate::from_der(&encoded(params)).unwrap().facts_in_detail()
}

/// A certificate with these extensions and no others but its names.
fn with(extensions: &[(&[u64], Vec<u8>)]) -> CertificateFacts {
    let mut params = params();
    params.custom_extensions = extensions
        .iter()
        .map(|(kind, value)| CustomExtension::from_oid_content(kind, value.clone()))
        .collect();
    details(&params)
}

/// One timestamp: version 1, the log, milliseconds, no extensions, a signature of two bytes.
fn sct(log: u8, milliseconds: u64) -> Vec<u8> {
    let fields = [&[0][..], &[log; 32], &milliseconds.to_be_bytes(), &[0, 0], &[4, 3, 0, 2, 1, 2]].concat();
    [&u16::try_from(fields.len()).unwrap().to_be_bytes()[..], &fields].concat()
}

fn sct_list(list: &[Vec<u8>]) -> Vec<u8> {
    let all = list.concat();
    der(4, &[&u16::try_from(all.len()).unwrap().to_be_bytes()[..], &all].concat())
}

/// 2.23.140.1.2.N, what the CA/Browser Forum reserves.
fn policy(last: u8) -> Vec<u8> {
    sequence(&[der(6, &[0x67, 0x81, 12, 1, 2, last])])
}

#[test]
fn a_server_certificate_shows_what_it_is_for_and_where_more_is_published() {
    let mut params = params();
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::KeyEncipherment];
    params.extended_key_usages = vec![
        ExtendedKeyUsagePurpose::ServerAuth,
        ExtendedKeyUsagePurpose::ClientAuth,
        ExtendedKeyUsagePurpose::Other(vec![1, 2, 3, 4]),
    ];
    let access =
        |method: u8, url: &[u8]| sequence(&[der(6, &[0x2b, 6, 1, 5, 5, 7, 48, method]), der(0x86, url)]);
    let point = der(0x30, &der(0xa0, &der(0xa0, &der(0x86, b"http://crl.test/1.crl"))));
    let ev = sequence(&[der(6, &[0x67, 0x81, 12, 1, 1])]);
    let own = sequence(&[
        der(6, &[0x2a, 3, 4]),
        sequence(&[sequence(&[der(6, &[0x2b, 6, 1, 5, 5, 7, 2, 1]), der(22, b"http://cps.test/")])]),
    ]);
    let any = sequence(&[der(6, &[0x55, 0x1d, 32, 0])]);
    let extensions = [
        (SUBJECT_KEY_ID, der(4, &[0xab, 1])),
        (AUTHORITY_KEY_ID, sequence(&[der(0x80, &[0xcd, 2])])),
        (ACCESS, sequence(&[access(1, b"http://ocsp.test/"), access(2, b"http://ca.test/ca.der")])),
        (CRL_POINTS, sequence(&[point])),
        (POLICIES, sequence(&[policy(1), policy(2), policy(3), ev, own, any])),
        (SCTS, sct_list(&[sct(1, 1_767_225_600_123), sct(2, 999)])),
    ];
    params.custom_extensions =
        extensions.map(|(kind, value)| CustomExtension::from_oid_content(kind, value)).into();
    let facts = details(&params);

    assert_eq!(facts.key_usage, ["digitalSignature", "keyEncipherment"]);
    assert_eq!(facts.extended_key_usage, ["serverAuth", "clientAuth", "1.2.3.4"]);
    assert_eq!(
        (facts.subject_key_id.as_deref(), facts.authority_key_id.as_deref()),
        (Some("ab01"), Some("cd02"))
    );
    assert_eq!(facts.ocsp_urls, ["http://ocsp.test/"]);
    assert_eq!(facts.ca_issuer_urls, ["http://ca.test/ca.der"]);
    assert_eq!(facts.crl_urls, ["http://crl.test/1.crl"]);
    let policies: Vec<(&str, Option<&str>)> =
        facts.policies.iter().map(|policy| (policy.oid.as_str(), policy.name.as_deref())).collect();
    assert_eq!(
        policies,
        [
            ("2.23.140.1.2.1", Some("DV")),
            ("2.23.140.1.2.2", Some("OV")),
            ("2.23.140.1.2.3", Some("IV")),
            ("2.23.140.1.1", Some("EV")),
            ("1.2.3.4", None),
            ("2.5.29.32.0", Some("anyPolicy")),
        ]
    );
    let scts: Vec<(&str, i64)> = facts.scts.iter().map(|sct| (sct.log_id.as_str(), sct.time)).collect();
    assert_eq!(scts, [("01".repeat(32).as_str(), 1_767_225_600), ("02".repeat(32).as_str(), 0)]);
    assert_eq!(facts.path_length, None);
}

#[test]
fn an_authority_shows_how_far_it_reaches() {
    let mut params = params();
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.name_constraints = Some(NameConstraints {
        permitted_subtrees: vec![GeneralSubtree::DnsName("example.com".to_owned())],
        excluded_subtrees: vec![GeneralSubtree::IpAddress(CidrSubnet::V4([10, 0, 0, 0], [255, 0, 0, 0]))],
    });
    let facts = details(&params);
    assert_eq!(facts.path_length, Some(0));
    assert_eq!(facts.key_usage, ["keyCertSign", "cRLSign"]);
    assert_eq!(facts.permitted_names, ["dns:example.com"]);
    assert_eq!(facts.excluded_names, ["ip:10.0.0.0/8"]);
    assert!(facts.subject_key_id.is_some());
}

#[test]
fn every_bit_of_key_usage_has_its_name() {
    let names = [
        "digitalSignature",
        "nonRepudiation",
        "keyEncipherment",
        "dataEncipherment",
        "keyAgreement",
        "keyCertSign",
        "cRLSign",
        "encipherOnly",
        "decipherOnly",
    ];
    for (bit, name) in names.into_iter().enumerate() {
        let mut bytes = [0_u8; 2];
        bytes[bit / 8] = 0x80 >> (bit % 8);
        assert_eq!(with(&[(KEY_USAGE, der(3, &[&[7][..], &bytes].concat()))]).key_usage, [name]);
    }
}

#[test]
fn facts_without_details_have_none() {
    let mut params = params();
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    let certificate = Certificate::from_der(&encoded(&params)).unwrap();
    let (plain, detailed) = (certificate.facts(), certificate.facts_in_detail());
    assert!(plain.key_usage.is_empty());
    let mut stripped = detailed;
    stripped.key_usage.clear();
    assert_eq!(stripped, plain);
}

#[test]
fn what_cannot_be_read_takes_nothing_else_away() {
    let usage = (KEY_USAGE, der(3, &[7, 0x80]));
    let broken = [
        (SCTS, der(4, &[0, 9, 1])),
        (POLICIES, vec![0x30, 5]),
        (EXTENDED_KEY_USAGE, der(0x30, &[6, 0x80])),
        (AUTHORITY_KEY_ID, vec![0xff]),
        (SUBJECT_KEY_ID, Vec::new()),
    ];
    let facts = with(&[&broken[..], &[usage]].concat());
    assert_eq!(facts.key_usage, ["digitalSignature"]);
    assert!(facts.scts.is_empty() && facts.policies.is_empty() && facts.extended_key_usage.is_empty());
    assert_eq!((facts.subject_key_id, facts.authority_key_id), (None, None));
}

#[test]
fn a_malformed_time_hides_no_details() {
    let mut params = params();
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.not_after = rcgen::date_time_ymd(2031, 12, 24);
    let mut bytes = encoded(&params);
    let at = bytes.windows(6).position(|window| window == b"311224").unwrap();
    bytes[at..at + 6].copy_from_slice(b"319924");
    let facts = Certificate::from_der(&bytes).unwrap().facts_in_detail();
    assert_eq!((facts.not_after, facts.key_usage), (None, vec!["digitalSignature".to_owned()]));
}

#[test]
fn an_extension_in_pieces_hides_no_others() {
    let mut params = params();
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    let id = CustomExtension::from_oid_content(SUBJECT_KEY_ID, der(4, &[0xab, 1]));
    params.custom_extensions.push(id);
    let mut bytes = encoded(&params);
    // The string around the identifier becomes one of pieces, of which the identifier is the only one.
    let kind = [6, 3, 0x55, 0x1d, 14];
    let at = bytes.windows(5).position(|window| window == kind).unwrap() + kind.len();
    assert_eq!(bytes[at], 4);
    bytes[at] |= 0x20;
    let facts = Certificate::from_der(&bytes).unwrap().facts_in_detail();
    assert_eq!((facts.subject_key_id, facts.key_usage), (None, vec!["digitalSignature".to_owned()]));
}

#[test]
fn of_two_extensions_of_a_kind_the_first_one_is_shown() {
    let usage = |byte| (KEY_USAGE, der(3, &[0, byte]));
    assert_eq!(with(&[usage(0x80), usage(0x40)]).key_usage, ["digitalSignature"]);
}

#[test]
fn no_more_than_the_limits_is_shown() {
    let policies = |count: u8| {
        let list: Vec<Vec<u8>> = (0..count).map(|last| sequence(&[der(6, &[0x2b, last])])).collect();
        with(&[(POLICIES, sequence(&list))]).policies.len()
    };
    assert_eq!((policies(32), policies(33)), (32, 32));
    let usages = |count: u8| {
        let list: Vec<Vec<u8>> = (0..count).map(|last| der(6, &[0x2b, last])).collect();
        with(&[(EXTENDED_KEY_USAGE, sequence(&list))]).extended_key_usage.len()
    };
    assert_eq!((usages(32), usages(33)), (32, 32));
    let timestamps = |count: u8| {
        let list: Vec<Vec<u8>> = (0..count).map(|log| sct(log, 0)).collect();
        with(&[(SCTS, sct_list(&list))]).scts.len()
    };
    assert_eq!((timestamps(32), timestamps(33)), (32, 32));
    let key_id = |bytes: usize| with(&[(SUBJECT_KEY_ID, der(4, &vec![1; bytes]))]).subject_key_id.is_some();
    assert_eq!((key_id(64), key_id(65)), (true, false));
    let long_policy =
        |bytes: usize| with(&[(POLICIES, sequence(&[sequence(&[der(6, &vec![1; bytes])])]))]).policies.len();
    assert_eq!((long_policy(64), long_policy(65)), (1, 0));
}
