//! `/api/v1/validate`: what is wrong with a definition, without keeping or running it.

use crate::Scope;
use crate::api::body::{Fields, JsonObject};
use crate::api::context::Actor;
use crate::api::definition;
use crate::api::problem::Problem;
use crate::api::reply::Reply;
use axum::extract::Request;
use serde_json::json;

/// Says whether a definition can be used. What is wrong is the answer here, not an error.
pub(crate) async fn validate(actor: Actor, request: Request) -> Result<Reply, Problem> {
    actor.may(&[Scope::TestsRead])?;
    let mut fields = Fields::new(JsonObject::of(request).await?);
    let written = fields.required(definition::FIELD);
    fields.finish()?;
    match definition::read("definition", &written.unwrap_or_default())? {
        Ok(defined) => {
            let tests: Vec<_> =
                defined.suite.tests().iter().map(|test| json!({ "name": test.name() })).collect();
            let body = json!({ "valid": true, "tests": tests, "constraintViolations": [] });
            Ok(Reply::ok(&body).warn(defined.warnings))
        }
        Err(violations) => {
            Ok(Reply::ok(&json!({ "valid": false, "tests": [], "constraintViolations": violations })))
        }
    }
}
