//! The cryptography of TLS sessions: aws-lc-rs' own provider, and what legacy peers need in addition.
//!
//! A monitor reports what a peer is like, so it has to complete handshakes that a browser would refuse. Everything that is added
//! is offered last: a peer that can do better does.

mod modp; // the moduli of RFC 3526
mod finite_field; // ffdhe2048, ffdhe3072, ffdhe4096, and the groups of RFC 3526
mod ecdh; // secp521r1
mod x448; // X448
mod hybrid; // SecP384r1MLKEM1024
mod prf; // MacKeysLast: the key block of suites with MAC keys
mod protection; // CbcHmac: AES and HMAC
mod cbc_open; // Opener: the reader of CBC records
mod cbc; // the records of CBC suites
mod suites; // the suites of DHE and of CBC
mod legacy; // what of a session is legacy

use rustls::crypto::aws_lc_rs::{default_provider, kx_group};
use rustls::crypto::{CryptoProvider, KeyExchangeAlgorithm, SupportedKxGroup};
use rustls::{SignatureScheme, SupportedCipherSuite};
use std::sync::{Arc, OnceLock};

pub(super) use legacy::legacy;

/// The signature schemes that are offered in addition to the provider's own, which webpki verifies: Ed448, keys for RSASSA-PSS
/// alone (`rsa_pss_pss_sha256`, `_sha384`, `_sha512`), and SHA-1, which TLS 1.3 does not have (RFC 8446 section 4.4.3).
///
/// rustls ends handshakes of TLS 1.2 that are signed by an `rsa_pss_pss` scheme.
const LEGACY_SCHEMES: [SignatureScheme; 6] = [
    SignatureScheme::ED448,
    SignatureScheme::Unknown(0x0809),
    SignatureScheme::Unknown(0x080a),
    SignatureScheme::Unknown(0x080b),
    SignatureScheme::ECDSA_SHA1_Legacy,
    SignatureScheme::RSA_PKCS1_SHA1,
];

/// What this client's TLS sessions use: the suites and groups of aws-lc-rs' own provider, first and in its order, and after them
/// the suites of TLS 1.2 with DHE and with CBC, and the groups secp521r1, X448, SecP256r1MLKEM768, SecP384r1MLKEM1024, ffdhe2048,
/// ffdhe3072 and ffdhe4096.
///
/// Made once per process.
#[must_use]
pub fn provider() -> Arc<CryptoProvider> {
    static PROVIDER: OnceLock<Arc<CryptoProvider>> = OnceLock::new();
    Arc::clone(PROVIDER.get_or_init(|| {
        let own = default_provider();
        let added: [&dyn SupportedKxGroup; 4] =
            [ecdh::SECP521R1, x448::X448, kx_group::SECP256R1MLKEM768, hybrid::SECP384R1MLKEM1024];
        let kx_groups = own.kx_groups.iter().copied().chain(added).chain(finite_field::GROUPS).collect();
        Arc::new(CryptoProvider { cipher_suites: suites::all(), kx_groups, ..own })
    }))
}

/// The same without the suites of DHE: with them, a server may choose a group that only it knows although it has something
/// better in common with this client.
pub(super) fn without_dhe() -> Arc<CryptoProvider> {
    static PROVIDER: OnceLock<Arc<CryptoProvider>> = OnceLock::new();
    let without = || {
        let mut provider = CryptoProvider::clone(&provider());
        provider.cipher_suites.retain(|suite| !is_dhe(suite));
        Arc::new(provider)
    };
    Arc::clone(PROVIDER.get_or_init(without))
}

fn is_dhe(suite: &SupportedCipherSuite) -> bool {
    match suite {
        SupportedCipherSuite::Tls12(suite) => suite.kx == KeyExchangeAlgorithm::DHE,
        SupportedCipherSuite::Tls13(_) => false,
    }
}

/// The signature schemes that a client with this provider offers for handshakes.
pub(super) fn signature_schemes(provider: &CryptoProvider) -> Vec<SignatureScheme> {
    let own = provider.signature_verification_algorithms.supported_schemes();
    own.into_iter().chain(LEGACY_SCHEMES).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustls::ProtocolVersion;

    #[test]
    fn what_aws_lc_has_comes_first_and_in_its_order() {
        let (ours, own) = (provider(), default_provider());
        assert_eq!(ours.cipher_suites[..own.cipher_suites.len()], own.cipher_suites[..]);
        let names = |provider: &CryptoProvider| {
            provider.kx_groups.iter().map(|group| group.name()).collect::<Vec<_>>()
        };
        assert_eq!(names(&ours)[..own.kx_groups.len()], names(&own)[..]);
        assert_eq!(ours.cipher_suites.len(), own.cipher_suites.len() + 15);
        assert_eq!(ours.kx_groups.len(), own.kx_groups.len() + 10);
    }

    #[test]
    fn dhe_is_offered_to_servers_that_have_nothing_else() {
        let (all, first) = (provider(), without_dhe());
        let is_in =
            |provider: &CryptoProvider| provider.cipher_suites.iter().filter(|suite| is_dhe(suite)).count();
        assert_eq!((is_in(&all), is_in(&first)), (7, 0));
        assert_eq!(first.cipher_suites.len() + 7, all.cipher_suites.len());
    }

    /// The content of an extension of the first message that a client with this provider sends.
    fn extension(wanted: u16) -> Vec<u8> {
        let config = super::super::verifier::base_config(provider(), rustls::ALL_VERSIONS).unwrap();
        let name = "a.test".try_into().unwrap();
        let mut session = rustls::ClientConnection::new(Arc::new(config), name).unwrap();
        let mut record = Vec::new();
        session.write_tls(&mut record).unwrap();
        let number = |at: usize| usize::from(u16::from_be_bytes([record[at], record[at + 1]]));
        // Record, message, version, random; session ID, suites, compression methods, length of the extensions.
        let suites = 5 + 4 + 2 + 32 + 1 + usize::from(record[43]);
        let mut at = suites + 2 + number(suites) + 2 + 2;
        while number(at) != usize::from(wanted) {
            at += 4 + number(at + 2);
        }
        record[at + 4..at + 4 + number(at + 2)].to_vec()
    }

    /// A share costs time and bytes, so that a peer that wants one of the added groups has to ask for it.
    #[test]
    fn the_first_message_has_a_share_of_the_first_group_only() {
        let shares = extension(51);
        assert_eq!(shares[..6], [0, 36, 0, 0x1d, 0, 32]);
        assert_eq!(shares.len(), 2 + 4 + 32);
    }

    #[test]
    fn the_offered_groups_are_those_of_the_documentation() {
        let offered: Vec<u16> =
            extension(10)[2..].chunks(2).map(|name| u16::from_be_bytes([name[0], name[1]])).collect();
        let added = [0x19, 0x1e, 0x11eb, 0x11ed, 0x100, 0x101, 0x102];
        assert_eq!(offered, [&[0x1d, 0x17, 0x18, 0x11ec][..], &added].concat());
    }

    #[test]
    fn groups_of_rfc_3526_are_known_and_not_offered() {
        let versions = [ProtocolVersion::TLSv1_2, ProtocolVersion::TLSv1_3];
        let groups = provider();
        let hidden = groups
            .kx_groups
            .iter()
            .filter(|group| !versions.iter().any(|version| group.usable_for_version(*version)));
        let lengths: Vec<usize> = hidden.map(|group| group.ffdhe_group().unwrap().p.len() * 8).collect();
        assert_eq!(lengths, [2048, 3072, 4096]);
    }
}
