//! What was asked of the API.

use super::durations::{Histograms, histograms};
use http::{Method, StatusCode};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::registry::{Registry, Unit};
use std::time::Duration;

/// Stands for a request that matched no route, and for a method that HTTP does not know.
const NONE: &str = "_none";

/// What was asked of the API. Labels are templates of routes, methods of HTTP and statuses that we answer: all few.
#[derive(Debug)]
pub(super) struct Requests {
    counts: Family<OfStatus, Counter>,
    durations: Histograms<OfRoute>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfStatus {
    method: &'static str,
    route: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfRoute {
    method: &'static str,
    route: String,
}

impl Default for Requests {
    fn default() -> Self {
        Self { counts: Family::default(), durations: histograms() }
    }
}

impl Requests {
    pub(super) fn register(&self, registry: &mut Registry) {
        registry.register(
            "faultfinder_api_requests",
            "Requests to this service, by route template and response status",
            self.counts.clone(),
        );
        registry.register_with_unit(
            "faultfinder_api_request_duration",
            "Duration of requests to this service, from their head to the beginning of the response",
            Unit::Seconds,
            self.durations.clone(),
        );
    }

    pub(super) fn answered(&self, method: &Method, route: Option<&str>, status: StatusCode, took: Duration) {
        let (method, route) = (word(method), route.unwrap_or(NONE).to_owned());
        let status = status.as_u16();
        self.durations.get_or_create(&OfRoute { method, route: route.clone() }).observe(took.as_secs_f64());
        self.counts.get_or_create(&OfStatus { method, route, status }).inc();
    }
}

/// A client may make methods up, without end.
fn word(method: &Method) -> &'static str {
    const KNOWN: [(Method, &str); 9] = [
        (Method::GET, "GET"),
        (Method::POST, "POST"),
        (Method::PUT, "PUT"),
        (Method::DELETE, "DELETE"),
        (Method::HEAD, "HEAD"),
        (Method::PATCH, "PATCH"),
        (Method::OPTIONS, "OPTIONS"),
        (Method::CONNECT, "CONNECT"),
        (Method::TRACE, "TRACE"),
    ];
    KNOWN.iter().find(|(known, _)| known == method).map_or(NONE, |(_, word)| word)
}
