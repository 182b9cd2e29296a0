//! Object identifiers: the ones that verification knows, and their text.

use std::fmt;

/// An object identifier, as its encoded content.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Oid(Box<[u8]>);

impl Oid {
    pub(crate) fn new(content: &[u8]) -> Self {
        Self(content.into())
    }

    /// Its encoded content, without tag and length.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&dotted(&self.0))
    }
}

impl fmt::Debug for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The dotted form of an encoded object identifier. Arcs beyond 64 bits are shown as `?`.
pub(crate) fn dotted(content: &[u8]) -> String {
    let mut out = String::new();
    let mut arc = Some(0_u64);
    let mut first = true;
    for byte in content {
        arc = arc.and_then(|arc| arc.checked_mul(128)).map(|arc| arc | u64::from(byte & 0x7f));
        if byte & 0x80 != 0 {
            continue;
        }
        match (first, arc) {
            (true, Some(arc)) => {
                let root = (arc / 40).min(2);
                out = format!("{root}.{}", arc - root * 40);
            }
            (false, Some(arc)) => out.push_str(&format!(".{arc}")),
            (_, None) => out.push_str(".?"),
        }
        first = false;
        arc = Some(0);
    }
    out
}

/// The encoded content of a dotted object identifier; nothing if it is none, or an arc is beyond 128 bits.
pub(crate) fn encode(dotted: &str) -> Option<Box<[u8]>> {
    let mut arcs = dotted
        .split('.')
        .map(|arc| arc.bytes().all(|byte| byte.is_ascii_digit()).then(|| arc.parse::<u128>().ok()).flatten());
    let (root, second) = (arcs.next()??, arcs.next()??);
    if root > 2 || (root < 2 && second >= 40) {
        return None;
    }
    let mut out = Vec::new();
    encode_arc(&mut out, second.checked_add(root * 40)?);
    for arc in arcs {
        encode_arc(&mut out, arc?);
    }
    Some(out.into())
}

/// Appends one arc, seven bits to a byte, the highest first.
fn encode_arc(out: &mut Vec<u8>, arc: u128) {
    let digits = (128 - arc.leading_zeros()).div_ceil(7).max(1);
    for place in (0..digits).rev() {
        let more = if place > 0 { 0x80 } else { 0 };
        out.push((arc >> (7 * place)).to_le_bytes()[0] & 0x7f | more);
    }
}

/// A readable name for the extended key usages and extensions that people meet; else the dotted form.
pub(crate) fn label(content: &[u8]) -> String {
    let name = match content {
        SERVER_AUTH => "serverAuth",
        CLIENT_AUTH => "clientAuth",
        CODE_SIGNING => "codeSigning",
        EMAIL_PROTECTION => "emailProtection",
        TIME_STAMPING => "timeStamping",
        OCSP_SIGNING => "OCSPSigning",
        ANY_EXTENDED_KEY_USAGE => "anyExtendedKeyUsage",
        SUBJECT_KEY_ID => "subjectKeyIdentifier",
        AUTHORITY_KEY_ID => "authorityKeyIdentifier",
        ISSUER_ALT_NAME => "issuerAltName",
        AUTHORITY_INFO_ACCESS => "authorityInfoAccess",
        FRESHEST_CRL => "freshestCRL",
        TLS_FEATURE => "tlsFeature",
        CRL_NUMBER => "cRLNumber",
        CRL_REASON => "reasonCode",
        DELTA_CRL => "deltaCRLIndicator",
        ISSUING_DISTRIBUTION_POINT => "issuingDistributionPoint",
        CERTIFICATE_ISSUER => "certificateIssuer",
        _ => return dotted(content),
    };
    name.to_owned()
}

