//! What a path names.

use super::problem::Problem;
use axum::extract::{FromRequestParts, Path};
use faultfinder_taxonomy::ParameterLocation;
use http::request::Parts;

/// The name or id in the path of a route that has one.
#[derive(Debug)]
pub(crate) struct Named(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for Named {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path(name) = Path::<String>::from_request_parts(parts, state).await.map_err(|_| {
            let message = "is not percent-encoded UTF-8";
            Problem::violation("InvalidRequest", "id", message, ParameterLocation::Path)
        })?;
        Ok(Self(name))
    }
}
