//! `/api/v1/definitions`: the definition files of this service, and what is wrong with them.

use super::results::{PAGE_DEFAULT, clamped};
use crate::api::context::Actor;
use crate::api::cursor;
use crate::api::openapi::PageSize;
use crate::api::problem::Problem;
use crate::api::query::Query;
use crate::api::reply::Reply;
use crate::api::resources::List;
use crate::definitions::DefinitionFile;
use crate::service::Service;
use crate::store::PAGE_MAX;
use crate::timestamp::Timestamp;
use crate::token::Scope;
use axum::extract::State;
use faultfinder_spec::{Diagnostic, Severity};
use http::Uri;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// A definition file as it was read last, or a folder that cannot be searched.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = DefinitionFile)]
pub(crate) struct FileResource {
    /// Its path.
    file: String,
    /// Whether it has no error. If it has one, the tests of its last version without an error continue.
    ok: bool,
    /// How many tests of it run.
    tests: usize,
    /// When it was read last: at its last change, or when everything was reloaded.
    read_at: Timestamp,
    /// When it was read without an error last; absent if it never was.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    good_at: Option<Timestamp>,
    /// What is wrong with it, and what is probably not meant: the first 50, errors first; one more says how many there are
    /// beyond.
    diagnostics: Vec<DiagnosticResource>,
}

/// Something that is wrong with a file.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DefinitionDiagnostic)]
struct DiagnosticResource {
    /// `error`, or `warning` for what is probably not meant.
    #[schema(pattern = "^(error|warning)$")]
    severity: &'static str,
    /// What is wrong. Tokens without the scope `admin` see only where.
    message: String,
    /// The line, from 1.
    #[schema(minimum = 1)]
    line: u32,
    /// The column in characters, from 1.
    #[schema(minimum = 1)]
    column: u32,
    /// The field, as `tests[0].http.port`; absent if it concerns no field.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    path: Option<String>,
}

/// What is shown instead of a message to callers that may not see what is written in files.
const WITHHELD: &str = "shown to tokens with the scope admin, and in the log";

/// What a diagnostic says, as far as a caller may see it: messages quote what is written, and that may be a secret.
pub(crate) fn message(diagnostic: &Diagnostic, by: &Actor) -> String {
    if !by.is_admin() {
        return WITHHELD.to_owned();
    }
    let parts = [Some(&diagnostic.message), diagnostic.label.as_ref(), diagnostic.help.as_ref()];
    parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join("; ")
}

/// At most so many files in the order of their names, behind the one of this name; and the cursor of those that follow.
pub(crate) fn page(
    service: &Service,
    after: Option<&str>,
    limit: usize,
) -> (Vec<Arc<DefinitionFile>>, Option<String>) {
    let Some(loaded) = service.loaded() else { return (Vec::new(), None) };
    let begin = after.map_or(0, |after| loaded.files.partition_point(|file| *file.name <= *after));
    let behind = loaded.files.get(begin..).unwrap_or_default();
    let page: Vec<_> = behind.iter().take(limit).map(Arc::clone).collect();
    let next = page.last().filter(|_| page.len() < behind.len()).map(|last| cursor::of_file(&last.name));
    (page, next)
}

impl FileResource {
    /// A file as a caller may see it. Messages quote what is written, and that may be a secret.
    fn new(file: &DefinitionFile, by: &Actor) -> Self {
        Self {
            file: file.name.to_string(),
            ok: file.is_good(),
            tests: file.tests.len(),
            read_at: file.read_at,
            good_at: file.good_at,
            diagnostics: file.diagnostics.iter().map(|one| DiagnosticResource::new(one, by)).collect(),
        }
    }
}

impl DiagnosticResource {
    fn new(diagnostic: &Diagnostic, by: &Actor) -> Self {
        Self {
            severity: match diagnostic.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            },
            message: message(diagnostic, by),
            line: diagnostic.place.line,
            column: diagnostic.place.column,
            path: diagnostic.path.clone(),
        }
    }
}

/// Definition files, in the order of their names.
#[utoipa::path(
    get, path = "/definitions", tag = "definitions", operation_id = "listDefinitions",
    params(
        ("limit" = inline(Option<PageSize>), Query, description = "Maximum number; default 50; more than 500 is treated as 500"),
        ("cursor" = Option<String>, Query, description = "The `nextCursor` of the previous page"),
    ),
    responses((status = 200, body = List<FileResource>)),
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
    let after = query.cursor(cursor::file);
    query.finish()?;
    let (files, next_cursor) = page(&service, after.as_deref(), limit);
    let items = files.iter().map(|file| FileResource::new(file, &actor)).collect();
    Ok(Reply::ok(&List { items, next_cursor }).warn(clamped(asked)))
}
