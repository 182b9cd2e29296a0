//! A database for one test.

use super::cluster;
use crate::store::sql::{PostgresStore, SqliteStore};
use crate::store::{ResultRecord, Store, StoreError};
use sqlx::{AssertSqlSafe, Row as _};
use std::sync::Arc;

/// A database, and what removes it.
pub(super) struct Place {
    pub(super) url: String,
    pub(super) store: Arc<dyn Store>,
    pub(super) inside: Inside,
    _folder: Option<tempfile::TempDir>,
}

/// The database itself, to look behind the contract.
pub(super) enum Inside {
    Sqlite(Arc<SqliteStore>),
    Postgres(Arc<PostgresStore>),
}

impl Place {
    pub(super) async fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a b.db");
        let url = format!("sqlite://{}", path.display());
        let store = Arc::new(SqliteStore::open(&path).await.unwrap());
        Self { url, store: Arc::clone(&store) as _, inside: Inside::Sqlite(store), _folder: Some(folder) }
    }

    /// A new database of the cluster that the tests of this process share; nothing where there is no PostgreSQL.
    pub(super) async fn postgres() -> Option<Self> {
        let cluster = cluster::shared()?;
        Some(Self::on(&cluster.new_database().await).await)
    }

    /// A database on a server.
    pub(super) async fn on(url: &str) -> Self {
        let store = Arc::new(PostgresStore::open(url.parse().unwrap()).await.unwrap());
        Self {
            url: url.to_owned(),
            store: Arc::clone(&store) as _,
            inside: Inside::Postgres(store),
            _folder: None,
        }
    }

    /// Writes results.
    pub(super) async fn write(
        &self,
        results: impl IntoIterator<Item = ResultRecord>,
    ) -> Result<(), StoreError> {
        let results: Vec<_> = results.into_iter().map(Arc::new).collect();
        self.store.write_results(&results).await
    }

    /// The number that a statement yields.
    pub(super) async fn number(&self, sql: impl Into<String>) -> i64 {
        let sql = AssertSqlSafe(sql.into());
        match &self.inside {
            Inside::Sqlite(store) => sqlx::query(sql).fetch_one(store.writer()).await.unwrap().get(0),
            Inside::Postgres(store) => sqlx::query(sql).fetch_one(store.writer()).await.unwrap().get(0),
        }
    }

    /// The text that a statement yields.
    pub(super) async fn text(&self, sql: impl Into<String>) -> String {
        let sql = AssertSqlSafe(sql.into());
        match &self.inside {
            Inside::Sqlite(store) => sqlx::query(sql).fetch_one(store.writer()).await.unwrap().get(0),
            Inside::Postgres(store) => sqlx::query(sql).fetch_one(store.writer()).await.unwrap().get(0),
        }
    }

    /// Runs a statement.
    pub(super) async fn run(&self, sql: impl Into<String>) {
        let sql = AssertSqlSafe(sql.into());
        match &self.inside {
            Inside::Sqlite(store) => drop(sqlx::query(sql).execute(store.writer()).await.unwrap()),
            Inside::Postgres(store) => drop(sqlx::query(sql).execute(store.writer()).await.unwrap()),
        }
    }
}
