//! What each protocol needs: its request from a definition, what assertions may read of its answer, and its answer in
//! short. One module per protocol; the fields that all of them share are here.

mod common; // fields that all requests share, TLS among them
mod dns;
pub(crate) mod grpc;
pub(crate) mod http;
mod icmp;
mod place; // where a field stands
mod ssl;
mod tcp;
mod udp;
mod ws;

pub(crate) use place::place_of;

use crate::render::Renderer;
use faultfinder_assert::{Assertion, Observation};
use faultfinder_net::{ClientOptions, Host, Vantage};
use faultfinder_spec::Request;
use faultfinder_taxonomy::{ErrorBody, Fact, Fault, Phase, Report};
use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

/// A request that is ready to be sent.
#[derive(Debug, Clone)]
pub(crate) enum ProbeRequest {
    Http(Box<http::Http>),
    Ssl(Box<faultfinder_ssl::Request>),
    Dns(Box<faultfinder_dns::Request>),
    Tcp(Box<faultfinder_tcp::Request>),
    Udp(Box<faultfinder_udp::Request>),
    Icmp(Box<faultfinder_icmp::Request>),
    Grpc(Box<faultfinder_grpc::Request>),
    Ws(Box<faultfinder_ws::Request>),
}

/// A complete answer.
#[derive(Debug)]
pub(crate) enum ProbeResponse {
    Http(Box<faultfinder_http::Response>),
    Ssl(Box<faultfinder_ssl::Response>),
    Dns(Box<faultfinder_dns::Response>),
    Tcp(Box<faultfinder_tcp::Response>),
    Udp(Box<faultfinder_udp::Response>),
    Icmp(Box<faultfinder_icmp::Response>),
    Grpc(Box<faultfinder_grpc::Response>),
    Ws(Box<faultfinder_ws::Response>),
}

/// A body of which only the beginning was kept.
pub(crate) struct Cut {
    /// What it is, for people.
    pub(crate) what: &'static str,
    /// The limit of its protocol, in bytes.
    pub(crate) kept: usize,
    /// What is counted, and how many bytes of it came: before a content coding was taken off or JSON made of it.
    pub(crate) received: (&'static str, u64),
}

/// Makes the request that a definition describes.
///
/// # Errors
///
/// `INVALID_REQUEST`, naming the field and its place in the file.
pub(crate) fn build(
    request: &Request,
    renderer: &mut Renderer<'_>,
    assertions: &[Assertion],
    warnings: &mut Vec<String>,
) -> Result<ProbeRequest, Fault> {
    match request {
        Request::Http(request) => {
            http::build(request, renderer, warnings).map(|request| ProbeRequest::Http(Box::new(request)))
        }
        Request::Ssl(request) => {
            ssl::build(request, renderer, warnings).map(|request| ProbeRequest::Ssl(Box::new(request)))
        }
        Request::Dns(request) => dns::build(request, renderer, assertions, warnings)
            .map(|request| ProbeRequest::Dns(Box::new(request))),
        Request::Tcp(request) => tcp::build(request, renderer, assertions, warnings)
            .map(|request| ProbeRequest::Tcp(Box::new(request))),
        Request::Udp(request) => {
            udp::build(request, renderer, warnings).map(|request| ProbeRequest::Udp(Box::new(request)))
        }
        Request::Icmp(request) => {
            icmp::build(request, renderer, warnings).map(|request| ProbeRequest::Icmp(Box::new(request)))
        }
        Request::Grpc(request) => {
            grpc::build(request, renderer, warnings).map(|request| ProbeRequest::Grpc(Box::new(request)))
        }
        Request::Ws(request) => ws::build(request, renderer, assertions, warnings)
            .map(|request| ProbeRequest::Ws(Box::new(request))),
        other => {
            let message = format!("{} tests cannot be run yet", other.protocol());
            Err(renderer.invalid(
                "unsupported_protocol",
                other.protocol().as_str(),
                faultfinder_spec::Place::START,
                message,
            ))
        }
    }
}

impl ProbeRequest {
    pub(crate) fn client(&self) -> &ClientOptions {
        match self {
            Self::Http(http) => &http.request.client,
            Self::Ssl(request) => &request.client,
            Self::Dns(request) => &request.client,
            Self::Tcp(request) => &request.client,
            Self::Udp(request) => &request.client,
            Self::Icmp(request) => &request.client,
            Self::Grpc(request) => &request.client,
            Self::Ws(request) => &request.client,
        }
    }

