//! Why a response is unusable.

use super::status::ResponderError;
use crate::parse_error::ParseError;
use crate::time::{format_span, format_time};

/// Why a response says nothing about a certificate, whatever it claims.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OcspFault {
    /// The bytes are not an OCSP response.
    #[error("the OCSP response cannot be read: {0}")]
    Malformed(ParseError),
    /// The responder returned no response.
    #[error("the OCSP responder returned {0}")]
    Responder(ResponderError),
    /// The response has an unknown type.
    #[error("the OCSP response has the unknown type {0}")]
    UnknownType(String),
    /// The response covers other certificates.
    #[error("the OCSP response does not cover this certificate")]
    OtherCertificate,
    /// The signer that it names is neither the issuer nor a certificate in the response.
    #[error(
        "the OCSP response is signed by {responder}, which is not the issuer and whose certificate is not in the response"
    )]
    SignerNotFound {
        /// How the response identifies its signer.
        responder: String,
    },
    /// The responder did not sign this response.
    #[error("the signature of the OCSP response is not valid: {why}")]
    BadSignature {
        /// What is wrong with it.
        why: String,
    },
    /// The signer is not authorized by this issuer.
    #[error("the signer of the OCSP response, \"{responder}\", is not authorized: {why}")]
    NotAuthorised {
        /// The subject of the signer's certificate.
        responder: String,
        /// What is missing.
        why: String,
    },
    /// A time that cannot be read.
    #[error("{field} of the OCSP response is malformed: \"{text}\"")]
    BadTime {
        /// Which.
        field: &'static str,
        /// What is written there.
        text: String,
    },
    /// A time of the response is in the future.
    #[error("{field} of the OCSP response is {}, in {}", format_time(*.from), span(*.now, *.from))]
    NotYetValid {
        /// Which time.
        field: &'static str,
        /// What it says, in seconds since 1970.
        from: i64,
        /// The time of the check.
        now: i64,
    },
    /// Something newer should be available.
    #[error("the OCSP response expired on {}, {} ago", format_time(*.until), span(*.until, *.now))]
    Expired {
        /// nextUpdate, in seconds since 1970.
        until: i64,
        /// The time of the check.
        now: i64,
    },
    /// It does not say when it expires, and is old.
    #[error("the OCSP response has no nextUpdate and is {} old", span(*.from, *.now))]
    TooOld {
        /// thisUpdate, in seconds since 1970.
        from: i64,
        /// The time of the check.
        now: i64,
    },
    /// It expires before it begins.
    #[error("nextUpdate of the OCSP response is earlier than its thisUpdate")]
    EndsBeforeItBegins,
}

fn span(from: i64, to: i64) -> String {
    format_span(to.saturating_sub(from).unsigned_abs())
}

impl OcspFault {
    /// A short stable name, for evidence and labels.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "malformed",
            Self::Responder(error) => error.as_str(),
            Self::UnknownType(_) => "unknown_type",
            Self::OtherCertificate => "other_certificate",
            Self::SignerNotFound { .. } => "signer_not_found",
            Self::BadSignature { .. } => "bad_signature",
            Self::NotAuthorised { .. } => "not_authorised",
            Self::BadTime { .. } => "bad_time",
            Self::NotYetValid { .. } => "not_yet_valid",
            Self::Expired { .. } => "expired",
            Self::TooOld { .. } => "too_old",
            Self::EndsBeforeItBegins => "ends_before_it_begins",
        }
    }
}
