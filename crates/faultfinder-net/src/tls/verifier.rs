//! The rustls side of the capture: it records, and never ends a handshake because of a chain.

use super::capture::Capture;
use super::provider::signature_schemes;
use super::wire;
use rustls::client::ResolvesClientCert;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::ffdhe_groups::FfdheGroup;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::sign::CertifiedKey;
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, PeerMisbehaved, SignatureScheme};
use std::sync::{Arc, OnceLock};

/// Records what the peer presents, and has it verified. The handshake continues whatever the verdict is, so that
/// everything that is negotiated becomes known; [`super::handshake()`] evaluates the verdict afterwards.
///
/// The handshake's own signature is checked here: only that reveals a peer without the private key of its
/// certificate.
#[derive(Debug)]
pub(super) struct CapturingVerifier {
    capture: Arc<Capture>,
    provider: Arc<CryptoProvider>,
    signed: Arc<Signed>,
}

/// The scheme of a handshake's signature.
#[derive(Debug, Default)]
pub(super) struct Signed(OnceLock<SignatureScheme>);

/// SHA-1 and RSASSA-PKCS1-v1_5 in the numbers of signature schemes (RFC 5246 section 7.4.1.4.1).
const SHA1: u8 = 2;
const RSA_PKCS1: u8 = 1;

/// Bytes of a random value (RFC 5246 section 7.4.1.2).
const RANDOM_BYTES: usize = 32;

/// Why a handshake ends that rustls does not know how to verify.
const PSS_IN_TLS12: &str =
    "the peer's key is for RSASSA-PSS alone, whose handshakes this client verifies in TLS 1.3 only";

/// Offers the client's certificate, and records that the peer requested one.
#[derive(Debug)]
pub(super) struct CapturingIdentity {
    capture: Arc<Capture>,
    identity: Option<Arc<CertifiedKey>>,
}

impl CapturingVerifier {
    pub(super) const fn new(
        capture: Arc<Capture>,
        provider: Arc<CryptoProvider>,
        signed: Arc<Signed>,
    ) -> Self {
        Self { capture, provider, signed }
    }

    /// Checks the handshake's signature with the key of the leaf as our own parser reads it: webpki's parser rejects
    /// certificates for which the validator has more precise messages, and knows fewer keys.
    fn check(
        &self,
        message: &[u8],
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let Some(leaf) = self.capture.leaf() else {
            // The certificate cannot be parsed: that is the fault, and it is already known.
            return Ok(HandshakeSignatureValid::assertion());
        };
        if !self.supported_verify_schemes().contains(&signed.scheme) {
            return Err(PeerMisbehaved::SignedHandshakeWithUnadvertisedSigScheme.into());
        }
        if !leaf.has_signed_handshake(signed.scheme.into(), message, signed.signature()) {
            self.capture.note_bad_signature();
            return Err(Error::InvalidCertificate(CertificateError::BadSignature));
        }
        self.signed.0.get_or_init(|| signed.scheme);
        Ok(HandshakeSignatureValid::assertion())
    }
}

impl CapturingVerifier {
    /// Whether rustls will end the handshake because it does not know how the peer signs it: by a key for RSASSA-PSS alone, in
    /// TLS 1.2. Its error would say that the peer broke a rule.
    fn is_pss_in_tls12(&self) -> bool {
        let hello = self.capture.taps().with_head(wire::server_hello);
        hello.is_some_and(|hello| hello.version == wire::TLS_1_2)
            && self.capture.leaf().is_some_and(|leaf| leaf.facts().key_type == "RSA-PSS")
    }
}

impl CapturingVerifier {
    /// Why rustls will end the handshake because it does not know the group of a DHE suite, which the server chooses. Its error
    /// would say that the peer broke a rule.
    ///
    /// `message` is what the server signed: both random values and its parameters (RFC 5246 section 7.4.3).
    fn unknown_group(&self, message: &[u8]) -> Option<String> {
        let hello = self.capture.taps().with_head(wire::server_hello)?;
        if !wire::cipher_suite_name(hello.cipher_suite).starts_with("TLS_DHE_") {
            return None;
        }
        let (modulus, rest) = wire::vector(message.get(RANDOM_BYTES * 2..)?)?;
        let (generator, _) = wire::vector(rest)?;
        let sent = FfdheGroup::from_params_trimming_leading_zeros(modulus, generator);
        let is_known = self.provider.kx_groups.iter().any(|group| group.ffdhe_group() == Some(sent));
        (!is_known).then(|| {
            let bits = sent.p.len() * 8;
            format!("this client does not know the finite-field group of {bits} bits that the peer chose")
        })
    }
}

impl Signed {
    /// The scheme, once the signature has been verified.
    pub(super) fn scheme(&self) -> Option<SignatureScheme> {
        self.0.get().copied()
    }
}

/// Whether TLS 1.3 has a scheme for handshakes: not SHA-1, and not the older padding of RSA (RFC 8446 section 4.4.3).
fn is_for_tls13(scheme: SignatureScheme) -> bool {
    let [hash, kind] = u16::from(scheme).to_be_bytes();
    hash > SHA1 && kind != RSA_PKCS1
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
        if self.is_pss_in_tls12() {
            return Err(Error::General(PSS_IN_TLS12.to_owned()));
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        _cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let valid = self.check(message, dss)?;
        match self.unknown_group(message) {
            Some(why) => Err(Error::General(why)),
            None => Ok(valid),
        }
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        _cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        if !is_for_tls13(dss.scheme) {
            return Err(PeerMisbehaved::SignedHandshakeWithUnadvertisedSigScheme.into());
        }
        self.check(message, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        signature_schemes(&self.provider)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemes_of_tls13_have_neither_sha1_nor_the_older_padding() {
        let offered = signature_schemes(&super::super::provider::provider());
        let refused: Vec<u16> =
            offered.into_iter().filter(|scheme| !is_for_tls13(*scheme)).map(u16::from).collect();
        assert_eq!(refused, [0x0601, 0x0501, 0x0401, 0x0203, 0x0201]);
    }
}
