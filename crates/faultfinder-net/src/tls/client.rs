//! Options made ready: once per distinct set, not per probe.

use super::judge::Judge;
use super::options::TlsOptions;
use faultfinder_taxonomy::word::{Roots, TlsVersion};
use faultfinder_taxonomy::{Code, Detail, Fault, Phase};
use faultfinder_x509::{Certificate, Crl, TrustStore, TrustedCertificate, pem};
use rustls::client::Resumption;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use std::sync::{Arc, OnceLock};

/// TLS options made ready for handshakes.
#[derive(Debug)]
pub struct TlsClient {
    pub(super) judge: Arc<Judge>,
    pub(super) provider: Arc<CryptoProvider>,
    pub(super) identity: Option<Arc<CertifiedKey>>,
    pub(super) config: rustls::ClientConfig,
}

impl TlsClient {
    /// Reads the certificates and keys that the options name, and prepares everything that handshakes share.
    ///
    /// # Errors
    ///
    /// `INVALID_REQUEST` naming the field, when a file cannot be read, a certificate or key does not parse, or the
    /// two do not belong together.
    pub fn new(options: &TlsOptions) -> Result<Self, Fault> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let store = trust_store(options)?;
        let versions = versions(options)?;
        let identity = identity(options, &provider)?.map(Arc::new);
        let crls = crls(options)?;
        let judge = Arc::new(Judge::new(options.clone(), store, crls));
        let mut config = super::verifier::base_config(Arc::clone(&provider), &versions)
            .map_err(|error| invalid("invalid_tls_options", "tls", error.to_string()))?;
        config.alpn_protocols = options.alpn.iter().map(|name| name.clone().into_bytes()).collect();
        // A resumed session would show no chain.
        config.resumption = Resumption::disabled();
        Ok(Self { judge, provider, identity, config })
    }

    /// Whether it offers TLS 1.3.
    pub(crate) fn speaks_13(&self) -> bool {
        self.options().max_version.is_none_or(|newest| newest >= TlsVersion::Tls13)
    }

    /// The options that it was made of.
    #[must_use]
    pub fn options(&self) -> &TlsOptions {
        &self.judge.options
    }
}

/// The trust anchors that the options name; the bundled and the system's ones are parsed once per process.
fn trust_store(options: &TlsOptions) -> Result<Arc<TrustStore>, Fault> {
    static BUNDLED: OnceLock<Arc<TrustStore>> = OnceLock::new();
    let base = match options.roots {
        Roots::Bundled if options.ca.is_empty() => {
            return Ok(Arc::clone(BUNDLED.get_or_init(|| Arc::new(TrustStore::new(bundled())))));
        }
        roots => root_certificates(roots)?,
    };
    let mut trusted = Vec::new();
    for source in &options.ca {
        let text = source.read("tls.ca")?;
        let certificates = pem::certificates(&text)
            .map_err(|error| invalid("ERR_OSSL_PEM_BAD_BASE64_DECODE", "tls.ca", error.to_string()))?;
        if certificates.is_empty() {
            return Err(invalid(
                "ERR_OSSL_PEM_NO_START_LINE",
                "tls.ca",
                "there is no certificate in it".to_owned(),
            ));
        }
        trusted.extend(certificates.into_iter().map(TrustedCertificate::from));
    }
    trusted.extend(base);
    Ok(Arc::new(TrustStore::new(trusted)))
}

/// The CRLs that the options name.
fn crls(options: &TlsOptions) -> Result<Vec<Crl>, Fault> {
    let mut found = Vec::new();
    for source in &options.crl {
        let bytes = source.read("tls.crl")?;
        let crls = super::judge::read_crls(&bytes)
            .map_err(|(name, why)| invalid(name, "tls.crl", format!("it holds no CRL: {why}")))?;
        found.extend(crls);
    }
    Ok(found)
}

/// The authorities that a choice of roots stands for; none for [`Roots::None`].
///
/// # Errors
///
/// `INVALID_REQUEST` when this system has none.
pub fn root_certificates(roots: Roots) -> Result<Vec<TrustedCertificate>, Fault> {
    match roots {
        Roots::Bundled => Ok(bundled()),
        Roots::System => system(),
        Roots::None => Ok(Vec::new()),
    }
}

