//! `/api/v1/locations`: where tests run.

use crate::api::context::Actor;
use crate::api::problem::Problem;
use crate::api::query::Query;
use crate::api::reply::Reply;
use crate::service::Service;
use axum::extract::State;
use http::Uri;
use serde_json::json;
use std::sync::Arc;

/// All locations: this one.
pub(crate) async fn list(State(service): State<Arc<Service>>, _: Actor, uri: Uri) -> Result<Reply, Problem> {
    Query::of(&uri).finish()?;
    Ok(Reply::ok(&json!({ "items": [{ "name": service.config().location }] })))
}
