//! A hostile peer chooses how much there is to do; the budget chooses how much is done.

#![expect(clippy::unwrap_used, reason = "helpers of tests: a failure there is a failure of the test")]

use faultfinder_taxonomy::VerifyCode;
use faultfinder_x509::{Budget, Certificate, Crl, TrustStore, Verdict, VerifyOptions, verify};
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, CustomExtension, DnType,
    GeneralSubtree, IsCa, Issuer, KeyIdMethod, KeyPair, KeyUsagePurpose, NameConstraints, RevokedCertParams,
    SerialNumber, date_time_ymd,
};

/// 2026-01-01.
const NOW: i64 = 1_767_225_600;

fn authority(name: &str) -> CertificateParams {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

/// A chain below a root that is trusted: the authorities from the root down, then the leaf.
struct Input {
    leaf: Certificate,
    untrusted: Vec<Certificate>,
    store: TrustStore,
    options: VerifyOptions,
}

impl Input {
    fn new(authorities: &[CertificateParams], leaf: &CertificateParams) -> Self {
        let key = KeyPair::generate().unwrap();
        let read = |der: &[u8]| Certificate::from_der(der).unwrap();
        let (root, lower) = authorities.split_first().unwrap();
        let mut issuer = root;
        let mut untrusted = Vec::new();
        for params in lower {
            let signed = params.signed_by(&key, &Issuer::from_params(issuer, &key)).unwrap();
            untrusted.push(read(signed.der()));
            issuer = params;
        }
        let leaf = leaf.signed_by(&key, &Issuer::from_params(issuer, &key)).unwrap();
        let store = TrustStore::new([read(root.self_signed(&key).unwrap().der()).into()]);
        let options = VerifyOptions::tls_server(NOW);
        Self { leaf: read(leaf.der()), untrusted, store, options }
    }

    fn verify(&self) -> Verdict {
        verify(&self.leaf, &self.untrusted, &self.store, &self.options)
    }
}

/// The verdict ends with `OUT_OF_MEM`, which is the fault, and the reason names what there was too much of.
#[track_caller]
fn assert_exhausted(verdict: &Verdict, what: &str) {
    assert_eq!(verdict.ret, -1, "{:?}", verdict.events);
    assert_eq!(verdict.final_code, VerifyCode::OutOfMem);
    let fault = verdict.decisive().unwrap();
    assert_eq!(fault.code, VerifyCode::OutOfMem);
    assert!(fault.reason.contains(what), "{}", fault.reason);
}

fn leaf() -> CertificateParams {
    CertificateParams::new(["a.test".to_owned()]).unwrap()
}

#[test]
fn a_huge_chain_ends_when_the_budget_does() {
    let names: Vec<String> = (0..60).map(|number| format!("CA {number}")).collect();
    let authorities: Vec<_> = names.iter().map(|name| authority(name)).collect();
    let mut input = Input::new(&authorities, &leaf());
    assert!(input.verify().is_valid(), "{:?}", input.verify().events);

    input.options.budget = Budget { work: 20 * Budget::SIGNATURE, ..Budget::default() };
    assert_exhausted(&input.verify(), "signatures");
    input.options.budget = Budget { work: 100, ..Budget::default() };
    assert_exhausted(&input.verify(), "possible issuers");
    input.options.budget = Budget { memory: 1_000, ..Budget::default() };
    assert_exhausted(&input.verify(), "certificates in the chain");
}

/// The least work with which a chain is found good.
fn least_work(input: &mut Input) -> u64 {
    let (mut too_little, mut enough) = (0, Budget::default().work);
    while enough - too_little > 1 {
        let work = too_little.midpoint(enough);
        input.options.budget = Budget { work, ..Budget::default() };
        if input.verify().is_valid() {
            enough = work;
        } else {
            too_little = work;
        }
    }
    enough
}

#[test]
fn every_certificate_costs_a_signature_and_one_step_less_is_too_little() {
    let chain = |length: u64| {
        let authorities: Vec<_> = (0..length).map(|number| authority(&format!("CA {number}"))).collect();
        Input::new(&authorities, &leaf())
    };
    let (mut short, mut long) = (chain(10), chain(20));
    let (short_work, long_work) = (least_work(&mut short), least_work(&mut long));
    // Below the root each has a signature to check, and everything else together is less than one.
    assert_eq!((short_work / Budget::SIGNATURE, long_work / Budget::SIGNATURE), (10, 20));
    // A look at each possible issuer: the untrusted certificates that are left, for each certificate of the chain.
    assert!(long_work - short_work >= 10 * Budget::SIGNATURE + 20 * 19 / 2 - 10 * 9 / 2);

    long.options.budget = Budget { work: long_work, ..Budget::default() };
    assert!(long.verify().is_valid());
    long.options.budget = Budget { work: long_work - 1, ..Budget::default() };
    assert_exhausted(&long.verify(), "signatures");
}

#[test]
fn bytes_under_a_signature_cost_work() {
    let with_padding = |bytes: usize| {
        let mut leaf = leaf();
        let padding = der(4, &vec![0; bytes]);
        leaf.custom_extensions =
            vec![CustomExtension::from_oid_content(&[1, 3, 6, 1, 4, 1, 99_999], padding)];
        least_work(&mut Input::new(&[authority("root")], &leaf))
    };
    let (small, large) = (with_padding(1_000), with_padding(61_000));
    let steps = 60_000 / Budget::BYTES_PER_STEP;
    assert!((steps..steps + 10).contains(&(large - small)), "{small} {large}");
}

#[test]
fn events_are_paid_for_too() {
    let mut input = Input::new(&[authority("root")], &leaf());
    input.store = TrustStore::default();
    input.options.time = Some(0);
    let told = input.verify().events.len();
    assert!(told > 1);
    input.options.budget = Budget { memory: 500, ..Budget::default() };
    let verdict = input.verify();
    assert_exhausted(&verdict, "events");
    assert!(verdict.events.len() < told);
}

fn crl(issuer: &CertificateParams, key: &KeyPair, entries: u64) -> Crl {
    let entry = |number: u64| RevokedCertParams {
        serial_number: SerialNumber::from(number),
        revocation_time: date_time_ymd(2025, 1, 1),
        reason_code: None,
        invalidity_date: None,
    };
    let params = CertificateRevocationListParams {
        this_update: date_time_ymd(2025, 12, 1),
        next_update: date_time_ymd(2026, 12, 1),
        crl_number: SerialNumber::from(1_u64),
        issuing_distribution_point: None,
        revoked_certs: (0..entries).map(entry).collect(),
        key_identifier_method: KeyIdMethod::Sha256,
    };
    Crl::from_der(params.signed_by(&Issuer::from_params(issuer, key)).unwrap().der()).unwrap()
}

#[test]
fn a_huge_crl_is_paid_for_by_its_bytes_and_its_entries() {
    let key = KeyPair::generate().unwrap();
    let root = authority("root");
    let mut leaf = leaf();
    leaf.serial_number = Some(SerialNumber::from(1_u64 << 40));
    let read = |der: &[u8]| Certificate::from_der(der).unwrap();
    let signed = leaf.signed_by(&key, &Issuer::from_params(&root, &key)).unwrap();
    let store = TrustStore::new([read(root.self_signed(&key).unwrap().der()).into()]);
    let mut options = VerifyOptions::tls_server(NOW);
    options.flags.crl_check = true;
    options.crls = vec![crl(&root, &key, 20_000)];
    let mut input = Input { leaf: read(signed.der()), untrusted: Vec::new(), store, options };
    assert!(input.verify().is_valid(), "{:?}", input.verify().events);

    // Two signatures and a small CRL would fit; the bytes of this one do not.
    input.options.budget = Budget { work: Budget::SIGNATURE + 5_000, ..Budget::default() };
    assert_exhausted(&input.verify(), "signatures");
    input.options.budget = Budget { memory: 100_000, ..Budget::default() };
    assert_exhausted(&input.verify(), "indexes of CRLs");
}

/// A DER value with a tag and a content shorter than 64 KiB.
fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap().to_be_bytes();
    [&[tag, 0x82][..], &length, content].concat()
}

