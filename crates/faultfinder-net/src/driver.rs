//! A library's connection that makes progress only when it is polled.

use std::pin::Pin;
use std::task::Poll;

/// A connection that must be polled for its requests to make progress, and its result.
pub struct Driver<C, E> {
    connection: Option<Pin<Box<C>>>,
    error: Option<E>,
}

impl<C: Future<Output = Result<(), E>>, E> Driver<C, E> {
    /// Drives this connection.
    pub fn new(connection: C) -> Self {
        Self { connection: Some(Box::pin(connection)), error: None }
    }

    /// Runs `work` and the connection together until `work` is done. It is polled before and after the connection is.
    pub async fn run<T>(&mut self, work: impl Future<Output = T>) -> T {
        let mut work = std::pin::pin!(work);
        std::future::poll_fn(|cx| {
            if let Poll::Ready(output) = work.as_mut().poll(cx) {
                return Poll::Ready(output);
            }
            let Some(connection) = &mut self.connection else { return Poll::Pending };
            if let Poll::Ready(ended) = connection.as_mut().poll(cx) {
                self.connection = None;
                self.error = ended.err();
            }
            // The connection may just have delivered what the work waits for.
            work.as_mut().poll(cx)
        })
        .await
    }

    /// Lets the connection run to its end, to learn how it ended. If dropped early, nothing is learned, and the
    /// connection is gone.
    pub async fn finish(&mut self) {
        if let Some(connection) = self.connection.take() {
            self.error = connection.await.err();
        }
    }

    /// How the connection ended, if it has ended with an error.
    pub const fn error(&self) -> Option<&E> {
        self.error.as_ref()
    }
}

impl<C, E: std::fmt::Debug> std::fmt::Debug for Driver<C, E> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Driver")
            .field("ended", &self.connection.is_none())
            .field("error", &self.error)
            .finish_non_exhaustive()
    }
}
