//! `/api/v1/locations`: where tests run.

use crate::api::context::Actor;
use crate::api::problem::{Problem, quoted};
use crate::api::query::Query;
use crate::api::reply::Reply;
use crate::api::resources::{All, Location};
use crate::api::status::Status;
use crate::service::Service;
use axum::extract::State;
use http::Uri;
use std::sync::Arc;

/// Demands that a run is wanted here, or nowhere in particular.
///
/// # Errors
///
/// 501 for another location.
pub(super) fn here(service: &Service, location: Option<&str>) -> Result<(), Problem> {
    let elsewhere = location.filter(|location| *location != service.config().location);
    elsewhere.map_or(Ok(()), |other| {
        let message = format!("This deployment has no location {}.", quoted(other));
        Err(Problem::new(Status::NotImplemented, "NotSupported", message))
    })
}

/// All locations: this one.
#[utoipa::path(
    get, path = "/locations", tag = "locations", operation_id = "listLocations",
    responses((status = 200, body = All<Location>)),
    security(("token" = []))
)]
pub(crate) async fn list(State(service): State<Arc<Service>>, _: Actor, uri: Uri) -> Result<Reply, Problem> {
    Query::of(&uri).finish()?;
    Ok(Reply::ok(&All { items: vec![Location { name: service.config().location.clone() }] }))
}
