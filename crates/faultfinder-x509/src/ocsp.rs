//! OCSP (RFC 6960): what to ask a responder, and what its answer is worth.
//!
//! [`request()`] makes the question about a certificate; [`check`] judges an answer, stapled or asked for. Both are pure:
//! who fetches the answer, and what follows from it, is decided elsewhere.
//!
//! # Decisions
//!
//! * An answer counts when it is about this certificate, signed by its issuer or by somebody whom that issuer, and
//!   nobody else, certified for signing OCSP answers (RFC 6960 section 4.2.2.2), and current. Anything less is an
//!   [`OcspFault`]: worthless, whatever status it claims.
//! * The status of a delegated responder's own certificate is not asked for; RFC 6960 section 4.2.2.2.1 leaves that to
//!   the client, and OpenSSL and the browsers do not ask either.
//! * Requests name the certificate by SHA-1, which every responder knows, and carry no nonce, so that answers prepared
//!   in advance fit. SHA-1 only identifies here; answers may identify by SHA-2 too.
//! * Of several statuses of one certificate in one answer the first counts, as in OpenSSL.
//!
//! # What bounds it
//!
//! Answers of [`ANSWER_BYTES_MAX`] with [`CERTIFICATES_MAX`] certificates; at most two signatures per certificate are
//! verified.

mod status; // good, revoked, unknown; what responders say instead
mod fault; // why an answer is worthless
mod request; // certificate -> question
mod response; // bytes -> answer
mod verify; // may it say so, and is it current?

pub use fault::OcspFault;
pub use request::{media, request};
pub use response::{ANSWER_BYTES_MAX, CERTIFICATES_MAX, Response};
pub use status::{CertStatus, ResponderError};
pub use verify::{AGE_SECONDS_MAX, OcspAnswer, SKEW_SECONDS, check, check_response, revocation};
