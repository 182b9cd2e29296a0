//! The trusted and untrusted certificates, and their files.

use super::arguments::Arguments;
use super::material::{self, Files, Material, Wanted};
use super::options::TrustArguments;
use super::values;
use crate::exit::Failure;
use faultfinder_net::tls::root_certificates;
use faultfinder_taxonomy::word::Roots;
use faultfinder_x509::{Certificate, Crl, TrustStore, TrustedCertificate};
use std::path::{Path, PathBuf};

/// Maximum number of files in one -CApath.
const FOLDER_FILES_MAX: usize = 10_000;

/// Maximum number of bytes in all files of one -CApath.
const FOLDER_BYTES_MAX: usize = 64 << 20;

/// Certificates and CRLs of a verification.
#[derive(Debug, Default)]
pub(super) struct Pool {
    /// The trusted certificates.
    pub(super) store: TrustStore,
    /// The untrusted certificates, in order.
    pub(super) untrusted: Vec<Certificate>,
    /// The CRLs of -CRLfile.
    pub(super) crls: Vec<Crl>,
    /// The CRLs among the trusted certificates.
    pub(super) store_crls: Vec<Crl>,
    trusted_from: Vec<(Certificate, String)>,
    untrusted_from: Vec<(Certificate, String)>,
    /// Warnings about the files.
    pub(super) warnings: Vec<String>,
}

impl Pool {
    /// Reads everything that the options name.
    pub(super) fn open(arguments: &Arguments, files: &mut Files) -> Result<Self, Failure> {
        let mut pool = Self::default();
        let mut trusted = Vec::new();
        pool.add_trusted(&arguments.trust, files, &mut trusted)?;
        pool.store = TrustStore::new(trusted).with_crls(pool.store_crls.iter().cloned());
        for file in &arguments.trust.untrusted {
            let found = files.read(file, Wanted::Certificates)?;
            for (certificate, _) in found.certificates {
                pool.untrusted_from.push((certificate.clone(), material::name(file)));
                pool.untrusted.push(certificate);
            }
        }
        for file in &arguments.revocation.crl_file {
            pool.crls.extend(files.read(file, Wanted::Crls)?.crls);
        }
        Ok(pool)
    }

    fn add_trusted(
        &mut self,
        trust: &TrustArguments,
        files: &mut Files,
        trusted: &mut Vec<TrustedCertificate>,
    ) -> Result<(), Failure> {
        for file in trust.ca_file.iter().chain(&trust.trusted) {
            self.add(files.read(file, Wanted::Certificates)?, &material::name(file), trusted);
        }
        for folder in &trust.ca_path {
            self.add_folder(folder, trusted)?;
        }
        for uri in &trust.ca_store {
            let path = path_of(uri)?;
            if path.is_dir() {
                self.add_folder(&path, trusted)?;
            } else {
                self.add(files.read(&path, Wanted::Certificates)?, &material::name(&path), trusted);
            }
        }
        let roots = values::roots(&trust.roots);
        let whose = if roots == Roots::System { "the roots of this system" } else { "the bundled roots" };
        let found = root_certificates(roots, "roots").map_err(|fault| Failure::usage(fault.message))?;
        for root in found {
            self.trusted_from.push((root.certificate.clone(), whose.to_owned()));
            trusted.push(root);
        }
        Ok(())
    }

    fn add(&mut self, material: Material, from: &str, trusted: &mut Vec<TrustedCertificate>) {
        for (certificate, trust) in material.certificates {
            self.trusted_from.push((certificate.clone(), from.to_owned()));
            trusted.push(TrustedCertificate { certificate, trust });
        }
        self.store_crls.extend(material.crls);
    }

    /// Adds the files of a folder, ordered by name. Files without a certificate are skipped, broken ones are reported.
    fn add_folder(&mut self, folder: &Path, trusted: &mut Vec<TrustedCertificate>) -> Result<(), Failure> {
        let name = material::name(folder);
        let mut left = FOLDER_BYTES_MAX;
        let before = trusted.len();
        for file in listed(folder)? {
            let opened = std::fs::File::open(&file).map_err(|error| material::unreadable(&file, &error));
            let bytes = match opened.and_then(|opened| material::bounded(&file, opened)) {
                Ok(bytes) => bytes,
                Err(Failure::Usage { message, .. }) => {
                    self.warnings.push(format!("{message}; it is skipped"));
                    continue;
                }
                Err(other) => return Err(other),
            };
            left = left.checked_sub(bytes.len()).ok_or_else(|| {
                Failure::usage(format!("{name}: its files have more than {FOLDER_BYTES_MAX} bytes in total"))
            })?;
            match material::parse(&bytes) {
                Ok(found) => self.add(found, &material::name(&file), trusted),
                Err(broken) if broken.is.starts_with("block ") => {
                    self.warnings.push(format!("{}: {}; it is skipped", material::name(&file), broken.is));
                }
                // A README, a key: folders contain such files, and OpenSSL ignores them.
                Err(_) => {}
            }
        }
        if trusted.len() == before {
            let help = "use a folder whose files are certificates, PEM or DER";
            return Err(Failure::usage_with_help(
                format!("{name}: contains no file with a certificate"),
                help,
            ));
        }
        Ok(())
    }

