//! `/api/v1/tests`: create, read, replace, delete, list, run.

use super::locations::here;
use super::replaced::Replaced;
use super::results::{PAGE_DEFAULT, clamped};
use super::runs;
use super::test_list::{self, Place, Sort, Wanted};
use crate::api::body::{BODY_BYTES_MAX, Fields, JsonObject, Received, kind};
use crate::api::context::{Actor, TraceId};
use crate::api::cursor;
use crate::api::definition::{self, Defined};
use crate::api::elsewhere::elsewhere;
use crate::api::openapi::{NewTest, PageSize, Replacement, TestOrder, TestState, TestStatus};
use crate::api::path::Named;
use crate::api::problem::{Problem, quoted};
use crate::api::query::Query;
use crate::api::reply::{Reply, Unexpected};
use crate::api::resources::{Deleted, List, ResultResource, TestResource, UNKNOWN};
use crate::api::status::Status;
use crate::catalog::Kept;
use crate::doubt;
use crate::secrets::{self, Keyring, Unopened};
use crate::service::{RunOf, Service};
use crate::store::{
    Origin, Outcome, PAGE_MAX, Page, RawObject, ResultRecord, StoreError, TestQuery, TestRecord, Trigger,
};
use crate::timestamp::Timestamp;
use crate::token::Scope;
use axum::Extension;
use axum::extract::{Request, State};
use faultfinder_engine::PlannedTest;
use faultfinder_taxonomy::{ConstraintViolation, ParameterLocation};
use http::Uri;
use serde_json::Value;
use std::sync::Arc;
use uuid::Uuid;

/// What a body says of a test.
struct Written {
    /// With a mask for each secret.
    definition: RawObject,
    sealed: Option<String>,
    defined: Defined,
    paused: bool,
    version: Option<i64>,
    warnings: Vec<Unexpected>,
}

/// Reads the body of a new test, or of one that replaces another.
fn read(
    body: JsonObject,
    id: &str,
    replaced: Option<&Replaced>,
    keyring: &Keyring,
) -> Result<Written, Problem> {
    let replaces = replaced.is_some();
    let mut fields = Fields::new(body);
    let given = fields.boolean("paused");
    let version = if replaces { fields.required("version") } else { None };
    let version = version.and_then(|value| {
        let version = value.as_i64().filter(|version| *version >= 1);
        if version.is_none() {
            fields.wrong("version", format!("must be a number of at least 1, found {}", kind(&value)));
        }
        version
    });
    let mut definition = fields.required(definition::FIELD);
    let kept = replaced.zip(definition.as_mut()).is_some_and(|(replaced, now)| replaced.put_back(now));
    let defined = match definition.as_ref().map(|definition| definition::read(id, definition)) {
        None => None,
        Some(Err(problem)) => return Err(problem),
        Some(Ok(Err(violations))) => {
            fields.extend(violations.into_iter().map(|one| match replaced {
                Some(replaced) => replaced.hide(one),
                None => one,
            }));
            None
        }
        Some(Ok(Ok(defined))) => Some(defined),
    };
    let mut masked = definition.clone().unwrap_or_default();
    let secrets = secrets::take_out(&mut masked);
    if let Some(replaced) = replaced.filter(|_| kept) {
        fields.extend(replaced.refused(&masked, &secrets, defined.as_ref()));
    }
    if defined.is_some() && !definition.as_ref().is_some_and(Value::is_object) {
        fields.wrong(definition::FIELD, "must be an object, found a list");
    }
    let count = defined.as_ref().map_or(1, |defined| defined.suite.tests().len());
    if count != 1 {
        fields.wrong(definition::FIELD, format!("must have one test, found {count}"));
    }
    fields.finish()?;
    let Some(mut defined) = defined else {
        return Err(Problem::internal("a definition is neither good nor bad"));
    };
    let definition = RawObject::of(&masked)
        .map_err(|error| Problem::internal(format!("a definition with a test {error}")))?;
    let sealed = keyring.seal(id, &secrets).map_err(unsealed)?;
    let mut warnings = std::mem::take(&mut defined.warnings);
    let defined_paused = defined.suite.tests().first().is_some_and(PlannedTest::is_paused);
    if given.is_none() && replaces && !defined_paused {
        warnings.push(filled_in("paused", "false", "The test is not paused: `paused` was not given."));
    }
    Ok(Written { definition, sealed, defined, paused: given.unwrap_or(defined_paused), version, warnings })
}

fn filled_in(path: &str, value: &str, message: &str) -> Unexpected {
    let violation =
        ConstraintViolation::new(path, format!("was set to {value}"), ParameterLocation::PayloadBody);
    Unexpected::new(message, vec![violation])
}

