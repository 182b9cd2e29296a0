//! A running service: from its start to its graceful end.

use crate::alerts;
use crate::api;
use crate::config::Config;
use crate::definitions::{Definitions, Settings, WatchError};
use crate::files;
use crate::heartbeats;
use crate::keeping;
use crate::life;
use crate::rounds;
use crate::secrets;
use crate::service::Service;
use crate::store::{PAGE_MAX, RawObject, Store, StoreError, TestQuery, TestRecord};
use crate::tls::{Tls, TlsError};
use crate::workers::Workers;
use faultfinder_net::{Clock, Vantage};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A running service.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    service: Arc<Service>,
    stop: oneshot::Sender<()>,
    server: JoinHandle<api::Latecomers>,
    tls: Option<Arc<Tls>>,
    tasks: Vec<JoinHandle<()>>,
    /// Watches the files as long as it lives.
    definitions: Definitions,
}

/// Why a service cannot be started.
#[derive(Debug, thiserror::Error)]
#[expect(clippy::exhaustive_enums, reason = "closed: the steps of the start")]
pub enum StartError {
    /// Its configuration makes no sense.
    #[error("{0}")]
    Config(String),
    /// It cannot listen.
    #[error("cannot listen on {address}: {error}")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// Why.
        error: std::io::Error,
    },
    /// Its certificate or key cannot be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// Its definitions cannot be watched.
    #[error(transparent)]
    Definitions(#[from] WatchError),
    /// It cannot start its threads.
    #[error("cannot start the threads for work that takes long: {0}")]
    Threads(std::io::Error),
    /// Its store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Running {
    /// Starts a service: it listens when this comes back.
    ///
    /// # Errors
    ///
    /// What is wrong with the configuration, the address or the store.
    pub async fn start(
        config: Config,
        store: Arc<dyn Store>,
        clock: Clock,
        vantage: Vantage,
    ) -> Result<Self, StartError> {
        config.check().map_err(StartError::Config)?;
        life::claim(store.as_ref()).await?;
        faultfinder_engine::warm_up();
        let (listen, bound) = (config.listen, config.shut_down_bound);
        let cannot = |error| StartError::Listen { address: listen, error };
        let tls = config.tls.clone().map(Tls::load).transpose()?;
        let listener = api::listen(listen).map_err(cannot)?;
        let address = listener.local_addr().map_err(cannot)?;
        let settings = Settings {
            paths: config.definitions.clone(),
            variables: Vec::new(),
            environment: Arc::new(|name| std::env::var(name).ok()),
        };
        let definitions = Definitions::start(settings, clock.clone()).await?;
        let workers = Workers::start().map_err(StartError::Threads)?;
        let service = Arc::new(Service::new(config, store, clock, vantage, workers));
        service.follow(definitions.loaded());
        service.retries_off().load(service.store()).await?;
        // Before there are tests: one that is paused would otherwise get a new watch, in place of that with its alert.
        service.alerts().load(service.store()).await?;
        service.silences().load(service.store(), service.now()).await?;
        let last_alive = service.store().last_alive().await?;
        rounds::start(&service);
        restore(&service).await?;
        let of_files = files::take_first(&service, &definitions.loaded().borrow());
        service.states().load(service.store()).await?;
        service.save_states();
        heartbeats::restore(&service);
        let ids = service.catalog().ids();
        let never_ran = ids.iter().filter(|id| service.states().of(id).is_none());
        service.begin_soon(never_ran.map(|id| &**id));
        if let Some(last_alive) = last_alive {
            ids.iter().for_each(|test| life::note_absence(&service, test, last_alive));
        }
        alerts::catch_up(&service).await?;
        let mut tasks = vec![
            tokio::spawn(alerts::pass_time(Arc::clone(&service))),
            tokio::spawn(heartbeats::pass_time(Arc::clone(&service))),
            tokio::spawn(files::follow(Arc::clone(&service), definitions.loaded(), of_files)),
            tokio::spawn(retain(Arc::clone(&service))),
            tokio::spawn(life::keep(Arc::clone(&service))),
        ];
        tasks.extend(
            service
                .alerts()
                .notifiers()
                .iter()
                .map(|notifier| tokio::spawn(alerts::deliver(Arc::clone(&service), Arc::clone(notifier)))),
        );
        tasks.extend(tls.as_ref().map(|tls| tokio::spawn(Arc::clone(tls).follow())));
        let door = api::Door { connections: Arc::clone(service.connections()), tls: tls.clone() };
        let (stop, stopped) = oneshot::channel();
        let router = api::router(Arc::clone(&service));
        // A sender that is gone asks for the end, too.
        let stopped = async {
            let _ = stopped.await;
        };
        let server = tokio::spawn(api::serve(listener, door, router, stopped, bound));
        tracing::info!(%address, store = service.store().kind(), "listening");
        Ok(Self { address, service, stop, server, tls, tasks, definitions })
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its URL, without the slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }

    /// Reads the files of TLS again, if they have changed. This also happens by itself, a few seconds after a change.
    ///
    /// # Errors
    ///
    /// The file, and what is wrong with it; the previous certificate stays in use.
    pub fn reload_tls(&self) -> Result<(), TlsError> {
        self.tls.as_ref().map_or(Ok(()), |tls| tls.reload())
    }

    /// Reads all definitions again soon, and the files that they refer to, whether or not something has changed; and the
    /// files of TLS. The log says what came of it.
    pub fn reload(&self) {
        self.service.forget_tls_files();
        self.definitions.reload();
        if let Err(error) = self.reload_tls() {
            tracing::error!("the certificate cannot be read again, and stays as it was: {error}");
        }
    }

    /// Ends it: nothing new begins, what runs may end, within the bound of the configuration.
    pub async fn shut_down(self) {
        let bound = self.service.config().shut_down_bound;
        self.service.close();
        for task in &self.tasks {
            task.abort();
        }
        let _ = self.stop.send(());
        let schedule = async {
            if let Some(scheduler) = self.service.scheduler() {
                scheduler.shut_down(bound).await;
            }
        };
        let (server, ()) = tokio::join!(self.server, schedule);
        // Connections that still come get 503 until all is written.
        let _latecomers = server.inspect_err(|error| tracing::error!("the server failed: {error}"));
        if !self.service.changes().end(bound).await {
            tracing::warn!("changes of clients that have left are still under way, and are given up");
        }
        keeping::keep_all(&self.service);
        self.service.writer().close(bound).await;
        let _ =
            tokio::time::timeout(STORE_CLOSES_WITHIN, self.service.store().alive(self.service.now())).await;
        if tokio::time::timeout(bound, self.service.retries_off().save_all(self.service.store()))
            .await
            .is_err()
        {
            tracing::warn!("the store did not take in time which automatic retries are off");
        }
        if tokio::time::timeout(STORE_CLOSES_WITHIN, self.service.store().close()).await.is_err() {
            tracing::warn!("the database does not close; no acknowledged result is lost");
        }
    }
}

