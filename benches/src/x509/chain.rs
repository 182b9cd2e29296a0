//! Chains as public CAs issue them.

use anyhow::Result;
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, DnType, ExtendedKeyUsagePurpose,
    IsCa, Issuer, KeyPair, KeyUsagePurpose, RevokedCertParams, RsaKeySize, SerialNumber,
};
use rustls::pki_types::CertificateDer;
use std::time::{Duration, SystemTime};

/// The host that the leaf is for.
pub(crate) const HOST: &str = "www.example.com";

/// The keys of leaf, intermediate and root.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Keys {
    Rsa,
    P256,
    /// A P-256 leaf under an RSA intermediate and root.
    Mixed,
}

impl Keys {
    pub(crate) const ALL: &[Self] = &[Self::Rsa, Self::P256, Self::Mixed];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Rsa => "RSA-2048",
            Self::P256 => "P-256",
            Self::Mixed => "P-256 under RSA-2048",
        }
    }

    fn make(self) -> Result<[KeyPair; 3]> {
        let rsa = || KeyPair::generate_rsa_for(&rcgen::PKCS_RSA_SHA256, RsaKeySize::_2048);
        let ec = || KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256);
        Ok(match self {
            Self::Rsa => [rsa()?, rsa()?, rsa()?],
            Self::P256 => [ec()?, ec()?, ec()?],
            Self::Mixed => [ec()?, rsa()?, rsa()?],
        })
    }
}

/// A chain and the CRL of its intermediate.
pub(crate) struct Chain {
    pub(crate) leaf: Vec<u8>,
    pub(crate) intermediate: Vec<u8>,
    pub(crate) root: Vec<u8>,
    pub(crate) crl: Vec<u8>,
    /// The roots of the store other than that of the chain.
    pub(crate) roots: Vec<CertificateDer<'static>>,
    /// Seconds since 1970.
    pub(crate) now: i64,
}

/// How many roots a store has in addition to that of the chain.
const ROOTS: usize = 139;

/// Mozilla's roots, and as many more as make up the number.
pub(crate) fn roots() -> Result<Vec<CertificateDer<'static>>> {
    let mut all: Vec<_> = webpki_root_certs::TLS_SERVER_ROOT_CERTS.to_vec();
    while all.len() < ROOTS {
        let mut root = params(&format!("Filler Root {}", all.len()), now()?, 3650);
        root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        all.push(root.self_signed(&KeyPair::generate()?)?.der().clone());
    }
    Ok(all)
}

impl Chain {
    pub(crate) fn new(keys: Keys, revoked: usize) -> Result<Self> {
        let [leaf_key, intermediate_key, root_key] = keys.make()?;
        let now = now()?;
        let start = now - Duration::from_secs(86_400);
        let mut root = params("Bench Root", start, 3650);
        root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        root.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let root_certificate = root.self_signed(&root_key)?;
        let root_issuer = Issuer::new(root, root_key);
        let mut intermediate = params("Bench Issuing CA", start, 1825);
        intermediate.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        intermediate.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        intermediate.use_authority_key_identifier_extension = true;
        let intermediate_certificate = intermediate.signed_by(&intermediate_key, &root_issuer)?;
        let issuer = Issuer::new(intermediate, intermediate_key);
        let mut leaf = params(HOST, start, 89);
        leaf.subject_alt_names = ["www.example.com", "example.com", "api.example.com", "static.example.com"]
            .map(|name| name.try_into().map(rcgen::SanType::DnsName))
            .into_iter()
            .collect::<Result<_, _>>()?;
        leaf.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        leaf.extended_key_usages =
            vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
        leaf.use_authority_key_identifier_extension = true;
        leaf.is_ca = IsCa::ExplicitNoCa;
        let leaf = leaf.signed_by(&leaf_key, &issuer)?;
        let crl = CertificateRevocationListParams {
            this_update: start.into(),
            next_update: (start + Duration::from_secs(7 * 86_400)).into(),
            crl_number: SerialNumber::from(7),
            issuing_distribution_point: None,
            revoked_certs: (0..revoked).map(|number| entry(number, start)).collect(),
            key_identifier_method: rcgen::KeyIdMethod::Sha256,
        };
        let crl = crl.signed_by(&issuer)?;
        Ok(Self {
            leaf: leaf.der().to_vec(),
            intermediate: intermediate_certificate.der().to_vec(),
            root: root_certificate.der().to_vec(),
            crl: crl.der().to_vec(),
            roots: roots()?,
            now: i64::try_from(now.duration_since(SystemTime::UNIX_EPOCH)?.as_secs())?,
        })
    }
}

fn now() -> Result<SystemTime> {
    let seconds = u64::try_from(faultfinder_net::Clock::system().unix_seconds())?;
    Ok(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
}

fn params(name: &str, start: SystemTime, days: u64) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CountryName, "XX");
    params.distinguished_name.push(DnType::OrganizationName, "Example Trust Services");
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = start.into();
    params.not_after = (start + Duration::from_secs(days * 86_400)).into();
    params
}

/// A revoked serial of 16 bytes, spread over their range.
fn entry(number: usize, at: SystemTime) -> RevokedCertParams {
    let serial = (number as u128).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835) >> 1;
    RevokedCertParams {
        serial_number: SerialNumber::from(serial.to_be_bytes().to_vec()),
        revocation_time: at.into(),
        reason_code: None,
        invalidity_date: None,
    }
}
