//! JSON bodies, with everything that is wrong with them.

use super::context::Actor;
use super::problem::{Problem, quoted};
use super::unambiguous::Unambiguous;
use crate::service::Service;
use crate::uploads::Room;
use axum::body::HttpBody as _;
use axum::extract::Request;
use bytes::Bytes;
use faultfinder_taxonomy::{ConstraintViolation, ParameterLocation};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use serde_json::{Map, Value};
use std::sync::Arc;
use std::time::Duration;

/// Longest body of a request, in bytes: as long as a definition may be, and some.
pub(crate) const BODY_BYTES_MAX: usize = 10_100_000;
/// How long a body may take.
const BODY_TIME_MAX: Duration = Duration::from_secs(30);

/// Longest body of a request that holds no definition, in bytes.
pub(crate) const SMALL_BODY_BYTES_MAX: usize = 64 << 10;

/// A body that has come, and is said to be JSON.
#[derive(Debug)]
pub(crate) struct Received {
    bytes: Bytes,
    _room: Arc<Room>,
}

/// A body that is a JSON object.
#[derive(Debug)]
pub(crate) struct JsonObject(pub(crate) Map<String, Value>);

impl Received {
    /// Takes the body of a request in. Who calls it has seen before that the caller may do what it asks for.
    ///
    /// # Errors
    ///
    /// 400 for another content type, or too much of it; 408 when it takes too long to come; 503 when there is no room.
    pub(crate) async fn of(
        service: &Service,
        actor: &Actor,
        request: Request,
        bytes_max: usize,
    ) -> Result<Self, Problem> {
        let content_type = request.headers().get(CONTENT_TYPE).cloned();
        // Who has read it before may have taken room for it.
        let (bytes, room) = match request.extensions().get::<Arc<Room>>().cloned() {
            Some(room) => (receive(request, bytes_max).await?, room),
            None => read(service, actor, request, bytes_max).await?,
        };
        let said = content_type.as_ref().map(|value| String::from_utf8_lossy(value.as_bytes()));
        let essence =
            said.as_deref().map(|said| said.split(';').next().unwrap_or("").trim().to_ascii_lowercase());
        if !essence
            .as_deref()
            .is_some_and(|essence| essence == "application/json" || essence.ends_with("+json"))
        {
            let found = said.map_or_else(|| "none".to_owned(), |said| quoted(&said));
            return Err(Problem::violation(
                "UnsupportedContentType",
                "content-type",
                format!("must be application/json, found {found}"),
                ParameterLocation::Header,
            ));
        }
        Ok(Self { bytes, _room: room })
    }

    /// How long it is, in bytes.
    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Reads it. This takes long when it is long.
    ///
    /// # Errors
    ///
    /// 400 for bad UTF-8 or JSON, a name that an object has twice, or another kind of value.
    pub(crate) fn object(&self) -> Result<JsonObject, Problem> {
        let whole = |message: String| Problem::violations("MalformedJson", vec![whole_body(message)]);
        let text = std::str::from_utf8(&self.bytes)
            .map_err(|error| whole(format!("is not UTF-8 from byte {} on", error.valid_up_to())))?;
        match serde_json::from_str(text) {
            Ok(Unambiguous(Value::Object(fields))) => Ok(JsonObject(fields)),
            Ok(Unambiguous(other)) => Err(whole(format!("must be an object, found {}", kind(&other)))),
            Err(error) => Err(whole(format!("is not JSON: {error}"))),
        }
    }
}

impl JsonObject {
    /// Reads a body of a request that holds no definition: see [`Received`].
    pub(crate) async fn small(service: &Service, actor: &Actor, request: Request) -> Result<Self, Problem> {
        Received::of(service, actor, request, SMALL_BODY_BYTES_MAX).await?.object()
    }
}

