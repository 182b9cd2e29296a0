//! The body of a request, sent while the response is read: a server may answer before it has read all of it, and stop
//! reading then (RFC 9114 section 4.1).

use super::broken::Broken;
use bytes::Bytes;
use faultfinder_taxonomy::Phase;
use h3::client::RequestStream;
use h3::error::StreamError;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

type Sending = Pin<Box<dyn Future<Output = Result<(), StreamError>> + Send>>;

/// A body that is being sent; nothing once it is out.
pub(super) struct Upload(Option<Sending>);

impl Upload {
    /// The body, and the end of the request.
    pub(super) fn new(mut stream: RequestStream<h3_quinn::SendStream<Bytes>, Bytes>, body: Bytes) -> Self {
        Self(Some(Box::pin(async move {
            if !body.is_empty() {
                stream.send_data(body).await?;
            }
            stream.finish().await
        })))
    }

    /// Sends until everything is out, or until `awaited` is there, whichever comes first.
    pub(super) async fn until_sent_or<T>(
        &mut self,
        awaited: impl Future<Output = Result<T, Broken>>,
    ) -> Result<Option<T>, Broken> {
        let mut awaited = std::pin::pin!(awaited);
        std::future::poll_fn(|cx| match self.poll(cx) {
            Poll::Ready(sent) => Poll::Ready(sent.map(|()| None).map_err(Broken::in_phase(Phase::Send))),
            Poll::Pending => awaited.as_mut().poll(cx).map_ok(Some),
        })
        .await
    }

    /// Waits for `awaited`, and sends meanwhile. How sending ends does not matter any more.
    pub(super) async fn beside<T>(&mut self, awaited: impl Future<Output = T>) -> T {
        let mut awaited = std::pin::pin!(awaited);
        std::future::poll_fn(|cx| {
            let _ = self.poll(cx);
            awaited.as_mut().poll(cx)
        })
        .await
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), StreamError>> {
        let Some(sending) = &mut self.0 else { return Poll::Ready(Ok(())) };
        let sent = ready!(sending.as_mut().poll(cx));
        self.0 = None;
        match sent {
            // It wants no more of the body: it has answered already, or its reset shows at the answer.
            Ok(()) | Err(StreamError::RemoteTerminate { .. }) => Poll::Ready(Ok(())),
            Err(error) => Poll::Ready(Err(error)),
        }
    }
}
