//! Tokens, and who changed what, in words that both databases know: this is a module of each of them.

use super::{AuditEntry, Pool, StoreError, Timestamp, Token, TokenHash};
use crate::store::columns::{self, kept};

pub(super) async fn create(pool: &Pool, token: Token, hash: TokenHash) -> Result<(), StoreError> {
    let done = sqlx::query(
        "INSERT INTO tokens (id, hash, name, scopes, created_at, expires_at, revoked_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
    )
    .bind(kept(token.id.clone()))
    .bind(hash.as_bytes().to_vec())
    .bind(kept(token.name))
    .bind(columns::scopes(&token.scopes))
    .bind(token.created_at.millis())
    .bind(token.expires_at.map(Timestamp::millis))
    .bind(token.revoked_at.map(Timestamp::millis))
    .execute(pool)
    .await?;
    if done.rows_affected() == 0 { Err(StoreError::Exists(token.id)) } else { Ok(()) }
}

pub(super) async fn one(pool: &Pool, hash: TokenHash) -> Result<Option<Token>, StoreError> {
    let query = sqlx::query("SELECT * FROM tokens WHERE hash = $1").bind(hash.as_bytes().to_vec());
    query.fetch_optional(pool).await?.as_ref().map(columns::token).transpose()
}

pub(super) async fn all(pool: &Pool) -> Result<Vec<Token>, StoreError> {
    let query = sqlx::query("SELECT * FROM tokens WHERE revoked_at IS NULL ORDER BY id");
    query.fetch_all(pool).await?.iter().map(columns::token).collect()
}

pub(super) async fn revoke(pool: &Pool, id: String, now: Timestamp) -> Result<(), StoreError> {
    let done = sqlx::query("UPDATE tokens SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL")
        .bind(kept(id.clone()))
        .bind(now.millis())
        .execute(pool)
        .await?;
    if done.rows_affected() == 0 { Err(StoreError::Absent(id)) } else { Ok(()) }
}

pub(super) async fn audit(pool: &Pool, entry: AuditEntry) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO audit (at, actor, action, subject, trace_id) VALUES ($1, $2, $3, $4, $5)")
        .bind(entry.at.millis())
        .bind(kept(entry.actor))
        .bind(entry.action)
        .bind(kept(entry.subject))
        .bind(kept(entry.trace_id))
        .execute(pool)
        .await?;
    Ok(())
}