/// Takes the body of a request in, whatever it is, when there is room for it.
pub(crate) async fn read(
    service: &Service,
    actor: &Actor,
    request: Request,
    bytes_max: usize,
) -> Result<(Bytes, Arc<Room>), Problem> {
    let size = request.body().size_hint();
    // What says beforehand that it is too large is not waited for.
    if size.lower() > u64::try_from(bytes_max).unwrap_or(u64::MAX) {
        return Err(too_large(bytes_max));
    }
    let size = size.upper().and_then(|upper| usize::try_from(upper).ok()).unwrap_or(bytes_max);
    let room = service.uploads().room(&actor.id, size.min(bytes_max));
    let Ok(room) = tokio::time::timeout(BODY_TIME_MAX, room).await else {
        return Err(Problem::unavailable("Overloaded", "Too many large requests are under way.", 1));
    };
    Ok((receive(request, bytes_max).await?, Arc::new(room)))
}

fn too_large(bytes_max: usize) -> Problem {
    let message = format!("has more than {bytes_max} bytes");
    Problem::violations("BodyTooLarge", vec![whole_body(message)])
}

/// Takes a body in that is too small to need room of its own.
pub(crate) async fn receive(request: Request, bytes_max: usize) -> Result<Bytes, Problem> {
    let limited = Limited::new(request.into_body(), bytes_max);
    match tokio::time::timeout(BODY_TIME_MAX, limited.collect()).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_large(bytes_max)),
        Ok(Err(error)) => Err(Problem::violations(
            "BodyIncomplete",
            vec![whole_body("cannot be read completely".to_owned())],
        )
        .with_story(error.to_string())),
        Err(_) => {
            let slow = whole_body(format!("did not arrive within {} s", BODY_TIME_MAX.as_secs()));
            Err(Problem { violations: vec![slow], ..Problem::of_status(StatusCode::REQUEST_TIMEOUT) })
        }
    }
}

fn whole_body(message: String) -> ConstraintViolation {
    ConstraintViolation::new("", message, ParameterLocation::PayloadBody)
}

/// What kind of value it is, with its article.
pub(crate) const fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// Reads the fields of a body, and collects all that is wrong.
#[derive(Debug)]
pub(crate) struct Fields {
    fields: Map<String, Value>,
    violations: Vec<ConstraintViolation>,
}

impl Fields {
    pub(crate) fn new(body: JsonObject) -> Self {
        Self { fields: body.0, violations: Vec::new() }
    }

    /// Notes what is wrong with a field.
    pub(crate) fn wrong(&mut self, path: &str, message: impl Into<String>) {
        self.violations.push(ConstraintViolation::new(path, message, ParameterLocation::PayloadBody));
    }

    /// Takes a field, if it is there.
    pub(crate) fn take(&mut self, name: &str) -> Option<Value> {
        self.fields.remove(name)
    }

    /// Takes a field that must be there.
    pub(crate) fn required(&mut self, name: &str) -> Option<Value> {
        let value = self.take(name);
        if value.is_none() {
            self.wrong(name, "is required");
        }
        value
    }

    pub(crate) fn boolean(&mut self, name: &str) -> Option<bool> {
        match self.take(name)? {
            Value::Bool(value) => Some(value),
            other => {
                self.wrong(name, format!("must be true or false, found {}", kind(&other)));
                None
            }
        }
    }

    pub(crate) fn integer(&mut self, name: &str) -> Option<i64> {
        let value = self.take(name)?;
        if value.as_i64().is_none() {
            self.wrong(name, format!("must be an integer, found {}", kind(&value)));
        }
        value.as_i64()
    }

    pub(crate) fn text(&mut self, name: &str) -> Option<String> {
        match self.take(name)? {
            Value::String(value) => Some(value),
            other => {
                self.wrong(name, format!("must be a string, found {}", kind(&other)));
                None
            }
        }
    }

    /// Ends the reading: fields that nobody took are not known.
    ///
    /// # Errors
    ///
    /// 400 with everything that is wrong.
    pub(crate) fn finish(mut self) -> Result<(), Problem> {
        for name in std::mem::take(&mut self.fields).keys() {
            self.wrong(name, "is unknown");
        }
        if self.violations.is_empty() {
            Ok(())
        } else {
            Err(Problem::violations("InvalidRequest", self.violations))
        }
    }

    /// Adds violations that others have found.
    pub(crate) fn extend(&mut self, violations: impl IntoIterator<Item = ConstraintViolation>) {
        self.violations.extend(violations);
    }
}
