//! Which page is where.

use super::viewer::Pages;
use super::{
    actions, alerts, assets, audit, codes, definitions, events, live, overview, result, sign_in, silences,
    status, test, tokens, trial,
};
use crate::api::admit::admit;
use crate::api::html;
use crate::service::Service;
use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::{get, post};
use std::sync::Arc;

/// All pages. They are turned away like calls of the API when an address asks too often.
pub(crate) fn router(service: &Arc<Service>) -> Router {
    Router::new()
        .route("/", get(sign_in::home))
        .route("/sign-in", get(sign_in::get).post(sign_in::sign_in))
        .route("/sign-out", post(sign_in::sign_out))
        .route("/assets/{name}", get(assets::get))
        .route("/tests", get(overview::get))
        .route("/tests/{id}", get(test::get))
        .route("/tests/{id}/run", post(actions::run))
        .route("/tests/{id}/pause", post(actions::pause))
        .route("/tests/{id}/resume", post(actions::resume))
        .route("/results/{id}", get(result::get))
        .route("/codes", get(codes::list))
        .route("/codes/{code}", get(codes::get))
        .route("/alerts", get(alerts::get))
        .route("/alerts/{id}/acknowledge", post(actions::acknowledge))
        .route("/silences", get(silences::get).post(silences::begin))
        .route("/silences/{id}/end", post(silences::end))
        .route("/notifiers/{id}/test", post(trial::post))
        .route("/events", get(events::get))
        .route("/definitions", get(definitions::get))
        .route("/tokens", get(tokens::get).post(tokens::create))
        .route("/tokens/{id}/revoke", post(tokens::revoke))
        .route("/audit", get(audit::get))
        .route("/live", get(live::get))
        .route("/status/{path}", get(status::page))
        .route("/status/{path}/logo", get(status::logo))
        .route("/status/{path}/feed", get(status::feed))
        .route("/status/{path}/badge.svg", get(status::badge))
        .route("/status/{path}/summary.json", get(status::summary))
        .layer(from_fn(secured))
        .layer(from_fn_with_state(Arc::clone(service), admit))
        .with_state(Arc::new(Pages::new(Arc::clone(service))))
}

/// Sets the header fields that all pages have, whatever they answer.
async fn secured(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    html::secure(response.headers_mut());
    response
}