    pub(crate) fn client_mut(&mut self) -> &mut ClientOptions {
        match self {
            Self::Http(http) => &mut http.request.client,
            Self::Ssl(request) => &mut request.client,
            Self::Dns(request) => &mut request.client,
            Self::Tcp(request) => &mut request.client,
            Self::Udp(request) => &mut request.client,
            Self::Icmp(request) => &mut request.client,
            Self::Grpc(request) => &mut request.client,
            Self::Ws(request) => &mut request.client,
        }
    }

    /// The host that it goes to; nothing where a proxy looks it up, or where it is no host.
    pub(crate) fn host(&self) -> Option<Host> {
        let of_url = |url: &str| url::Url::parse(url).ok()?.host_str().map(str::to_owned);
        let host = match self {
            Self::Http(http) if http.request.proxy.is_some() => None,
            Self::Http(http) => of_url(&http.request.url),
            Self::Ssl(request) => Some(request.host.clone()),
            Self::Dns(request) => request.server.clone(),
            Self::Tcp(request) => Some(request.host.clone()),
            Self::Udp(request) => Some(request.host.clone()),
            Self::Icmp(request) => Some(request.host.clone()),
            Self::Grpc(request) => Some(request.host.clone()),
            Self::Ws(request) => of_url(&request.url),
        };
        Host::parse(&host?, "host").ok()
    }

    /// Sends it.
    ///
    /// Each probe is boxed: else the waiting of every test would take as much memory as that of the largest protocol,
    /// which tells when ten thousand wait for an echo.
    pub(crate) async fn probe(&self, vantage: &Vantage) -> Report<ProbeResponse> {
        match self {
            Self::Http(http) => {
                let report = Box::pin(faultfinder_http::probe(vantage, &http.request)).await;
                report.map(|response| ProbeResponse::Http(Box::new(response)))
            }
            Self::Ssl(request) => {
                let report = Box::pin(faultfinder_ssl::probe(vantage, request)).await;
                report.map(|response| ProbeResponse::Ssl(Box::new(response)))
            }
            Self::Dns(request) => {
                let report = Box::pin(faultfinder_dns::probe(vantage, request)).await;
                report.map(|response| ProbeResponse::Dns(Box::new(response)))
            }
            Self::Tcp(request) => {
                let report = Box::pin(faultfinder_tcp::probe(vantage, request)).await;
                report.map(|response| ProbeResponse::Tcp(Box::new(response)))
            }
            Self::Udp(request) => {
                let report = Box::pin(faultfinder_udp::probe(vantage, request)).await;
                report.map(|response| ProbeResponse::Udp(Box::new(response)))
            }
            Self::Icmp(request) => {
                let report = Box::pin(faultfinder_icmp::probe(vantage, request)).await;
                report.map(|response| ProbeResponse::Icmp(Box::new(response)))
            }
            Self::Grpc(request) => {
                let report = Box::pin(faultfinder_grpc::probe(vantage, request)).await;
                report.map(|response| ProbeResponse::Grpc(Box::new(response)))
            }
            Self::Ws(request) => {
                let report = Box::pin(faultfinder_ws::probe(vantage, request)).await;
                report.map(|response| ProbeResponse::Ws(Box::new(response)))
            }
        }
    }
}

impl ProbeResponse {
    /// Shows assertions what is in the answer.
    pub(crate) fn observe<'a>(&'a self, seen: &mut Observation<'a>) {
        match self {
            Self::Http(response) => http::observe(response, seen),
            Self::Ssl(response) => ssl::observe(response, seen),
            Self::Dns(response) => dns::observe(response, seen),
            Self::Tcp(response) => tcp::observe(response, seen),
            Self::Udp(response) => udp::observe(response, seen),
            Self::Icmp(response) => icmp::observe(response, seen),
            Self::Grpc(response) => grpc::observe(response, seen),
            Self::Ws(response) => ws::observe(response, seen),
        }
    }

