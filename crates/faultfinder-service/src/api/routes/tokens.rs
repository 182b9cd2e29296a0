//! `/api/v1/tokens`: who may do what. For administrators.

use crate::api::access::TOKEN_PREFIX;
use crate::api::body::{Fields, JsonObject, kind};
use crate::api::context::{Actor, TraceId};
use crate::api::openapi::NewToken;
use crate::api::path::Named;
use crate::api::problem::Problem;
use crate::api::query::Query;
use crate::api::reply::Reply;
use crate::api::resources::{All, Revoked, TokenResource};
use crate::service::Service;
use crate::store::StoreError;
use crate::timestamp::Timestamp;
use crate::token::{Scope, Token, TokenHash};
use axum::Extension;
use axum::extract::{Request, State};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::Uri;
use rand::Rng as _;
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;
use uuid::Uuid;

/// Longest name of a token, in characters.
pub(crate) const NAME_CHARS_MAX: usize = 200;

/// All tokens that are not revoked.
#[utoipa::path(
    get, path = "/tokens", tag = "tokens", operation_id = "listTokens",
    responses((status = 200, body = All<TokenResource>)),
    security(("token" = ["admin"]))
)]
pub(crate) async fn list(
    State(service): State<Arc<Service>>,
    actor: Actor,
    uri: Uri,
) -> Result<Reply, Problem> {
    actor.may(&[Scope::Admin])?;
    Query::of(&uri).finish()?;
    let listed = service.store().tokens().await?;
    let items: Vec<TokenResource> = listed.rows.into_iter().map(TokenResource::from).collect();
    Ok(Reply::ok(&All { items }).without(listed.damaged))
}

/// Makes a token. The answer tells it, once.
#[utoipa::path(
    post, path = "/tokens", tag = "tokens", operation_id = "createToken",
    request_body = NewToken,
    responses((
        status = 201, body = TokenResource, headers(("location" = String, description = "Its URL")),
        links(("revoke" = (operation_id = "revokeToken", parameters(("id" = "$response.body#/id")))))
    )),
    security(("token" = ["admin"]))
)]
pub(crate) async fn create(
    State(service): State<Arc<Service>>,
    Extension(trace): Extension<TraceId>,
    actor: Actor,
    request: Request,
) -> Result<Reply, Problem> {
    actor.may(&[Scope::Admin])?;
    let now = service.now();
    let mut fields = Fields::new(JsonObject::small(&service, &actor, request).await?);
    let name = name(&mut fields);
    let scopes = scopes(&mut fields);
    let expires_at = expiry(&mut fields, now);
    fields.finish()?;
    let wanted = Wanted { name, scopes, expires_at };
    let (token, secret) = make(&service, &trace, &actor, wanted).await?;
    let id = token.id.clone();
    let lasting = TokenResource::from(token.clone());
    let mut resource = TokenResource::from(token);
    resource.token = Some(secret);
    Ok(Reply::created(&resource, format!("/api/v1/tokens/{id}")).lasting(&lasting))
}

/// Revokes a token.
#[utoipa::path(
    delete, path = "/tokens/{id}", tag = "tokens", operation_id = "revokeToken",
    params(("id" = String, Path, description = "The id of a token")),
    responses((status = 200, body = Revoked), (status = 404), (status = 410)),
    security(("token" = ["admin"]))
)]
pub(crate) async fn revoke(
    State(service): State<Arc<Service>>,
    Extension(trace): Extension<TraceId>,
    actor: Actor,
    uri: Uri,
    Named(id): Named,
) -> Result<Reply, Problem> {
    actor.may(&[Scope::Admin])?;
    Query::of(&uri).finish()?;
    let revoked_at = take_back(&service, &trace, &actor, &id).await?;
    Ok(Reply::ok(&Revoked { id, revoked_at }))
}

/// A token that somebody wants.
#[derive(Debug)]
pub(crate) struct Wanted {
    pub(crate) name: String,
    pub(crate) scopes: BTreeSet<Scope>,
    pub(crate) expires_at: Option<Timestamp>,
}

