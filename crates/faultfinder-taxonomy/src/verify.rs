//! The X.509 verification codes: OpenSSL's numbers, names and texts.

use serde::{Deserialize, Serialize};

macro_rules! verify_codes {
    ($($variant:ident = $number:literal, $name:literal, $text:literal, seed: $seed:literal;)*) => {
        /// An X.509 verification code: the symbol of OpenSSL 3.5 without its `X509_V_ERR_`, and its number.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[non_exhaustive]
        pub enum VerifyCode {
            $(#[doc = $text] #[serde(rename = $name)] $variant,)*
        }

        impl VerifyCode {
            /// All codes, by number.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// OpenSSL's number.
            #[must_use]
            pub const fn number(self) -> u16 {
                match self { $(Self::$variant => $number,)* }
            }

            /// OpenSSL's symbol without its prefix.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// OpenSSL's own words.
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            /// Whether the problem is one of a CRL, or that there is none. What the certificate of its CA permits
            /// (`KEYUSAGE_NO_CRL_SIGN`) is not.
            #[must_use]
            pub fn is_about_crl(self) -> bool {
                self != Self::KeyusageNoCrlSign && self.as_str().contains("CRL")
            }

            /// Whether it is one of the 27 that the public table of SSL errors lists.
            #[must_use]
            pub const fn is_seed(self) -> bool {
                match self { $(Self::$variant => $seed,)* }
            }
        }
    };
}

verify_codes! {
    Ok = 0, "OK", "ok", seed: false;
    Unspecified = 1, "UNSPECIFIED", "unspecified certificate verification error", seed: false;
    UnableToGetIssuerCert = 2, "UNABLE_TO_GET_ISSUER_CERT", "unable to get issuer certificate", seed: true;
    UnableToGetCrl = 3, "UNABLE_TO_GET_CRL", "unable to get certificate CRL", seed: true;
    UnableToDecryptCertSignature = 4, "UNABLE_TO_DECRYPT_CERT_SIGNATURE", "unable to decrypt certificate's signature", seed: true;
    UnableToDecryptCrlSignature = 5, "UNABLE_TO_DECRYPT_CRL_SIGNATURE", "unable to decrypt CRL's signature", seed: true;
    UnableToDecodeIssuerPublicKey = 6, "UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY", "unable to decode issuer public key", seed: true;
    CertSignatureFailure = 7, "CERT_SIGNATURE_FAILURE", "certificate signature failure", seed: true;
    CrlSignatureFailure = 8, "CRL_SIGNATURE_FAILURE", "CRL signature failure", seed: true;
    CertNotYetValid = 9, "CERT_NOT_YET_VALID", "certificate is not yet valid", seed: true;
    CertHasExpired = 10, "CERT_HAS_EXPIRED", "certificate has expired", seed: true;
    CrlNotYetValid = 11, "CRL_NOT_YET_VALID", "CRL is not yet valid", seed: true;
    CrlHasExpired = 12, "CRL_HAS_EXPIRED", "CRL has expired", seed: true;
    ErrorInCertNotBeforeField = 13, "ERROR_IN_CERT_NOT_BEFORE_FIELD", "format error in certificate's notBefore field", seed: true;
    ErrorInCertNotAfterField = 14, "ERROR_IN_CERT_NOT_AFTER_FIELD", "format error in certificate's notAfter field", seed: true;
    ErrorInCrlLastUpdateField = 15, "ERROR_IN_CRL_LAST_UPDATE_FIELD", "format error in CRL's lastUpdate field", seed: true;
    ErrorInCrlNextUpdateField = 16, "ERROR_IN_CRL_NEXT_UPDATE_FIELD", "format error in CRL's nextUpdate field", seed: true;
    OutOfMem = 17, "OUT_OF_MEM", "out of memory", seed: true;
    DepthZeroSelfSignedCert = 18, "DEPTH_ZERO_SELF_SIGNED_CERT", "self-signed certificate", seed: true;
    SelfSignedCertInChain = 19, "SELF_SIGNED_CERT_IN_CHAIN", "self-signed certificate in certificate chain", seed: true;
    UnableToGetIssuerCertLocally = 20, "UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "unable to get local issuer certificate", seed: true;
    UnableToVerifyLeafSignature = 21, "UNABLE_TO_VERIFY_LEAF_SIGNATURE", "unable to verify the first certificate", seed: true;
    CertChainTooLong = 22, "CERT_CHAIN_TOO_LONG", "certificate chain too long", seed: true;
    CertRevoked = 23, "CERT_REVOKED", "certificate revoked", seed: true;
    NoIssuerPublicKey = 24, "NO_ISSUER_PUBLIC_KEY", "issuer certificate doesn't have a public key", seed: false;
    PathLengthExceeded = 25, "PATH_LENGTH_EXCEEDED", "path length constraint exceeded", seed: true;
    InvalidPurpose = 26, "INVALID_PURPOSE", "unsuitable certificate purpose", seed: true;
    CertUntrusted = 27, "CERT_UNTRUSTED", "certificate not trusted", seed: true;
    CertRejected = 28, "CERT_REJECTED", "certificate rejected", seed: true;
    SubjectIssuerMismatch = 29, "SUBJECT_ISSUER_MISMATCH", "subject issuer mismatch", seed: false;
    AkidSkidMismatch = 30, "AKID_SKID_MISMATCH", "authority and subject key identifier mismatch", seed: false;
    AkidIssuerSerialMismatch = 31, "AKID_ISSUER_SERIAL_MISMATCH", "authority and issuer serial number mismatch", seed: false;
    KeyusageNoCertsign = 32, "KEYUSAGE_NO_CERTSIGN", "key usage does not include certificate signing", seed: false;
    UnableToGetCrlIssuer = 33, "UNABLE_TO_GET_CRL_ISSUER", "unable to get CRL issuer certificate", seed: false;
    UnhandledCriticalExtension = 34, "UNHANDLED_CRITICAL_EXTENSION", "unhandled critical extension", seed: false;
    KeyusageNoCrlSign = 35, "KEYUSAGE_NO_CRL_SIGN", "key usage does not include CRL signing", seed: false;
    UnhandledCriticalCrlExtension = 36, "UNHANDLED_CRITICAL_CRL_EXTENSION", "unhandled critical CRL extension", seed: false;
    InvalidNonCa = 37, "INVALID_NON_CA", "invalid non-CA certificate (has CA markings)", seed: false;
    ProxyPathLengthExceeded = 38, "PROXY_PATH_LENGTH_EXCEEDED", "proxy path length constraint exceeded", seed: false;
    KeyusageNoDigitalSignature = 39, "KEYUSAGE_NO_DIGITAL_SIGNATURE", "key usage does not include digital signature", seed: false;
    ProxyCertificatesNotAllowed = 40, "PROXY_CERTIFICATES_NOT_ALLOWED", "proxy certificates not allowed, please set the appropriate flag", seed: false;
    InvalidExtension = 41, "INVALID_EXTENSION", "invalid or inconsistent certificate extension", seed: false;
    InvalidPolicyExtension = 42, "INVALID_POLICY_EXTENSION", "invalid or inconsistent certificate policy extension", seed: false;
    NoExplicitPolicy = 43, "NO_EXPLICIT_POLICY", "no explicit policy", seed: false;
    DifferentCrlScope = 44, "DIFFERENT_CRL_SCOPE", "different CRL scope", seed: false;
    UnsupportedExtensionFeature = 45, "UNSUPPORTED_EXTENSION_FEATURE", "unsupported extension feature", seed: false;
    UnnestedResource = 46, "UNNESTED_RESOURCE", "RFC 3779 resource not subset of parent's resources", seed: false;
    PermittedViolation = 47, "PERMITTED_VIOLATION", "permitted subtree violation", seed: false;
    ExcludedViolation = 48, "EXCLUDED_VIOLATION", "excluded subtree violation", seed: false;
    SubtreeMinmax = 49, "SUBTREE_MINMAX", "name constraints minimum and maximum not supported", seed: false;
    ApplicationVerification = 50, "APPLICATION_VERIFICATION", "application verification failure", seed: false;
    UnsupportedConstraintType = 51, "UNSUPPORTED_CONSTRAINT_TYPE", "unsupported name constraint type", seed: false;
    UnsupportedConstraintSyntax = 52, "UNSUPPORTED_CONSTRAINT_SYNTAX", "unsupported or invalid name constraint syntax", seed: false;
    UnsupportedNameSyntax = 53, "UNSUPPORTED_NAME_SYNTAX", "unsupported or invalid name syntax", seed: false;
    CrlPathValidationError = 54, "CRL_PATH_VALIDATION_ERROR", "CRL path validation error", seed: false;
    PathLoop = 55, "PATH_LOOP", "path loop", seed: false;
    SuiteBInvalidVersion = 56, "SUITE_B_INVALID_VERSION", "Suite B: certificate version invalid", seed: false;
    SuiteBInvalidAlgorithm = 57, "SUITE_B_INVALID_ALGORITHM", "Suite B: invalid public key algorithm", seed: false;
    SuiteBInvalidCurve = 58, "SUITE_B_INVALID_CURVE", "Suite B: invalid ECC curve", seed: false;
    SuiteBInvalidSignatureAlgorithm = 59, "SUITE_B_INVALID_SIGNATURE_ALGORITHM", "Suite B: invalid signature algorithm", seed: false;
    SuiteBLosNotAllowed = 60, "SUITE_B_LOS_NOT_ALLOWED", "Suite B: curve not allowed for this LOS", seed: false;
    SuiteBCannotSignP384WithP256 = 61, "SUITE_B_CANNOT_SIGN_P_384_WITH_P_256", "Suite B: cannot sign P-384 with P-256", seed: false;
    HostnameMismatch = 62, "HOSTNAME_MISMATCH", "hostname mismatch", seed: false;
    EmailMismatch = 63, "EMAIL_MISMATCH", "email address mismatch", seed: false;
    IpAddressMismatch = 64, "IP_ADDRESS_MISMATCH", "IP address mismatch", seed: false;
    DaneNoMatch = 65, "DANE_NO_MATCH", "no matching DANE TLSA records", seed: false;
    EeKeyTooSmall = 66, "EE_KEY_TOO_SMALL", "EE certificate key too weak", seed: false;
    CaKeyTooSmall = 67, "CA_KEY_TOO_SMALL", "CA certificate key too weak", seed: false;
    CaMdTooWeak = 68, "CA_MD_TOO_WEAK", "CA signature digest algorithm too weak", seed: false;
    InvalidCall = 69, "INVALID_CALL", "invalid certificate verification context", seed: false;
    StoreLookup = 70, "STORE_LOOKUP", "issuer certificate lookup error", seed: false;
    NoValidScts = 71, "NO_VALID_SCTS", "Certificate Transparency required, but no valid SCTs found", seed: false;
    ProxySubjectNameViolation = 72, "PROXY_SUBJECT_NAME_VIOLATION", "proxy subject name violation", seed: false;
    OcspVerifyNeeded = 73, "OCSP_VERIFY_NEEDED", "OCSP verification needed", seed: false;
    OcspVerifyFailed = 74, "OCSP_VERIFY_FAILED", "OCSP verification failed", seed: false;
    OcspCertUnknown = 75, "OCSP_CERT_UNKNOWN", "OCSP unknown cert", seed: false;
    UnsupportedSignatureAlgorithm = 76, "UNSUPPORTED_SIGNATURE_ALGORITHM", "Cannot find certificate signature algorithm", seed: false;
    SignatureAlgorithmMismatch = 77, "SIGNATURE_ALGORITHM_MISMATCH", "subject signature algorithm and issuer public key algorithm mismatch", seed: false;
    SignatureAlgorithmInconsistency = 78, "SIGNATURE_ALGORITHM_INCONSISTENCY", "cert info signature and signature algorithm mismatch", seed: false;
    InvalidCa = 79, "INVALID_CA", "invalid CA certificate", seed: true;
    PathlenInvalidForNonCa = 80, "PATHLEN_INVALID_FOR_NON_CA", "Path length invalid for non-CA cert", seed: false;
    PathlenWithoutKuKeyCertSign = 81, "PATHLEN_WITHOUT_KU_KEY_CERT_SIGN", "Path length given without key usage keyCertSign", seed: false;
    KuKeyCertSignInvalidForNonCa = 82, "KU_KEY_CERT_SIGN_INVALID_FOR_NON_CA", "Key usage keyCertSign invalid for non-CA cert", seed: false;
    IssuerNameEmpty = 83, "ISSUER_NAME_EMPTY", "Issuer name empty", seed: false;
    SubjectNameEmpty = 84, "SUBJECT_NAME_EMPTY", "Subject name empty", seed: false;
    MissingAuthorityKeyIdentifier = 85, "MISSING_AUTHORITY_KEY_IDENTIFIER", "Missing Authority Key Identifier", seed: false;
    MissingSubjectKeyIdentifier = 86, "MISSING_SUBJECT_KEY_IDENTIFIER", "Missing Subject Key Identifier", seed: false;
    EmptySubjectAltName = 87, "EMPTY_SUBJECT_ALT_NAME", "Empty Subject Alternative Name extension", seed: false;
    EmptySubjectSanNotCritical = 88, "EMPTY_SUBJECT_SAN_NOT_CRITICAL", "Subject empty and Subject Alt Name extension not critical", seed: false;
    CaBconsNotCritical = 89, "CA_BCONS_NOT_CRITICAL", "Basic Constraints of CA cert not marked critical", seed: false;
    AuthorityKeyIdentifierCritical = 90, "AUTHORITY_KEY_IDENTIFIER_CRITICAL", "Authority Key Identifier marked critical", seed: false;
    SubjectKeyIdentifierCritical = 91, "SUBJECT_KEY_IDENTIFIER_CRITICAL", "Subject Key Identifier marked critical", seed: false;
    CaCertMissingKeyUsage = 92, "CA_CERT_MISSING_KEY_USAGE", "CA cert does not include key usage extension", seed: false;
    ExtensionsRequireVersion3 = 93, "EXTENSIONS_REQUIRE_VERSION_3", "Using cert extension requires at least X509v3", seed: false;
    EcKeyExplicitParams = 94, "EC_KEY_EXPLICIT_PARAMS", "Certificate public key has explicit ECC parameters", seed: false;
    RpkUntrusted = 95, "RPK_UNTRUSTED", "Raw public key untrusted, no trusted keys configured", seed: false;
}

impl VerifyCode {
    /// The code of that number.
    #[must_use]
    pub fn from_number(number: u16) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.number() == number)
    }

    /// The code of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.as_str() == name)
    }

    /// What Node.js prints for it, where that differs from the name.
    #[must_use]
    pub fn node_alias(self) -> Option<&'static str> {
        match self {
            Self::HostnameMismatch => Some("ERR_TLS_CERT_ALTNAME_INVALID"),
            _ => None,
        }
    }
}

impl std::fmt::Display for VerifyCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}
