//! Prepared options: once per distinct set, not per probe.

use super::judge::Judge;
use super::options::TlsOptions;
use crate::{Host, Pem};
use faultfinder_taxonomy::word::{Roots, TlsVersion};
use faultfinder_taxonomy::{Code, Detail, Fact, Fault, Phase};
use faultfinder_x509::{Certificate, Crl, TrustStore, TrustedCertificate, pem};
use rustls::client::Resumption;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use std::sync::{Arc, OnceLock};

/// TLS options, prepared for handshakes.
#[derive(Debug)]
pub struct TlsClient {
    pub(super) judge: Arc<Judge>,
    pub(super) provider: Arc<CryptoProvider>,
    pub(super) identity: Option<Arc<CertifiedKey>>,
    pub(super) config: rustls::ClientConfig,
    /// What is offered, for evidence.
    pub(super) offered: Arc<Fact>,
    with_dhe: OnceLock<Option<Box<Self>>>,
}

impl TlsClient {
    /// Reads the certificates and keys that the options name, and prepares everything that handshakes share. `field` is what
    /// the options are called in faults: `http.tls`.
    ///
    /// # Errors
    ///
    /// `INVALID_REQUEST` naming the field, when a file cannot be read, a certificate or key does not parse, or settings
    /// contradict each other.
    pub fn new(options: &TlsOptions, field: &str) -> Result<Self, Fault> {
        super::warm_up();
        let provider = super::provider::without_dhe();
        let Material { store, versions, identity, crls } =
            Material::read(options, &provider, field).map_err(first)?;
        let judge = Arc::new(Judge::new(options.clone(), store, crls));
        Self::offering(provider, &versions, judge, identity.map(Arc::new))
            .map_err(|error| invalid("invalid_tls_options", field, error.to_string()))
    }

