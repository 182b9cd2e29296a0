//! Is an answer what the zone's owner published? DNSSEC (RFC 4033 to 4035, 5155, 6840), judged from a trust anchor.
//!
//! [`validate`] takes an answer and somebody who asks further questions, and yields a [`Validation`](crate::Validation). Everything else
//! here is pure: names and record sets, signatures under keys ([`signature`]), proofs that something does not exist
//! ([`denial`]). The clock's time is an argument.
//!
//! # Decisions
//!
//! * One server is asked for the whole chain, with CD=1 and DO=1, so that a validating resolver hands out what it would
//!   refuse, and the reason is found here.
//! * From the anchor downwards every label is asked for a DS record, up to the zone that claims to have signed. What is
//!   not signed is insecure only below a proven insecure delegation.
//! * NSEC3 with more than [`proof::ITERATIONS_MAX`] iterations, and zones whose algorithms nobody here can verify, are
//!   insecure (RFC 9276 section 3.2, RFC 4035 section 5.2), with the reason.
//! * hickory's own validator takes NSEC for wildcards wrongly, and says why less exactly; of hickory only the verification
//!   of one signature and the digests are used.
//!
//! # Bounds
//!
//! Against keys that collide and signatures that multiply (KeyTrap, CVE-2023-50387): [`signature::VERIFICATIONS_MAX`]
//! verifications, [`chain::QUERIES_MAX`] questions; per set [`signature::SIGNATURES_MAX`] signatures, per signature
//! [`signature::KEYS_MAX`] keys.

mod name; // Name: labels in canonical form and order
mod records; // RecordSet, and what is in RRSIG, DNSKEY and DS
mod trouble; // Trouble: why an answer is not secure
mod signature; // a record set, keys, a time -> is it signed?
mod proof; // Types, Proven, Cut: what a proof can show
mod denial; // what NSEC and NSEC3 prove
mod nsec; // NSEC
mod nsec3; // NSEC3
mod anchor; // Anchors: where trust begins
mod chain; // from the anchor to a zone's keys, and the answer under them

pub(crate) use anchor::Anchors;
pub use anchor::is_inline_anchor;
pub(crate) use chain::{Ask, Subject, validate};
pub(crate) use name::Name;
