#![doc = include_str!("../README.md")]
//!
//! # How to use it
//!
//! When a probe fails, it returns a [`Fault`]: one [`Code`] of a closed list, the [`Phase`] in which it broke,
//! the typed [`Detail`] under the code, who is to [`Blame`], a message and the [`Evidence`]. Everything that was learned
//! before the failure is next to it in a [`Report`].
//!
//! [`word`] has the closed words of definitions and of the command line, one row each.
//!
//! This crate is pure data: it depends on serde and on strsim, for the nearest spelling, and does no I/O, starts no task and reads no clock. The tables
//! in it are the only source of `faultfinder explain`, of `docs/errors.md` and of the published schemas.

mod code; // Code: the closed list
mod explanation; // the meaning of each code: one row per code
mod protocol; // Protocol
mod phase; // Phase
mod blame; // Blame, RetryAdvice
mod blame_rule; // BlameRule: who has to act, where it is not the one whom the code names
mod elsewhere; // what faults are called elsewhere: one table
mod advice; // hints by code, phase and detail
mod fault; // Fault
mod detail; // Detail: the typed fact under a code
mod definition_hint; // what to do about a mistake in a definition
mod errno; // Errno: the system errors that have a code
mod evidence; // Evidence, Fact: observed facts
mod timings; // Timings: the phases that an attempt completed; BrokeIn: the one in which it broke
mod limit; // limits that several crates share
mod report; // Report<T>, Facts, ConnectAttempt
mod edge_answer; // EdgeAnswer: who answered in place of the application
mod hop; // HopFacts: the routers between us and a target
mod certificate_facts; // CertificateFacts, PolicyFacts, SctFacts
mod tls_facts; // TlsFacts, OcspFacts, VerifyEvent
mod alert; // TLS alerts by number and name
mod dns_code; // DNS response codes
mod extended_error; // extended DNS errors
mod named; // DNS verdicts, TLS and WebSocket symptoms that have a name but no number
mod grpc; // the 17 gRPC statuses
mod h2_code; // HTTP/2 error codes
mod socks_reply; // the replies of SOCKS5 proxies
mod quic_code; // error codes of QUIC, HTTP/3 and DNS over QUIC
mod close_code; // WebSocket close codes
mod icmp_code; // types and codes of ICMP errors in words
mod verify; // X.509 verification codes
mod remedy; // how to fix each of them
mod envelope; // the HTTP API's error envelope
pub mod word; // the closed words that a user can write

pub use alert::AlertDescription;
pub use blame::{Blame, RetryAdvice};
pub use blame_rule::BlameRule;
pub use certificate_facts::{CertificateFacts, PolicyFacts, SctFacts};
pub use close_code::CloseCode;
pub use code::Code;
pub use detail::{AssertionFailure, AssertionOutcome, Detail, TimeoutScope};
pub use dns_code::ResponseCode;
pub use edge_answer::{EdgeAnswer, EdgeConfidence, EdgeFinding, EdgeProvider};
pub use elsewhere::{Elsewhere, Name};
pub use envelope::{
    ConstraintViolation, ErrorBody, ErrorCode, ErrorDetails, ErrorEnvelope, ParameterLocation,
    StructuredDetails, Warning, WarningDetails, WithWarnings,
};
pub use errno::Errno;
pub use evidence::{Evidence, Fact};
pub use explanation::Explanation;
pub use extended_error::ExtendedErrorCode;
pub use fault::Fault;
pub use grpc::GrpcStatus;
pub use h2_code::Http2ErrorCode;
pub use hop::{HopFacts, HopHost};
pub use icmp_code::IcmpCode;
pub use limit::{
    BODY_BYTES_MAX, ECHO_REQUESTS_MAX, EXTRACTED_BYTES_MAX, PAYLOAD_BYTES_MAX, QUOTED_CHARS_MAX,
};
pub use named::NamedDetail;
pub use phase::Phase;
pub use protocol::Protocol;
pub use quic_code::QuicErrorCode;
pub use report::{AttemptOutcome, Confidential, ConnectAttempt, Facts, Report};
pub use socks_reply::SocksReply;
pub use timings::{BrokeIn, Timings};
pub use tls_facts::{OcspFacts, TlsFacts, VerifyEvent};
pub use verify::VerifyCode;
