//! `/api/v1/alerts`: what the contract has and this release has not.

use crate::api::context::Actor;
use crate::api::problem::Problem;
use crate::api::status::Status;

/// All alerts.
#[utoipa::path(
    get, path = "/alerts", tag = "alerts", operation_id = "listAlerts",
    responses((status = 501)),
    security(("token" = []))
)]
pub(crate) async fn list(_: Actor) -> Problem {
    Problem::new(Status::NotImplemented, "NotSupported", "This release has no alerts.")
}
