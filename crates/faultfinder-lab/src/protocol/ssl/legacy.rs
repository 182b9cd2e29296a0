//! Suites, groups and keys that are used by old peers, and by few. The servers have them from Faultfinder's own provider.

use super::endpoint::{Endpoint, accept, endpoint, greet};
use super::expect::tls;
use crate::pki::{Identity, Key, NAMES, Pki, Server, Template};
use crate::{Expect, Lab, LabError, Scenario};
use rustls::version::{TLS12, TLS13};
use rustls::{CipherSuite, NamedGroup, SupportedProtocolVersion};
use std::net::SocketAddr;

const NO_AEAD: &str = "which has no authenticated encryption (RFC 9325 section 4.2)";
const FINITE_FIELD: &str = "whose finite-field key exchange is deprecated (RFC 9325 section 4.1)";
const BOTH: &str = "which has no authenticated encryption (RFC 9325 section 4.2) and a deprecated finite-field key exchange (section 4.1)";

pub(super) fn scenarios() -> Vec<Scenario> {
    let mut all = suites();
    all.extend(groups());
    all.extend(keys());
    all
}

/// A server that knows one suite of TLS 1.2, of which the probe must warn.
fn suite(
    case: &str,
    shows: &'static str,
    name: &str,
    warning: &str,
    suites: &'static [CipherSuite],
) -> Scenario {
    let expect = Expect::pass().saying(format!("the session uses {name}, {warning}"));
    let is_ecdsa = name.contains("_ECDSA_");
    endpoint(&format!("tls-handshake/{case}"), shows, expect, move |pki| {
        let rsa = || pki.issuing().issue_for(&Template::server(pki.now(), NAMES), Key::rsa2048()?);
        let identity = if is_ecdsa { pki.good().clone() } else { rsa()? };
        Ok(Endpoint::new(pki, &identity)?.server(|server| server.only(&TLS12).suites(suites)))
    })
}

fn suites() -> Vec<Scenario> {
    vec![
        suite(
            "cbc-sha384",
            "the server knows one CBC suite with SHA-384",
            "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384",
            NO_AEAD,
            &[CipherSuite::TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384],
        ),
        suite(
            "cbc-sha256",
            "the server knows one CBC suite with SHA-256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",
            NO_AEAD,
            &[CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256],
        ),
        suite(
            "cbc-sha1",
            "the server knows one CBC suite with SHA-1",
            "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
            NO_AEAD,
            &[CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA],
        ),
        suite(
            "dhe-gcm",
            "the server knows one suite with Diffie-Hellman over a finite field",
            "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384",
            FINITE_FIELD,
            &[CipherSuite::TLS_DHE_RSA_WITH_AES_256_GCM_SHA384],
        ),
        suite(
            "dhe-cbc",
            "the server knows one suite, CBC after Diffie-Hellman over a finite field",
            "TLS_DHE_RSA_WITH_AES_128_CBC_SHA",
            BOTH,
            &[CipherSuite::TLS_DHE_RSA_WITH_AES_128_CBC_SHA],
        ),
        // What the diagnostic handshake has seen is good, and does not count for more than the session that breaks.
        endpoint(
            "tls-handshake/dhe-bad-signature",
            "the same with somebody else's certificate: the signature is not by its key",
            tls("bad_signature"),
            |pki| {
                let leaf = pki.issuing().issue_for(&Template::server(pki.now(), NAMES), Key::rsa2048()?)?;
                let (other, suites) = (Key::other_rsa2048()?.for_rustls()?, DHE);
                Ok(Endpoint::new(pki, &leaf)?
                    .server(|server| server.only(&TLS12).suites(suites).signing_with(other)))
            },
        ),
    ]
}

const DHE: &[CipherSuite] = &[CipherSuite::TLS_DHE_RSA_WITH_AES_128_GCM_SHA256];

/// A web server that knows one suite with Diffie-Hellman over a finite field.
pub(crate) fn dhe_server(lab: &Lab) -> Result<SocketAddr, LabError> {
    let pki = lab.pki();
    let identity = pki.issuing().issue_for(&Template::server(pki.now(), NAMES), Key::rsa2048()?)?;
    let server = Server::new(&identity)?.only(&TLS12).suites(DHE);
    accept(lab, server, |mut stream| async move { greet(&mut stream).await })
}

/// A server that knows one group.
fn group(
    case: &str,
    shows: &'static str,
    version: &'static SupportedProtocolVersion,
    groups: &'static [NamedGroup],
) -> Scenario {
    let expect = Expect::pass().omitting("RFC 9325");
    endpoint(&format!("tls-handshake/{case}"), shows, expect, move |pki| {
        Ok(Endpoint::new(pki, pki.good())?.server(|server| server.only(version).groups(groups)))
    })
}

fn groups() -> Vec<Scenario> {
    let (p521, x448): (&[_], &[_]) = (&[NamedGroup::secp521r1], &[NamedGroup::X448]);
    vec![
        group("group-secp521r1", "the server knows no group but secp521r1", &TLS13, p521),
        group("group-secp521r1-tls12", "the server knows TLS 1.2 and no group but secp521r1", &TLS12, p521),
        group("group-x448", "the server knows no group but X448", &TLS13, x448),
        group("group-x448-tls12", "the server knows TLS 1.2 and no group but X448", &TLS12, x448),
        group("group-ffdhe2048", "the server knows no group but ffdhe2048", &TLS13, &[NamedGroup::FFDHE2048]),
        group("group-ffdhe3072", "the server knows no group but ffdhe3072", &TLS13, &[NamedGroup::FFDHE3072]),
        group(
            "group-secp256r1mlkem768",
            "the server knows no group but SecP256r1MLKEM768",
            &TLS13,
            &[NamedGroup::secp256r1MLKEM768],
        ),
        group(
            "group-secp384r1mlkem1024",
            "the server knows no group but SecP384r1MLKEM1024",
            &TLS13,
            &[NamedGroup::Unknown(0x11ed)],
        ),
    ]
}

/// A server whose certificate has this key.
fn key(
    case: &str,
    shows: &'static str,
    version: &'static SupportedProtocolVersion,
    asserts: &'static str,
    make: fn() -> Result<Key, LabError>,
) -> Scenario {
    let identity = move |pki: &Pki| -> Result<Identity, LabError> {
        pki.issuing().issue_for(&Template::server(pki.now(), NAMES), make()?)
    };
    endpoint(&format!("tls-cert/{case}"), shows, Expect::pass(), move |pki| {
        Ok(Endpoint::new(pki, &identity(pki)?)?.server(|server| server.only(version)).asserts(asserts))
    })
}

fn keys() -> Vec<Scenario> {
    let ed448 = "certificate key contains Ed448";
    vec![
        key(
            "rsa-pss",
            "the server's key is for RSASSA-PSS alone",
            &TLS13,
            "certificate key contains RSA-PSS",
            Key::pss2048,
        ),
        key("ed448", "the server's key is an Ed448 key", &TLS13, ed448, Key::ed448),
        key(
            "ed448-tls12",
            "the server knows TLS 1.2, and its key is an Ed448 key",
            &TLS12,
            ed448,
            Key::ed448,
        ),
    ]
}