    fn offering(
        provider: Arc<CryptoProvider>,
        versions: &[&'static rustls::SupportedProtocolVersion],
        judge: Arc<Judge>,
        identity: Option<Arc<CertifiedKey>>,
    ) -> Result<Self, rustls::Error> {
        let mut config = super::verifier::base_config(Arc::clone(&provider), versions)?;
        let alpn = &judge.options.alpn;
        let offered = Arc::new(super::offered::offered(&provider, versions, alpn));
        config.alpn_protocols = alpn.iter().map(|name| name.clone().into_bytes()).collect();
        // A resumed session would show no chain.
        config.resumption = Resumption::disabled();
        Ok(Self { judge, provider, identity, config, offered, with_dhe: OnceLock::new() })
    }

    /// The same with the suites of DHE, which only TLS 1.2 has; nothing if the options exclude that version.
    pub(super) fn with_dhe(&self) -> Option<&Self> {
        let prepared = self.with_dhe.get_or_init(|| {
            let (provider, versions) = (super::provider::provider(), [&rustls::version::TLS12]);
            let (judge, identity) = (Arc::clone(&self.judge), self.identity.clone());
            let is_permitted = self.options().min_version != Some(TlsVersion::Tls13);
            let client = is_permitted.then(|| Self::offering(provider, &versions, judge, identity).ok());
            client.flatten().map(Box::new)
        });
        prepared.as_deref()
    }

    /// Every problem with the options: all those that [`new`](Self::new) rejects.
    #[must_use]
    pub fn check(options: &TlsOptions, field: &str) -> Vec<Fault> {
        Material::read(options, &super::provider::provider(), field).err().unwrap_or_default()
    }

    /// Whether it offers TLS 1.3.
    #[cfg(feature = "quic")]
    pub(crate) fn speaks_13(&self) -> bool {
        self.options().max_version.is_none_or(|newest| newest >= TlsVersion::Tls13)
    }

    /// The options that it was created from.
    #[must_use]
    pub fn options(&self) -> &TlsOptions {
        &self.judge.options
    }
}

/// The content of the files that the options name.
struct Material {
    store: Arc<TrustStore>,
    versions: Vec<&'static rustls::SupportedProtocolVersion>,
    identity: Option<CertifiedKey>,
    crls: Vec<Crl>,
}

impl Material {
    fn read(options: &TlsOptions, provider: &CryptoProvider, field: &str) -> Result<Self, Vec<Fault>> {
        let mut faults = Vec::new();
        let mut keep = |fault: Fault| faults.push(fault);
        let store = trust_store(options, field, &mut keep);
        let versions = versions(options, field).map_err(&mut keep).ok();
        let identity = identity(options, provider, field).map_err(&mut keep).ok();
        let crls = crls(options, field, &mut keep);
        check_alpn(options, field, &mut keep);
        if let Some(name) = &options.server_name
            && let Err(fault) = Host::parse(name, &format!("{field}.server_name"))
        {
            keep(fault);
        }
        match (store, versions, identity) {
            (Some(store), Some(versions), Some(identity)) if faults.is_empty() => {
                Ok(Self { store, versions, identity, crls })
            }
            _ => Err(faults),
        }
    }
}

/// The first of several faults, of which there is at least one.
fn first(faults: Vec<Fault>) -> Fault {
    let unknown = || invalid("invalid_tls_options", "tls", "the TLS settings cannot be used".to_owned());
    faults.into_iter().next().unwrap_or_else(unknown)
}

/// The trust anchors that the options name; the bundled and the system's ones are parsed once per process.
fn trust_store(options: &TlsOptions, field: &str, keep: &mut impl FnMut(Fault)) -> Option<Arc<TrustStore>> {
    static BUNDLED: OnceLock<Arc<TrustStore>> = OnceLock::new();
    if options.roots == Roots::Bundled && options.ca.is_empty() {
        return Some(Arc::clone(BUNDLED.get_or_init(|| Arc::new(TrustStore::new(bundled())))));
    }
    let mut trusted = Vec::new();
    for (index, source) in options.ca.iter().enumerate() {
        match authorities(source, &format!("{field}.ca[{index}]")) {
            Ok(certificates) => trusted.extend(certificates),
            Err(fault) => keep(fault),
        }
    }
    match root_certificates(options.roots, &format!("{field}.roots")) {
        Ok(roots) => trusted.extend(roots),
        Err(fault) => {
            keep(fault);
            return None;
        }
    }
    Some(Arc::new(TrustStore::new(trusted)))
}

/// The certificates of one source of authorities.
fn authorities(source: &Pem, field: &str) -> Result<Vec<TrustedCertificate>, Fault> {
    let text = source.read(field)?;
    let certificates = pem::certificates(&text)
        .map_err(|error| invalid("ERR_OSSL_PEM_BAD_BASE64_DECODE", field, of(source, &error.to_string())))?;
    if certificates.is_empty() {
        let message = of(source, "there is no certificate in it");
        return Err(invalid("ERR_OSSL_PEM_NO_START_LINE", field, message));
    }
    Ok(certificates.into_iter().map(TrustedCertificate::from).collect())
}

/// The problem with a source, with the name of its file.
fn of(source: &Pem, what: &str) -> String {
    match source {
        Pem::Inline(_) => what.to_owned(),
        Pem::File(path) => format!("{}: {what}", path.display()),
    }
}

/// The CRLs that the options name.
fn crls(options: &TlsOptions, field: &str, keep: &mut impl FnMut(Fault)) -> Vec<Crl> {
    let mut found = Vec::new();
    for (index, source) in options.crl.iter().enumerate() {
        let field = format!("{field}.crl[{index}]");
        let crls = source.read(&field).and_then(|bytes| {
            super::judge::read_crls(&bytes).map_err(|(name, why)| {
                invalid(name, &field, of(source, &format!("there is no CRL in it: {why}")))
            })
        });
        match crls {
            Ok(crls) => found.extend(crls),
            Err(fault) => keep(fault),
        }
    }
    found
}

/// Longest name of an application protocol, in bytes (RFC 7301 section 3.1).
const PROTOCOL_BYTES_MAX: usize = 255;

fn check_alpn(options: &TlsOptions, field: &str, keep: &mut impl FnMut(Fault)) {
    for (index, name) in options.alpn.iter().enumerate() {
        if name.is_empty() || name.len() > PROTOCOL_BYTES_MAX {
            let message = format!("an application protocol has 1 to {PROTOCOL_BYTES_MAX} bytes");
            keep(invalid("ERR_INVALID_ALPN", &format!("{field}.alpn[{index}]"), message));
        }
    }
}

/// The authorities of a choice of roots; none for [`Roots::None`].
///
/// # Errors
///
/// `INVALID_REQUEST` naming `field`, when this system has none.
pub fn root_certificates(roots: Roots, field: &str) -> Result<Vec<TrustedCertificate>, Fault> {
    match roots {
        Roots::Bundled => Ok(bundled()),
        Roots::System => system(field),
        Roots::None => Ok(Vec::new()),
    }
}

fn bundled() -> Vec<TrustedCertificate> {
    let parse = |der: &CertificateDer<'_>| Certificate::from_der(der).ok().map(TrustedCertificate::from);
    webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().filter_map(parse).collect()
}

fn system(field: &str) -> Result<Vec<TrustedCertificate>, Fault> {
    let found = rustls_native_certs::load_native_certs();
    if found.certs.is_empty() {
        let why: Vec<String> = found.errors.iter().map(ToString::to_string).collect();
        let message = format!("this system has no trusted certificates: {}", why.join(", "));
        return Err(invalid("no_system_roots", field, message));
    }
    let parse = |der: &CertificateDer<'_>| Certificate::from_der(der).ok().map(TrustedCertificate::from);
    Ok(found.certs.iter().filter_map(parse).collect())
}

/// The versions that are offered. This client speaks 1.2 and 1.3: an older oldest version does not restrict anything,
/// and an older newest version leaves nothing to speak.
fn versions(
    options: &TlsOptions,
    field: &str,
) -> Result<Vec<&'static rustls::SupportedProtocolVersion>, Fault> {
    let oldest = options.min_version.unwrap_or(TlsVersion::Tls12);
    let newest = options.max_version.unwrap_or(TlsVersion::Tls13);
    if newest < TlsVersion::Tls12 {
        let message = format!("max_version is {newest}, but this client speaks TLS 1.2 and 1.3 only");
        let field = format!("{field}.max_version");
        return Err(invalid("ERR_TLS_PROTOCOL_VERSION_CONFLICT", &field, message));
    }
    if oldest > newest {
        let message = format!("max_version {newest} is older than min_version {oldest}");
        let bound = if options.max_version.is_some() { "max_version" } else { "min_version" };
        return Err(invalid("ERR_SSL_NO_PROTOCOLS_AVAILABLE", &format!("{field}.{bound}"), message));
    }
    let all = [(TlsVersion::Tls13, &rustls::version::TLS13), (TlsVersion::Tls12, &rustls::version::TLS12)];
    let offered = all.into_iter().filter(|(version, _)| (oldest..=newest).contains(version));
    Ok(offered.map(|(_, rustls)| rustls).collect())
}

