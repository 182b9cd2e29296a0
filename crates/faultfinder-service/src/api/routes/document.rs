//! `/api/v1/openapi.json`: what describes the API.

use crate::api::problem::Problem;
use crate::api::query::Query;
use crate::api::reply::Reply;
use axum::Extension;
use http::Uri;
use serde_json::{Map, Value};
use std::sync::Arc;

/// The document, which is made once.
#[derive(Debug, Clone)]
pub(crate) struct Document(pub(crate) Arc<Map<String, Value>>);

/// This document.
#[utoipa::path(
    get, path = "/openapi.json", tag = "operation", operation_id = "readDocument",
    responses((status = 200, body = Object))
)]
pub(crate) async fn get(Extension(document): Extension<Document>, uri: Uri) -> Result<Reply, Problem> {
    Query::of(&uri).finish()?;
    Ok(Reply::ok(&*document.0))
}
