//! What the peers do, seen by a client that forgives everything.

use super::scenarios;
use crate::{Exhibit, Lab};
use faultfinder_taxonomy::{Protocol, VerifyCode};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::crypto::{WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature};
use rustls::{ClientConfig, DigitallySignedStruct, Error, PeerMisbehaved, SignatureScheme};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use serde_json::Value;
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// How many clients come at the same time.
const CROWD: usize = 64;
/// When a peer counts as silent.
const PATIENCE: Duration = Duration::from_secs(20);

/// Schemes that peers may sign with and that webpki does not verify: `ed448` and `rsa_pss_pss_sha256`.
const UNVERIFIED: [SignatureScheme; 2] = [SignatureScheme::ED448, SignatureScheme::Unknown(0x0809)];

fn lab() -> Lab {
    Lab::new(SystemTime::UNIX_EPOCH + Duration::from_secs(1_790_000_000)).unwrap()
}

fn algorithms() -> WebPkiSupportedAlgorithms {
    default_provider().signature_verification_algorithms
}

/// Takes a signature that could not be verified, but no wrong one.
fn lenient(verified: Result<HandshakeSignatureValid, Error>) -> Result<HandshakeSignatureValid, Error> {
    match verified {
        // A certificate that webpki does not read, or a key that nobody else verifies with.
        Err(Error::InvalidCertificate(error)) if error != rustls::CertificateError::BadSignature => {
            Ok(HandshakeSignatureValid::assertion())
        }
        // One of `UNVERIFIED`.
        Err(Error::PeerMisbehaved(PeerMisbehaved::SignedHandshakeWithUnadvertisedSigScheme)) => {
            Ok(HandshakeSignatureValid::assertion())
        }
        other => other,
    }
}

/// Takes any certificate and any signature but a wrong one.
#[derive(Debug)]
struct Anything;

impl ServerCertVerifier for Anything {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        lenient(verify_tls12_signature(message, certificate, signed, &algorithms()))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        lenient(verify_tls13_signature(message, certificate, signed, &algorithms()))
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        algorithms().supported_schemes().into_iter().chain(UNVERIFIED).collect()
    }
}

/// The fields that matter to a TLS client, out of an `ssl` or `http` test.
fn fields(exhibit: &Exhibit) -> &Value {
    match exhibit.protocol {
        Protocol::Http => &exhibit.definition["http"]["tls"],
        _ => &exhibit.definition["ssl"],
    }
}

fn address(exhibit: &Exhibit) -> Option<SocketAddr> {
    let target = exhibit.target.trim_start_matches("https://").trim_end_matches('/');
    let (host, port) = target.rsplit_once(':')?;
    let loopback = matches!(host, "127.0.0.1" | super::endpoint::NAME);
    loopback.then(|| SocketAddr::from(([127, 0, 0, 1], port.parse().unwrap())))
}

fn connector(exhibit: &Exhibit) -> TlsConnector {
    let fields = fields(exhibit);
    let is_13_alone = fields["min_version"] == "1.3";
    let versions = if is_13_alone { &[&rustls::version::TLS13][..] } else { rustls::DEFAULT_VERSIONS };
    let builder = ClientConfig::builder_with_provider(faultfinder_net::tls::provider())
        .with_protocol_versions(versions)
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Anything));
    let mut config = match (fields["client_cert"].as_str(), fields["client_key"].as_str()) {
        (Some(chain), Some(key)) => {
            let chain = CertificateDer::pem_slice_iter(chain.as_bytes()).collect::<Result<_, _>>().unwrap();
            let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap();
            builder.with_client_auth_cert(chain, key).unwrap()
        }
        _ => builder.with_no_client_auth(),
    };
    for protocol in fields["alpn"].as_array().into_iter().flatten() {
        config.alpn_protocols.push(protocol.as_str().unwrap().as_bytes().to_vec());
    }
    config.resumption = rustls::client::Resumption::disabled();
    TlsConnector::from(Arc::new(config))
}

/// [`visit_patiently`] with an end.
async fn visit(exhibit: &Exhibit) -> String {
    tokio::time::timeout(PATIENCE, visit_patiently(exhibit)).await.unwrap_or_else(|_| "silence".to_owned())
}

