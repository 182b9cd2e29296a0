//! Small chains of our own with one fault each, so that a clone without the recorded corpora is tested too.

#![expect(clippy::unwrap_used, reason = "helpers of tests: a failure there is a failure of the test")]

use faultfinder_taxonomy::word::Purpose;
use faultfinder_x509::{AuxTrust, Certificate, TrustStore, TrustedCertificate, VerifyOptions, verify};
use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PKCS_ED25519,
    SignatureAlgorithm, date_time_ymd,
};

/// 2026-01-01.
const NOW: i64 = 1_767_225_600;

/// A root, an intermediate and a leaf, still to be changed and signed.
struct Chain {
    root: CertificateParams,
    intermediate: CertificateParams,
    leaf: CertificateParams,
    trust: Option<AuxTrust>,
    trust_root: bool,
    send_intermediate: bool,
    /// The algorithm of the leaf's key.
    leaf_key: &'static SignatureAlgorithm,
    /// Sign the leaf with a key that is not the intermediate's.
    forge: bool,
    options: VerifyOptions,
}

fn authority(name: &str) -> CertificateParams {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

impl Chain {
    fn new() -> Self {
        let mut options = VerifyOptions::tls_server(NOW);
        options.hosts = vec!["a.test".to_owned()];
        Self {
            root: authority("root"),
            intermediate: authority("intermediate"),
            leaf: CertificateParams::new(["a.test".to_owned()]).unwrap(),
            trust: None,
            trust_root: true,
            send_intermediate: true,
            leaf_key: &PKCS_ECDSA_P256_SHA256,
            forge: false,
            options,
        }
    }

    fn verify(self) -> faultfinder_x509::Verdict {
        let keys: Vec<KeyPair> = (0..3).map(|_| KeyPair::generate().unwrap()).collect();
        let [root_key, intermediate_key, other_key] = keys.as_slice() else { unreachable!() };
        let leaf_key = KeyPair::generate_for(self.leaf_key).unwrap();
        let root = self.root.self_signed(root_key).unwrap();
        let root_issuer = Issuer::from_params(&self.root, root_key);
        let intermediate = self.intermediate.signed_by(intermediate_key, &root_issuer).unwrap();
        let signer = if self.forge { other_key } else { intermediate_key };
        let leaf = self.leaf.signed_by(&leaf_key, &Issuer::from_params(&self.intermediate, signer)).unwrap();
        let read = |der: &[u8]| Certificate::from_der(der).unwrap();
        let mut untrusted = Vec::new();
        if self.send_intermediate {
            untrusted.push(read(intermediate.der()));
        }
        let trusted = TrustedCertificate { certificate: read(root.der()), trust: self.trust };
        let store = TrustStore::new(self.trust_root.then_some(trusted));
        verify(&read(leaf.der()), &untrusted, &store, &self.options)
    }
}

/// proxyCertInfo: any language for the policy, no limit to the path.
const PROXY: &[u8] = &[0x30, 12, 0x30, 10, 6, 8, 0x2b, 6, 1, 5, 5, 7, 21, 0];

/// What is changed, the events that follow, the decisive one.
type Row = (&'static str, fn(&mut Chain), &'static [(usize, &'static str)], Option<&'static str>);

const ROWS: &[Row] = &[
    ("a good chain", |_| {}, &[], None),
    (
        "an expired leaf",
        |chain| chain.leaf.not_after = date_time_ymd(2025, 11, 21),
        &[(0, "CERT_HAS_EXPIRED")],
        Some("expired 2025-11-21T00:00:00Z, 41 days before the check time"),
    ),
    (
        "a leaf of the future",
        |chain| chain.leaf.not_before = date_time_ymd(2026, 1, 3),
        &[(0, "CERT_NOT_YET_VALID")],
        Some("valid from 2026-01-03T00:00:00Z, 2 days after the check time"),
    ),
    (
        "another host",
        |chain| chain.options.hosts = vec!["b.test".to_owned()],
        &[(0, "HOSTNAME_MISMATCH")],
        Some("no SAN covers \"b.test\": the certificate is for a.test"),
    ),
    (
        "a missing intermediate",
        |chain| chain.send_intermediate = false,
        &[(0, "UNABLE_TO_GET_ISSUER_CERT_LOCALLY"), (0, "UNABLE_TO_VERIFY_LEAF_SIGNATURE")],
        None,
    ),
    ("an unknown root", |chain| chain.trust_root = false, &[(1, "UNABLE_TO_GET_ISSUER_CERT_LOCALLY")], None),
    (
        "an intermediate that is not a CA",
        |chain| chain.intermediate.is_ca = IsCa::ExplicitNoCa,
        &[(1, "INVALID_CA"), (1, "INVALID_PURPOSE")],
        None,
    ),
    (
        "an intermediate that may not sign",
        |chain| chain.intermediate.key_usages = vec![KeyUsagePurpose::CrlSign],
        &[(1, "INVALID_CA"), (1, "INVALID_PURPOSE"), (1, "KEYUSAGE_NO_CERTSIGN")],
        Some("the keyUsage of \"CN=intermediate\" does not include keyCertSign"),
    ),
    (
        "a leaf for clients",
        |chain| chain.leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth],
        &[(0, "INVALID_PURPOSE")],
        Some("not for sslserver: its extKeyUsage does not include serverAuth, only clientAuth"),
    ),
    (
        "a root that allows no intermediates",
        |chain| chain.root.is_ca = IsCa::Ca(BasicConstraints::Constrained(0)),
        &[(2, "PATH_LENGTH_EXCEEDED")],
        Some("1 CAs are below it, but its path length allows 0"),
    ),
    ("a forged leaf", |chain| chain.forge = true, &[(0, "CERT_SIGNATURE_FAILURE")], None),
    (
        "a depth limit",
        |chain| chain.options.depth = Some(0),
        &[(1, "CERT_CHAIN_TOO_LONG"), (1, "UNABLE_TO_GET_ISSUER_CERT_LOCALLY")],
        Some("no trusted certificate within 0 certificates above the leaf"),
    ),
    (
        "a root that is trusted for nothing",
        |chain| {
            let mut trust = AuxTrust::default();
            trust.trusted = Some(Vec::new());
            chain.trust = Some(trust);
        },
        &[(2, "CERT_UNTRUSTED"), (2, "CERT_UNTRUSTED"), (2, "INVALID_PURPOSE")],
        Some("the trust settings of \"CN=root\" do not list sslserver"),
    ),
    (
        "a high security level",
        |chain| chain.options.auth_level = 4,
        &[
            (0, "EE_KEY_TOO_SMALL"),
            (0, "CA_MD_TOO_WEAK"),
            (1, "CA_KEY_TOO_SMALL"),
            (1, "CA_MD_TOO_WEAK"),
            (2, "CA_KEY_TOO_SMALL"),
        ],
        None,
    ),
    (
        "Suite B with a key that is not elliptic",
        |chain| {
            chain.options.flags.suiteb_128 = true;
            chain.leaf_key = &PKCS_ED25519;
        },
        &[(0, "SUITE_B_INVALID_ALGORITHM")],
        None,
    ),
    (
        "Suite B with P-384 below P-256",
        |chain| {
            chain.options.flags.suiteb_128 = true;
            chain.leaf_key = &PKCS_ECDSA_P384_SHA384;
        },
        &[(0, "SUITE_B_CANNOT_SIGN_P_384_WITH_P_256")],
        None,
    ),
    (
        "a proxy below a CA",
        |chain| {
            chain.options.flags.allow_proxy_certs = true;
            chain.options.hosts.clear();
            chain.intermediate.key_usages.push(KeyUsagePurpose::DigitalSignature);
            chain.leaf = CertificateParams::new(Vec::new()).unwrap();
            let subject = &mut chain.leaf.distinguished_name;
            *subject = chain.intermediate.distinguished_name.clone();
            subject.push(DnType::CustomDnType(vec![2, 5, 4, 3]), "1");
            let mut proxy = CustomExtension::from_oid_content(&[1, 3, 6, 1, 5, 5, 7, 1, 14], PROXY.to_vec());
            proxy.set_criticality(true);
            chain.leaf.custom_extensions.push(proxy);
        },
        &[(1, "INVALID_NON_CA")],
        None,
    ),
    (
        "a purpose that the leaf has not",
        |chain| chain.options.purpose = Some(Purpose::CodeSign),
        &[(0, "INVALID_PURPOSE")],
        Some("not for codesign: it has no keyUsage"),
    ),
];

#[test]
fn one_fault_gives_the_events_of_openssl() {
    for (name, change, events, reason) in ROWS {
        let mut chain = Chain::new();
        change(&mut chain);
        let verdict = chain.verify();
        let found: Vec<(usize, &str)> =
            verdict.events.iter().map(|event| (event.depth, event.code.as_str())).collect();
        assert_eq!(found, *events, "{name}");
        assert_eq!(verdict.is_valid(), events.is_empty(), "{name}");
        let decisive = verdict.decisive();
        assert_eq!(decisive.is_none(), events.is_empty(), "{name}");
        if let (Some(reason), Some(event)) = (reason, decisive) {
            let told =
                [event.reason.as_str(), verdict.events.first().map_or("", |event| event.reason.as_str())];
            assert!(told.contains(reason), "{name}: {told:?}");
            assert!(!event.remedy.is_empty(), "{name}");
        }
    }
}
