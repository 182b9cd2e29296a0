//! The rustls side of the capture: it records, and never ends a handshake because of a chain.

use super::capture::Capture;
use rustls::client::ResolvesClientCert;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, SubjectPublicKeyInfoDer, UnixTime};
use rustls::sign::CertifiedKey;
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, SignatureScheme};
use std::sync::Arc;

/// Records what the peer presents, and has it verified. The handshake continues whatever the verdict is, so that
/// everything that is negotiated becomes known; [`super::handshake()`] evaluates the verdict afterwards.
///
/// The handshake's own signature is checked here: only that reveals a peer without the private key of its
/// certificate.
#[derive(Debug)]
pub(super) struct CapturingVerifier {
    capture: Arc<Capture>,
    provider: Arc<CryptoProvider>,
}

/// Offers the client's certificate, and records that the peer requested one.
#[derive(Debug)]
pub(super) struct CapturingIdentity {
    capture: Arc<Capture>,
    identity: Option<Arc<CertifiedKey>>,
}

impl CapturingVerifier {
    pub(super) const fn new(capture: Arc<Capture>, provider: Arc<CryptoProvider>) -> Self {
        Self { capture, provider }
    }

    /// Checks the handshake's signature with the key of the leaf as our own parser reads it: webpki's parser rejects
    /// certificates for which the validator has more precise messages.
    fn check(
        &self,
        message: &[u8],
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let Some(leaf) = self.capture.leaf() else {
            // The certificate cannot be parsed: that is the fault, and it is already known.
            return Ok(HandshakeSignatureValid::assertion());
        };
        let refused = || {
            self.capture.note_bad_signature();
            Error::InvalidCertificate(CertificateError::BadSignature)
        };
        let spki = SubjectPublicKeyInfoDer::from(leaf.spki_der());
        let key = webpki::RawPublicKeyEntity::try_from(&spki).map_err(|_| refused())?;
        let algorithms = self
            .provider
            .signature_verification_algorithms
            .mapping
            .iter()
            .filter(|(scheme, _)| *scheme == signed.scheme)
            .flat_map(|(_, algorithms)| algorithms.iter());
        for algorithm in algorithms {
            match key.verify_signature(*algorithm, message, signed.signature()) {
                Err(webpki::Error::UnsupportedSignatureAlgorithmForPublicKeyContext(_)) => {}
                Ok(()) => return Ok(HandshakeSignatureValid::assertion()),
                Err(_) => return Err(refused()),
            }
        }
        Err(refused())
    }
}

impl ServerCertVerifier for CapturingVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        self.capture.present(end_entity, intermediates, ocsp_response);
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        _cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.check(message, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        _cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.check(message, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

impl CapturingIdentity {
    pub(super) const fn new(capture: Arc<Capture>, identity: Option<Arc<CertifiedKey>>) -> Self {
        Self { capture, identity }
    }
}

impl ResolvesClientCert for CapturingIdentity {
    fn resolve(
        &self,
        _root_hint_subjects: &[&[u8]],
        _schemes: &[SignatureScheme],
    ) -> Option<Arc<CertifiedKey>> {
        self.capture.note_client_certificate_request();
        self.identity.clone()
    }

    fn has_certs(&self) -> bool {
        // Called even without a certificate, so that the peer's request for one becomes known.
        true
    }
}

/// A configuration that all handshakes with the same options start from; each replaces the verifier with its own.
pub(super) fn base_config(
    provider: Arc<CryptoProvider>,
    versions: &[&'static rustls::SupportedProtocolVersion],
) -> Result<ClientConfig, Error> {
    let no_roots = Arc::new(rustls::RootCertStore { roots: Vec::new() });
    Ok(ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)?
        .with_root_certificates(no_roots)
        .with_no_client_auth())
}
