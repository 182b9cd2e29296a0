//! Which route is whose.

use super::admit::admit;
use super::idempotency::idempotent;
use super::openapi::{self, PREFIX};
use super::outer::{Outer, outer};
use super::problem::Problem;
use super::routes::document::Document;
use super::routes::{
    alerts, audit, codes, definitions, document, health, heartbeat, history, locations, metrics, notifiers,
    pause, probe, results, runs, silences, test_resources, tokens, uptime, validate,
};
use crate::pages;
use crate::service::Service;
use axum::middleware::{from_fn_with_state, map_response};
use axum::response::Response;
use axum::routing::any;
use axum::{Extension, Router};
use http::header::CACHE_CONTROL;
use http::{HeaderValue, StatusCode};
use std::sync::Arc;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt as _};
use utoipa_axum::routes;

/// All routes, with the layers around them. A path and its method stand at the handler, for the router and for the
/// document that describes it alike.
pub(crate) fn router(service: Arc<Service>) -> Router {
    let api = OpenApiRouter::new()
        .routes(routes!(document::get))
        .routes(routes!(test_resources::list, test_resources::create))
        .routes(routes!(test_resources::get, test_resources::replace, test_resources::delete))
        .routes(routes!(test_resources::run))
        .routes(routes!(pause::pause))
        .routes(routes!(pause::resume))
        .routes(routes!(uptime::get))
        .routes(routes!(heartbeat::report))
        .routes(routes!(runs::create))
        .routes(routes!(history::delete))
        .routes(routes!(results::list))
        .routes(routes!(results::get))
        .routes(routes!(codes::list))
        .routes(routes!(codes::get))
        .routes(routes!(locations::list))
        .routes(routes!(validate::validate))
        .routes(routes!(definitions::list))
        .routes(routes!(tokens::list, tokens::create))
        .routes(routes!(tokens::revoke))
        .routes(routes!(audit::list))
        .routes(routes!(alerts::list))
        .routes(routes!(alerts::get))
        .routes(routes!(alerts::acknowledge))
        .routes(routes!(silences::list, silences::create))
        .routes(routes!(silences::end))
        .routes(routes!(notifiers::list))
        .routes(routes!(notifiers::test))
        .layer(from_fn_with_state(Arc::clone(&service), idempotent))
        .layer(from_fn_with_state(Arc::clone(&service), admit));
    let metrics = routes!(metrics::get).layer(from_fn_with_state(Arc::clone(&service), admit));
    let probe = routes!(probe::get).layer(from_fn_with_state(Arc::clone(&service), admit));
    let (router, described) = OpenApiRouter::with_openapi(openapi::base())
        .nest(PREFIX, api)
        .routes(routes!(health::live))
        .routes(routes!(health::ready))
        .routes(metrics)
        .routes(probe)
        .fallback(async || Problem::of_status(StatusCode::NOT_FOUND))
        .split_for_parts();
    router
        .merge(reports(&service))
        .with_state(Arc::clone(&service))
        .layer(Extension(Document(Arc::new(openapi::document(&described)))))
        .merge(pages::router(&service))
        .layer(from_fn_with_state(Arc::new(Outer::new(service, pages::error_page)), outer))
}

/// Where jobs report, which know the key of their test and nothing else: plain requests, of any method, and not of the API.
pub(super) fn reports(service: &Arc<Service>) -> Router<Arc<Service>> {
    Router::new()
        .route("/heartbeat/{key}", any(heartbeat::end))
        .route("/heartbeat/{key}/{event}", any(heartbeat::event))
        .route("/api/push/{key}", any(heartbeat::push))
        .route("/api/v1/endpoints/{name}/external", any(heartbeat::external))
        .layer(map_response(not_kept))
        .layer(from_fn_with_state(Arc::clone(service), admit))
}

/// An answer that a proxy kept would keep the next report from coming here: they may be sent with `GET`.
async fn not_kept(mut response: Response) -> Response {
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
