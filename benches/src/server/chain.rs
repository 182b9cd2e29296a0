//! Certificates of the peer.

use anyhow::{Context as _, Result};
use rcgen::{
    BasicConstraints, CertificateParams, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    PKCS_ECDSA_P256_SHA256,
};
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::sync::Arc;

/// The name that the certificate is for.
pub(crate) const NAME: &str = "bench.test";

/// A root, an intermediate and a leaf, all P-256.
pub(super) struct Chain {
    pub(super) root_pem: String,
    pub(super) config: Arc<ServerConfig>,
}

impl Chain {
    pub(super) fn new() -> Result<Self> {
        let key = || KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).context("cannot make a key");
        let (root_key, middle_key, leaf_key) = (key()?, key()?, key()?);
        let authority = |name: &str| -> Result<CertificateParams> {
            let mut params = CertificateParams::new(Vec::new())?;
            params.distinguished_name.push(rcgen::DnType::CommonName, name);
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
            params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
            Ok(params)
        };
        let root_params = authority("bench root")?;
        let root = root_params.self_signed(&root_key)?;
        let root_issuer = Issuer::new(root_params, &root_key);
        let middle_params = authority("bench intermediate")?;
        let middle = middle_params.signed_by(&middle_key, &root_issuer)?;
        let middle_issuer = Issuer::new(middle_params, &middle_key);
        let mut leaf_params = CertificateParams::new(vec![NAME.to_owned()])?;
        leaf_params.use_authority_key_identifier_extension = true;
        leaf_params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        leaf_params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let leaf = leaf_params.signed_by(&leaf_key, &middle_issuer)?;
        let certificates: Vec<CertificateDer<'static>> = vec![leaf.der().clone(), middle.der().clone()];
        let private = PrivateKeyDer::try_from(leaf_key.serialize_der()).map_err(anyhow::Error::msg)?;
        let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_protocol_versions(&[&rustls::version::TLS13])?
            .with_no_client_auth()
            .with_single_cert(certificates, private)?;
        config.send_tls13_tickets = 0;
        Ok(Self { root_pem: root.pem(), config: Arc::new(config) })
    }
}
