//! The verification of a peer's certificates.

use super::chain::Chain;
use super::options::TlsOptions;
use super::reference_name::ReferenceName;
use super::second_opinion::SecondOpinion;
use faultfinder_taxonomy::VerifyCode;
use faultfinder_taxonomy::word::CrlCheck;
use faultfinder_x509::{Crl, SignatureCache, TrustStore, Verdict, VerifyOptions, pem, verify};
use std::sync::{Arc, LazyLock};

/// Everything that decides whether a peer's certificates are valid.
#[derive(Debug)]
pub(super) struct Judge {
    pub(super) options: TlsOptions,
    store: Arc<TrustStore>,
    /// CRLs from files, decoded once.
    crls: Vec<Crl>,
    second_opinion: SecondOpinion,
}

/// Recently verified signatures, of any chain.
static SIGNATURES: LazyLock<SignatureCache> = LazyLock::new(SignatureCache::default);

impl Judge {
    pub(super) fn new(options: TlsOptions, store: Arc<TrustStore>, crls: Vec<Crl>) -> Self {
        Self { options, store, crls, second_opinion: SecondOpinion::default() }
    }

    /// webpki's objection to a chain that is valid by our verdict.
    pub(super) fn second_opinion(&self, chain: &Chain<'_>) -> Option<Arc<str>> {
        self.second_opinion.objection(&self.store, chain, self.options.purpose)
    }

    /// Verifies a chain, with fetched CRLs in addition to those from files.
    pub(super) fn verify(&self, chain: &Chain<'_>, crls: &[Crl]) -> Verdict {
        let mut options = VerifyOptions::default();
        options.time = Some(chain.time);
        options.purpose = Some(self.options.purpose);
        options.depth = self.options.verify_depth;
        options.auth_level = self.options.auth_level;
        options.signatures = Some(SIGNATURES.clone());
        let crl_check = self.options.crl_check();
        if crl_check != CrlCheck::Off {
            options.flags.crl_check = true;
            options.flags.crl_check_all = crl_check == CrlCheck::Chain;
            // All features of RFC 5280: indirect CRLs, CRLs for only some reasons, deltas.
            options.flags.extended_crl_support = true;
            options.flags.use_deltas = true;
            options.crls = self.crls.iter().chain(crls).cloned().collect();
        }
        match chain.name {
            ReferenceName::Dns(host) => {
                // RFC 9525 section 6.3: the common name is never consulted, and a wildcard is a whole label.
                options.hosts = vec![host.clone()];
                options.host_flags.never_check_subject = true;
                options.host_flags.no_partial_wildcards = true;
            }
            ReferenceName::Address(address) => options.ip = Some(*address),
        }
        verify(chain.leaf, chain.untrusted, &self.store, &options)
    }

    /// Whether the options accept the problem that an event describes.
    pub(super) fn accepts(&self, code: VerifyCode) -> bool {
        self.options.accept_self_signed
            && matches!(code, VerifyCode::DepthZeroSelfSignedCert | VerifyCode::SelfSignedCertInChain)
    }
}

/// The CRLs of a file or a response, in PEM or DER; otherwise a name for the problem, and the reason.
pub(super) fn read_crls(bytes: &[u8]) -> Result<Vec<Crl>, (&'static str, String)> {
    if !bytes.trim_ascii_start().starts_with(b"-----") && bytes.first() == Some(&0x30) {
        let crl = Crl::from_der(bytes).map_err(|error| ("ERR_OSSL_ASN1_WRONG_TAG", error.to_string()))?;
        return Ok(vec![crl]);
    }
    let crls = pem::crls(bytes).map_err(|error| ("ERR_OSSL_PEM_BAD_BASE64_DECODE", error.to_string()))?;
    if crls.is_empty() {
        return Err(("ERR_OSSL_PEM_NO_START_LINE", "it contains none".to_owned()));
    }
    Ok(crls)
}
