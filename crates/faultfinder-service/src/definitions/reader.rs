//! The thread that reads definitions.
//!
//! One thread reads as long as definitions are followed. Parsing needs several times the memory of what remains of it, and
//! the allocator of most systems keeps what a thread has freed for that thread: threads that take turns would each keep as
//! much.

use super::load::{Loader, Outcome, Settings, Which};
use super::notice::Notice;
use super::{Loaded, WatchError};
use crate::Timestamp;
use faultfinder_net::Clock;
use std::sync::Arc;
use std::sync::mpsc;
use tokio::sync::{oneshot, watch};

/// What came of one reading, and whether the folders are watched as they are now.
pub(super) type Read = (Outcome, Result<(), WatchError>);

/// What to read, and who waits for it.
type Request = (Which, oneshot::Sender<Read>);

/// The thread that reads definitions. It ends after this is dropped.
#[derive(Debug)]
pub(super) struct Reader(mpsc::Sender<Request>);

impl Reader {
    /// Starts the thread. It publishes what it reads as it goes.
    pub(super) fn start(
        settings: Settings,
        clock: Clock,
        notice: Notice,
        publish: watch::Sender<Arc<Loaded>>,
    ) -> Result<Self, WatchError> {
        let (requests, receiver) = mpsc::channel();
        std::thread::Builder::new()
            .name("definitions".to_owned())
            .spawn(move || serve(&receiver, Loader::new(settings), &clock, notice, &publish))
            .map_err(|source| WatchError::Thread { source })?;
        Ok(Self(requests))
    }

    /// Reads once; nothing when the thread has ended.
    pub(super) async fn read(&self, which: Which) -> Option<Read> {
        let (done, outcome) = oneshot::channel();
        self.0.send((which, done)).ok()?;
        outcome.await.ok()
    }
}

/// Reads when it is asked to, until nobody can ask any more.
fn serve(
    requests: &mpsc::Receiver<Request>,
    mut loader: Loader,
    clock: &Clock,
    mut notice: Notice,
    publish: &watch::Sender<Arc<Loaded>>,
) {
    for (which, done) in requests {
        // Watching comes first, so that changes during reading are noticed.
        let renewed = notice.renew();
        let at = Timestamp::from(clock.now());
        let outcome = loader.load(which, at, |loaded| {
            publish.send_replace(Arc::new(loaded));
        });
        // Who asked may be gone.
        let _ = done.send((outcome, renewed));
    }
}
