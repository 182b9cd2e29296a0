//! The envelope of a problem: the body of every error.

use super::context::TraceId;
use super::problem::Problem;
use faultfinder_taxonomy::{ErrorBody, ErrorEnvelope, StructuredDetails};
use uuid::Uuid;

/// The envelope of a problem, with a reference of its own.
pub(crate) fn envelope(problem: &Problem, trace: &TraceId) -> ErrorEnvelope {
    let mut details = StructuredDetails::new(Uuid::new_v4().to_string(), trace.as_str())
        .with_error_code(&*problem.error_code)
        .with_violations(problem.violations.iter().cloned())
        .with_missing_scopes(problem.missing_scopes.iter().map(|scope| scope.as_str()));
    for (name, fact) in &problem.details {
        details = details.with(name, fact.clone());
    }
    if let Some(version) = problem.current_version {
        details = details.with("currentVersion", version);
    }
    let error = ErrorBody::new(problem.status.code().as_u16(), problem.message.clone()).with_details(details);
    ErrorEnvelope::new(match problem.retry_after_seconds {
        Some(seconds) => error.with_retry_after(seconds),
        None => error,
    })
}
