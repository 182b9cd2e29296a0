//! `/healthz` and `/readyz`: whether the process lives, and whether it can do its work.

use crate::api::problem::Problem;
use crate::api::reply::Reply;
use crate::api::resources::{Alive, Ready};
use crate::service::Service;
use axum::extract::State;
use std::sync::Arc;

/// Whether the process answers.
#[utoipa::path(get, path = "/healthz", tag = "operation", operation_id = "live", responses((status = 200, body = Alive)))]
pub(crate) async fn live() -> Reply {
    Reply::ok(&Alive { status: "ok" })
}

/// Whether it can do its work.
#[utoipa::path(
    get, path = "/readyz", tag = "operation", operation_id = "ready",
    responses((status = 200, body = Ready), (status = 503))
)]
pub(crate) async fn ready(State(service): State<Arc<Service>>) -> Result<Reply, Problem> {
    if service.is_closing() {
        return Err(shutting_down());
    }
    service.store().ping().await?;
    Ok(Reply::ok(&Ready { status: "ok", store: service.store().kind() }))
}

/// 503 of a service that ends.
pub(crate) fn shutting_down() -> Problem {
    Problem::unavailable("ShuttingDown", "The service is shutting down.", 5)
}
