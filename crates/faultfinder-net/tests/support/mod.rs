//! Small servers on loopback: data that authorities publish over HTTP, and a TLS server with a staple.

use super::support::{self, Answer, Identity};
use base64::Engine as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// How one path of the server behaves.
#[derive(Clone)]
pub(crate) enum Behaviour {
    /// Success with this body.
    Body(Vec<u8>),
    /// An OCSP response with this status, without a signer yet.
    Ocsp(Vec<u8>),
    /// An OCSP response with this status for every request, by this signer at this time.
    Responder(Vec<u8>, Arc<Identity>, i64),
    /// Another status.
    Status(u16),
    /// Closes without a response.
    Close,
    /// Never responds.
    Silence,
}

impl Behaviour {
    /// Sets the signer of an OCSP response.
    pub(crate) fn signed_by(self, signer: &Identity, now: i64) -> Self {
        let Self::Ocsp(status) = self else { return self };
        let key = rcgen::KeyPair::try_from(signer.key.serialize_der()).unwrap();
        let identity = Identity { params: signer.params.clone(), key, der: signer.der.clone() };
        Self::Responder(status, Arc::new(identity), now)
    }
}

#[derive(Default)]
struct Places {
    behaviours: HashMap<String, Behaviour>,
    asked: HashMap<String, usize>,
}

/// A web server whose paths can be changed while it runs. It ends with the test's runtime.
pub(crate) struct Web {
    address: SocketAddr,
    places: Arc<Mutex<Places>>,
}

impl Web {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let places = Arc::new(Mutex::new(Places::default()));
        let shared = Arc::clone(&places);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream, Arc::clone(&shared)));
            }
        });
        Self { address, places }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn set(&self, path: &str, behaviour: Behaviour) {
        self.places.lock().unwrap().behaviours.insert(path.to_owned(), behaviour);
    }

    /// How often a path was requested.
    pub(crate) fn asked(&self, path: &str) -> usize {
        self.places.lock().unwrap().asked.get(path).copied().unwrap_or_default()
    }
}

async fn answer(mut stream: TcpStream, places: Arc<Mutex<Places>>) {
    let Some((path, body)) = read_request(&mut stream).await else { return };
    let behaviour = {
        let mut places = places.lock().unwrap();
        *places.asked.entry(path.clone()).or_default() += 1;
        places.behaviours.get(&path).cloned().unwrap_or(Behaviour::Status(404))
    };
    let (status, body) = match behaviour {
        Behaviour::Body(body) => (200, body),
        Behaviour::Status(status) => (status, Vec::new()),
        Behaviour::Responder(status, signer, now) => {
            (200, Answer::new(support::requested(&body), status, now).sign(&signer))
        }
        Behaviour::Ocsp(_) | Behaviour::Close => return,
        Behaviour::Silence => return std::future::pending().await,
    };
    let head = format!("HTTP/1.1 {status} x\r\ncontent-length: {}\r\n\r\n", body.len());
    let _ = stream.write_all(&[head.into_bytes(), body].concat()).await;
}

/// The path and the body of a request.
async fn read_request(stream: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    loop {
        let mut buffer = [0; 4096];
        let length = stream.read(&mut buffer).await.ok()?;
        if length == 0 {
            return None;
        }
        bytes.extend_from_slice(&buffer[..length]);
        let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
        let wanted = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok())
            .unwrap_or_default();
        let body = &bytes[end + 4..];
        if body.len() >= wanted {
            return Some((head.split(' ').nth(1)?.to_owned(), body.to_vec()));
        }
    }
}

/// A TLS server that completes every handshake and then waits for the end; its port.
pub(crate) async fn serve_tls(chain: Vec<Vec<u8>>, key: &rcgen::KeyPair, staple: Vec<u8>) -> u16 {
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let chain = chain.into_iter().map(CertificateDer::from).collect();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert_with_ocsp(chain, key, staple)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                if let Ok(mut stream) = acceptor.accept(stream).await {
                    let _ = stream.read(&mut [0; 16]).await;
                }
            });
        }
    });
    port
}

/// A CRL with these serials, valid from an hour before to a day after a time.
pub(crate) fn crl(issuer: &Identity, serials: &[u64], now: i64) -> Vec<u8> {
    let at = |seconds| time::OffsetDateTime::from_unix_timestamp(seconds).unwrap();
    let revoked = serials.iter().map(|serial| rcgen::RevokedCertParams {
        serial_number: rcgen::SerialNumber::from(*serial),
        revocation_time: at(now - 7200),
        reason_code: Some(rcgen::RevocationReason::KeyCompromise),
        invalidity_date: None,
    });
    let params = rcgen::CertificateRevocationListParams {
        this_update: at(now - 3600),
        next_update: at(now + 86_400),
        crl_number: rcgen::SerialNumber::from(1_u64),
        issuing_distribution_point: None,
        revoked_certs: revoked.collect(),
        key_identifier_method: rcgen::KeyIdMethod::Sha256,
    };
    params.signed_by(&rcgen::Issuer::from_params(&issuer.params, &issuer.key)).unwrap().der().to_vec()
}

/// Distribution points with these URLs.
pub(crate) fn points(urls: &[String]) -> Vec<rcgen::CrlDistributionPoint> {
    vec![rcgen::CrlDistributionPoint { uris: urls.to_vec() }]
}

pub(crate) fn pem(der: &[u8]) -> String {
    armour("CERTIFICATE", der)
}

pub(crate) fn crl_pem(der: &[u8]) -> String {
    armour("X509 CRL", der)
}

fn armour(label: &str, der: &[u8]) -> String {
    let body = base64::engine::general_purpose::STANDARD.encode(der);
    format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n")
}