impl Written {
    /// The test as it is kept, and as it is run.
    fn into_kept(self, id: String, version: i64, by: &Actor, now: Timestamp) -> Result<Kept, Problem> {
        let test = self.defined.suite.tests().first();
        let test = test.ok_or_else(|| Problem::internal("a definition has lost its test"))?;
        let record = TestRecord {
            id,
            version,
            name: test.name().to_owned(),
            tags: test.tags().map(str::to_owned).collect(),
            every: test.every(),
            definition: Some(self.definition),
            sealed: self.sealed,
            origin: Origin::Api,
            paused: self.paused,
            restricted: !by.is_admin(),
            owner: by.id.to_string(),
            created_at: now,
            updated_at: now,
            deleted_at: None,
        };
        Ok(Kept::first(record, Arc::new(self.defined.suite)))
    }
}

/// What a definition with secrets that cannot be sealed is answered with.
fn unsealed(why: Unopened) -> Problem {
    match why {
        Unopened::NoKey => {
            let message = "has secrets, and this service has no key to seal them: its operator must set `secret_key_file`";
            Problem::violation("NoSecretKey", definition::FIELD, message, ParameterLocation::PayloadBody)
        }
        why => Problem::internal(why.to_string()),
    }
}

/// Keeps a new test.
#[utoipa::path(
    post, path = "/tests", tag = "tests", operation_id = "createTest",
    request_body = NewTest,
    responses(
        (
            status = 201, body = TestResource, headers(("location" = String, description = "Its URL")),
            links(
                ("read" = (operation_id = "readTest", parameters(("id" = "$response.body#/id")))),
                ("replace" = (operation_id = "replaceTest", parameters(("id" = "$response.body#/id")))),
                ("delete" = (operation_id = "deleteTest", parameters(("id" = "$response.body#/id")))),
                ("run" = (operation_id = "runTest", parameters(("id" = "$response.body#/id")))),
                ("uptime" = (operation_id = "readUptime", parameters(("id" = "$response.body#/id"))))
            )
        ),
        (status = 501)
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
    let id = Uuid::now_v7().to_string();
    let body = Received::of(&service, &actor, request, BODY_BYTES_MAX).await?;
    let (of, keyring) = (id.clone(), service.keyring().clone());
    let written = elsewhere(&service, &actor, body.len(), move || read(body.object()?, &of, None, &keyring));
    let mut written = written.await?;
    let mut warnings = std::mem::take(&mut written.warnings);
    let kept = written.into_kept(id.clone(), 1, &actor, service.now())?;
    if kept.record.every.is_none() {
        warnings.push(filled_in(
            "definition.tests[0].every",
            "never",
            "The test runs on demand only: `every` was not given.",
        ));
    }
    let resource = TestResource::new(kept.record.clone(), None);
    let of = Arc::clone(&service);
    let created = async move {
        let owner = Some(&actor.id).filter(|_| !actor.is_admin());
        let reserved = owner.map(|owner| of.catalog().reserve(owner, of.config().tests_per_token));
        if let Some(None) = reserved {
            return Ok(false);
        }
        of.store().create_test(kept.record.clone()).await?;
        let id = kept.record.id.clone();
        of.put(kept);
        of.begin_soon([id.as_str()]);
        drop(reserved);
        of.audit(&actor.id, "tests.create", &id, trace.as_str()).await;
        Ok(true)
    };
    if !change(&service, &id, created).await? {
        let tests_max = service.config().tests_per_token;
        let message = format!(
            "This token has {tests_max} tests, and may not have more: see the setting tests_per_token."
        );
        return Err(Problem::new(Status::Forbidden, "QuotaExceeded", message));
    }
    Ok(Reply::created(&resource, format!("/api/v1/tests/{id}")).warn(warnings))
}

/// The test of an id.
///
/// # Errors
///
/// 404 when there never was one, 410 when it was deleted.
pub(crate) async fn known(service: &Service, id: &str) -> Result<TestRecord, Problem> {
    if let Some(record) = service.catalog().of_file(id) {
        return Ok(record);
    }
    if service.catalog().had(id) {
        return Err(Problem::gone("test", id, "is no longer in its file"));
    }
    match service.store().test(id.to_owned()).await? {
        None => Err(Problem::not_found("test", id)),
        Some(record) if record.deleted_at.is_some() => Err(Problem::gone("test", id, "was deleted")),
        Some(record) => Ok(record),
    }
}

/// A test as it is shown.
pub(super) fn shown(service: &Service, record: TestRecord) -> TestResource {
    let retries_off = service.retries_off().of(&record.id);
    let state = service.states().of(&record.id);
    TestResource::new(record, retries_off).in_state(state)
}