/// What a client sees: the end of a handshake or what broke it, and what is read after it.
async fn visit_patiently(exhibit: &Exhibit) -> String {
    let name = fields(exhibit)["server_name"].as_str().unwrap_or(super::endpoint::NAME).to_owned();
    let Some(address) = address(exhibit) else { return "no peer".to_owned() };
    let stream = match TcpStream::connect(address).await {
        Ok(stream) => stream,
        Err(error) => return format!("connect: {:?}", error.kind()),
    };
    let mut stream = match connector(exhibit).connect(ServerName::try_from(name).unwrap(), stream).await {
        Ok(stream) => stream,
        Err(error) => return format!("handshake: {:?} {error}", error.kind()),
    };
    let chain = stream.get_ref().1.peer_certificates().unwrap_or_default().len();
    let _ = stream.write_all(b"GET / HTTP/1.1\r\nhost: shop.lab.test\r\n\r\n").await;
    // What tokio-rustls could not write at once stays with it until somebody asks.
    let _ = stream.flush().await;
    let mut answer = Vec::new();
    let end = stream.read_to_end(&mut answer).await;
    let status = String::from_utf8_lossy(&answer).lines().next().unwrap_or("nothing").to_owned();
    match end {
        Ok(_) => format!("{chain} certificates, {status}, closed"),
        Err(error) => format!("{chain} certificates, {status}, {error}"),
    }
}

/// What [`visit`] must say of a scenario, in part.
fn seen(exhibit: &Exhibit) -> &'static str {
    // They speak another protocol first, which this client does not.
    if exhibit.id.starts_with("starttls/") {
        return "not visited";
    }
    // This client always sends a name and speaks today's TLS alone, and these servers answer no request.
    const OTHERWISE: [&str; 5] = [
        "tls-handshake/rsa-key-exchange-expired",
        "tls-cert/sni-not-sent",
        "tls-cert/sni-not-possible",
        "tls-handshake/client-cert-accepted-late",
        "tls-handshake/client-cert-no-verdict",
    ];
    let is_unspoken = exhibit.expect.says.as_deref().is_some_and(|says| {
        says.contains("this client cannot speak") || says.contains("that this client reads")
    });
    if is_unspoken || OTHERWISE.contains(&exhibit.id.as_str()) {
        return "not visited";
    }
    let detail = exhibit.expect.detail.clone().unwrap_or_default();
    match (exhibit.id.as_str(), detail["kind"].as_str(), detail["name"].as_str()) {
        ("tls-handshake/no-close-notify-until-close", ..) => "2 certificates, HTTP/1.1 200 OK, peer closed",
        ("tls-handshake/fin-no-bytes-after-handshake", ..) => "2 certificates, nothing, peer closed",
        // rustls reads over warnings.
        ("tls-handshake/alert-warning", ..) => "tls handshake eof",
        // Nothing in rustls verifies with so short a key.
        ("tls-cert/rsa512-leaf", ..) => "BadSignature",
        ("tls-handshake/certificate-not-der", ..) => "1 certificates, HTTP/1.1 200 OK, closed",
        (_, None | Some("verify" | "assertion"), _) => "certificates, HTTP/1.1 200 OK, closed",
        (_, Some("tls"), Some(name)) => match name {
            "wrong_version_number" => "InvalidContentType",
            "packet_length_too_long" => "MessageTooLarge",
            "length_mismatch" => "received corrupt message",
            "unsupported_protocol" => "peer is incompatible",
            "bad_signature" => "BadSignature",
            "bad_record_mac" => "cannot decrypt peer's message",
            "excessive_message_size" => "HandshakePayloadTooLarge",
            "handshake_failure" => "HandshakeFailure",
            "bad_certificate" => "BadCertificate",
            "access_denied" => "AccessDenied",
            "decode_error" => "DecodeError",
            "protocol_version" => "ProtocolVersion",
            "internal_error" => "InternalError",
            "unrecognized_name" => "UnrecognisedName",
            "unknown_psk_identity" => "UnknownPSKIdentity",
            "unknown_ca" => "UnknownCA",
            "certificate_required" => "CertificateRequired",
            "certificate_expired" => "CertificateExpired",
            "unsupported_certificate" => "UnsupportedCertificate",
            "no_application_protocol" => "NoApplicationProtocol",
            other => panic!("{other}: what does a client see of it?"),
        },
        (_, Some("errno"), Some("ECONNREFUSED")) => "connect: ConnectionRefused",
        (_, Some("errno"), Some("ECONNRESET")) => "onnection",
        (_, Some("errno"), Some("premature-close")) => "eof",
        (_, Some("errno"), Some("close_notify")) => "eof",
        (_, Some("definition"), Some("ERR_OSSL_X509_KEY_VALUES_MISMATCH")) => "not visited",
        (_, Some("dns" | "definition"), _) => "no peer",
        (_, Some("timeout"), _) => "not visited",
        (id, kind, name) => panic!("{id}: what does a client see of {kind:?} {name:?}?"),
    }
}

