//! Files of certificates and CRLs, PEM or DER.

use super::mistaken::{self, Mistaken};
use crate::exit::Failure;
use faultfinder_x509::pem::{self, Kind, PemError};
use faultfinder_x509::{AuxTrust, Certificate, Crl};
use std::error::Error as _;
use std::io::{self, Read};
use std::path::Path;

/// Maximum number of bytes of one file: enough for the largest CRLs.
pub(super) const FILE_BYTES_MAX: u64 = 64 << 20;

/// The content of a file.
#[derive(Debug, Default)]
pub(super) struct Material {
    /// Its certificates, in order.
    pub(super) certificates: Vec<(Certificate, Option<AuxTrust>)>,
    /// Its CRLs, in order.
    pub(super) crls: Vec<Crl>,
    /// The kind of its first block that is neither.
    other: Option<Mistaken>,
    /// The kind of its first block.
    first: Option<Mistaken>,
}

/// The expected content of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    Certificates,
    Crls,
}

/// Reads files; standard input only once.
#[derive(Debug, Default)]
pub(super) struct Files {
    /// Whether standard input has been read.
    stdin: bool,
}

impl Files {
    /// Reads a file that should contain certificates or CRLs; - is standard input.
    pub(super) fn read(&mut self, file: &Path, wanted: Wanted) -> Result<Material, Failure> {
        let bytes = self.bytes(file)?;
        let failure = |mistaken: Mistaken, but: &str| {
            Failure::usage_with_help(format!("{}: {}{but}", name(file), mistaken.is), mistaken.help)
        };
        let material = parse(&bytes).map_err(|mistaken| failure(mistaken, ""))?;
        let (missing, but) = match wanted {
            Wanted::Certificates => (material.certificates.is_empty(), "; it contains no certificate"),
            Wanted::Crls => (material.crls.is_empty(), "; it contains no CRL"),
        };
        if missing {
            let nothing = || Mistaken { is: "cannot be used".to_owned(), help: "use PEM or DER" };
            let other = material.other.or(material.first).unwrap_or_else(nothing);
            return Err(failure(other, but));
        }
        Ok(material)
    }

    fn bytes(&mut self, file: &Path) -> Result<Vec<u8>, Failure> {
        if file == Path::new("-") {
            if std::mem::replace(&mut self.stdin, true) {
                return Err(Failure::usage_with_help(
                    "standard input: given more than once, but can be read only once",
                    "save it to a file, and pass that file",
                ));
            }
            return bounded(file, io::stdin().lock());
        }
        let opened = std::fs::File::open(file).map_err(|error| unreadable(file, &error))?;
        if opened.metadata().is_ok_and(|facts| facts.is_dir()) {
            return Err(Failure::usage_with_help(
                format!("{}: is a folder, not a file", name(file)),
                "pass a folder of trusted certificates with -CApath DIR",
            ));
        }
        bounded(file, opened)
    }
}

/// The name of a file in messages.
pub(super) fn name(file: &Path) -> String {
    if file == Path::new("-") { "standard input".to_owned() } else { file.display().to_string() }
}

pub(super) fn unreadable(file: &Path, error: &io::Error) -> Failure {
    let name = name(file);
    match error.kind() {
        io::ErrorKind::NotFound => Failure::usage(format!("{name}: there is no such file")),
        io::ErrorKind::PermissionDenied => Failure::usage(format!("{name}: this user may not read it")),
        _ => Failure::usage(format!("{name}: cannot be read: {error}")),
    }
}

/// All data of a reader, unless it is too much.
pub(super) fn bounded(file: &Path, reader: impl Read) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let limit = FILE_BYTES_MAX.saturating_add(1);
    let read = reader.take(limit).read_to_end(&mut bytes).map_err(|error| unreadable(file, &error))?;
    if u64::try_from(read).unwrap_or(u64::MAX) > FILE_BYTES_MAX {
        return Err(Failure::usage(format!("{}: has more than {FILE_BYTES_MAX} bytes", name(file))));
    }
    Ok(bytes)
}

/// The certificates and CRLs in some bytes; the whole file is rejected for one broken block.
pub(super) fn parse(bytes: &[u8]) -> Result<Material, Mistaken> {
    let mut material = Material::default();
    let mut count = 0_usize;
    for block in pem::blocks(bytes).map_err(|error| broken(&error))? {
        let block = block.map_err(|error| broken(&error))?;
        count = count.saturating_add(1);
        if count > pem::CERTIFICATES_MAX {
            let max = pem::CERTIFICATES_MAX;
            return Err(Mistaken {
                is: format!("has more than {max} blocks"),
                help: "split it into several files",
            });
        }
        let here = mistaken::block(&block.label, block.line);
        match block.kind() {
            Kind::Certificate | Kind::TrustedCertificate => {
                let found = block.certificate().map_err(|error| broken(&error))?;
                material.certificates.push((found.certificate, found.trust));
            }
            Kind::Crl => material.crls.push(block.crl().map_err(|error| broken(&error))?),
            Kind::Other => {
                material.other.get_or_insert_with(|| here.clone());
            }
        }
        material.first.get_or_insert(here);
    }
    if count == 0 { der(bytes) } else { Ok(material) }
}

