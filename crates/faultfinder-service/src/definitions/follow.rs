//! The loop that reads definitions again when they change.

use super::load::{Settings, Which};
use super::notice::Notice;
use super::reader::{Read, Reader};
use super::report::{self, When};
use super::{Loaded, WatchError};
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
    /// Everything is to be read again.
    asked: Arc<Notify>,
    task: JoinHandle<()>,
}

impl Definitions {
    /// Reads definitions and begins to watch them, in the runtime that this is called in. Mistakes in them are
    /// not an error here: what was [loaded](Self::loaded) reports them.
    ///
    /// # Errors
    ///
    /// When the system cannot watch their folders.
    pub async fn start(settings: Settings, clock: Clock) -> Result<Self, WatchError> {
        let (changed, asked) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let notice = Notice::new(&settings.paths, Arc::clone(&changed))?;
        let (publish, loaded) = watch::channel(Arc::new(Loaded::of(Arc::from([]), None)));
        let reader = Reader::start(settings, clock, notice, publish)?;
        let Some((outcome, renewed)) = reader.read(Which::All).await else { return Err(WatchError::Ended) };
        renewed?;
        report::log(When::First, &outcome, &loaded.borrow());
        drop(outcome);
        let task = tokio::spawn(follow(reader, changed, Arc::clone(&asked), loaded.clone()));
        Ok(Self { loaded, asked, task })
    }

    /// What was loaded, and what will be.
    #[must_use]
    pub fn loaded(&self) -> watch::Receiver<Arc<Loaded>> {
        self.loaded.clone()
    }

    /// Reads everything again soon, files that definitions refer to included, whether or not something has changed. Comes
    /// back at once; the log says what came of it.
    pub fn reload(&self) {
        self.asked.notify_one();
    }
}

impl Drop for Definitions {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Reads again after each change and whenever asked to.
async fn follow(
    reader: Reader,
    changed: Arc<Notify>,
    asked: Arc<Notify>,
    loaded: watch::Receiver<Arc<Loaded>>,
) {
    loop {
        let which = tokio::select! {
            // A change that is being waited for is read, too.
            () = asked.notified() => Which::All,
            () = settled(&changed) => Which::Changed,
        };
        let Some((outcome, renewed)): Option<Read> = reader.read(which).await else {
            tracing::error!("{}; restart the service", WatchError::Ended);
            return;
        };
        if let Err(error) = renewed {
            let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
            tracing::error!(%error, cause, "changes of definitions may be missed");
        }
        report::log(When::Again(which), &outcome, &loaded.borrow());
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
