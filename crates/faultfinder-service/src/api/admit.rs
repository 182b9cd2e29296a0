//! The layer that turns requests away before anything is done for them.

use super::problem::Problem;
use super::serve::Peer;
use crate::service::Service;
use crate::throttle::Refusal;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::AUTHORIZATION;
use std::sync::Arc;

/// Turns a request away that comes too late, too often, or while too many are in flight.
pub(crate) async fn admit(State(service): State<Arc<Service>>, request: Request, next: Next) -> Response {
    if service.is_closing() {
        return Problem::shutting_down().into_response();
    }
    let address = request.extensions().get::<Peer>().map(|peer| peer.0.ip());
    let authorization = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    match service.throttle().admit(address, authorization) {
        Ok(_in_flight) => next.run(request).await,
        Err(refusal) => problem(refusal).into_response(),
    }
}

fn problem(refusal: Refusal) -> Problem {
    match refusal {
        Refusal::Address(seconds) => Problem::throttled("This address makes too many requests.", seconds),
        Refusal::Token(seconds) => Problem::throttled("This token makes too many requests.", seconds),
        Refusal::Overloaded => Problem::unavailable("Overloaded", "Too many requests are in flight.", 1),
    }
}