/// Policies 1.3.N in both worlds, mapped crosswise: every certificate doubles the tree.
fn policies_that_multiply(number: u8) -> [CustomExtension; 2] {
    let policy = |last: u8| der(6, &[43, last]);
    let all =
        |range: std::ops::Range<u8>| range.map(|last| der(0x30, &policy(last))).collect::<Vec<_>>().concat();
    let mapping = |from: u8, to: u8| der(0x30, &[policy(from), policy(to)].concat());
    let mappings: Vec<Vec<u8>> = (0..number)
        .flat_map(|from| (0..number).map(move |to| (from, to)))
        .map(|(from, to)| mapping(from, to))
        .collect();
    let policies = der(0x30, &all(0..number));
    [
        CustomExtension::from_oid_content(&[2, 5, 29, 32], policies),
        CustomExtension::from_oid_content(&[2, 5, 29, 33], der(0x30, &mappings.concat())),
    ]
}

#[test]
fn a_policy_tree_that_explodes_ends_as_in_openssl_or_with_the_budget() {
    let mut authorities: Vec<_> = (0..12).map(|number| authority(&format!("CA {number}"))).collect();
    for authority in authorities.iter_mut().skip(1) {
        authority.custom_extensions = policies_that_multiply(8).into();
    }
    let mut leaf = leaf();
    leaf.custom_extensions = vec![policies_that_multiply(8)[0].clone()];
    let mut input = Input::new(&authorities, &leaf);
    input.options.flags.policy_check = true;
    // OpenSSL's own limit on nodes.
    let verdict = input.verify();
    assert_eq!((verdict.ret, verdict.final_code), (-1, VerifyCode::OutOfMem), "{:?}", verdict.events);
    input.options.budget = Budget { memory: 12_000, ..Budget::default() };
    assert_exhausted(&input.verify(), "polic");
}

#[test]
fn names_times_constraints_end_when_the_budget_does() {
    let mut authorities: Vec<_> = (0..4).map(|number| authority(&format!("CA {number}"))).collect();
    for authority in authorities.iter_mut().skip(1) {
        let excluded =
            (0..500).map(|number| GeneralSubtree::DnsName(format!("x{number}.test"))).collect::<Vec<_>>();
        authority.name_constraints =
            Some(NameConstraints { permitted_subtrees: Vec::new(), excluded_subtrees: excluded });
    }
    let names: Vec<String> = (0..500).map(|number| format!("n{number}.test")).collect();
    let mut input = Input::new(&authorities, &CertificateParams::new(names).unwrap());
    assert!(input.verify().is_valid(), "{:?}", input.verify().events);
    input.options.budget = Budget { work: 5 * Budget::SIGNATURE + 500 * 500 * 2, ..Budget::default() };
    assert_exhausted(&input.verify(), "names under constraints");
}
