//! What would mend each X.509 objection, in the operator's words.

use crate::VerifyCode;

impl VerifyCode {
    /// What would mend it, as a sentence fragment that says what to do.
    #[must_use]
    pub const fn remedy(self) -> &'static str {
        // Exhaustive on purpose: whoever adds a code says here what to do about it.
        match self {
            Self::Ok => "nothing: the chain is good",
            Self::Unspecified => {
                "look for a certificate whose public key cannot be read, or with thousands of names, and have it reissued"
            }
            Self::UnableToGetIssuerCert => {
                "trust the root that issued the last certificate, not only the intermediate: add the root to `ca`"
            }
            Self::UnableToGetCrl => {
                "give the CRL of this certificate's issuer in `crl`, or use `crl: fetch`, or check less with `crl_check`"
            }
            Self::UnableToDecryptCertSignature => {
                "have the certificate reissued: its signature value is damaged, or was not made with its issuer's key"
            }
            Self::UnableToDecryptCrlSignature => {
                "get the CRL again: its signature value is damaged, or was not made with its issuer's key"
            }
            Self::UnableToDecodeIssuerPublicKey => {
                "replace the issuer's certificate: its public key is damaged or of an unknown kind"
            }
            Self::CertSignatureFailure => {
                "serve the certificate unchanged as its CA issued it, with the CA certificate that belongs to it; two CAs of one name with different keys look like this"
            }
            Self::CrlSignatureFailure => {
                "get the CRL again from its CA; a changed file, or two CAs of one name with different keys, look like this"
            }
            Self::CertNotYetValid => {
                "wait until it becomes valid, or check the clocks of this host and of the issuing CA"
            }
            Self::CertHasExpired => {
                "renew the certificate and reload the server; if it was renewed already, the server still presents the old one"
            }
            Self::CrlNotYetValid => {
                "use a CRL that is in force, or check the clocks of this host and of the CA"
            }
            Self::CrlHasExpired => "get the current CRL; if the CA has published none in time, tell the CA",
            Self::ErrorInCertNotBeforeField => {
                "have the certificate reissued: its notBefore is no valid time"
            }
            Self::ErrorInCertNotAfterField => "have the certificate reissued: its notAfter is no valid time",
            Self::ErrorInCrlLastUpdateField => "have the CRL reissued: its thisUpdate is no valid time",
            Self::ErrorInCrlNextUpdateField => "have the CRL reissued: its nextUpdate is no valid time",
            Self::OutOfMem => {
                "have the chain simplified: judging it (its policies, names or size) takes more work than the budget allows"
            }
            Self::DepthZeroSelfSignedCert => {
                "install a certificate issued by a CA, or trust this very one: `ca: [FILE]`, or `accept_self_signed: true`"
            }
            Self::SelfSignedCertInChain => {
                "add the private root at the chain's end to `ca`; if it should be a public one, the server presents the wrong chain, or a middlebox re-signs the traffic"
            }
            Self::UnableToGetIssuerCertLocally => {
                "have the server send its intermediate certificates (its full chain file), or add the missing issuer to `ca`"
            }
            Self::UnableToVerifyLeafSignature => {
                "have the server send the intermediate that issued its certificate: it presents the leaf alone, and no trusted certificate issued it"
            }
            Self::CertChainTooLong => "shorten the chain, or raise `verify_depth`",
            Self::CertRevoked => {
                "replace the certificate, with a new key if the old one may be known to others"
            }
            Self::NoIssuerPublicKey => {
                "replace the issuer's certificate: it has no public key that can be used"
            }
            Self::PathLengthExceeded => {
                "leave out one intermediate, or have the CA's certificate reissued with a larger pathLenConstraint"
            }
            Self::InvalidPurpose => {
                "have the certificate reissued with the right key usages (serverAuth for a server); an intermediate restricted to other purposes has the same effect"
            }
            Self::CertUntrusted => "trust the root for this purpose: its trust settings list others only",
            Self::CertRejected => {
                "move to another CA: the trust settings explicitly reject this certificate for the purpose"
            }
            Self::SubjectIssuerMismatch => {
                "serve the certificate that really issued the one below: the names do not match"
            }
            Self::AkidSkidMismatch => {
                "serve the issuer's certificate with the matching key: the key identifiers differ, as after a CA's renewal with a new key"
            }
            Self::AkidIssuerSerialMismatch => {
                "serve the issuer's certificate with the serial number that the authority key identifier names"
            }
            Self::KeyusageNoCertsign => {
                "have the CA's certificate reissued with keyCertSign in its key usage"
            }
            Self::UnableToGetCrlIssuer => "give the certificate of the CRL's issuer",
            Self::UnhandledCriticalExtension => {
                "have the certificate reissued without that critical extension; no common client understands it"
            }
            Self::KeyusageNoCrlSign => {
                "have the CRL issuer's certificate reissued with cRLSign in its key usage"
            }
            Self::UnhandledCriticalCrlExtension => {
                "use a CRL without that critical extension, such as a complete one instead of a delta"
            }
            Self::InvalidNonCa => "use an end-entity certificate: this one is marked as a CA's",
            Self::ProxyPathLengthExceeded => {
                "use fewer proxy certificates: one of them limits how many may follow"
            }
            Self::KeyusageNoDigitalSignature => {
                "have the certificate reissued with digitalSignature in its key usage"
            }
            Self::ProxyCertificatesNotAllowed => {
                "use a normal certificate: proxy certificates (RFC 3820) are accepted only where that is switched on"
            }
            Self::InvalidExtension => {
                "have the certificate or CRL reissued: one of its extensions contradicts itself"
            }
            Self::InvalidPolicyExtension => {
                "have the certificate reissued: its policy extensions are damaged or list a policy twice"
            }
            Self::NoExplicitPolicy => {
                "use a chain whose certificates all assert an accepted policy, or accept one that they do assert"
            }
            Self::DifferentCrlScope => {
                "give the CRL that covers this certificate: the one at hand is for other certificates, reasons or distribution points"
            }
            Self::UnsupportedExtensionFeature => {
                "have the certificate reissued without that feature of its extension"
            }
            Self::UnnestedResource => {
                "have the certificate reissued with addresses and AS numbers that its issuer holds"
            }
            Self::PermittedViolation => {
                "use another CA or other names: the CA may only issue for the names it is permitted, and this one is outside"
            }
            Self::ExcludedViolation => {
                "use another CA or other names: the CA is excluded from issuing for this name"
            }
            Self::SubtreeMinmax => {
                "have the CA's certificate reissued: its name constraints use minimum or maximum"
            }
            Self::ApplicationVerification => "ask the application that added this check",
            Self::UnsupportedConstraintType => {
                "have the CA's certificate reissued: it constrains a kind of name that cannot be compared"
            }
            Self::UnsupportedConstraintSyntax => {
                "have the CA's certificate reissued: a name constraint is malformed"
            }
            Self::UnsupportedNameSyntax => {
                "have the certificate reissued: one of its names is malformed and cannot be held against the name constraints"
            }
            Self::CrlPathValidationError => {
                "give a CRL whose issuer's own chain is good: this one's does not lead to the same trust anchor"
            }
            Self::PathLoop => "remove the certificates that issue each other in a circle",
            Self::SuiteBInvalidVersion => "use version 3 certificates: Suite B demands them",
            Self::SuiteBInvalidAlgorithm => "use ECDSA keys: Suite B demands them",
            Self::SuiteBInvalidCurve => "use the curves P-256 or P-384: Suite B demands them",
            Self::SuiteBInvalidSignatureAlgorithm => {
                "sign with ECDSA and SHA-256 (P-256) or SHA-384 (P-384): Suite B demands it"
            }
            Self::SuiteBLosNotAllowed => "use the curve of the Suite B level that is asked for",
            Self::SuiteBCannotSignP384WithP256 => "sign the P-384 key with a P-384 key",
            Self::HostnameMismatch => {
                "use a certificate with this host among its DNS names, or call the host by a name it has; `server_name` chooses another"
            }
            Self::EmailMismatch => "use a certificate with this address among its e-mail names",
            Self::IpAddressMismatch => {
                "use a certificate with this address among its IP names, or call the host by a name; a DNS name that looks like an address does not count"
            }
            Self::DaneNoMatch => "publish a TLSA record that matches the presented certificate",
            Self::EeKeyTooSmall => {
                "have the certificate reissued for a larger key (RSA 2048 or P-256), or lower `auth_level` knowingly"
            }
            Self::CaKeyTooSmall => {
                "use a CA with a larger key (RSA 2048 or P-256), or lower `auth_level` knowingly"
            }
            Self::CaMdTooWeak => {
                "have the certificate reissued with SHA-256 or better, or lower `auth_level` knowingly"
            }
            Self::InvalidCall => "report it: verification was asked for something impossible",
            Self::StoreLookup => "check that the trust store can be read",
            Self::NoValidScts => {
                "use a certificate that is logged for Certificate Transparency, and serve its SCTs"
            }
            Self::ProxySubjectNameViolation => {
                "have the proxy certificate reissued: its subject must be its issuer's with one more common name"
            }
            Self::OcspVerifyNeeded => "have the server staple an OCSP answer, or use `ocsp: query`",
            Self::OcspVerifyFailed => {
                "mend the OCSP responder or the stapling: there is no answer that is current and signed by the certificate's issuer or its delegate"
            }
            Self::OcspCertUnknown => "ask the CA: its OCSP responder does not know this certificate",
            Self::UnsupportedSignatureAlgorithm => {
                "have the certificate reissued with a common signature algorithm"
            }
            Self::SignatureAlgorithmMismatch => {
                "serve the certificate that really issued the one below: its key is of another kind than the signature"
            }
            Self::SignatureAlgorithmInconsistency => {
                "have the certificate reissued: it names two different signature algorithms"
            }
            Self::InvalidCa => {
                "replace the issuer by a CA certificate with basicConstraints CA:TRUE and keyCertSign; a server's certificate cannot issue others"
            }
            Self::PathlenInvalidForNonCa => {
                "have the certificate reissued: only a CA's may have a path length"
            }
            Self::PathlenWithoutKuKeyCertSign => {
                "have the certificate reissued: a path length needs keyCertSign in the key usage"
            }
            Self::KuKeyCertSignInvalidForNonCa => {
                "have the certificate reissued: only a CA's may have keyCertSign"
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
                "have the certificate reissued for a named curve instead of explicit parameters"
            }
            Self::RpkUntrusted => "give the raw public key that is to be trusted",
        }
    }
}
