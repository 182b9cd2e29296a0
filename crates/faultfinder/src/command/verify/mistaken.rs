//! The kind of a file that contains neither certificates nor CRLs, and what to do about it.

/// The content that was found instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mistaken {
    /// As a sentence fragment after the name of the file.
    pub(super) is: String,
    /// What to do.
    pub(super) help: &'static str,
}

const PEM: &str = "a certificate as PEM begins with a line -----BEGIN CERTIFICATE-----";
const KEY: &str =
    "pass the certificate that was issued for the key: its PEM begins with -----BEGIN CERTIFICATE-----";
const REQUEST: &str = "a CA issues a certificate for it: pass that certificate";
const PKCS7: &str = "`openssl pkcs7 -in FILE -print_certs -out certs.pem` extracts the certificates";
const PKCS12: &str = "`openssl pkcs12 -in FILE -nokeys -out certs.pem` extracts the certificates";

/// The kind of a PEM text's first block, by its label.
pub(super) fn block(label: &str, line: usize) -> Mistaken {
    let (what, help) = match label {
        "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE" => (
            "a certificate",
            "pass certificates with -CAfile or -untrusted, or as the ones to verify; CRLs begin with -----BEGIN X509 CRL-----",
        ),
        "X509 CRL" => {
            ("a CRL", "pass CRLs with -CRLfile FILE, or together with certificates with -CAfile FILE")
        }
        "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST" => ("a certificate signing request (CSR)", REQUEST),
        "PKCS7" | "PKCS #7 SIGNED DATA" | "CMS" => ("PKCS #7", PKCS7),
        label if label.ends_with("PRIVATE KEY") => ("a private key", KEY),
        label if label.ends_with("PUBLIC KEY") => ("a public key", KEY),
        label => return Mistaken { is: format!("begins on line {line} with {}", quoted(label)), help: PEM },
    };
    Mistaken { is: format!("begins on line {line} with {what}"), help }
}

fn quoted(label: &str) -> String {
    let shown: String = crate::render::text::inert(label).chars().take(60).collect();
    format!("a block called {shown:?}")
}

/// The kind of bytes that contain neither a PEM block nor a DER certificate.
pub(super) fn bytes(bytes: &[u8]) -> Option<Mistaken> {
    let told = |is: &str, help| Some(Mistaken { is: is.to_owned(), help });
    if bytes.is_empty() {
        return told("is empty", PEM);
    }
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return told("is UTF-16 text", "save it as UTF-8 or ASCII, without a byte order mark");
    }
    if let Some((line, before)) = indented_begin(bytes) {
        let help = "-----BEGIN CERTIFICATE----- must be at the start of its line";
        return if before.starts_with(b"\xef\xbb\xbf") {
            // One before the first line is read over.
            Some(Mistaken {
                is: format!("has a byte order mark before -----BEGIN on line {line}"),
                help: "a byte order mark is allowed only at the start of a file: save it as UTF-8 without one",
            })
        } else {
            Some(Mistaken { is: format!("has something before -----BEGIN on line {line}"), help })
        };
    }
    let start = bytes.trim_ascii_start();
    if start.starts_with(b"<") {
        return told("looks like an HTML or XML page", "it may be a saved error page; fetch the file itself");
    }
    if start.starts_with(b"MII") {
        return told(
            "is base64 without the lines around it",
            "put -----BEGIN CERTIFICATE----- and -----END CERTIFICATE----- around it, or decode it with `base64 -d`",
        );
    }
    der(bytes)
}

/// The first line that has `-----BEGIN ` after other text, and that text.
fn indented_begin(bytes: &[u8]) -> Option<(usize, &[u8])> {
    const BEGIN: &[u8] = b"-----BEGIN ";
    bytes.split(|byte| *byte == b'\n').zip(1..).find_map(|(line, number)| {
        let at = line.windows(BEGIN.len()).position(|window| window == BEGIN)?;
        Some((number, line.get(..at)?))
    })
}