/// A block whose content does not match its label.
fn broken(error: &PemError) -> Mistaken {
    let cause = error.source().map(|cause| format!(": {cause}")).unwrap_or_default();
    let help = match error {
        PemError::Unterminated { .. } => {
            "the file may be truncated: a block ends with the line -----END and its name"
        }
        PemError::Base64 { .. } => {
            "copy the file again, unchanged: every character between BEGIN and END counts"
        }
        PemError::TooMuch { .. } => "split it into several files",
        _ => "`openssl asn1parse -in FILE` shows its contents",
    };
    Mistaken { is: format!("{error}{cause}"), help }
}

/// A certificate or a CRL without PEM.
fn der(bytes: &[u8]) -> Result<Material, Mistaken> {
    let mut material = Material::default();
    let error = match Certificate::from_der(bytes) {
        Ok(certificate) => {
            material.certificates.push((certificate, None));
            material.first = Some(Mistaken {
                is: "is a certificate".to_owned(),
                help: mistaken::block("CERTIFICATE", 1).help,
            });
            return Ok(material);
        }
        Err(error) => error,
    };
    if let Some(mistaken) = mistaken::bytes(bytes) {
        return Err(mistaken);
    }
    if let Ok(crl) = Crl::from_der(bytes) {
        material.crls.push(crl);
        material.first =
            Some(Mistaken { is: "is a CRL".to_owned(), help: mistaken::block("X509 CRL", 1).help });
        return Ok(material);
    }
    if !bytes.starts_with(&[0x30]) {
        let help =
            "a certificate as PEM begins with a line -----BEGIN CERTIFICATE-----, as DER with the byte 0x30";
        return Err(Mistaken { is: "is neither PEM nor DER".to_owned(), help });
    }
    let help = "`openssl asn1parse -inform DER -in FILE` shows its contents";
    Err(Mistaken { is: format!("is DER, but not a certificate: {error}"), help })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::verify::fixture::{Authority, pem};

    #[track_caller]
    fn refused(content: &[u8], wanted: Wanted) -> String {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, content).unwrap();
        let Err(Failure::Usage { message, .. }) = Files::default().read(&file, wanted) else {
            panic!("it was read")
        };
        message.strip_prefix(&format!("{}: ", file.display())).unwrap().to_owned()
    }

    #[test]
    fn certificates_are_read_as_pem_and_as_der_whatever_stands_around_them() {
        let der = Authority::root("Root").der();
        assert_eq!(parse(&der).unwrap().certificates.len(), 1);
        let key = "-----BEGIN PRIVATE KEY-----\n!\n-----END PRIVATE KEY-----\n";
        let text = format!("notes\n{key}{}{}", pem(&der), pem(&der).replace('\n', "\r\n"));
        assert_eq!(parse(text.as_bytes()).unwrap().certificates.len(), 2);
    }

    #[test]
    fn a_file_without_certificates_says_what_it_is() {
        let key = b"\n-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
        assert_eq!(
            refused(key, Wanted::Certificates),
            "begins on line 2 with a private key; it contains no certificate"
        );
        assert_eq!(refused(b"", Wanted::Certificates), "is empty");
        assert_eq!(refused(b"hello", Wanted::Certificates), "is neither PEM nor DER");
        let certificate = pem(&Authority::root("Root").der());
        assert_eq!(
            refused(certificate.as_bytes(), Wanted::Crls),
            "begins on line 1 with a certificate; it contains no CRL"
        );
        assert_eq!(
            refused(&Authority::root("Root").der(), Wanted::Crls),
            "is a certificate; it contains no CRL"
        );
    }

    #[test]
    fn a_broken_block_is_told_with_its_line() {
        let whole = pem(&Authority::root("Root").der());
        let cut = whole.lines().take(3).collect::<Vec<_>>().join("\n");
        assert_eq!(
            refused(cut.as_bytes(), Wanted::Certificates),
            "block 1 on line 1 (CERTIFICATE) has no end"
        );
        let mut lines: Vec<String> = whole.lines().map(str::to_owned).collect();
        lines[2].replace_range(3..4, "#");
        assert_eq!(
            refused(lines.join("\n").as_bytes(), Wanted::Certificates),
            "block 1 on line 1 is not base64: line 3 has '#'"
        );
        let mut der = Authority::root("Root").der();
        der.truncate(200);
        assert!(
            refused(pem(&der).as_bytes(), Wanted::Certificates)
                .starts_with("block 1 on line 1 is not a valid certificate: ")
        );
    }

    #[test]
    fn files_that_are_not_there_or_too_large_are_named() {
        let mut files = Files::default();
        let message = |result: Result<Material, Failure>| match result {
            Err(Failure::Usage { message, .. }) => message,
            _ => panic!("it was read"),
        };
        let gone = files.read(Path::new("/nowhere/a.pem"), Wanted::Certificates);
        assert_eq!(message(gone), "/nowhere/a.pem: there is no such file");
        let folder = tempfile::tempdir().unwrap();
        assert!(
            message(files.read(folder.path(), Wanted::Certificates)).ends_with("is a folder, not a file")
        );
        let endless = bounded(Path::new("-"), io::repeat(b'x'));
        assert!(matches!(endless, Err(Failure::Usage { message, .. }) if message.contains("more than")));
    }
}
