//! What this client offers in a handshake, for the evidence of one that failed.

use super::provider::signature_schemes;
use super::wire;
use faultfinder_taxonomy::Fact;
use rustls::crypto::CryptoProvider;
use rustls::{NamedGroup, SignatureScheme, SupportedCipherSuite, SupportedProtocolVersion};

/// The versions, cipher suites, groups and signature algorithms that are offered, by their IANA names.
pub(super) fn offered(
    provider: &CryptoProvider,
    versions: &[&'static SupportedProtocolVersion],
    alpn: &[String],
) -> Fact {
    let is_offered = |suite: &&SupportedCipherSuite| {
        versions.iter().any(|version| version.version == suite.version().version)
    };
    let suites = provider
        .cipher_suites
        .iter()
        .filter(is_offered)
        .map(|suite| wire::cipher_suite_name(suite.suite().into()));
    let usable = provider
        .kx_groups
        .iter()
        .filter(|group| versions.iter().any(|version| group.usable_for_version(version.version)));
    let groups = usable.map(|group| group_name(group.name()));
    let schemes = signature_schemes(provider);
    Fact::map([
        ("versions", list(versions.iter().map(|version| wire::version_name(version.version.into())))),
        ("cipher_suites", list(suites)),
        ("groups", list(groups)),
        ("signature_algorithms", list(schemes.into_iter().map(scheme_name))),
        ("alpn", list(alpn.iter().cloned())),
    ])
}

fn list(names: impl Iterator<Item = String>) -> Fact {
    Fact::List(names.map(Fact::from).collect())
}

/// The name of a group in IANA's registry.
fn group_name(group: NamedGroup) -> String {
    match u16::from(group) {
        0x11ed => "SecP384r1MLKEM1024".to_owned(),
        _ => format!("{group:?}"),
    }
}

/// The name of a signature algorithm (RFC 8446 section 4.2.3, draft-ietf-tls-mldsa).
fn scheme_name(scheme: SignatureScheme) -> String {
    let name = match u16::from(scheme) {
        0x0201 => "rsa_pkcs1_sha1",
        0x0203 => "ecdsa_sha1",
        0x0401 => "rsa_pkcs1_sha256",
        0x0403 => "ecdsa_secp256r1_sha256",
        0x0501 => "rsa_pkcs1_sha384",
        0x0503 => "ecdsa_secp384r1_sha384",
        0x0601 => "rsa_pkcs1_sha512",
        0x0603 => "ecdsa_secp521r1_sha512",
        0x0804 => "rsa_pss_rsae_sha256",
        0x0805 => "rsa_pss_rsae_sha384",
        0x0806 => "rsa_pss_rsae_sha512",
        0x0807 => "ed25519",
        0x0808 => "ed448",
        0x0809 => "rsa_pss_pss_sha256",
        0x080a => "rsa_pss_pss_sha384",
        0x080b => "rsa_pss_pss_sha512",
        0x0904 => "mldsa44",
        0x0905 => "mldsa65",
        0x0906 => "mldsa87",
        other => return format!("{other:#06x}"),
    };
    name.to_owned()
}