/// The client's own certificate and key.
fn identity(
    options: &TlsOptions,
    provider: &CryptoProvider,
    field: &str,
) -> Result<Option<CertifiedKey>, Fault> {
    let (cert_field, key_field) = (format!("{field}.client_cert"), format!("{field}.client_key"));
    let (certificates, key) = match (&options.client_cert, &options.client_key) {
        (None, None) => return Ok(None),
        (Some(certificate), Some(key)) => (certificate, key),
        (Some(_), None) => {
            let message = "client_cert is given without client_key".to_owned();
            return Err(invalid("missing_key", &cert_field, message));
        }
        (None, Some(_)) => {
            let message = "client_key is given without client_cert".to_owned();
            return Err(invalid("missing_certificate", &key_field, message));
        }
    };
    let chain = client_chain(certificates, &cert_field)?;
    let der = PrivateKeyDer::from_pem_slice(&key.read(&key_field)?).map_err(|error| {
        let message = of(key, &format!("there is no private key in it: {error}"));
        invalid("ERR_OSSL_PEM_NO_START_LINE", &key_field, message)
    })?;
    let signer = provider.key_provider.load_private_key(der).map_err(|error| {
        let message = of(key, &format!("the private key cannot be used: {error}"));
        invalid("ERR_OSSL_UNSUPPORTED", &key_field, message)
    })?;
    let identity = CertifiedKey::new(chain, signer);
    match identity.keys_match() {
        Ok(()) | Err(rustls::Error::InconsistentKeys(rustls::InconsistentKeys::Unknown)) => {
            Ok(Some(identity))
        }
        Err(error) => {
            let message = format!("the private key does not belong to the client certificate: {error}");
            Err(invalid("ERR_OSSL_X509_KEY_VALUES_MISMATCH", &key_field, message))
        }
    }
}

fn client_chain(source: &Pem, field: &str) -> Result<Vec<CertificateDer<'static>>, Fault> {
    let text = source.read(field)?;
    let chain: Vec<CertificateDer<'static>> =
        CertificateDer::pem_slice_iter(&text).collect::<Result<_, _>>().map_err(|error| {
            let message = of(source, &format!("it is not PEM: {error}"));
            invalid("ERR_OSSL_PEM_BAD_BASE64_DECODE", field, message)
        })?;
    if chain.is_empty() {
        let message = of(source, "there is no certificate in it");
        return Err(invalid("ERR_OSSL_PEM_NO_START_LINE", field, message));
    }
    Ok(chain)
}

fn invalid(name: &str, field: &str, message: String) -> Fault {
    Fault::new(Code::InvalidRequest, Phase::Config, Detail::definition(name, field), message)
}
