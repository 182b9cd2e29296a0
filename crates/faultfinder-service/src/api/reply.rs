//! Successes, with warnings.

use super::problem::{Problem, quoted};
use crate::store::Damage;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use faultfinder_taxonomy::ConstraintViolation;
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;

/// A success: an object, written as JSON at once, and what its caller may not expect.
#[derive(Debug)]
pub(crate) struct Reply {
    status: StatusCode,
    location: Option<String>,
    body: Result<Bytes, String>,
    /// What is remembered instead of the body, when that is shown once.
    lasting: Option<Lasting>,
    warnings: Vec<Unexpected>,
}

/// Something that was done and its caller may not expect; the outermost layer makes a warning of it.
#[derive(Debug, Clone)]
pub(crate) struct Unexpected {
    pub(crate) message: String,
    pub(crate) violations: Vec<ConstraintViolation>,
    /// What is damaged, for the log.
    pub(crate) damage: Option<Damage>,
}

impl Unexpected {
    pub(crate) fn new(message: impl Into<String>, violations: Vec<ConstraintViolation>) -> Self {
        Self { message: message.into(), violations, damage: None }
    }

    /// A record that was left out because it is damaged.
    fn left_out(damage: Damage) -> Self {
        let (id, table) = (quoted(&damage.id), damage.table);
        let message = format!("The record {id} of {table} is omitted: it is damaged.");
        Self { message, violations: Vec::new(), damage: Some(damage) }
    }
}

/// What the outermost layer needs to write the body of a success.
#[derive(Debug, Clone)]
pub(crate) struct Body {
    /// An object as JSON.
    pub(crate) json: Bytes,
    pub(crate) warnings: Vec<Unexpected>,
}

/// What is remembered of the body of a success instead of the body.
#[derive(Debug, Clone)]
pub(crate) struct Lasting(pub(crate) Bytes);

impl Reply {
    /// 200 with this body, which is an object.
    pub(crate) fn ok(body: &impl Serialize) -> Self {
        Self::with(StatusCode::OK, body)
    }

    /// 201 with what was created and where it is.
    pub(crate) fn created(body: &impl Serialize, location: String) -> Self {
        Self { location: Some(location), ..Self::with(StatusCode::CREATED, body) }
    }

    fn with(status: StatusCode, body: &impl Serialize) -> Self {
        let body = match serde_json::to_vec(body) {
            Ok(mut json) if json.starts_with(b"{") => {
                // It has grown by doubling, and waits for its client.
                json.shrink_to_fit();
                Ok(json.into())
            }
            Ok(_) => Err("the body of an answer is not an object".to_owned()),
            Err(error) => Err(format!("the body of an answer cannot be written: {error}")),
        };
        Self { status, location: None, body, lasting: None, warnings: Vec::new() }
    }

    /// The body is shown once: what is remembered of it is this object.
    pub(crate) fn lasting(mut self, body: &impl Serialize) -> Self {
        self.lasting = Some(Lasting(serde_json::to_vec(body).unwrap_or_default().into()));
        self
    }

    pub(crate) fn warn(mut self, warnings: Vec<Unexpected>) -> Self {
        self.warnings.extend(warnings);
        self
    }

    /// Warns of records that are left out because they are damaged.
    pub(crate) fn without(mut self, damaged: Vec<Damage>) -> Self {
        self.warnings.extend(damaged.into_iter().map(Unexpected::left_out));
        self
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        let json = match self.body {
            Ok(json) => json,
            Err(story) => return Problem::internal(story).into_response(),
        };
        let mut response = self.status.into_response();
        if let Some(location) = self.location.and_then(|location| HeaderValue::from_str(&location).ok()) {
            response.headers_mut().insert(header::LOCATION, location);
        }
        if let Some(lasting) = self.lasting {
            response.extensions_mut().insert(lasting);
        }
        response.extensions_mut().insert(Body { json, warnings: self.warnings });
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_that_waits_takes_no_more_room_than_it_needs() {
        let rows = vec!["a row of a list"; 1_000];
        let json = Reply::ok(&serde_json::json!({ "items": rows })).body.unwrap();
        let length = json.len();
        assert_eq!(json.try_into_mut().unwrap().capacity(), length);
    }
}
