//! Why an answer is worthless.

use super::status::ResponderError;
use crate::parse_error::ParseError;
use crate::time::{format_span, format_time};

/// Why an answer says nothing about a certificate, whatever it claims.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OcspFault {
    /// The bytes are no OCSP answer.
    #[error("the OCSP answer cannot be read: {0}")]
    Malformed(ParseError),
    /// The responder gives no answer.
    #[error("the OCSP responder answers {0}")]
    Responder(ResponderError),
    /// The answer is of a type that nobody but its maker knows.
    #[error("the OCSP answer is of the unknown type {0}")]
    UnknownType(String),
    /// The answer is about other certificates.
    #[error("the OCSP answer is not about this certificate")]
    OtherCertificate,
    /// Neither the issuer nor a certificate in the answer is the one that it says signed it.
    #[error(
        "the OCSP answer is signed by {responder}, who is not the issuer and whose certificate is not in it"
    )]
    SignerNotFound {
        /// How the answer names its signer.
        responder: String,
    },
    /// The signature is not the responder's over this answer.
    #[error("the signature of the OCSP answer is bad: {why}")]
    BadSignature {
        /// What is wrong with it.
        why: String,
    },
    /// The signer may not speak for this issuer.
    #[error("the OCSP answer's signer \"{responder}\" is not authorised: {why}")]
    NotAuthorised {
        /// The subject of the signer's certificate.
        responder: String,
        /// What it lacks.
        why: String,
    },
    /// A time that cannot be read.
    #[error("{field} of the OCSP answer is malformed: \"{text}\"")]
    BadTime {
        /// Which.
        field: &'static str,
        /// What is written there.
        text: String,
    },
    /// The answer, or its making, lies in the future.
    #[error("{field} of the OCSP answer is {}, in {}", format_time(*.from), span(*.now, *.from))]
    NotYetValid {
        /// Which time.
        field: &'static str,
        /// What it says, in seconds since 1970.
        from: i64,
        /// The time of the check.
        now: i64,
    },
    /// Something newer should be available.
    #[error("the OCSP answer expired on {}, {} ago", format_time(*.until), span(*.until, *.now))]
    Expired {
        /// nextUpdate, in seconds since 1970.
        until: i64,
        /// The time of the check.
        now: i64,
    },
    /// It does not say when it expires, and is old.
    #[error("the OCSP answer has no nextUpdate and is {} old", span(*.from, *.now))]
    TooOld {
        /// thisUpdate, in seconds since 1970.
        from: i64,
        /// The time of the check.
        now: i64,
    },
    /// It expires before it begins.
    #[error("nextUpdate of the OCSP answer is earlier than its thisUpdate")]
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
