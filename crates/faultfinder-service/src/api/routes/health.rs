//! `/healthz` and `/readyz`: whether the process lives, and whether it can do its work.

use crate::api::problem::Problem;
use crate::api::reply::Reply;
use crate::service::Service;
use axum::extract::State;
use serde_json::json;
use std::sync::Arc;

/// Whether the process answers.
pub(crate) async fn live() -> Reply {
    Reply::ok(&json!({ "status": "ok" }))
}

/// Whether it can do its work.
pub(crate) async fn ready(State(service): State<Arc<Service>>) -> Result<Reply, Problem> {
    if service.is_closing() {
        return Err(shutting_down());
    }
    service.store().ping().await?;
    Ok(Reply::ok(&json!({ "status": "ok", "store": service.store().kind() })))
}

/// 503 of a service that ends.
pub(crate) fn shutting_down() -> Problem {
    Problem::unavailable("ShuttingDown", "The service is shutting down.", 5)
}
