//! What would mend a fault, said to the one who can.

use faultfinder_taxonomy::VerifyCode;

use crate::certificate::Certificate;

/// What would mend it: the taxonomy's word, and for a missing issuer whose certificate is missing.
pub(crate) fn remedy(code: VerifyCode, certificate: &Certificate) -> String {
    match code {
        VerifyCode::UnableToGetIssuerCert | VerifyCode::UnableToGetIssuerCertLocally => format!(
            "let the server send the certificate of \"{}\" along with its own, or trust it",
            certificate.issuer()
        ),
        other => other.remedy().to_owned(),
    }
}
