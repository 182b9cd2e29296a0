//! The status that a responder reports for a certificate, or its error.

use std::fmt;

use crate::crl::RevocationReason;
use crate::time::format_time;

/// The status of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CertStatus {
    /// Not revoked, as far as the responder knows.
    Good,
    /// Revoked, permanently or temporarily.
    Revoked {
        /// When, in seconds since 1970; nothing if the time cannot be read.
        at: Option<i64>,
        /// Why, if the answer says so.
        reason: Option<RevocationReason>,
    },
    /// The responder does not know the certificate.
    Unknown,
}

impl CertStatus {
    /// Whether it cannot change any more: revoked, and not only on hold (RFC 5280 section 5.3.1).
    #[must_use]
    pub const fn is_final(&self) -> bool {
        match self {
            Self::Revoked { reason, .. } => {
                !matches!(reason, Some(RevocationReason::CertificateHold | RevocationReason::RemoveFromCrl))
            }
            Self::Good | Self::Unknown => false,
        }
    }
}

impl fmt::Display for CertStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Good => f.write_str("good"),
            Self::Unknown => f.write_str("unknown"),
            Self::Revoked { at, reason } => {
                f.write_str("revoked")?;
                if let Some(at) = at {
                    write!(f, " on {}", format_time(*at))?;
                }
                match reason {
                    Some(reason) => write!(f, ", reason {reason}"),
                    None => f.write_str(", no reason given"),
                }
            }
        }
    }
}

/// What a responder returns instead of a response (`OCSPResponseStatus`, RFC 6960 section 4.2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ResponderError {
    /// It cannot read the request.
    MalformedRequest,
    /// It is in an inconsistent state.
    InternalError,
    /// It is up, but cannot answer now.
    TryLater,
    /// It answers signed requests only.
    SigRequired,
    /// It does not answer this client, or not for this certificate.
    Unauthorized,
    /// A number that the RFC does not define.
    Other(i64),
}

impl ResponderError {
    /// The error of a response status; nothing for `successful`.
    pub(super) const fn from_number(number: i64) -> Option<Self> {
        Some(match number {
            0 => return None,
            1 => Self::MalformedRequest,
            2 => Self::InternalError,
            3 => Self::TryLater,
            5 => Self::SigRequired,
            6 => Self::Unauthorized,
            other => Self::Other(other),
        })
    }

    /// The name in RFC 6960.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MalformedRequest => "malformedRequest",
            Self::InternalError => "internalError",
            Self::TryLater => "tryLater",
            Self::SigRequired => "sigRequired",
            Self::Unauthorized => "unauthorized",
            Self::Other(_) => "undefined",
        }
    }
}

impl fmt::Display for ResponderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Other(number) => write!(f, "the undefined status {number}"),
            named => f.write_str(named.as_str()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_revocation_says_when_and_why() {
        let revoked = |at, reason| CertStatus::Revoked { at, reason }.to_string();
        assert_eq!(
            revoked(Some(1_767_225_600), Some(RevocationReason::KeyCompromise)),
            "revoked on 2026-01-01T00:00:00Z, reason keyCompromise"
        );
        assert_eq!(revoked(None, None), "revoked, no reason given");
    }
}
