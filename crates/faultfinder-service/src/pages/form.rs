//! Bodies of forms.

use super::viewer::Viewer;
use crate::api::body::receive;
use crate::api::problem::Problem;
use crate::api::query::Query;
use crate::api::status::Status;
use axum::extract::Request;
use faultfinder_taxonomy::ParameterLocation;
use http::header::CONTENT_TYPE;

/// Longest body of a form, in bytes.
const FORM_BYTES_MAX: usize = 8 * 1024;

/// The fields of a form.
///
/// # Errors
///
/// 400 for another kind of body, or too much of it; 408 when it takes too long to come.
pub(super) async fn read(request: Request) -> Result<Query, Problem> {
    let content_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = content_type.and_then(|value| value.split(';').next()).unwrap_or_default();
    if !essence.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        let message = "must be application/x-www-form-urlencoded";
        let location = ParameterLocation::Header;
        return Err(Problem::violation("UnsupportedContentType", "content-type", message, location));
    }
    let bytes = receive(request, FORM_BYTES_MAX).await?;
    Ok(Query::read(&String::from_utf8_lossy(&bytes)))
}

/// The fields of a form on a page of this viewer.
///
/// # Errors
///
/// As [`read`], and 403 for a form that is not from a page of this session.
pub(super) async fn of(viewer: &Viewer, request: Request) -> Result<Query, Problem> {
    let mut form = read(request).await?;
    if form.text("csrf").is_some_and(|csrf| viewer.is_own_form(&csrf)) {
        return Ok(form);
    }
    let message = "This form is not from a page of this session: open the page again.";
    Err(Problem::new(Status::Forbidden, "ForeignForm", message))
}