#[test]
fn names_are_unique_and_say_what_they_show() {
    let mut names = BTreeSet::new();
    for scenario in scenarios() {
        assert!(names.insert(scenario.id.clone()), "{} twice", scenario.id);
        assert!(
            !scenario.shows.is_empty() && !scenario.shows.ends_with('.'),
            "{}: {}",
            scenario.id,
            scenario.shows
        );
    }
    assert!(names.len() >= 70, "{}", names.len());
}

#[test]
fn every_verification_code_of_the_public_table_is_shown() {
    let shown: BTreeSet<String> = scenarios()
        .iter()
        .filter_map(|scenario| scenario.expect.detail.as_ref()?["name"].as_str().map(str::to_owned))
        .collect();
    let seed: Vec<&VerifyCode> = VerifyCode::ALL.iter().filter(|code| code.is_seed()).collect();
    assert_eq!(seed.len(), 27);
    for code in seed {
        assert!(shown.contains(code.as_str()), "{} has no scenario", code.as_str());
    }
}

#[test]
fn every_code_of_crls_is_shown_from_files_and_over_http() {
    const CODES: [VerifyCode; 9] = [
        VerifyCode::UnableToGetCrl,
        VerifyCode::UnableToDecryptCrlSignature,
        VerifyCode::UnableToDecodeIssuerPublicKey,
        VerifyCode::CrlSignatureFailure,
        VerifyCode::CrlNotYetValid,
        VerifyCode::CrlHasExpired,
        VerifyCode::ErrorInCrlLastUpdateField,
        VerifyCode::ErrorInCrlNextUpdateField,
        VerifyCode::CertRevoked,
    ];
    let all = scenarios();
    let expects = |id: &str| all.iter().find(|scenario| scenario.id == id).map(|scenario| &scenario.expect);
    let mut shown = BTreeSet::new();
    for scenario in &all {
        let Some(id) = scenario.id.strip_suffix("-http") else { continue };
        let code = |expect: &crate::Expect| (expect.code, expect.phase, expect.detail.clone());
        assert_eq!(expects(id).map(code), Some(code(&scenario.expect)), "{id}");
        shown.extend(scenario.expect.detail.as_ref().and_then(|detail| detail["name"].as_str()));
    }
    for code in CODES {
        assert!(shown.contains(code.as_str()), "{code}");
    }
}

#[tokio::test]
async fn definitions_say_whom_to_ask() {
    let lab = lab();
    for exhibit in lab.start(&scenarios(), None).unwrap() {
        assert_eq!(exhibit.definition["name"], exhibit.id.as_str());
        match exhibit.protocol {
            Protocol::Ssl => {
                let ssl = &exhibit.definition["ssl"];
                assert!(ssl["host"].is_string(), "{}", exhibit.id);
                assert!(ssl["port"].as_u64().is_some_and(|port| port > 0 && port < 65_536), "{}", exhibit.id);
            }
            _ => {
                let url = exhibit.definition["http"]["url"].as_str().unwrap();
                assert!(url.starts_with("https://shop.lab.test:"), "{url}");
                assert_eq!(exhibit.definition["http"]["resolve"]["shop.lab.test"], "127.0.0.1");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn peers_misbehave_every_time_and_for_everybody() {
    let lab = lab();
    let mut wrong = Vec::new();
    for exhibit in lab.start(&scenarios(), None).unwrap() {
        let expected = seen(&exhibit);
        if expected == "not visited" {
            continue;
        }
        for _ in 0..3 {
            let outcome = visit(&exhibit).await;
            if !outcome.contains(expected) {
                wrong.push(format!("{}: {outcome}", exhibit.id));
            }
        }
        let crowd = futures_util::future::join_all((0..CROWD).map(|_| visit(&exhibit))).await;
        let other = crowd.iter().filter(|outcome| !outcome.contains(expected));
        wrong.extend(other.map(|outcome| format!("{} in a crowd: {outcome}", exhibit.id)));
    }
    wrong.dedup();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