/// The kind of DER data, by its outermost values.
fn der(bytes: &[u8]) -> Option<Mistaken> {
    let told = |is: &str, help| Some(Mistaken { is: is.to_owned(), help });
    let (0x30, inside, _) = value(bytes)? else { return None };
    let (first, content, rest) = value(inside)?;
    let second = value(rest).map(|(tag, _, _)| tag);
    match (first, content, second) {
        (0x02, [3], Some(0x30)) => told("is PKCS #12", PKCS12),
        (0x02, [0 | 1], Some(0x02 | 0x04 | 0x30)) => told("is a private key", KEY),
        (0x06, ..) => told("is PKCS #7", PKCS7),
        (0x30, _, Some(0x04)) => told("is an encrypted private key", KEY),
        (0x30, _, Some(0x03)) => told("is a public key", KEY),
        (0x30, _, Some(0x30)) if is_request(content) => {
            told("is a certificate signing request (CSR)", REQUEST)
        }
        _ => None,
    }
}

/// Whether this is a `CertificationRequestInfo` (RFC 2986 section 4): version 0, name, key, and attributes last.
fn is_request(info: &[u8]) -> bool {
    let Some((0x02, [0], rest)) = value(info) else { return false };
    let Some((0x30, _, rest)) = value(rest) else { return false };
    let Some((0x30, _, rest)) = value(rest) else { return false };
    value(rest).is_none_or(|(tag, _, _)| tag == 0xa0)
}

/// Tag and content of the first value, and what follows it.
fn value(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, rest) = bytes.split_first()?;
    let (length, rest) = rest.split_first()?;
    let (length, rest) = match length {
        0..=0x7f => (usize::from(*length), rest),
        0x81..=0x84 => {
            let (digits, rest) = rest.split_at_checked(usize::from(length & 0x7f))?;
            let length = digits.iter().fold(0_u64, |length, digit| (length << 8) | u64::from(*digit));
            (usize::try_from(length).ok()?, rest)
        }
        _ => return None,
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((*tag, content, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_are_something_else_are_recognised() {
        let rows: [(&[u8], &str); 12] = [
            (b"", "is empty"),
            (b"\xff\xfe-\0-\0", "is UTF-16 text"),
            (
                b"a\n\xef\xbb\xbf-----BEGIN CERTIFICATE-----",
                "has a byte order mark before -----BEGIN on line 2",
            ),
            (b"a\n  -----BEGIN CERTIFICATE-----", "has something before -----BEGIN on line 2"),
            (b"\n<!doctype html>", "looks like an HTML or XML page"),
            (b"MIIBszCCAVmg", "is base64 without the lines around it"),
            (b"\x30\x07\x02\x01\x03\x30\x02\x06\x00", "is PKCS #12"),
            (b"\x30\x05\x02\x01\x00\x30\x00", "is a private key"),
            (b"\x30\x06\x02\x01\x01\x04\x01\x07", "is a private key"),
            (b"\x30\x03\x06\x01\x2a", "is PKCS #7"),
            (b"\x30\x05\x30\x00\x03\x01\x00", "is a public key"),
            (
                b"\x30\x0d\x30\x09\x02\x01\x00\x30\x00\x30\x00\xa0\x00\x30\x00",
                "is a certificate signing request (CSR)",
            ),
        ];
        for (content, is) in rows {
            assert_eq!(bytes(content).map(|mistaken| mistaken.is).as_deref(), Some(is));
        }
        assert_eq!(bytes(b"hello"), None);
        assert_eq!(bytes(&[0x30, 0x84, 0xff, 0xff, 0xff, 0xff]), None);
    }

    #[test]
    fn labels_say_what_a_block_is() {
        let rows = [
            ("EC PRIVATE KEY", "begins on line 2 with a private key"),
            ("X509 CRL", "begins on line 2 with a CRL"),
            ("CERTIFICATE REQUEST", "begins on line 2 with a certificate signing request (CSR)"),
            ("DH PARAMETERS", "begins on line 2 with a block called \"DH PARAMETERS\""),
        ];
        for (label, is) in rows {
            assert_eq!(block(label, 2).is, is);
        }
    }
}