/// How long the database may take to be given back.
const STORE_CLOSES_WITHIN: Duration = Duration::from_secs(10);

/// How often it is looked whether periods have ended and results have expired.
const RETAIN_EVERY: Duration = Duration::from_secs(60);

/// Rolls up, then deletes, in small steps.
async fn retain(service: Arc<Service>) {
    loop {
        let now = service.now();
        let config = service.config();
        let (results, summaries) = (now.before(config.keep_results), now.before(config.keep_summaries));
        match service.store().retain(now, results, summaries).await {
            Ok(retained) if retained.more => continue,
            Ok(_) => {}
            Err(error) => tracing::warn!("results cannot be rolled up: {error}"),
        }
        keeping::keep_old(&service);
        tokio::time::sleep(RETAIN_EVERY).await;
    }
}

/// Seals the secrets of a test that was kept before there was a key.
async fn sealed(service: &Service, record: TestRecord) -> TestRecord {
    let Some(definition) = record.definition.as_ref().filter(|_| record.sealed.is_none()) else {
        return record;
    };
    let Ok(mut masked) = serde_json::from_str(definition.as_str()) else { return record };
    let secrets = secrets::take_out(&mut masked);
    let (Ok(Some(sealed)), Ok(masked)) =
        (service.keyring().seal(&record.id, &secrets), RawObject::of(&masked))
    else {
        if !secrets.is_empty() {
            tracing::warn!(test = record.id, "its secrets are not sealed: set `secret_key_file`");
        }
        return record;
    };
    let kept =
        service.store().seal_test(record.id.clone(), record.version, masked.clone(), Some(sealed.clone()));
    match kept.await {
        Ok(()) => TestRecord { definition: Some(masked), sealed: Some(sealed), ..record },
        Err(error) => {
            tracing::warn!(test = record.id, "its secrets cannot be sealed now: {error}");
            record
        }
    }
}

/// Brings the tests back that are kept.
async fn restore(service: &Service) -> Result<(), StoreError> {
    let mut after = None;
    loop {
        let query = TestQuery { after, limit: PAGE_MAX, ..TestQuery::default() };
        let page = service.store().tests(query).await?;
        for damage in page.damaged {
            tracing::error!("{damage}; the test is not run");
        }
        for record in page.rows {
            let (id, record) = (record.id.clone(), sealed(service, record).await);
            match api::restored(record, service.keyring()) {
                Ok(kept) => service.put(kept),
                Err(why) => tracing::error!(test = id, "a stored test cannot run: {why}"),
            }
        }
        after = page.next;
        if after.is_none() {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::{Missed, MissedReason};
    use crate::store::{Outcome, ResultQuery};

    #[tokio::test]
    async fn misses_that_have_gathered_for_a_minute_are_kept_while_their_test_does_not_run() {
        let folder = tempfile::tempdir().unwrap();
        let service = Arc::new(Service::in_folder(&folder).await);
        for (test, seconds) in [("old", 61), ("new", 30)] {
            let first = service.now().before(Duration::from_secs(seconds));
            let reason = MissedReason::Overloaded;
            service.misses().add(Missed { test: test.into(), first, count: 3, reason });
        }
        let kept = async {
            loop {
                let kept = service.store().results(ResultQuery::default()).await.unwrap().rows;
                if !kept.is_empty() {
                    return kept;
                }
            }
        };
        let kept = tokio::select! {
            () = retain(Arc::clone(&service)) => panic!("it goes on for ever"),
            kept = tokio::time::timeout(Duration::from_secs(60), kept) => kept.expect("they are kept"),
        };
        let kept: Vec<_> = kept.iter().map(|row| (row.test.as_str(), row.outcome)).collect();
        assert_eq!(kept, [("old", Outcome::Missed)]);
        assert_eq!(service.misses().take("new").len(), 1);
    }
}
