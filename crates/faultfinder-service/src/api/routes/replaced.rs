//! A test that is replaced: what of it an update that leaves secrets out keeps.

use crate::api::context::Actor;
use crate::api::definition::{Defined, FIELD};
use crate::api::problem::Problem;
use crate::secrets::{self, MASK, Secrets};
use crate::service::Service;
use crate::store::TestRecord;
use faultfinder_taxonomy::{ConstraintViolation, ParameterLocation};
use serde_json::Value;

/// Shorter secrets are not looked for in messages: they would be found everywhere.
const HIDDEN_CHARS_MIN: usize = 4;

/// A test that is replaced.
pub(super) struct Replaced {
    /// Its definition, with a mask for each secret.
    masked: Value,
    secrets: Secrets,
    target: Option<String>,
    by_admin: bool,
}

impl Replaced {
    /// The test of a record.
    ///
    /// # Errors
    ///
    /// 500 when its secrets cannot be opened.
    pub(super) fn of(service: &Service, record: &TestRecord, by: &Actor) -> Result<Self, Problem> {
        let definition = record.definition.as_ref().map_or("{}", |definition| definition.as_str());
        let masked =
            serde_json::from_str(definition).map_err(|error| Problem::internal(error.to_string()))?;
        let secrets = match &record.sealed {
            None => Secrets::new(),
            Some(sealed) => service
                .keyring()
                .open(&record.id, sealed)
                .map_err(|why| Problem::internal(format!("test {}: {why}", record.id)))?,
        };
        let kept = service.catalog().get(&record.id);
        let target = kept.as_ref().and_then(|kept| kept.planned()).and_then(|planned| planned.target());
        Ok(Self { masked, secrets, target, by_admin: by.is_admin() })
    }

    /// Puts the secrets back that an update leaves out. Yields whether there are any.
    pub(super) fn put_back(&self, update: &mut Value) -> bool {
        secrets::put_back(update, &self.masked, &self.secrets)
    }

    /// Why secrets that were put back cannot stay: the update would show them, or send them elsewhere.
    pub(super) fn refused(
        &self,
        masked: &Value,
        secrets: &Secrets,
        defined: Option<&Defined>,
    ) -> Vec<ConstraintViolation> {
        let wrong = |path: String, message: &str| {
            ConstraintViolation::new(path, message, ParameterLocation::PayloadBody)
        };
        let is_shown = |(pointer, secret): &(&String, &Value)| {
            !secrets.contains_key(*pointer) && masked.pointer(pointer) == Some(*secret)
        };
        let mut refused: Vec<_> = self
            .secrets
            .iter()
            .filter(is_shown)
            .map(|(pointer, _)| {
                wrong(path_of(pointer), "was a secret: write its value again to have it shown")
            })
            .collect();
        let target = defined.and_then(|defined| defined.suite.tests().first()).and_then(|test| test.target());
        let is_elsewhere = defined.is_some() && (target.is_none() || target != self.target);
        if is_elsewhere && !self.by_admin && is_other_request(&self.masked, masked) {
            let message = "leaves secrets out while what is requested changes: write them again, so that nobody can have them sent elsewhere";
            refused.push(wrong(FIELD.to_owned(), message));
        }
        refused
    }

    /// A message without the secrets that were put back.
    pub(super) fn hide(&self, mut violation: ConstraintViolation) -> ConstraintViolation {
        for secret in self.secrets.values().filter_map(Value::as_str) {
            if secret.chars().count() >= HIDDEN_CHARS_MIN && violation.message.contains(secret) {
                violation.message = violation.message.replace(secret, MASK);
            }
        }
        violation
    }
}

/// Fields of a test that say nothing about what is sent, and to whom.
const NOT_SENT: &[&str] =
    &["name", "tags", "every", "active_times", "timezone", "paused", "assert", "retry", "alert"];

/// Whether two definitions differ in more than names, tags, schedules and assertions.
fn is_other_request(before: &Value, now: &Value) -> bool {
    let request = |definition: &Value| {
        let mut test = definition.pointer("/tests/0").cloned().unwrap_or_default();
        if let Value::Object(fields) = &mut test {
            fields.retain(|name, _| !NOT_SENT.contains(&name.as_str()));
        }
        (definition.get("variables").cloned(), test)
    };
    request(before) != request(now)
}

/// A JSON Pointer as the path of a violation: `definition.tests[0].http.auth.bearer`.
fn path_of(pointer: &str) -> String {
    let parts = pointer.split('/').skip(1).map(|part| part.replace("~1", "/").replace("~0", "~"));
    parts.fold(FIELD.to_owned(), |path, part| match part.parse::<usize>() {
        Ok(index) => format!("{path}[{index}]"),
        Err(_) => format!("{path}.{part}"),
    })
}