/// One test.
#[utoipa::path(
    get, path = "/tests/{id}", tag = "tests", operation_id = "readTest",
    params(("id" = String, Path, description = "The id of a test")),
    responses((status = 200, body = TestResource), (status = 404), (status = 410)),
    security(("token" = ["tests:read"]))
)]
pub(crate) async fn get(
    State(service): State<Arc<Service>>,
    actor: Actor,
    uri: Uri,
    Named(id): Named,
) -> Result<Reply, Problem> {
    actor.may(&[Scope::TestsRead])?;
    Query::of(&uri).finish()?;
    known(&service, &id).await.map(|record| Reply::ok(&shown(&service, record)))
}

/// Tests, in the order of their ids or another one. Tests that are stored and that this service cannot run are in the list
/// that is neither searched nor sorted nor filtered by `state`.
#[utoipa::path(
    get, path = "/tests", tag = "tests", operation_id = "listTests",
    params(
        ("tag" = Option<String>, Query, description = "Only tests with this tag"),
        ("status" = inline(Option<TestStatus>), Query, description = "Only tests that run on their schedule, or do not"),
        ("state" = inline(Option<TestState>), Query, description = "Only tests that ended so last"),
        ("search" = Option<String>, Query, description = "Only tests whose name contains this text, in any case"),
        ("sort" = inline(Option<TestOrder>), Query, description = "The order; default `id`"),
        ("limit" = inline(Option<PageSize>), Query, description = "Maximum number; default 50; more than 500 is treated as 500"),
        ("cursor" = Option<String>, Query, description = "The `nextCursor` of the previous page, with the same `sort`"),
    ),
    responses((status = 200, body = List<TestResource>)),
    security(("token" = ["tests:read"]))
)]
pub(crate) async fn list(
    State(service): State<Arc<Service>>,
    actor: Actor,
    uri: Uri,
) -> Result<Reply, Problem> {
    actor.may(&[Scope::TestsRead])?;
    let mut query = Query::of(&uri);
    let (limit, asked) = query.limit(PAGE_DEFAULT, PAGE_MAX);
    let status = |name: &str| match name {
        "active" => Some(false),
        "paused" => Some(true),
        _ => None,
    };
    let state = query.one_of("state", "passed, failed, error or unknown", |name| match name {
        UNKNOWN => Some(None),
        name => Outcome::from_name(name).filter(|outcome| *outcome != Outcome::Missed).map(Some),
    });
    let search = query.text("search");
    let order = "id, name or since, or one of them behind `-`";
    let sort = query.one_of("sort", order, Sort::from_name).unwrap_or_default();
    let is_plain = state.is_none() && search.is_none() && sort == Sort::default();
    let place = query.cursor(|text| match is_plain {
        true => cursor::test(text).map(|after| (Some(after), None)),
        false => Place::of_cursor(sort, text).map(|place| (None, Some(place))),
    });
    let (after, place) = place.unwrap_or_default();
    let tag = query.text("tag");
    let wanted = TestQuery { tag, paused: query.one_of("status", "active or paused", status), after, limit };
    query.finish()?;
    if !is_plain {
        let wanted = Wanted { query: wanted, state, search, sort, after: place };
        let of = Arc::clone(&service);
        let page = move || Ok(test_list::page(of.catalog(), of.states(), &wanted));
        let (rows, next_cursor) = elsewhere(&service, &actor, 0, page).await?;
        let items = rows.into_iter().map(|record| shown(&service, record)).collect();
        return Ok(Reply::ok(&List { items, next_cursor }).warn(clamped(asked)));
    }
    let of_files = service.catalog().of_files(&wanted);
    let page = merged(service.store().tests(wanted).await?, of_files, limit);
    let next_cursor = page.next.as_deref().map(cursor::of_test);
    let items = page.rows.into_iter().map(|record| shown(&service, record)).collect();
    Ok(Reply::ok(&List { items, next_cursor }).warn(clamped(asked)).without(page.damaged))
}

/// A page of the tests that are kept, and those of files among them: none that is behind the page.
fn merged(
    mut page: Page<TestRecord, String>,
    of_files: Vec<TestRecord>,
    limit: usize,
) -> Page<TestRecord, String> {
    page.rows.extend(of_files.into_iter().filter(|row| page.next.as_ref().is_none_or(|end| row.id <= *end)));
    page.rows.sort_by(|one, other| one.id.cmp(&other.id));
    if page.rows.len() > limit {
        page.rows.truncate(limit);
        page.next = page.rows.last().map(|row| row.id.clone());
    }
    page
}

