//! What would mend a fault, said to the one who can.

use faultfinder_taxonomy::VerifyCode;

use crate::certificate::Certificate;

/// What would mend it.
pub(crate) fn remedy(code: VerifyCode, certificate: &Certificate) -> String {
    use VerifyCode as V;
    let text = match code {
        V::UnableToGetIssuerCert | V::UnableToGetIssuerCertLocally => {
            return format!(
                "let the server send the certificate of \"{}\" along with its own, or trust it",
                certificate.issuer()
            );
        }
        V::UnableToVerifyLeafSignature => "let the server send its intermediate certificates, leaf first",
        V::DepthZeroSelfSignedCert => {
            "use a certificate of a trusted CA, or add this one to the trusted certificates"
        }
        V::SelfSignedCertInChain => {
            "add this root to the trusted certificates, or use a certificate of a trusted CA"
        }
        V::CertHasExpired => "renew the certificate and have the server use the new one",
        V::CertNotYetValid => {
            "wait until it is valid, check the clock, or use the certificate that is valid now"
        }
        V::ErrorInCertNotBeforeField | V::ErrorInCertNotAfterField => {
            "have the certificate issued anew with a well-formed date (RFC 5280 section 4.1.2.5)"
        }
        V::CertSignatureFailure | V::UnableToDecryptCertSignature => {
            "check that the server sends the CA certificate whose key signed this one, and that neither was altered"
        }
        V::UnableToDecodeIssuerPublicKey => "replace the issuer's certificate: its key cannot be read",
        V::CertChainTooLong => "shorten the chain or raise the depth limit",
        V::PathLengthExceeded => "remove intermediate CAs, or have the CA issued with a larger path length",
        V::InvalidPurpose => "use a certificate whose usages allow this purpose",
        V::CertUntrusted => "add the purpose to the trust settings of this certificate, or use another CA",
        V::CertRejected => "use a certificate of a CA that is not distrusted for this purpose",
        V::InvalidCa => {
            "have the issuing certificate marked as a CA (basicConstraints with cA, keyUsage with keyCertSign)"
        }
        V::KeyusageNoCertsign => "have the CA certificate issued with keyCertSign in its keyUsage",
        V::KeyusageNoDigitalSignature => "have the certificate issued with digitalSignature in its keyUsage",
        V::UnhandledCriticalExtension => {
            "have the certificate issued without that extension, or with it not critical"
        }
        V::HostnameMismatch => "use the right name in the request, or have the certificate issued for it too",
        V::IpAddressMismatch => {
            "have the certificate issued with the address as iPAddress, or connect by name"
        }
        V::EmailMismatch => "have the certificate issued for the mailbox",
        V::EeKeyTooSmall | V::CaKeyTooSmall => "use a stronger key: RSA of 2048 bits or more, or P-256",
        V::CaMdTooWeak => "have the certificate signed with SHA-256 or better",
        V::EcKeyExplicitParams => "use a named curve",
        V::ProxyCertificatesNotAllowed => "use a certificate of a CA, or allow proxy certificates",
        V::ProxyPathLengthExceeded => "shorten the chain of proxy certificates",
        V::OutOfMem => "use fewer or smaller certificates",
        V::SuiteBInvalidVersion
        | V::SuiteBInvalidAlgorithm
        | V::SuiteBInvalidCurve
        | V::SuiteBInvalidSignatureAlgorithm
        | V::SuiteBLosNotAllowed
        | V::SuiteBCannotSignP384WithP256 => {
            "use keys on P-256 with SHA-256 or on P-384 with SHA-384, as the level of Suite B demands (RFC 5759)"
        }
        V::PathlenInvalidForNonCa
        | V::PathlenWithoutKuKeyCertSign
        | V::KuKeyCertSignInvalidForNonCa
        | V::IssuerNameEmpty
        | V::SubjectNameEmpty
        | V::MissingAuthorityKeyIdentifier
        | V::MissingSubjectKeyIdentifier
        | V::EmptySubjectAltName
        | V::EmptySubjectSanNotCritical
        | V::CaBconsNotCritical
        | V::CaCertMissingKeyUsage
        | V::ExtensionsRequireVersion3
        | V::SignatureAlgorithmInconsistency => {
            "have the certificate issued according to RFC 5280, or verify without strictness"
        }
        V::Unspecified => "replace the certificate whose key cannot be read",
        other => return other.remedy().to_owned(),
    };
    text.to_owned()
}
