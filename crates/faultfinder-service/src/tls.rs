//! TLS from files: a chain of certificates and its key, read again when they change.

use sha2::{Digest as _, Sha256};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{self, ServerConfig};

/// Longest file, in bytes: a chain of a hundred certificates with comments.
const FILE_BYTES_MAX: u64 = 1024 * 1024;
/// How often it is looked whether the files have changed. They are read, since the dates of files and the links to them
/// tell less.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// The files of a certificate and its key, both PEM.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "two paths")]
pub struct TlsFiles {
    /// The certificate of the service, and then those of its issuers up to the root, which is not needed.
    pub cert: PathBuf,
    /// The private key of the first certificate: PKCS #8, PKCS #1 or SEC 1, not encrypted.
    pub key: PathBuf,
}

/// Why files cannot be used for TLS.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TlsError {
    /// A file cannot be read.
    #[error("{}: cannot be read: {error}", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// A file is not what it should be.
    #[error("{}: {why}", .path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// Certificate and key cannot be used together.
    #[error("{} and {}: {error}", .cert.display(), .key.display())]
    Pair {
        /// The file of the certificate.
        cert: PathBuf,
        /// The file of its key.
        key: PathBuf,
        /// Why.
        error: rustls::Error,
    },
}

/// What the two files contain.
struct Contents {
    cert: Vec<u8>,
    key: Vec<u8>,
}

impl TlsFiles {
    /// Whether a service can use these files.
    ///
    /// # Errors
    ///
    /// The file, and what is wrong with it.
    pub(crate) fn check(&self) -> Result<(), TlsError> {
        self.config(&self.read()?).map(drop)
    }

    fn read(&self) -> Result<Contents, TlsError> {
        let bytes = |path: &Path| {
            let mut bytes = Vec::new();
            let read = std::fs::File::open(path)
                .and_then(|file| file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes));
            read.map_err(|error| TlsError::Read { path: path.to_owned(), error })?;
            if u64::try_from(bytes.len()).is_ok_and(|length| length > FILE_BYTES_MAX) {
                return Err(content(path, format!("has more than {FILE_BYTES_MAX} bytes")));
            }
            Ok(bytes)
        };
        Ok(Contents { cert: bytes(&self.cert)?, key: bytes(&self.key)? })
    }

    /// How a server with these files speaks TLS: 1.2 or 1.3, and HTTP/1.1 in it.
    fn config(&self, contents: &Contents) -> Result<ServerConfig, TlsError> {
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&contents.cert).collect();
        let chain = chain.map_err(|error| content(&self.cert, format!("is not PEM: {error}")))?;
        if chain.is_empty() {
            return Err(content(&self.cert, "has no certificate: `-----BEGIN CERTIFICATE-----`"));
        }
        let is_encrypted = contents.key.windows(ENCRYPTED.len()).any(|window| window == ENCRYPTED);
        let key = PrivateKeyDer::from_pem_slice(&contents.key).map_err(|error| match error {
            _ if is_encrypted => content(&self.key, "the key is encrypted: decrypt it (openssl pkey)"),
            rustls::pki_types::pem::Error::NoItemsFound => {
                content(&self.key, "has no private key: `-----BEGIN PRIVATE KEY-----`")
            }
            error => content(&self.key, format!("is not PEM: {error}")),
        })?;
        let pair = |error| TlsError::Pair { cert: self.cert.clone(), key: self.key.clone(), error };
        let provider = Arc::new(aws_lc_rs::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&TLS13, &TLS12])
            .map_err(pair)?
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .map_err(pair)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(config)
    }
}

/// What the file of an encrypted key has.
const ENCRYPTED: &[u8] = b"ENCRYPTED";

fn content(path: &Path, why: impl Into<String>) -> TlsError {
    TlsError::Content { path: path.to_owned(), why: why.into() }
}

/// What the files contained when they were read last, or what was wrong then.
fn digest(read: &Result<Contents, TlsError>) -> [u8; 32] {
    let mut digest = Sha256::new();
    match read {
        Ok(Contents { cert, key }) => {
            digest.update(cert.len().to_be_bytes());
            digest.update(cert);
            digest.update(key);
        }
        Err(error) => digest.update(error.to_string()),
    }
    digest.finalize().into()
}

/// TLS with the files as they were when they were good last.
#[derive(Debug)]
pub(crate) struct Tls {
    files: TlsFiles,
    current: RwLock<Arc<ServerConfig>>,
    /// What was read last, good or not, so that it is said once.
    seen: Mutex<[u8; 32]>,
}