// Extensions (2.5.29.x and others).
pub(crate) const SUBJECT_KEY_ID: &[u8] = &[0x55, 0x1d, 14];
pub(crate) const KEY_USAGE: &[u8] = &[0x55, 0x1d, 15];
pub(crate) const SUBJECT_ALT_NAME: &[u8] = &[0x55, 0x1d, 17];
pub(crate) const ISSUER_ALT_NAME: &[u8] = &[0x55, 0x1d, 18];
pub(crate) const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 19];
pub(crate) const CRL_NUMBER: &[u8] = &[0x55, 0x1d, 20];
pub(crate) const CRL_REASON: &[u8] = &[0x55, 0x1d, 21];
pub(crate) const DELTA_CRL: &[u8] = &[0x55, 0x1d, 27];
pub(crate) const ISSUING_DISTRIBUTION_POINT: &[u8] = &[0x55, 0x1d, 28];
pub(crate) const CERTIFICATE_ISSUER: &[u8] = &[0x55, 0x1d, 29];
pub(crate) const NAME_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 30];
pub(crate) const CRL_DISTRIBUTION_POINTS: &[u8] = &[0x55, 0x1d, 31];
pub(crate) const CERTIFICATE_POLICIES: &[u8] = &[0x55, 0x1d, 32];
pub(crate) const ANY_POLICY: &[u8] = &[0x55, 0x1d, 32, 0];
pub(crate) const POLICY_MAPPINGS: &[u8] = &[0x55, 0x1d, 33];
pub(crate) const AUTHORITY_KEY_ID: &[u8] = &[0x55, 0x1d, 35];
pub(crate) const POLICY_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 36];
pub(crate) const EXTENDED_KEY_USAGE: &[u8] = &[0x55, 0x1d, 37];
pub(crate) const FRESHEST_CRL: &[u8] = &[0x55, 0x1d, 46];
pub(crate) const INHIBIT_ANY_POLICY: &[u8] = &[0x55, 0x1d, 54];
pub(crate) const AUTHORITY_INFO_ACCESS: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 1, 1];
pub(crate) const IP_ADDR_BLOCKS: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 1, 7];
pub(crate) const AS_IDENTIFIERS: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 1, 8];
pub(crate) const PROXY_CERT_INFO: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 1, 14];
pub(crate) const TLS_FEATURE: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 1, 24];
pub(crate) const OCSP_NO_CHECK: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 48, 1, 5];
/// The list of certificate timestamps (RFC 6962 section 3.3).
pub(crate) const SCT_LIST: &[u8] = &[0x2b, 6, 1, 4, 1, 0xd6, 0x79, 2, 4, 2];
pub(crate) const NETSCAPE_CERT_TYPE: &[u8] = &[0x60, 0x86, 0x48, 1, 0x86, 0xf8, 0x42, 1, 1];

// Policy qualifiers.
pub(crate) const CPS_QUALIFIER: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 2, 1];
pub(crate) const USER_NOTICE_QUALIFIER: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 2, 2];

// Policies that the CA/Browser Forum reserves.
pub(crate) const EXTENDED_VALIDATION: &[u8] = &[0x67, 0x81, 12, 1, 1];
pub(crate) const DOMAIN_VALIDATED: &[u8] = &[0x67, 0x81, 12, 1, 2, 1];
pub(crate) const ORGANIZATION_VALIDATED: &[u8] = &[0x67, 0x81, 12, 1, 2, 2];
pub(crate) const INDIVIDUAL_VALIDATED: &[u8] = &[0x67, 0x81, 12, 1, 2, 3];

// Extended key usages.
pub(crate) const ANY_EXTENDED_KEY_USAGE: &[u8] = &[0x55, 0x1d, 37, 0];
pub(crate) const SERVER_AUTH: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 3, 1];
pub(crate) const CLIENT_AUTH: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 3, 2];
pub(crate) const CODE_SIGNING: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 3, 3];
pub(crate) const EMAIL_PROTECTION: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 3, 4];
pub(crate) const TIME_STAMPING: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 3, 8];
pub(crate) const OCSP_SIGNING: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 3, 9];
pub(crate) const DVCS: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 3, 10];
pub(crate) const MICROSOFT_SGC: &[u8] = &[0x2b, 6, 1, 4, 1, 0x82, 0x37, 10, 3, 3];
pub(crate) const NETSCAPE_SGC: &[u8] = &[0x60, 0x86, 0x48, 1, 0x86, 0xf8, 0x42, 4, 1];

