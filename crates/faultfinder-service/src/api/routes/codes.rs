//! `/api/v1/codes`: the taxonomy.

use crate::api::context::Actor;
use crate::api::path::Named;
use crate::api::problem::Problem;
use crate::api::query::Query;
use crate::api::reply::Reply;
use crate::api::resources::{All, CodeResource};
use faultfinder_taxonomy::Code;
use http::Uri;

/// All codes.
#[utoipa::path(
    get, path = "/codes", tag = "codes", operation_id = "listCodes",
    responses((status = 200, body = All<CodeResource>)),
    security(("token" = []))
)]
pub(crate) async fn list(_: Actor, uri: Uri) -> Result<Reply, Problem> {
    Query::of(&uri).finish()?;
    let items = Code::ALL.iter().copied().map(CodeResource::from).collect();
    Ok(Reply::ok(&All { items }))
}

/// One code.
#[utoipa::path(
    get, path = "/codes/{code}", tag = "codes", operation_id = "readCode",
    params(("code" = String, Path, description = "A code, such as CONNREFUSED")),
    responses((status = 200, body = CodeResource), (status = 404)),
    security(("token" = []))
)]
pub(crate) async fn get(_: Actor, uri: Uri, Named(name): Named) -> Result<Reply, Problem> {
    Query::of(&uri).finish()?;
    let code = Code::ALL.iter().copied().find(|code| code.as_str() == name);
    code.map(|code| Reply::ok(&CodeResource::from(code))).ok_or_else(|| Problem::not_found("code", &name))
}
