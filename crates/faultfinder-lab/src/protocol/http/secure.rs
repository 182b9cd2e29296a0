//! Servers that speak TLS, with certificates of the lab.

use super::http1::{self, ok};
use super::http2::{self, Greeting};
use super::row::Site;
use super::script::Script;
use crate::pki::Identity;
use crate::{Lab, LabError, peer};
use serde_json::{Value, json};
use std::net::SocketAddr;

/// What an https server answers with, by the protocol that ALPN chose.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Answers {
    /// To a request of HTTP/1.1, and without ALPN.
    pub(crate) http1: fn() -> Script,
    /// To a request of HTTP/2 on a stream.
    pub(crate) http2: fn(u32) -> Script,
}

impl Answers {
    /// `200` to everybody.
    pub(crate) const OK: Self = Self { http1: ok, http2: http2::ok };

    /// These answers to HTTP/1.1.
    pub(crate) const fn http1(answer: fn() -> Script) -> Self {
        Self { http1: answer, ..Self::OK }
    }

    /// These answers to HTTP/2.
    pub(crate) const fn http2(answer: fn(u32) -> Script) -> Self {
        Self { http2: answer, ..Self::OK }
    }
}

/// A server with this certificate that speaks these protocols.
pub(crate) fn serve(
    lab: &Lab,
    identity: &Identity,
    alpn: &[&str],
    answers: Answers,
) -> Result<SocketAddr, LabError> {
    peer::tls(lab, identity.server_config(alpn)?, move |stream| async move {
        match stream.get_ref().1.alpn_protocol() {
            Some(b"h2") => http2::converse(stream, Greeting::settings(&[]), answers.http2).await,
            _ => http1::converse(stream, &|_: &http1::Request| (answers.http1)()).await,
        }
    })
}

/// The root of a server with the lab's good certificate, and a request that trusts it.
pub(crate) fn site(lab: &Lab, alpn: &[&str], answers: Answers) -> Result<Site, LabError> {
    let address = serve(lab, lab.pki().good(), alpn, answers)?;
    Ok(Site::new(format!("https://{address}/")).with(trusting(lab)))
}

/// Fields of a request that trusts the lab's authority and nobody else.
pub(crate) fn trusting(lab: &Lab) -> Value {
    json!({ "tls": { "roots": "none", "ca": [lab.pki().ca_pem()] } })
}
