//! `/api/v1/silences`: times in which nothing is sent about tests.

use crate::api::body::{Fields, JsonObject, kind};
use crate::api::context::{Actor, TraceId};
use crate::api::openapi::NewSilence;
use crate::api::path::Named;
use crate::api::problem::Problem;
use crate::api::query::Query;
use crate::api::reply::Reply;
use crate::api::resources::{All, SilenceResource};
use crate::api::status::Status;
use crate::service::Service;
use crate::silences::{NotAdded, SILENCES_MAX};
use crate::store::{SilenceRecord, StoreError};
use crate::timestamp::Timestamp;
use crate::token::Scope;
use axum::Extension;
use axum::extract::{Request, State};
use http::Uri;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// Most tests and tags of a silence: all of them are in memory, and compared with each test that fails.
const TESTS_MAX: usize = 100;
const TAGS_MAX: usize = 20;
/// Longest id, tag and comment, in characters.
const WORD_CHARS_MAX: usize = 200;
const COMMENT_CHARS_MAX: usize = 1_000;
/// Longest silence: one that is longer was forgotten.
const LENGTH_MAX: Duration = Duration::from_secs(400 * 24 * 60 * 60);

/// Silences that have not ended, the first to begin first; or those that have, the last to end first, at most 500.
#[utoipa::path(
    get, path = "/silences", tag = "alerts", operation_id = "listSilences",
    params(("ended" = Option<bool>, Query, description = "Those that have ended instead")),
    responses((status = 200, body = All<SilenceResource>)),
    security(("token" = ["results:read"]))
)]
pub(crate) async fn list(
    State(service): State<Arc<Service>>,
    actor: Actor,
    uri: Uri,
) -> Result<Reply, Problem> {
    actor.may(&[Scope::ResultsRead])?;
    let mut query = Query::of(&uri);
    let ended = query.one_of("ended", "true or false", |ended| ended.parse::<bool>().ok()).unwrap_or(false);
    query.finish()?;
    let now = service.now();
    let (rows, damaged) = match ended {
        false => (service.silences().lasting(now), Vec::new()),
        true => {
            let listed = service.store().ended_silences(now).await?;
            (listed.rows, listed.damaged)
        }
    };
    let items: Vec<SilenceResource> = rows.into_iter().map(SilenceResource::from).collect();
    Ok(Reply::ok(&All { items }).without(damaged))
}

/// Begins a silence: about its tests nothing is sent while it lasts, except that an alert has ended. What fails at its end is sent
/// then.
#[utoipa::path(
    post, path = "/silences", tag = "alerts", operation_id = "createSilence",
    request_body = NewSilence,
    responses(
        (
            status = 201, body = SilenceResource, headers(("location" = String, description = "Its URL")),
            links(("end" = (operation_id = "endSilence", parameters(("id" = "$response.body#/id")))))
        ),
        (status = 409)
    ),
    security(("token" = ["tests:write"]))
)]
pub(crate) async fn create(
    State(service): State<Arc<Service>>,
    Extension(trace): Extension<TraceId>,
    actor: Actor,
    request: Request,
) -> Result<Reply, Problem> {
    actor.may(&[Scope::TestsWrite])?;
    let now = service.now();
    let mut fields = Fields::new(JsonObject::small(&service, &actor, request).await?);
    let tests = words(&mut fields, "tests", TESTS_MAX);
    let tags = words(&mut fields, "tags", TAGS_MAX);
    let starts_at = moment(&mut fields, "startsAt").unwrap_or(now);
    let ends_at = moment(&mut fields, "endsAt");
    let is_maintenance = fields.boolean("isMaintenance").unwrap_or(false);
    let comment = fields.text("comment").unwrap_or_default();
    let wanted = Wanted { tests, tags, starts_at, ends_at, is_maintenance, comment };
    for (field, wrong) in wanted.objections(now) {
        fields.wrong(field, wrong);
    }
    fields.finish()?;
    let silence = begin(&service, &trace, &actor, wanted).await?;
    let place = format!("/api/v1/silences/{}", silence.id);
    Ok(Reply::created(&SilenceResource::from(silence), place))
}

/// Ends a silence now.
#[utoipa::path(
    delete, path = "/silences/{id}", tag = "alerts", operation_id = "endSilence",
    params(("id" = String, Path, description = "The id of a silence that has not ended")),
    responses((status = 200, body = SilenceResource), (status = 404)),
    security(("token" = ["tests:write"]))
)]
pub(crate) async fn end(
    State(service): State<Arc<Service>>,
    Extension(trace): Extension<TraceId>,
    actor: Actor,
    uri: Uri,
    Named(id): Named,
) -> Result<Reply, Problem> {
    actor.may(&[Scope::TestsWrite])?;
    Query::of(&uri).finish()?;
    Ok(Reply::ok(&SilenceResource::from(take_back(&service, &trace, &actor, id).await?)))
}

/// A silence that somebody wants.
#[derive(Debug)]
pub(crate) struct Wanted {
    pub(crate) tests: Vec<String>,
    pub(crate) tags: Vec<String>,
    pub(crate) starts_at: Timestamp,
    pub(crate) ends_at: Option<Timestamp>,
    pub(crate) is_maintenance: bool,
    pub(crate) comment: String,
}