    /// The source of a trusted certificate.
    pub(super) fn trusted_from(&self, certificate: &Certificate) -> Option<&str> {
        from(&self.trusted_from, certificate)
    }

    /// The source of an untrusted certificate.
    pub(super) fn untrusted_from(&self, certificate: &Certificate) -> Option<&str> {
        from(&self.untrusted_from, certificate)
    }
}

fn from<'a>(list: &'a [(Certificate, String)], certificate: &Certificate) -> Option<&'a str> {
    list.iter().find(|(known, _)| known == certificate).map(|(_, from)| from.as_str())
}

/// The files of a folder, ordered by name; folders and names that begin with a dot are omitted.
fn listed(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let name = material::name(folder);
    let entries = std::fs::read_dir(folder).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotADirectory => Failure::usage_with_help(
            format!("{name}: is a file, not a folder"),
            "pass a file of trusted certificates with -CAfile FILE",
        ),
        std::io::ErrorKind::NotFound => Failure::usage(format!("{name}: there is no such folder")),
        _ => material::unreadable(folder, &error),
    })?;
    let mut files = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| material::unreadable(folder, &error))?;
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        // Links are followed: hashed folders consist of them.
        if !hidden && std::fs::metadata(entry.path()).is_ok_and(|facts| facts.is_file()) {
            files.push(entry.path());
        }
        if files.len() > FOLDER_FILES_MAX {
            return Err(Failure::usage(format!("{name}: has more than {FOLDER_FILES_MAX} files")));
        }
    }
    files.sort();
    Ok(files)
}

/// The file or folder of a -CAstore.
fn path_of(uri: &str) -> Result<PathBuf, Failure> {
    let path = uri.strip_prefix("file://localhost").or_else(|| uri.strip_prefix("file://"));
    let path = path.or_else(|| uri.strip_prefix("file:")).unwrap_or(uri);
    // Windows drives have one letter, schemes more.
    let scheme = path.split_once(':').map(|(scheme, _)| scheme).filter(|scheme| scheme.len() > 1);
    match scheme {
        Some(scheme) if scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte)) => {
            Err(Failure::usage_with_help(
                format!("-CAstore {uri}: only files and folders can be read, not `{scheme}:`"),
                "pass the certificates with -CAfile FILE, or trust the roots of this system with --roots system",
            ))
        }
        _ => Ok(PathBuf::from(path)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::arguments;
    use super::*;
    use crate::command::verify::fixture::{Authority, pem};

    fn open(line: &str) -> Result<Pool, String> {
        Pool::open(&arguments(line).unwrap(), &mut Files::default()).map_err(|failure| match failure {
            Failure::Usage { message, .. } => message,
            other => format!("{other:?}"),
        })
    }

    #[test]
    fn a_folder_stands_for_all_its_files_and_broken_ones_are_told() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, content: &[u8]| std::fs::write(folder.path().join(name), content).unwrap();
        let (one, other) = (Authority::root("One"), Authority::root("Other"));
        write("a.pem", pem(&one.der()).as_bytes());
        write("deadbeef.0", pem(&one.der()).as_bytes());
        write("b.crt", &other.der());
        write("README", b"hello");
        write("c.pem", b"-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n");
        write(".hidden", b"-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n");
        std::fs::create_dir(folder.path().join("sub")).unwrap();
        let path = folder.path().display().to_string();
        for line in
            [format!("-CApath {path} x"), format!("-CAstore file://{path} x"), format!("-CAstore {path} x")]
        {
            let pool = open(&line).unwrap();
            assert_eq!(pool.store.len(), 2);
            assert!(pool.trusted_from(&one.certificate()).unwrap().ends_with("a.pem"));
            assert_eq!(pool.warnings.len(), 1, "{:?}", pool.warnings);
            assert!(
                pool.warnings[0].contains("c.pem: block 1 on line 1 is not base64"),
                "{:?}",
                pool.warnings
            );
        }
    }

    #[test]
    fn folders_and_files_are_not_mixed_up() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().display().to_string();
        let file = folder.path().join("note.txt");
        std::fs::write(&file, "hello").unwrap();
        let rows = [
            (format!("-CApath {path} x"), "contains no file with a certificate"),
            (format!("-CApath {} x", file.display()), "is a file, not a folder"),
            (format!("-CAfile {path} x"), "is a folder, not a file"),
            ("-CApath /nowhere x".to_owned(), "there is no such folder"),
            ("-CAstore org.openssl.winstore:// x".to_owned(), "only files and folders"),
        ];
        for (line, message) in rows {
            assert!(open(&line).unwrap_err().contains(message), "{line}");
        }
    }

    #[test]
    fn the_bundled_roots_are_known_by_that_name() {
        let pool = open("--roots bundled x").unwrap();
        assert!(pool.store.len() > 50);
        let first = pool.store.iter().next().unwrap();
        assert_eq!(pool.trusted_from(&first.certificate), Some("the bundled roots"));
        assert!(open("x").unwrap().store.is_empty());
    }
}
