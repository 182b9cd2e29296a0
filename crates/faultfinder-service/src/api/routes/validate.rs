//! `/api/v1/validate`: what is wrong with a definition, without keeping or running it.

use crate::api::body::{BODY_BYTES_MAX, Fields, JsonObject, Received};
use crate::api::context::Actor;
use crate::api::definition;
use crate::api::elsewhere::elsewhere;
use crate::api::openapi::OneDefinition;
use crate::api::problem::Problem;
use crate::api::reply::Reply;
use crate::api::resources::{TestName, Verdict};
use crate::service::Service;
use crate::token::Scope;
use axum::extract::{Request, State};
use faultfinder_engine::PlannedTest;
use std::sync::Arc;

/// Says whether a definition can be used. What is wrong is the answer here, not an error.
#[utoipa::path(
    post, path = "/validate", tag = "validate", operation_id = "validate",
    request_body = OneDefinition,
    responses((status = 200, body = Verdict), (status = 501)),
    security(("token" = ["tests:read"]))
)]
pub(crate) async fn validate(
    State(service): State<Arc<Service>>,
    actor: Actor,
    request: Request,
) -> Result<Reply, Problem> {
    actor.may(&[Scope::TestsRead])?;
    let body = Received::of(&service, &actor, request, BODY_BYTES_MAX).await?;
    elsewhere(&service, &actor, body.len(), move || verdict(body.object()?)).await
}

fn verdict(body: JsonObject) -> Result<Reply, Problem> {
    let mut fields = Fields::new(body);
    let written = fields.required(definition::FIELD);
    fields.finish()?;
    match definition::read("definition", written.unwrap_or_default())? {
        Ok(defined) => {
            let named = |test: &PlannedTest| TestName { name: test.name().to_owned() };
            let tests = defined.suite.tests().iter().map(named).collect();
            let body = Verdict { valid: true, tests, constraint_violations: Vec::new() };
            Ok(Reply::ok(&body).warn(defined.warnings))
        }
        Err(violations) => {
            Ok(Reply::ok(&Verdict { valid: false, tests: Vec::new(), constraint_violations: violations }))
        }
    }
}
