//! Which route is whose.

use super::context::Actor;
use super::outer::{by_status, outer};
use super::problem::{Problem, Status};
use super::routes::{codes, health, locations, metrics, results, runs, tests, tokens, uptime, validate};
use super::throttle;
use crate::service::Service;
use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{delete, get, post};
use http::StatusCode;
use std::sync::Arc;

/// All routes, with the layers around them.
pub(crate) fn router(service: Arc<Service>) -> Router {
    let api = Router::new()
        .route("/tests", get(tests::list).post(tests::create))
        .route("/tests/{id}", get(tests::get).put(tests::replace).delete(tests::delete))
        .route("/tests/{id}/run", post(tests::run))
        .route("/tests/{id}/uptime", get(uptime::get))
        .route("/runs", post(runs::create))
        .route("/results", get(results::list))
        .route("/results/{id}", get(results::get))
        .route("/codes", get(codes::list))
        .route("/codes/{code}", get(codes::get))
        .route("/locations", get(locations::list))
        .route("/validate", post(validate::validate))
        .route("/tokens", get(tokens::list).post(tokens::create))
        .route("/tokens/{id}", delete(tokens::revoke))
        .route("/alerts", get(later))
        .layer(from_fn_with_state(Arc::clone(&service), throttle::throttle));
    let metrics = get(metrics::get).layer(from_fn_with_state(Arc::clone(&service), throttle::throttle));
    Router::new()
        .nest("/api/v1", api)
        .route("/healthz", get(health::live))
        .route("/readyz", get(health::ready))
        .route("/metrics", metrics)
        .fallback(async || by_status(StatusCode::NOT_FOUND))
        .with_state(Arc::clone(&service))
        .layer(from_fn_with_state(service, outer))
}

/// What the contract has and this release has not.
async fn later(_: Actor) -> Problem {
    Problem::new(Status::NotImplemented, "NotSupported", "This release has no alerts.")
}
