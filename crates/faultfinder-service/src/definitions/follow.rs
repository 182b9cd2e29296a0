//! The loop that reads definitions again when they change.

use super::load::Loader;
use super::notice::Notice;
use super::{Loaded, Settings, WatchError};
use crate::Timestamp;
use faultfinder_net::Clock;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use tokio::time::Instant;

/// How long nothing must change before files are read.
pub const SETTLE: Duration = Duration::from_millis(200);

/// How long files that never settle are waited for.
pub const SETTLE_MAX: Duration = Duration::from_secs(2);

/// Definitions that are followed. Dropping this ends it.
#[derive(Debug)]
pub struct Definitions {
    loaded: watch::Receiver<Arc<Loaded>>,
    task: JoinHandle<()>,
}

impl Definitions {
    /// Reads definitions and begins to watch them, in the runtime that this is called in. Mistakes in them are
    /// not an error here: what was [loaded](Self::loaded) reports them and has no tests then.
    ///
    /// # Errors
    ///
    /// When the system cannot watch their folders.
    pub async fn start(settings: Settings, clock: Clock) -> Result<Self, WatchError> {
        let changed = Arc::new(Notify::new());
        let notice = Notice::new(&settings.paths, Arc::clone(&changed))?;
        let reading = Reading { notice, loader: Loader::new(settings), clock };
        let (reading, renewed, loaded) = reading.carry_out().await;
        renewed?;
        let (publish, receiver) = watch::channel(Arc::new(loaded.unwrap_or_else(|| reading.nothing())));
        tell(&receiver.borrow(), None);
        let task = tokio::spawn(follow(reading, changed, publish));
        Ok(Self { loaded: receiver, task })
    }

    /// What was loaded, and what will be.
    #[must_use]
    pub fn loaded(&self) -> watch::Receiver<Arc<Loaded>> {
        self.loaded.clone()
    }
}

impl Drop for Definitions {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// All that is needed to read once more.
struct Reading {
    notice: Notice,
    loader: Loader,
    clock: Clock,
}

impl Reading {
    /// Reads on a thread that may block. Watching comes first, so that changes during reading are noticed.
    async fn carry_out(mut self) -> (Self, Result<(), WatchError>, Option<Loaded>) {
        let read = tokio::task::spawn_blocking(move || {
            let renewed = self.notice.renew();
            let loaded = self.loader.load(Timestamp::from(self.clock.now()));
            (self, renewed, loaded)
        });
        match read.await {
            Ok(read) => read,
            // It does not panic, and the runtime that would cancel it drives us too: it is being shut down.
            Err(_) => std::future::pending().await,
        }
    }

    fn nothing(&self) -> Loaded {
        let at = Timestamp::from(self.clock.now());
        Loaded {
            tests: Arc::from([]),
            diagnostics: Arc::from(""),
            errors: 0,
            at,
            is_current: true,
            good_at: Some(at),
        }
    }
}

/// Reads again after each change, until nobody listens.
async fn follow(mut reading: Reading, changed: Arc<Notify>, publish: watch::Sender<Arc<Loaded>>) {
    loop {
        settled(&changed).await;
        let (back, renewed, loaded) = reading.carry_out().await;
        reading = back;
        if let Err(error) = renewed {
            let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
            tracing::error!(%error, cause, "changes of definitions may be missed");
        }
        if let Some(loaded) = loaded {
            tell(&loaded, Some(&publish.borrow()));
            publish.send_replace(Arc::new(loaded));
        }
    }
}

/// Waits for a change, and then until it has been quiet for a while.
async fn settled(changed: &Notify) {
    changed.notified().await;
    let latest = Instant::now() + SETTLE_MAX;
    loop {
        let quiet = (Instant::now() + SETTLE).min(latest);
        tokio::select! {
            () = tokio::time::sleep_until(quiet) => return,
            () = changed.notified() => {}
        }
    }
}

/// Writes to the log what was read.
fn tell(loaded: &Loaded, before: Option<&Loaded>) {
    let (tests, diagnostics) = (loaded.tests.len(), &*loaded.diagnostics);
    if !loaded.is_current {
        let errors = loaded.errors;
        tracing::error!(errors, tests, diagnostics, "definitions have mistakes; the previous ones continue");
        return;
    }
    let changes = before.map(|before| loaded.changes_since(before)).unwrap_or_default();
    let (new, changed, gone) = (changes.new.len(), changes.changed.len(), changes.gone.len());
    match before {
        None => tracing::info!(tests, "definitions were read"),
        Some(_) => tracing::info!(tests, new, changed, gone, "definitions were reloaded"),
    }
    if !diagnostics.is_empty() {
        tracing::warn!(diagnostics, "definitions have warnings");
    }
}