impl Tls {
    /// Reads the files.
    ///
    /// # Errors
    ///
    /// The file, and what is wrong with it.
    pub(crate) fn load(files: TlsFiles) -> Result<Arc<Self>, TlsError> {
        let read = files.read();
        let seen = Mutex::new(digest(&read));
        let current = RwLock::new(Arc::new(files.config(&read?)?));
        Ok(Arc::new(Self { files, current, seen }))
    }

    /// What takes up connections, with the files as they were read last.
    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner)).into()
    }

    /// Reads the files again, if they have changed; connections that are open go on as they are.
    ///
    /// # Errors
    ///
    /// The file, and what is wrong with it; new connections are taken up as before.
    pub(crate) fn reload(&self) -> Result<(), TlsError> {
        self.tell(self.renew())
    }

    /// Reads the files again whenever they change.
    pub(crate) async fn follow(self: Arc<Self>) {
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            let tls = Arc::clone(&self);
            if let Ok(renewed) = tokio::task::spawn_blocking(move || tls.renew()).await {
                // What is wrong is in the log.
                let _ = self.tell(renewed);
            }
        }
    }

    /// Uses the files as they are now, if they are good.
    fn renew(&self) -> Renewed {
        let read = self.files.read();
        let now = digest(&read);
        // Held while the files are used, so that the last reader wins.
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let has_changed = std::mem::replace(&mut *seen, now) != now;
        let loaded = read.and_then(|contents| self.files.config(&contents)).map(|config| {
            if has_changed {
                *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(config);
            }
        });
        Renewed { has_changed, loaded }
    }

    /// Says in the log what has changed.
    fn tell(&self, Renewed { has_changed, loaded }: Renewed) -> Result<(), TlsError> {
        let (cert, key) = (self.files.cert.display(), self.files.key.display());
        match &loaded {
            _ if !has_changed => {}
            Ok(()) => tracing::info!(%cert, %key, "the TLS files were reloaded"),
            Err(error) => {
                tracing::error!("the TLS files cannot be used, the previous ones stay in use: {error}");
            }
        }
        loaded
    }
}

/// What came of reading the files again.
struct Renewed {
    /// Whether they, or what is wrong with them, are not what they were.
    has_changed: bool,
    loaded: Result<(), TlsError>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::{CertifiedKey, generate_simple_self_signed};

    #[test]
    fn what_is_wrong_with_the_files_is_told_with_their_names() {
        let folder = tempfile::tempdir().unwrap();
        let files = TlsFiles { cert: folder.path().join("cert.pem"), key: folder.path().join("key.pem") };
        let pair = || {
            let CertifiedKey { cert, signing_key } =
                generate_simple_self_signed(["a.test".to_owned()]).unwrap();
            (cert.pem(), signing_key.serialize_pem())
        };
        let ((cert, key), (_, other)) = (pair(), pair());
        let encrypted = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n";
        let large = "#".repeat(usize::try_from(FILE_BYTES_MAX).unwrap() + 1);
        for (cert_is, key_is, said) in [
            (cert.as_str(), key.as_str(), ""),
            // Anything may stand around both.
            (&format!("a comment\n{cert}{cert}"), &format!("{cert}{key}"), ""),
            ("", &key, "cert.pem: has no certificate"),
            (&key, &key, "cert.pem: has no certificate"),
            ("-----BEGIN CERTIFICATE-----\n", &key, "cert.pem: is not PEM"),
            ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", &key, "cert.pem and "),
            (&large, &key, "cert.pem: has more than 1048576 bytes"),
            (&cert, "", "key.pem: has no private key"),
            (&cert, &cert, "key.pem: has no private key"),
            (&cert, encrypted, "key.pem: the key is encrypted"),
            (&cert, "-----BEGIN PRIVATE KEY-----\n", "key.pem: is not PEM"),
            (&cert, &other, "key.pem: "),
        ] {
            std::fs::write(&files.cert, cert_is).unwrap();
            std::fs::write(&files.key, key_is).unwrap();
            let found = files.check().map_or_else(|error| error.to_string(), |()| String::new());
            assert!(found.contains(said) && found.is_empty() == said.is_empty(), "{said}: {found}");
        }
        std::fs::remove_file(&files.cert).unwrap();
        let found = files.check().unwrap_err().to_string();
        assert!(found.contains("cert.pem: cannot be read"), "{found}");
    }
}