/// Replaces a test.
#[utoipa::path(
    put, path = "/tests/{id}", tag = "tests", operation_id = "replaceTest",
    params(("id" = String, Path, description = "The id of a test")),
    request_body = Replacement,
    responses((status = 200, body = TestResource), (status = 404), (status = 409), (status = 410), (status = 501)),
    security(("token" = ["tests:write"]))
)]
pub(crate) async fn replace(
    State(service): State<Arc<Service>>,
    Extension(trace): Extension<TraceId>,
    actor: Actor,
    Named(id): Named,
    request: Request,
) -> Result<Reply, Problem> {
    actor.may(&[Scope::TestsWrite])?;
    let before = known(&service, &id).await?;
    changeable(&before)?;
    let body = Received::of(&service, &actor, request, BODY_BYTES_MAX).await?;
    let (of, keyring) = (id.clone(), service.keyring().clone());
    let replaced = Replaced::of(&service, &before, &actor)?;
    let written =
        elsewhere(&service, &actor, body.len(), move || read(body.object()?, &of, Some(&replaced), &keyring));
    let mut written = written.await?;
    let version = written.version.unwrap_or(before.version);
    let warnings = std::mem::take(&mut written.warnings);
    let mut kept = written.into_kept(id.clone(), version.saturating_add(1), &actor, service.now())?;
    kept.record.created_at = before.created_at;
    let of = Arc::clone(&service);
    let replaced = async move {
        let record = kept.record.clone();
        of.store().replace_test(record.clone()).await?;
        of.put(kept);
        of.audit(&actor.id, "tests.replace", &record.id, trace.as_str()).await;
        Ok(shown(&of, record))
    };
    let resource = change(&service, &id, replaced).await?;
    Ok(Reply::ok(&resource).warn(warnings))
}

/// Deletes a test; its results stay until they expire.
#[utoipa::path(
    delete, path = "/tests/{id}", tag = "tests", operation_id = "deleteTest",
    params(
        ("id" = String, Path, description = "The id of a test"),
        ("version" = Option<i64>, Query, minimum = 1, maximum = 9223372036854775807_i64, description = "The version to delete; if it is not the current one, nothing is deleted"),
    ),
    responses((status = 200, body = Deleted), (status = 404), (status = 409), (status = 410)),
    security(("token" = ["tests:write"]))
)]
pub(crate) async fn delete(
    State(service): State<Arc<Service>>,
    Extension(trace): Extension<TraceId>,
    actor: Actor,
    uri: Uri,
    Named(id): Named,
) -> Result<Reply, Problem> {
    actor.may(&[Scope::TestsWrite])?;
    let mut query = Query::of(&uri);
    let version = query.version();
    query.finish()?;
    match known(&service, &id).await {
        Ok(record) => changeable(&record)?,
        // What cannot be read can be deleted.
        Err(problem) if problem.is_damage() => {}
        Err(problem) => return Err(problem),
    }
    let now = service.now();
    let (of, deleted) = (Arc::clone(&service), id.clone());
    let deleted = async move {
        of.store().delete_test(deleted.clone(), version, now).await?;
        of.remove(&deleted);
        of.audit(&actor.id, "tests.delete", &deleted, trace.as_str()).await;
        Ok(())
    };
    change(&service, &id, deleted).await?;
    Ok(Reply::ok(&Deleted { id, deleted_at: now }))
}

/// Changes a test when its turn comes, to the end, even if the client leaves. When it is not known whether the change was
/// committed, the catalog follows the store as soon as it answers.
pub(super) async fn change<T: Send + 'static>(
    service: &Arc<Service>,
    id: &str,
    change: impl Future<Output = Result<T, StoreError>> + Send + 'static,
) -> Result<T, Problem> {
    let (of, test) = (Arc::clone(service), id.to_owned());
    let changed = service.changes().carry_out(async move {
        let _turn = of.changes().turn(&test).await;
        let changed = change.await;
        if let Err(StoreError::Unavailable(_)) = &changed {
            doubt::settle(&of, &test);
        }
        changed
    });
    let changed = changed.await.ok_or_else(|| Problem::internal("a change of a test panicked"))?;
    changed.map_err(|error| absent(error, id))
}