impl Wanted {
    /// What is wrong with it, by field.
    pub(crate) fn objections(&self, now: Timestamp) -> Vec<(&'static str, String)> {
        let mut found = Vec::new();
        if self.starts_at < now {
            found.push(("startsAt", "must not be in the past".to_owned()));
        }
        match self.ends_at {
            None => found.push(("endsAt", "is required: an RFC 3339 time".to_owned())),
            Some(ends_at) if ends_at <= self.starts_at => {
                found.push(("endsAt", "must be later than the beginning".to_owned()));
            }
            Some(ends_at) if ends_at.since(self.starts_at) > LENGTH_MAX => {
                found.push(("endsAt", "must be at most 400 days after the beginning".to_owned()));
            }
            Some(_) => {}
        }
        if self.tags.len() > TAGS_MAX || self.tags.iter().any(|tag| tag.chars().count() > WORD_CHARS_MAX) {
            found.push(("tags", format!("must be at most {TAGS_MAX}, of {WORD_CHARS_MAX} characters each")));
        }
        if self.tests.iter().any(|test| test.chars().count() > WORD_CHARS_MAX) {
            found.push(("tests", format!("must have at most {WORD_CHARS_MAX} characters each")));
        }
        if self.comment.chars().count() > COMMENT_CHARS_MAX {
            found.push(("comment", format!("must have at most {COMMENT_CHARS_MAX} characters")));
        }
        found
    }
}

/// Begins a silence; what is wrong with it was said before.
pub(crate) async fn begin(
    service: &Arc<Service>,
    trace: &TraceId,
    actor: &Actor,
    wanted: Wanted,
) -> Result<SilenceRecord, Problem> {
    let Wanted { tests, tags, starts_at, ends_at, is_maintenance, comment } = wanted;
    let now = service.now();
    let silence = SilenceRecord {
        id: Uuid::now_v7().to_string(),
        tests,
        tags,
        starts_at,
        ends_at: ends_at.unwrap_or(starts_at),
        is_maintenance,
        comment,
        owner: actor.id.to_string(),
        created_at: now,
    };
    let (of, new, by, trace) = (Arc::clone(service), silence.clone(), Arc::clone(&actor.id), trace.clone());
    let begun = service.changes().carry_out(async move {
        let id = new.id.clone();
        of.silences().add(of.store(), new.clone(), now).await?;
        of.silence_changed(&new);
        of.audit(&by, "silences.create", &id, trace.as_str()).await;
        Ok::<(), NotAdded>(())
    });
    match begun.await.ok_or_else(|| Problem::internal("a change of a silence panicked"))? {
        Ok(()) => Ok(silence),
        Err(NotAdded::Store(error)) => Err(error.into()),
        Err(NotAdded::Full) => {
            let message = format!("There are {SILENCES_MAX} silences already: end some of them.");
            Err(Problem::new(Status::Conflict, "TooManySilences", message))
        }
    }
}

/// Ends a silence now.
///
/// # Errors
///
/// 404 when there is none of this id that has not ended.
pub(crate) async fn take_back(
    service: &Arc<Service>,
    trace: &TraceId,
    actor: &Actor,
    id: String,
) -> Result<SilenceRecord, Problem> {
    let (of, by, trace, wanted) = (Arc::clone(service), Arc::clone(&actor.id), trace.clone(), id.clone());
    let ended = service.changes().carry_out(async move {
        let ended = of.silences().end(of.store(), &wanted, of.now()).await?;
        if let Some(silence) = &ended {
            of.silence_changed(silence);
            of.audit(&by, "silences.end", &wanted, trace.as_str()).await;
        }
        Ok::<_, StoreError>(ended)
    });
    let ended = ended.await.ok_or_else(|| Problem::internal("a change of a silence panicked"))??;
    ended.ok_or_else(|| Problem::not_found("silence", &id))
}

fn moment(fields: &mut Fields, name: &str) -> Option<Timestamp> {
    let text = fields.text(name)?;
    let moment = Timestamp::parse(&text);
    if moment.is_none() {
        fields.wrong(name, "must be an RFC 3339 time");
    }
    moment
}

/// A list of words, which may be left out.
fn words(fields: &mut Fields, name: &str, most: usize) -> Vec<String> {
    let items = match fields.take(name) {
        None => return Vec::new(),
        Some(Value::Array(items)) => items,
        Some(other) => {
            fields.wrong(name, format!("must be a list, found {}", kind(&other)));
            return Vec::new();
        }
    };
    if items.len() > most {
        fields.wrong(name, format!("must have at most {most} items"));
        return Vec::new();
    }
    let mut words = Vec::with_capacity(items.len());
    for (index, item) in items.into_iter().enumerate() {
        match item {
            Value::String(word) if (1..=WORD_CHARS_MAX).contains(&word.chars().count()) => words.push(word),
            _ => fields.wrong(
                &format!("{name}[{index}]"),
                format!("must be a string of 1 to {WORD_CHARS_MAX} characters"),
            ),
        }
    }
    words
}