// Attributes of names.
pub(crate) const COMMON_NAME: &[u8] = &[0x55, 4, 3];
pub(crate) const EMAIL_ADDRESS: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 9, 1];

// Other kinds of name.
pub(crate) const SMTP_UTF8_MAILBOX: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 8, 9];

// Keys.
pub(crate) const RSA_ENCRYPTION: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 1, 1];
/// X.500's own identifier; OpenSSL reads such keys.
pub(crate) const RSA_X509: &[u8] = &[0x55, 8, 1, 1];
pub(crate) const RSASSA_PSS: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 1, 10];
pub(crate) const MGF1: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 1, 8];
pub(crate) const DSA: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x38, 4, 1];
pub(crate) const DH_PKCS3: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 3, 1];
pub(crate) const DH_X942: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3e, 2, 1];
pub(crate) const EC_PUBLIC_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1];
pub(crate) const PRIME_FIELD: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 1, 1];
pub(crate) const BINARY_FIELD: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 1, 2];
pub(crate) const TRINOMIAL: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 1, 2, 3, 2];
pub(crate) const PENTANOMIAL: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 1, 2, 3, 3];
pub(crate) const X25519: &[u8] = &[0x2b, 0x65, 110];
pub(crate) const X448: &[u8] = &[0x2b, 0x65, 111];
pub(crate) const ED25519: &[u8] = &[0x2b, 0x65, 112];
pub(crate) const ED448: &[u8] = &[0x2b, 0x65, 113];
pub(crate) const ML_DSA_44: &[u8] = &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 17];
pub(crate) const ML_DSA_65: &[u8] = &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 18];
pub(crate) const ML_DSA_87: &[u8] = &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 19];
pub(crate) const ML_KEM_512: &[u8] = &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 4, 1];
pub(crate) const ML_KEM_768: &[u8] = &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 4, 2];
pub(crate) const ML_KEM_1024: &[u8] = &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 4, 3];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dotted_form_is_that_of_the_registries() {
        for (content, text) in [
            (SERVER_AUTH, "1.3.6.1.5.5.7.3.1"),
            (ANY_EXTENDED_KEY_USAGE, "2.5.29.37.0"),
            (RSA_ENCRYPTION, "1.2.840.113549.1.1.1"),
            (NETSCAPE_CERT_TYPE, "2.16.840.1.113730.1.1"),
            (ML_DSA_44, "2.16.840.1.101.3.4.3.17"),
            (DSA, "1.2.840.10040.4.1"),
            (DH_X942, "1.2.840.10046.2.1"),
            (MICROSOFT_SGC, "1.3.6.1.4.1.311.10.3.3"),
            (SCT_LIST, "1.3.6.1.4.1.11129.2.4.2"),
            (EXTENDED_VALIDATION, "2.23.140.1.1"),
            (DOMAIN_VALIDATED, "2.23.140.1.2.1"),
            (ORGANIZATION_VALIDATED, "2.23.140.1.2.2"),
            (INDIVIDUAL_VALIDATED, "2.23.140.1.2.3"),
        ] {
            assert_eq!(dotted(content), text);
            assert_eq!(encode(text).as_deref(), Some(content));
        }
        assert_eq!(Oid::new(&[0x88, 0x37, 1]).to_string(), "2.999.1");
    }
    #[test]
    fn what_is_no_dotted_form_is_refused() {
        for text in
            ["", "1", "1.", ".1", "1.40", "3.1", "1.2.", "1..2", "1.2.+3", "1.2.x", "1.2 3", "anyPolicy"]
        {
            assert_eq!(encode(text), None, "{text}");
        }
        assert_eq!(encode("2.999.1").as_deref(), Some(&[0x88, 0x37, 1][..]));
        let huge = format!("2.25.{}", u128::MAX);
        assert_eq!(encode(&huge).map(|content| content.len()), Some(20));
        assert_eq!(encode(&format!("{huge}0")), None);
    }
}
