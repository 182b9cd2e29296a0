//! The end of a connection whose client still sends.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, ReadBuf};
use tokio::time::{Instant, Sleep};

/// How long what a client still sends is read before its connection is closed.
const LINGER_MAX: Duration = Duration::from_secs(10);
/// How long such a client may send nothing.
const SILENCE_MAX: Duration = Duration::from_secs(2);
/// Most bytes that are read for nothing: three times the longest body that is not refused.
const BYTES_MAX: usize = 32 * 1024 * 1024;
/// Bytes that are read at once.
const CHUNK_BYTES: usize = 16 * 1024;
/// Bytes after which others have their turn.
const TURN_BYTES: usize = 64 * CHUNK_BYTES;

/// Reads what a client still sends and throws it away, until the client ends, or for long enough: a client that is reset while
/// it sends would not see the answer that it has.
#[derive(Debug)]
pub(super) struct Linger {
    until: Instant,
    silence: Pin<Box<Sleep>>,
    left: usize,
}

impl Linger {
    pub(super) fn new() -> Self {
        let now = Instant::now();
        let silence = Box::pin(tokio::time::sleep_until(now + SILENCE_MAX));
        Self { until: now + LINGER_MAX, silence, left: BYTES_MAX }
    }

    /// Ready when the connection may be closed.
    pub(super) fn poll<S: AsyncRead + Unpin>(&mut self, stream: &mut S, cx: &mut Context<'_>) -> Poll<()> {
        let mut chunk = [0; CHUNK_BYTES];
        let mut turn = 0;
        loop {
            let mut buf = ReadBuf::new(&mut chunk);
            match Pin::new(&mut *stream).poll_read(cx, &mut buf) {
                Poll::Pending => break,
                Poll::Ready(Ok(())) if !buf.filled().is_empty() => {
                    let count = buf.filled().len();
                    self.left = self.left.saturating_sub(count);
                    turn += count;
                    let now = Instant::now();
                    if self.left == 0 || now >= self.until {
                        return Poll::Ready(());
                    }
                    self.silence.as_mut().reset(self.until.min(now + SILENCE_MAX));
                }
                // Its end, or an error.
                Poll::Ready(_) => return Poll::Ready(()),
            }
            if turn >= TURN_BYTES {
                cx.waker().wake_by_ref();
                break;
            }
        }
        self.silence.as_mut().poll(cx)
    }
}