/// Makes a token; what is wrong with it was said before. Yields it with what it is.
pub(crate) async fn make(
    service: &Arc<Service>,
    trace: &TraceId,
    actor: &Actor,
    wanted: Wanted,
) -> Result<(Token, String), Problem> {
    let Wanted { name, scopes, expires_at } = wanted;
    let bits: [u8; 32] = std::array::from_fn(|_| rand::rng().next_u32().to_le_bytes()[0]);
    let secret = format!("{TOKEN_PREFIX}{}", URL_SAFE_NO_PAD.encode(bits));
    let id = Uuid::now_v7().to_string();
    let token = Token { id, name, scopes, created_at: service.now(), expires_at, revoked_at: None };
    let (of, created, hash) = (Arc::clone(service), token.clone(), TokenHash::of(&secret));
    let (by, trace) = (Arc::clone(&actor.id), trace.clone());
    let created = service.changes().carry_out(async move {
        let id = created.id.clone();
        of.store().create_token(created, hash).await?;
        of.audit(&by, "tokens.create", &id, trace.as_str()).await;
        Ok(())
    });
    ended(created.await)?;
    Ok((token, secret))
}

/// Revokes a token. Yields when that was.
///
/// # Errors
///
/// 404 when there is none of this id, 410 when it was revoked before.
pub(crate) async fn take_back(
    service: &Arc<Service>,
    trace: &TraceId,
    actor: &Actor,
    id: &str,
) -> Result<Timestamp, Problem> {
    let now = service.now();
    let (of, revoked) = (Arc::clone(service), id.to_owned());
    let (by, trace) = (Arc::clone(&actor.id), trace.clone());
    let revoked = service.changes().carry_out(async move {
        of.store().revoke_token(revoked.clone(), now).await?;
        of.audit(&by, "tokens.revoke", &revoked, trace.as_str()).await;
        Ok(())
    });
    match revoked.await {
        Some(Err(StoreError::Absent(_))) => return Err(Problem::not_found("token", id)),
        Some(Err(StoreError::Revoked(_))) => return Err(Problem::gone("token", id, "was revoked")),
        other => ended(other)?,
    }
    Ok(now)
}

/// What came of a change.
fn ended(change: Option<Result<(), StoreError>>) -> Result<(), Problem> {
    Ok(change.ok_or_else(|| Problem::internal("a change of a token panicked"))??)
}

fn name(fields: &mut Fields) -> String {
    match fields.required("name") {
        Some(Value::String(name)) if (1..=NAME_CHARS_MAX).contains(&name.chars().count()) => return name,
        Some(Value::String(_)) => fields.wrong("name", format!("must have 1 to {NAME_CHARS_MAX} characters")),
        Some(other) => fields.wrong("name", format!("must be a string, found {}", kind(&other))),
        None => {}
    }
    String::new()
}

fn scopes(fields: &mut Fields) -> BTreeSet<Scope> {
    let known = || Scope::ALL.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(", ");
    let mut scopes = BTreeSet::new();
    match fields.required("scopes") {
        Some(Value::Array(items)) if !items.is_empty() => {
            for (index, item) in items.iter().enumerate() {
                match item.as_str().and_then(Scope::from_name) {
                    Some(scope) => {
                        scopes.insert(scope);
                    }
                    None => fields.wrong(&format!("scopes[{index}]"), format!("must be one of {}", known())),
                }
            }
        }
        Some(_) => fields.wrong("scopes", format!("must be a list of at least one of {}", known())),
        None => {}
    }
    scopes
}

fn expiry(fields: &mut Fields, now: Timestamp) -> Option<Timestamp> {
    let value = fields.take("expiresAt").filter(|value| !value.is_null())?;
    let moment = value.as_str().and_then(Timestamp::parse);
    match moment {
        None => fields.wrong("expiresAt", "must be an RFC 3339 time"),
        Some(moment) if moment <= now => fields.wrong("expiresAt", "must be in the future"),
        Some(_) => {}
    }
    moment
}
