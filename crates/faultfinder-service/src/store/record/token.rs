//! Tokens as rows.

use crate::store::row::{Column, Columns, FromRow, ToRow, Wrong};
use crate::timestamp::Timestamp;
use crate::token::{Scope, Token, TokenHash};
use std::collections::BTreeSet;

/// A token with its hash, which is written and never read.
#[derive(Debug)]
pub(in crate::store) struct HashedToken {
    pub(in crate::store) token: Token,
    pub(in crate::store) hash: TokenHash,
}

impl ToRow for HashedToken {
    const TABLE: &'static str = "tokens";
    const COLUMNS: &'static [Column<Self>] = &[
        Column::text("id", |row| (&row.token.id).into()),
        Column::bytes("hash", |row| row.hash.as_bytes().into()),
        Column::text("name", |row| (&row.token.name).into()),
        Column::text("scopes", |row| {
            row.token.scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(" ").into()
        }),
        Column::int("created_at", |row| row.token.created_at.millis()),
        Column::maybe_int("expires_at", |row| row.token.expires_at.map(Timestamp::millis)),
        Column::maybe_int("revoked_at", |row| row.token.revoked_at.map(Timestamp::millis)),
    ];
}

impl FromRow for Token {
    const TABLE: &'static str = "tokens";

    fn name(row: &impl Columns) -> Result<String, Wrong> {
        row.text("id")
    }

    fn read(row: &impl Columns) -> Result<Self, Wrong> {
        let scopes: Option<BTreeSet<Scope>> =
            row.text("scopes")?.split_whitespace().map(Scope::from_name).collect();
        Ok(Self {
            id: row.text("id")?,
            name: row.text("name")?,
            scopes: scopes.ok_or_else(|| Wrong::column("scopes", "has an unknown scope"))?,
            created_at: Timestamp::from_millis(row.int("created_at")?),
            expires_at: row.maybe_int("expires_at")?.map(Timestamp::from_millis),
            revoked_at: row.maybe_int("revoked_at")?.map(Timestamp::from_millis),
        })
    }
}
