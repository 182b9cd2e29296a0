//! How to fix the problem behind each X.509 code.

use crate::VerifyCode;

impl VerifyCode {
    /// How to fix it, as a sentence fragment.
    #[must_use]
    pub const fn remedy(self) -> &'static str {
        // Exhaustive on purpose: a new code needs a row here.
        match self {
            Self::Ok => "nothing: the chain is valid",
            Self::Unspecified => {
                "look for a certificate whose public key cannot be read, or with thousands of names, and have it reissued"
            }
            Self::UnableToGetIssuerCert => {
                "trust the root that issued the last certificate, not only the intermediate: add the root to `ca`"
            }
            Self::UnableToGetCrl => {
                "provide the CRL of this certificate's issuer in `crl`, or use `crl: fetch`, or check fewer certificates with `crl_check`"
            }
            Self::UnableToDecryptCertSignature => {
                "have the certificate reissued: its signature value is damaged, or was not created with its issuer's key"
            }
            Self::UnableToDecryptCrlSignature => {
                "get the CRL again: its signature value is damaged, or was not created with its issuer's key"
            }
            Self::UnableToDecodeIssuerPublicKey => {
                "replace the issuer's certificate: its public key is damaged or has an unknown type"
            }
            Self::CertSignatureFailure => {
                "serve the certificate exactly as its CA issued it, with the matching CA certificate; another possible cause is two CAs with the same name and different keys"
            }
            Self::CrlSignatureFailure => {
                "get the CRL again from its CA; possible causes are a changed file, or two CAs with the same name and different keys"
            }
            Self::CertNotYetValid => {
                "wait until it becomes valid, or check the clocks of this host and of the issuing CA"
            }
            Self::CertHasExpired => {
                "renew the certificate and reload the server; if it was already renewed, the server still presents the old one"
            }
            Self::CrlNotYetValid => {
                "use a CRL that is currently valid, or check the clocks of this host and of the CA"
            }
            Self::CrlHasExpired => "get the current CRL; if the CA has not published one, contact the CA",
            Self::ErrorInCertNotBeforeField => {
                "have the certificate reissued: its notBefore is not a valid time"
            }
            Self::ErrorInCertNotAfterField => {
                "have the certificate reissued: its notAfter is not a valid time"
            }
            Self::ErrorInCrlLastUpdateField => "have the CRL reissued: its thisUpdate is not a valid time",
            Self::ErrorInCrlNextUpdateField => "have the CRL reissued: its nextUpdate is not a valid time",
            Self::OutOfMem => {
                "have the chain simplified: verifying it (its policies, names or size) takes more work than the budget allows"
            }
            Self::DepthZeroSelfSignedCert => {
                "install a certificate issued by a CA, or trust exactly this one: `ca: [FILE]`, or `accept_self_signed: true`"
            }
            Self::SelfSignedCertInChain => {
                "add the private root at the end of the chain to `ca`; if the root should be public, the server presents the wrong chain, or a middlebox re-signs the traffic"
            }
            Self::UnableToGetIssuerCertLocally => {
                "configure the server to send its intermediate certificates (its full chain file), or add the missing issuer to `ca`"
            }
            Self::UnableToVerifyLeafSignature => {
                "configure the server to send the intermediate that issued its certificate: it presents only the leaf, and no trusted certificate issued it"
            }
            Self::CertChainTooLong => "shorten the chain, or raise `verify_depth`",
            Self::CertRevoked => "replace the certificate, with a new key if the old key may be compromised",
            Self::NoIssuerPublicKey => "replace the issuer's certificate: it has no usable public key",
            Self::PathLengthExceeded => {
                "remove one intermediate, or have the CA's certificate reissued with a larger pathLenConstraint"
            }
            Self::InvalidPurpose => {
                "have the certificate reissued with the right key usages (serverAuth for a server); an intermediate restricted to other purposes has the same effect"
            }
            Self::CertUntrusted => {
                "trust the root for this purpose: its trust settings list only other purposes"
            }
            Self::CertRejected => {
                "move to another CA: the trust settings explicitly reject this certificate for the purpose"
            }
            Self::SubjectIssuerMismatch => {
                "serve the certificate that actually issued the one below: the names do not match"
            }
            Self::AkidSkidMismatch => {
                "serve the issuer's certificate with the matching key: the key identifiers differ, for example because the CA was renewed with a new key"
            }
            Self::AkidIssuerSerialMismatch => {
                "serve the issuer's certificate with the serial number in the authority key identifier"
            }
            Self::KeyusageNoCertsign => {
                "have the CA's certificate reissued with keyCertSign in its key usage"
            }
            Self::UnableToGetCrlIssuer => "provide the certificate of the CRL's issuer",
            Self::UnhandledCriticalExtension => {
                "have the certificate reissued without that critical extension; no common client understands it"
            }
            Self::KeyusageNoCrlSign => {
                "have the CRL issuer's certificate reissued with cRLSign in its key usage"
            }
            Self::UnhandledCriticalCrlExtension => {
                "use a CRL without that critical extension, such as a complete one instead of a delta"
            }
            Self::InvalidNonCa => "use an end-entity certificate: this one is marked as a CA",
            Self::ProxyPathLengthExceeded => {
                "use fewer proxy certificates: one of them limits how many may follow"
            }
            Self::KeyusageNoDigitalSignature => {
                "have the certificate reissued with digitalSignature in its key usage"
            }
            Self::ProxyCertificatesNotAllowed => {
                "use a normal certificate: proxy certificates (RFC 3820) are accepted only if that is enabled"
            }
            Self::InvalidExtension => {
                "have the certificate or CRL reissued: one of its extensions is contradictory"
            }
            Self::InvalidPolicyExtension => {
                "have the certificate reissued: its policy extensions are damaged or list a policy twice"
            }
            Self::NoExplicitPolicy => {
                "use a chain whose certificates all assert an accepted policy, or accept a policy that they assert"
            }
            Self::DifferentCrlScope => {
                "provide the CRL that covers this certificate: the given one covers other certificates, reasons or distribution points"
            }
            Self::UnsupportedExtensionFeature => {
                "have the certificate reissued without that feature of its extension"
            }
            Self::UnnestedResource => {
                "have the certificate reissued with addresses and AS numbers that its issuer holds"
            }
            Self::PermittedViolation => {
                "use another CA or other names: the CA may issue only for its permitted names, and this name is not among them"
            }
            Self::ExcludedViolation => {
                "use another CA or other names: the CA is excluded from issuing for this name"
            }
            Self::SubtreeMinmax => {
                "have the CA's certificate reissued: its name constraints use minimum or maximum"
            }
            Self::ApplicationVerification => "ask the application that added this check",
            Self::UnsupportedConstraintType => {
                "have the CA's certificate reissued: it constrains a type of name that cannot be compared"
            }
            Self::UnsupportedConstraintSyntax => {
                "have the CA's certificate reissued: a name constraint is malformed"
            }
            Self::UnsupportedNameSyntax => {
                "have the certificate reissued: one of its names is malformed and cannot be compared with the name constraints"
            }
            Self::CrlPathValidationError => {
                "provide a CRL whose issuer's own chain is valid: this one does not lead to the same trust anchor"
            }
            Self::PathLoop => "remove the certificates that issue each other in a loop",
            Self::SuiteBInvalidVersion => "use version 3 certificates: Suite B requires them",
            Self::SuiteBInvalidAlgorithm => "use ECDSA keys: Suite B requires them",
            Self::SuiteBInvalidCurve => "use the curves P-256 or P-384: Suite B requires them",
            Self::SuiteBInvalidSignatureAlgorithm => {
                "sign with ECDSA and SHA-256 (P-256) or SHA-384 (P-384): Suite B requires it"
            }
            Self::SuiteBLosNotAllowed => "use the curve of the requested Suite B level",
            Self::SuiteBCannotSignP384WithP256 => "sign the P-384 key with a P-384 key",
            Self::HostnameMismatch => {
                "use a certificate with this host among its DNS names, or use a name from the certificate; `server_name` sets another name"
            }
            Self::EmailMismatch => "use a certificate with this address among its e-mail names",
            Self::IpAddressMismatch => {
                "use a certificate with this address among its IP names, or use a host name; a DNS name that looks like an address does not count"
            }
            Self::DaneNoMatch => "publish a TLSA record that matches the presented certificate",
            Self::EeKeyTooSmall => {
                "have the certificate reissued with a larger key (RSA 2048 or P-256), or lower `auth_level` if you accept the risk"
            }
            Self::CaKeyTooSmall => {
                "use a CA with a larger key (RSA 2048 or P-256), or lower `auth_level` if you accept the risk"
            }
            Self::CaMdTooWeak => {
                "have the certificate reissued with SHA-256 or better, or lower `auth_level` if you accept the risk"
            }
            Self::InvalidCall => "report it: verification was called with invalid arguments",
            Self::StoreLookup => "check that the trust store can be read",
            Self::NoValidScts => {
                "use a certificate that is logged for Certificate Transparency, and serve its SCTs"
            }
            Self::ProxySubjectNameViolation => {
                "have the proxy certificate reissued: its subject must be its issuer's with one more common name"
            }
            Self::OcspVerifyNeeded => "configure the server to staple an OCSP response, or use `ocsp: query`",
            Self::OcspVerifyFailed => {
                "fix the OCSP responder or the stapling: there is no current response that is signed by the certificate's issuer or its delegate"
            }
            Self::OcspCertUnknown => "contact the CA: its OCSP responder does not know this certificate",
            Self::UnsupportedSignatureAlgorithm => {
                "have the certificate reissued with a common signature algorithm"
            }
            Self::SignatureAlgorithmMismatch => {
                "serve the certificate that actually issued the one below: its key type does not match the signature"
            }
            Self::SignatureAlgorithmInconsistency => {
                "have the certificate reissued: it contains two different signature algorithms"
            }
            Self::InvalidCa => {
                "replace the issuer with a CA certificate with basicConstraints CA:TRUE and keyCertSign; a server's certificate cannot issue others"
            }
            Self::PathlenInvalidForNonCa => {
                "have the certificate reissued: only a CA certificate may have a path length"
            }
            Self::PathlenWithoutKuKeyCertSign => {
                "have the certificate reissued: a path length needs keyCertSign in the key usage"
            }
            Self::KuKeyCertSignInvalidForNonCa => {
                "have the certificate reissued: only a CA certificate may have keyCertSign"
            }
            Self::IssuerNameEmpty => "have the certificate reissued: its issuer's name is empty",
            Self::SubjectNameEmpty => "have the CA's certificate reissued: its subject is empty",
            Self::MissingAuthorityKeyIdentifier => {
                "have the certificate reissued with an authority key identifier (RFC 5280 section 4.2.1.1)"
            }
            Self::MissingSubjectKeyIdentifier => {
                "have the CA's certificate reissued with a subject key identifier (RFC 5280 section 4.2.1.2)"
            }
            Self::EmptySubjectAltName => {
                "have the certificate reissued: its list of alternative names is empty"
            }
            Self::EmptySubjectSanNotCritical => {
                "have the certificate reissued: without a subject, the alternative names must be critical"
            }
            Self::CaBconsNotCritical => "have the CA's certificate reissued with critical basicConstraints",
            Self::AuthorityKeyIdentifierCritical => {
                "have the certificate reissued: the authority key identifier must not be critical"
            }
            Self::SubjectKeyIdentifierCritical => {
                "have the certificate reissued: the subject key identifier must not be critical"
            }
            Self::CaCertMissingKeyUsage => "have the CA's certificate reissued with a key usage",
            Self::ExtensionsRequireVersion3 => {
                "have the certificate reissued as version 3: it has extensions"
            }
            Self::EcKeyExplicitParams => {
                "have the certificate reissued with a named curve instead of explicit parameters"
            }
            Self::RpkUntrusted => "provide the raw public key to trust",
        }
    }
}
