#![doc = include_str!("../README.md")]
//!
//! # How to use it
//!
//! [`probe()`] sends one [`Request`] and follows its redirects; it returns a report with the [`Response`], or with the
//! fault with everything that was learned before it. Every request has its own connection, so that every phase is measured
//! and no pool hides anything.
//!
//! A status such as 404 or 500 is a response, not a fault: the caller decides what it means. [`edge::diagnose`] says whether
//! the application gave it, or a CDN, a firewall or another proxy in front of it.

mod request; // Request
mod credentials; // Auth: credentials, and how they are proven
mod response; // Response
mod probe; // one request with its redirects
mod prepared; // Prepared: a request that can be sent
mod prepare; // Request -> Prepared: every check that is possible before a packet is sent
mod invalid; // problems of a request
mod headers; // names and values as they may be sent
mod body; // what is sent: text, JSON, forms, multipart
mod redirect; // where a redirect leads, and the headers to send
mod cookies; // cookies that responses set
mod proof; // proofs of credentials
mod arrived; // what has arrived of a response that is not complete
mod call; // Call: an exchange to perform
mod authenticate; // exchanges with credentials: after a challenge, or with a fetched token
mod token; // tokens that are fetched and cached
mod connection; // one connection: proxy, TLS, version
mod http1; // one exchange over HTTP/1.1
mod http2; // one exchange over HTTP/2
mod http3; // one exchange over HTTP/3
mod alternative; // alternative services of an origin
mod enough; // when enough of a body has come
mod hashing; // hashes of a body, made as it comes
mod exchange; // the common parts of all HTTP versions
mod interim; // interim responses (1xx)
mod coding; // content codings
mod failure; // the end of an exchange -> fault
pub mod edge; // who answered in place of the application

pub use cookies::CookieJar;
pub use credentials::{Auth, Grant, Jwt, JwtAuth, JwtKey, Ntlm, OAuth2, SigV4};
pub use enough::{Enough, Stopped};
pub use faultfinder_taxonomy::word::{CredentialsIn, HttpVersion, JwtAlgorithm, NtlmVersion};
pub use prepare::check;
pub use probe::{probe, probe_keeping};
pub use request::{Body, Part, Request};
pub use response::{Hop, Interim, Response, Unanswerable};

pub use faultfinder_net::{
    ClientOptions, DeniedNetworks, Login, Pem, Proxy, Shared, Vantage, tls::TlsOptions,
};
pub use faultfinder_taxonomy as taxonomy;