fn bundled() -> Vec<TrustedCertificate> {
    let parse = |der: &CertificateDer<'_>| Certificate::from_der(der).ok().map(TrustedCertificate::from);
    webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().filter_map(parse).collect()
}

fn system() -> Result<Vec<TrustedCertificate>, Fault> {
    let found = rustls_native_certs::load_native_certs();
    if found.certs.is_empty() {
        let why: Vec<String> = found.errors.iter().map(ToString::to_string).collect();
        let message = format!("this system has no trusted certificates: {}", why.join(", "));
        return Err(invalid("no_system_roots", "tls.roots", message));
    }
    let parse = |der: &CertificateDer<'_>| Certificate::from_der(der).ok().map(TrustedCertificate::from);
    Ok(found.certs.iter().filter_map(parse).collect())
}

fn versions(options: &TlsOptions) -> Result<Vec<&'static rustls::SupportedProtocolVersion>, Fault> {
    let oldest = options.min_version.unwrap_or(TlsVersion::Tls12);
    let newest = options.max_version.unwrap_or(TlsVersion::Tls13);
    if oldest > newest {
        let message = format!("min_version {} is newer than max_version {}", oldest, newest);
        return Err(invalid("ERR_SSL_NO_PROTOCOLS_AVAILABLE", "tls.min_version", message));
    }
    let all = [(TlsVersion::Tls13, &rustls::version::TLS13), (TlsVersion::Tls12, &rustls::version::TLS12)];
    Ok(all
        .into_iter()
        .filter(|(version, _)| (oldest..=newest).contains(version))
        .map(|(_, rustls)| rustls)
        .collect())
}

/// The client's own certificate and key.
fn identity(options: &TlsOptions, provider: &CryptoProvider) -> Result<Option<CertifiedKey>, Fault> {
    let (certificates, key) = match (&options.client_cert, &options.client_key) {
        (None, None) => return Ok(None),
        (Some(certificate), Some(key)) => (certificate, key),
        (Some(_), None) => {
            return Err(invalid(
                "missing_key",
                "tls.client_key",
                "client_cert is given without client_key".to_owned(),
            ));
        }
        (None, Some(_)) => {
            return Err(invalid(
                "missing_certificate",
                "tls.client_cert",
                "client_key is given without client_cert".to_owned(),
            ));
        }
    };
    let chain: Vec<CertificateDer<'static>> =
        CertificateDer::pem_slice_iter(&certificates.read("tls.client_cert")?)
            .collect::<Result<_, _>>()
            .map_err(|error| {
                invalid(
                    "ERR_OSSL_PEM_BAD_BASE64_DECODE",
                    "tls.client_cert",
                    format!("it is not PEM: {error}"),
                )
            })?;
    if chain.is_empty() {
        return Err(invalid(
            "ERR_OSSL_PEM_NO_START_LINE",
            "tls.client_cert",
            "there is no certificate in it".to_owned(),
        ));
    }
    let key = PrivateKeyDer::from_pem_slice(&key.read("tls.client_key")?).map_err(|error| {
        invalid(
            "ERR_OSSL_PEM_NO_START_LINE",
            "tls.client_key",
            format!("there is no private key in it: {error}"),
        )
    })?;
    let key = provider.key_provider.load_private_key(key).map_err(|error| {
        invalid("ERR_OSSL_UNSUPPORTED", "tls.client_key", format!("the private key cannot be used: {error}"))
    })?;
    let identity = CertifiedKey::new(chain, key);
    match identity.keys_match() {
        Ok(()) | Err(rustls::Error::InconsistentKeys(rustls::InconsistentKeys::Unknown)) => {
            Ok(Some(identity))
        }
        Err(error) => Err(invalid(
            "ERR_OSSL_X509_KEY_VALUES_MISMATCH",
            "tls.client_key",
            format!("the private key does not belong to the client certificate: {error}"),
        )),
    }
}

fn invalid(name: &str, field: &str, message: String) -> Fault {
    Fault::new(Code::InvalidRequest, Phase::Config, Detail::definition(name, field), message)
}
