//! Work that takes long, and is carried out elsewhere than on the threads that wait for the network.

use std::sync::Arc;
use tokio::sync::oneshot;

/// A piece of work.
pub type Work = Box<dyn FnOnce() + Send>;

/// Takes work that takes long, such as assertions on a large body, and carries it out on threads of its own. Where there
/// is none, the thread that runs the test does it.
#[derive(Clone)]
pub struct Offload(Arc<dyn Fn(Work) + Send + Sync>);

impl Offload {
    /// What hands work over to this function. It must not carry the work out itself.
    #[must_use]
    pub fn new(take: impl Fn(Work) + Send + Sync + 'static) -> Self {
        Self(Arc::new(take))
    }

    /// Has work done. Nothing when it was dropped or panicked. When the future is dropped, work that has not begun is
    /// not done.
    pub async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        let (done, result) = oneshot::channel();
        (self.0)(Box::new(move || {
            if !done.is_closed() {
                // Who asked for it may have left in the meantime.
                let _ = done.send(work());
            }
        }));
        result.await.ok()
    }
}

/// What comes of work, which is done there or, when that is nowhere, here. Nothing when the threads there have ended, or
/// failed.
pub(crate) async fn done<T: Send + 'static>(
    offload: Option<&Offload>,
    work: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    match offload {
        None => Some(work()),
        Some(offload) => offload.run(work).await,
    }
}

impl std::fmt::Debug for Offload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Offload")
    }
}

impl PartialEq for Offload {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Offload {}
