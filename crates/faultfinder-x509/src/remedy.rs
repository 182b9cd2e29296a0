//! How to fix a problem.

use faultfinder_taxonomy::VerifyCode;

use crate::certificate::Certificate;

/// How to fix it: the taxonomy's text, or, for a missing issuer, a text that names the missing certificate.
pub(crate) fn remedy(code: VerifyCode, certificate: &Certificate) -> String {
    match code {
        // Once a certificate of the store was used, the peer's certificates are ignored, so what it sends does not help.
        VerifyCode::UnableToGetIssuerCert => format!(
            "trust the certificate of \"{}\" too, or allow the chain to end at any trusted certificate (partial_chain)",
            certificate.issuer()
        ),
        VerifyCode::UnableToGetIssuerCertLocally => format!(
            "configure the server to send the certificate of \"{}\" with its own, or trust it",
            certificate.issuer()
        ),
        // Nothing is known to be wrong with the certificate.
        VerifyCode::UnsupportedSignatureAlgorithm => {
            "verify it with a program that knows the algorithm, or have it reissued with a common one"
                .to_owned()
        }
        other => other.remedy().to_owned(),
    }
}