/// Runs a test now, and answers when its result is durable.
#[utoipa::path(
    post, path = "/tests/{id}/run", tag = "tests", operation_id = "runTest",
    params(
        ("id" = String, Path, description = "The id of a test"),
        ("location" = Option<String>, Query, example = "local", description = "Location; default this location"),
    ),
    responses((status = 200, body = ResultResource), (status = 404), (status = 410), (status = 501)),
    security(("token" = ["tests:read", "runs:execute"]))
)]
pub(crate) async fn run(
    State(service): State<Arc<Service>>,
    Extension(trace): Extension<TraceId>,
    actor: Actor,
    uri: Uri,
    Named(id): Named,
) -> Result<Reply, Problem> {
    actor.may(&[Scope::TestsRead, Scope::RunsExecute])?;
    let mut query = Query::of(&uri);
    let location = query.text("location");
    query.finish()?;
    here(&service, location.as_deref())?;
    let result = run_now(&service, &trace, &actor, id).await?;
    Ok(Reply::ok(&ResultResource::from(result)))
}

/// Runs a test now, and comes back when its result is durable.
///
/// # Errors
///
/// 404 and 410 when there is none of this id, 503 when nothing can be begun or kept.
pub(crate) async fn run_now(
    service: &Arc<Service>,
    trace: &TraceId,
    actor: &Actor,
    id: String,
) -> Result<ResultRecord, Problem> {
    let record = known(service, &id).await?;
    let kept = service.catalog().get(&id);
    let kept = kept.ok_or_else(|| Problem::internal(format!("test {id} is stored but cannot run")))?;
    if kept.is_heartbeat() {
        let message = "is a heartbeat: it reports by itself, and is not run";
        return Err(Problem::violation("IsHeartbeat", "id", message, ParameterLocation::Path));
    }
    let of = RunOf {
        test: id.into(),
        version: record.version,
        trigger: Trigger::Api,
        owner: Arc::clone(&actor.id),
        restricted: kept.record.restricted,
        delay_ms: 0.0,
    };
    let (with, by, trace) = (Arc::clone(service), Arc::clone(&actor.id), trace.clone());
    let run = service.changes().carry_out(async move {
        let planned = kept.planned().ok_or_else(|| Problem::internal("a test has lost its plan"))?;
        let record = runs::run(&with, planned, of).await?;
        with.audit(&by, "tests.run", &record.test, trace.as_str()).await;
        Ok::<_, Problem>(record)
    });
    run.await.ok_or_else(|| Problem::internal("a run panicked"))?
}

/// Tests of files are changed in their files.
pub(super) fn changeable(record: &TestRecord) -> Result<(), Problem> {
    match &record.origin {
        Origin::Api => Ok(()),
        Origin::File(file) => {
            let message = format!("is defined in the file {}: change it there", quoted(file));
            Err(Problem::violation("DefinedInFile", "id", message, ParameterLocation::Path))
        }
    }
}

/// A test that was deleted by somebody else a moment ago.
fn absent(error: StoreError, id: &str) -> Problem {
    match error {
        StoreError::Absent(_) => Problem::gone("test", id, "was deleted"),
        error => error.into(),
    }
}

#[cfg(test)]
mod pages {
    use super::*;

    fn record(id: &str) -> TestRecord {
        TestRecord {
            id: id.to_owned(),
            version: 1,
            name: String::new(),
            tags: Vec::new(),
            every: None,
            definition: None,
            origin: Origin::Api,
            paused: false,
            restricted: false,
            owner: String::new(),
            sealed: None,
            created_at: Timestamp::default(),
            updated_at: Timestamp::default(),
            deleted_at: None,
        }
    }

    #[test]
    fn a_page_has_the_first_of_both_in_the_order_of_their_ids() {
        let all = |ids: &[&str]| ids.iter().map(|id| record(id)).collect::<Vec<_>>();
        for (kept, next, of_files, limit, expected, then) in [
            (&["b", "d"][..], None, &["a", "c"][..], 3, &["a", "b", "c"][..], Some("c")),
            (&["b", "d"], Some("d"), &["e"], 2, &["b", "d"], Some("d")),
            (&["b", "d"], Some("d"), &["a", "e"], 2, &["a", "b"], Some("b")),
            (&["b"], None, &["a"], 2, &["a", "b"], None),
            (&[], None, &["a", "c"], 1, &["a"], Some("a")),
            // The last of the page is damaged, and what is behind it comes with the next one.
            (&["b"], Some("d"), &["c", "e"], 3, &["b", "c"], Some("d")),
            (&[], Some("d"), &["e"], 3, &[], Some("d")),
        ] {
            let kept = Page { rows: all(kept), damaged: Vec::new(), next: next.map(str::to_owned) };
            let page = merged(kept, all(of_files), limit);
            let ids: Vec<&str> = page.rows.iter().map(|row| row.id.as_str()).collect();
            assert_eq!((ids.as_slice(), page.next.as_deref()), (expected, then));
        }
    }
}
