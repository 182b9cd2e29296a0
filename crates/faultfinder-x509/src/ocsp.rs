//! OCSP (RFC 6960): the request to a responder, and whether its response is good.
//!
//! [`request()`] creates the request for a certificate; [`check`] evaluates a response, stapled or requested. Both are pure:
//! fetching the response, and acting on it, is up to the caller.
//!
//! # Decisions
//!
//! * A response is good if it covers this certificate, is signed by the issuer, or by a responder that this very issuer
//!   certified for signing OCSP responses (RFC 6960 section 4.2.2.2), and is current. Anything else is an [`OcspFault`]: it
//!   is unusable, whatever status it claims.
//! * The status of a delegated responder's own certificate is not checked; RFC 6960 section 4.2.2.2.1 leaves that to the
//!   client, and OpenSSL and the browsers do not check it either.
//! * Requests identify the certificate by SHA-1, which every responder supports, and have no nonce, so that pre-produced
//!   responses work. SHA-1 is only an identifier here; responses may use SHA-2 too.
//! * If one response has several statuses of one certificate, the first counts, as in OpenSSL.
//!
//! # Limits
//!
//! Responses of [`ANSWER_BYTES_MAX`] with [`CERTIFICATES_MAX`] certificates; at most two signatures per certificate are
//! verified.

mod status; // good, revoked, unknown; errors of responders
mod fault; // why a response is unusable
mod request; // certificate -> request
mod response; // bytes -> response
mod verify; // is the responder authorized, is the response current?

pub use fault::OcspFault;
pub use request::{media, request};
pub use response::{ANSWER_BYTES_MAX, CERTIFICATES_MAX, Response};
pub use status::{CertStatus, ResponderError};
pub use verify::{AGE_SECONDS_MAX, OcspAnswer, SKEW_SECONDS, check, check_response, revocation};