    /// The answer in short; more of it when the test failed.
    pub(crate) fn summary(&self, request: &ProbeRequest, failed: bool) -> BTreeMap<String, Fact> {
        match (self, request) {
            (Self::Http(response), ProbeRequest::Http(http)) => {
                http::summary(response, failed, http.save_body)
            }
            (Self::Http(response), _) => http::summary(response, failed, false),
            (Self::Ssl(response), _) => ssl::summary(response),
            (Self::Dns(response), _) => dns::summary(response),
            (Self::Tcp(response), _) => tcp::summary(response),
            (Self::Udp(response), _) => udp::summary(response),
            (Self::Icmp(response), _) => icmp::summary(response),
            (Self::Grpc(response), _) => grpc::summary(response),
            (Self::Ws(response), _) => ws::summary(response),
        }
    }

    /// The fault of an answer that is not good enough, with what the answer says about the reason.
    pub(crate) fn explain(&self, fault: Fault) -> Fault {
        match self {
            Self::Icmp(response) => icmp::explain(response, fault),
            _ => fault,
        }
    }

    /// The assertions that a test makes without saying so.
    pub(crate) fn implied(&self, assertions: &[Assertion]) -> Option<Assertion> {
        match self {
            Self::Grpc(response) => grpc::implied(response, assertions),
            _ => None,
        }
    }

    /// What people should know of the answer although it is no failure.
    pub(crate) fn warning(&self, request: &ProbeRequest) -> Option<String> {
        match (self, request) {
            (Self::Http(response), ProbeRequest::Http(http)) => http::warning(http, response),
            _ => None,
        }
    }

    /// The fault that a gRPC status other than `OK` is, unless an assertion accepts it.
    pub(crate) fn status_fault(&self) -> Option<Fault> {
        match self {
            Self::Grpc(response) => response.fault(),
            _ => None,
        }
    }

    /// What the tested API says of its own failure, when it says it in the platform's envelope.
    pub(crate) fn error_envelope(&self) -> Option<ErrorBody> {
        match self {
            Self::Http(response) => http::envelope::read(response),
            _ => None,
        }
    }

    /// How long the target asks to wait before it is asked again.
    pub(crate) fn retry_after(&self, now: SystemTime) -> Option<Duration> {
        match self {
            Self::Http(response) => http::envelope::retry_after(response, now),
            _ => None,
        }
    }

    /// What is known of a body that was longer than what is kept.
    pub(crate) fn cut(&self) -> Option<Cut> {
        match self {
            Self::Grpc(response) if response.body_truncated => Some(Cut {
                what: "the answer as JSON",
                kept: faultfinder_grpc::Request::BODY_BYTES_MAX,
                received: ("message_bytes_received", response.message_bytes),
            }),
            Self::Http(response) if response.body_truncated => Some(Cut {
                what: "the body",
                kept: faultfinder_http::Request::BODY_BYTES_MAX,
                received: ("body_bytes_received", response.body_bytes_received),
            }),
            _ => None,
        }
    }

    /// The answer refuses the credentials that the test has.
    pub(crate) fn credentials_refused(&self) -> Option<Refusal<'_>> {
        match self {
            Self::Http(response) if response.credentials_refused => Some(Refusal {
                status: response.status,
                headers: &response.headers,
                phase: Phase::Wait,
                unanswerable: response.unanswerable.as_deref(),
            }),
            Self::Ws(response) if response.credentials_refused => {
                let opening = &response.opening;
                let (status, headers) = (opening.status, &opening.headers);
                Some(Refusal { status, headers, phase: Phase::Open, unanswerable: None })
            }
            _ => None,
        }
    }
}

/// An answer that refuses credentials: its status and headers, and the phase in which it came.
pub(crate) struct Refusal<'a> {
    pub(crate) status: u16,
    pub(crate) headers: &'a [(String, Vec<u8>)],
    pub(crate) phase: Phase,
    /// Why the challenge could not be answered, when that was tried.
    pub(crate) unanswerable: Option<&'a str>,
}

/// Named facts.
fn facts<const N: usize>(entries: [(&str, Fact); N]) -> BTreeMap<String, Fact> {
    entries.into_iter().map(|(name, fact)| (name.to_owned(), fact)).collect()
}

/// The beginning of what was received as text, with a mark where it was cut.
fn excerpt(bytes: &[u8], bytes_max: usize) -> Fact {
    let kept = bytes.get(..bytes_max).unwrap_or(bytes);
    let mut text = String::from_utf8_lossy(kept).into_owned();
    if kept.len() < bytes.len() {
        // The last character may have been cut in two.
        if text.ends_with('\u{fffd}') {
            text.pop();
        }
        text.push_str(faultfinder_assert::CUT_MARK);
    }
    Fact::Text(text)
}
