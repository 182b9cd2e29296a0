//! `/api/v1/codes`: the taxonomy.

use crate::api::context::Actor;
use crate::api::path::Named;
use crate::api::problem::Problem;
use crate::api::query::Query;
use crate::api::reply::Reply;
use faultfinder_taxonomy::Code;
use http::Uri;
use serde_json::{Value, json};

fn shown(code: Code) -> Value {
    let explained = code.explanation();
    json!({ "code": code.as_str(), "title": explained.title, "description": explained.description, "protocols": explained.protocols, "blame": explained.blame, "hints": explained.hints })
}

/// All codes.
pub(crate) async fn list(_: Actor, uri: Uri) -> Result<Reply, Problem> {
    Query::of(&uri).finish()?;
    let items: Vec<Value> = Code::ALL.iter().copied().map(shown).collect();
    Ok(Reply::ok(&json!({ "items": items })))
}

/// One of them.
pub(crate) async fn get(_: Actor, uri: Uri, Named(name): Named) -> Result<Reply, Problem> {
    Query::of(&uri).finish()?;
    let code = Code::ALL.iter().copied().find(|code| code.as_str() == name);
    code.map(|code| Reply::ok(&shown(code))).ok_or_else(|| Problem::not_found("code", &name))
}
