//! The layer that turns requests away before anything is done for them.

use super::client::Client;
use super::problem::Problem;
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
    let client = request.extensions().get::<Client>().copied();
    // A connection of a proxy is not its clients': what they have in flight is counted in its place.
    let forwarded = client.filter(|client| client.is_forwarded).map(|client| client.address);
    let held = forwarded.map(|address| service.connections().forwarded(address));
    if let Some(None) = held {
        return Problem::throttled("This address has too many requests in flight.", 1).into_response();
    }
    let address = client.map(|client| client.address);
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
        Refusal::TokenBusy => Problem::throttled("This token has too many requests in flight.", 1),
        Refusal::Overloaded => Problem::unavailable("Overloaded", "Too many requests are in flight.", 1),
    }
}
