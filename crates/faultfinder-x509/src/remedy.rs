//! What would mend a fault, said to the one who can.

use faultfinder_taxonomy::VerifyCode;

use crate::certificate::Certificate;

/// What would mend it: the taxonomy's word, and for a missing issuer whose certificate is missing.
pub(crate) fn remedy(code: VerifyCode, certificate: &Certificate) -> String {
    match code {
        // Once a certificate of the store was used the peer is not asked any more, so what it sends does not help.
        VerifyCode::UnableToGetIssuerCert => format!(
            "trust the certificate of \"{}\" too, or let the chain end at any trusted certificate (partial_chain)",
            certificate.issuer()
        ),
        VerifyCode::UnableToGetIssuerCertLocally => format!(
            "let the server send the certificate of \"{}\" along with its own, or trust it",
            certificate.issuer()
        ),
        other => other.remedy().to_owned(),
    }
}
