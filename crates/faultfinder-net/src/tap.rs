//! The data that was transferred over a stream, and when.

use crate::arrivals::Arrivals;
use crate::exchanges::Exchanges;
#[cfg(feature = "http")]
use crate::goaway::Goaway;
#[cfg(feature = "http")]
use crate::sections::Sections;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;

/// A stream that records the first bytes that were read, and when bytes were sent and received.
#[derive(Debug)]
pub struct Tap<S> {
    stream: S,
    taps: Arc<Taps>,
    /// Why nothing can be written any more. Only for HTTP/2.
    unwritable: Option<io::Error>,
}

/// The records of one [`Tap`], which outlive it.
#[derive(Debug)]
pub struct Taps {
    notes: Mutex<Notes>,
    head_bytes_max: usize,
    /// When what is read arrives, if the stream says so.
    arrivals: Option<Arc<Arrivals>>,
}

#[derive(Debug, Default, Clone)]
struct Notes {
    head: Vec<u8>,
    read_bytes: u64,
    first_read: Option<Instant>,
    first_write: Option<Instant>,
    last_write: Option<Instant>,
    write_blocked: bool,
    ended: Option<io::ErrorKind>,
    /// Only for HTTP/2.
    exchanges: Option<Exchanges>,
}

impl<S> Tap<S> {
    /// Taps a stream and keeps at most `head_bytes_max` of the bytes that are read.
    pub fn new(stream: S, head_bytes_max: usize) -> Self {
        Self::arriving(stream, head_bytes_max, None)
    }

    /// The same; what is read arrives when these say so.
    pub fn arriving(stream: S, head_bytes_max: usize, arrivals: Option<&Arc<Arrivals>>) -> Self {
        let arrivals = arrivals.cloned();
        let taps = Arc::new(Taps { notes: Mutex::default(), head_bytes_max, arrivals });
        Self { stream, taps, unwritable: None }
    }

    /// Taps a client's HTTP/2 connection from its first byte on: also records when requests end and responses
    /// begin. If it can no longer be written to, it is read to its end all the same: a complete response may have
    /// arrived before the reset that the next acknowledgment runs into.
    pub fn of_http2(stream: S, head_bytes_max: usize, arrivals: Option<&Arc<Arrivals>>) -> Self {
        let tap = Self::arriving(stream, head_bytes_max, arrivals);
        tap.taps.notes().exchanges = Some(Exchanges::default());
        tap
    }

    /// The records.
    #[must_use]
    pub fn taps(&self) -> Arc<Taps> {
        Arc::clone(&self.taps)
    }

    /// Whether a failed write is set aside until everything has been read.
    fn reads_on(&self) -> bool {
        self.taps.notes().exchanges.is_some()
    }

    /// Sets the error of a write aside, and says that all of it was written.
    fn set_aside(&mut self, polled: Poll<io::Result<usize>>, length: usize) -> Poll<io::Result<usize>> {
        match polled {
            Poll::Ready(Err(error)) if self.reads_on() => {
                self.unwritable = Some(error);
                Poll::Ready(Ok(length))
            }
            polled => polled,
        }
    }

    /// The stream under the tap.
    pub const fn inner(&self) -> &S {
        &self.stream
    }
}

impl Taps {
    /// Records without a stream, such as for a datagram socket: its owner reports the transferred data.
    #[cfg(feature = "quic")]
    pub(crate) fn detached(arrivals: Arc<Arrivals>) -> Arc<Self> {
        Arc::new(Self { notes: Mutex::default(), head_bytes_max: 0, arrivals: Some(arrivals) })
    }

    /// When what was read last arrived, if the stream says so.
    #[must_use]
    pub fn arrived(&self) -> Option<Instant> {
        self.arrivals.as_ref().and_then(|arrivals| arrivals.last())
    }

    /// The first bytes that were read.
    #[must_use]
    pub fn head(&self) -> Vec<u8> {
        self.notes().head.clone()
    }

    /// Reads the first bytes that were read, without copying them.
    pub fn with_head<T>(&self, look: impl FnOnce(&[u8]) -> T) -> T {
        look(&self.notes().head)
    }

    /// How many bytes were read.
    #[must_use]
    pub fn read_bytes(&self) -> u64 {
        self.notes().read_bytes
    }

    /// When the first byte arrived since the last [`Taps::forget`].
    #[must_use]
    pub fn first_read(&self) -> Option<Instant> {
        self.notes().first_read
    }

    /// When bytes were first written.
    #[must_use]
    pub fn first_write(&self) -> Option<Instant> {
        self.notes().first_write
    }

    /// When bytes were last written.
    #[must_use]
    pub fn last_write(&self) -> Option<Instant> {
        self.notes().last_write
    }

    /// When the last byte of the request on this HTTP/2 stream was written, if no later one has ended since.
    #[must_use]
    pub fn request_ended(&self, stream: u32) -> Option<Instant> {
        self.notes().exchanges.as_ref().and_then(|exchanges| exchanges.request_ended(stream))
    }

    /// When the first byte of the response on this HTTP/2 stream arrived (its first HEADERS, also those of an interim
    /// response), if no later one has begun since.
    #[must_use]
    pub fn answer_began(&self, stream: u32) -> Option<Instant> {
        self.notes().exchanges.as_ref().and_then(|exchanges| exchanges.answer_began(stream))
    }

    /// The latest stream of an HTTP/2 connection whose request has begun.
    #[cfg(feature = "http")]
    pub(crate) fn last_stream(&self) -> Option<u32> {
        self.notes().exchanges.as_ref().and_then(Exchanges::last_stream)
    }

    /// The setting by which an HTTP/2 server lets no request out, if there is one and no response has begun.
    #[cfg(feature = "http")]
    pub(crate) fn obstacle(&self) -> Option<&'static str> {
        self.notes().exchanges.as_ref().and_then(Exchanges::obstacle)
    }

    /// Looks at the field sections of an HTTP/2 peer; at none on another stream.
    #[cfg(feature = "http")]
    pub(crate) fn with_sections<T>(&self, look: impl FnOnce(&Sections) -> T) -> T {
        match &self.notes().exchanges {
            Some(exchanges) => look(exchanges.sections()),
            None => look(&Sections::default()),
        }
    }

    /// How an HTTP/2 peer announced the end of the connection.
    #[cfg(feature = "http")]
    pub(crate) fn goaway(&self) -> Goaway {
        self.notes().exchanges.as_ref().map(|exchanges| exchanges.goaway().clone()).unwrap_or_default()
    }

    /// Whether the latest write is still pending.
    #[must_use]
    pub fn is_write_blocked(&self) -> bool {
        self.notes().write_blocked
    }

    /// How reading ended: `UnexpectedEof` for an orderly end, the kind of the error otherwise.
    #[must_use]
    pub fn ended(&self) -> Option<io::ErrorKind> {
        self.notes().ended
    }

    /// Starts the records anew, for the next exchange on the same stream.
    pub fn forget(&self) {
        let mut notes = self.notes();
        // They may be in the middle of a frame.
        let exchanges = notes.exchanges.take();
        *notes = Notes { exchanges, ..Notes::default() };
    }

    fn notes(&self) -> std::sync::MutexGuard<'_, Notes> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Records a write that began at this moment, and whether it was accepted.
    pub(crate) fn note_write(&self, polled: &Poll<io::Result<usize>>, at: Instant) {
        let mut notes = self.notes();
        notes.write_blocked = polled.is_pending();
        if matches!(polled, Poll::Ready(Ok(count)) if *count > 0) {
            notes.first_write.get_or_insert(at);
            notes.last_write = Some(at);
        }
    }

    /// Records the bytes that were written of these pieces, if needed.
    fn note_written(&self, pieces: &[io::IoSlice<'_>], polled: &Poll<io::Result<usize>>, now: Instant) {
        let (Some(exchanges), Poll::Ready(Ok(count))) = (&mut self.notes().exchanges, polled) else { return };
        let mut left = *count;
        for piece in pieces {
            let taken = left.min(piece.len());
            exchanges.wrote(piece.get(..taken).unwrap_or_default(), now);
            left -= taken;
        }
    }

    /// Records bytes that were read.
    pub(crate) fn note_read(&self, bytes: &[u8]) {
        let mut notes = self.notes();
        if notes.first_read.is_none() || notes.exchanges.is_some() {
            let now = self.arrived().unwrap_or_else(Instant::now);
            notes.first_read.get_or_insert(now);
            if let Some(exchanges) = &mut notes.exchanges {
                exchanges.read(bytes, now);
            }
        }
        notes.read_bytes = notes.read_bytes.saturating_add(bytes.len() as u64);
        let room = self.head_bytes_max.saturating_sub(notes.head.len());
        let kept = bytes.get(..room.min(bytes.len())).unwrap_or_default();
        notes.head.extend_from_slice(kept);
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Tap<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(cx, buf);
        match &polled {
            Poll::Pending => {}
            Poll::Ready(Ok(())) => {
                let read = buf.filled().get(before..).unwrap_or_default();
                if !read.is_empty() {
                    self.taps.note_read(read);
                } else if buf.remaining() > 0 {
                    // The system reports the reset once: to the write, if that came first.
                    let reset = self.unwritable.take();
                    let kind = reset.as_ref().map_or(io::ErrorKind::UnexpectedEof, io::Error::kind);
                    self.taps.notes().ended = Some(kind);
                    if let Some(reset) = reset {
                        return Poll::Ready(Err(reset));
                    }
                }
            }
            Poll::Ready(Err(error)) => {
                // A TLS session reports the same end as one without close_notify.
                let is_end = error.kind() == io::ErrorKind::UnexpectedEof;
                let reset = self.unwritable.take_if(|_| is_end);
                self.taps.notes().ended = Some(reset.as_ref().unwrap_or(error).kind());
                if let Some(reset) = reset {
                    return Poll::Ready(Err(reset));
                }
            }
        }
        polled
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Tap<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        if self.unwritable.is_some() {
            return Poll::Ready(Ok(buf.len()));
        }
        let now = Instant::now();
        let polled = Pin::new(&mut self.stream).poll_write(cx, buf);
        self.taps.note_write(&polled, now);
        self.taps.note_written(&[io::IoSlice::new(buf)], &polled, now);
        self.set_aside(polled, buf.len())
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let length = bufs.iter().map(|piece| piece.len()).sum();
        if self.unwritable.is_some() {
            return Poll::Ready(Ok(length));
        }
        let now = Instant::now();
        let polled = Pin::new(&mut self.stream).poll_write_vectored(cx, bufs);
        self.taps.note_write(&polled, now);
        self.taps.note_written(bufs, &polled, now);
        self.set_aside(polled, length)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.unwritable.is_some() {
            return Poll::Ready(Ok(()));
        }
        let polled = Pin::new(&mut self.stream).poll_flush(cx).map_ok(|()| 0);
        self.set_aside(polled, 0).map_ok(|_| ())
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.unwritable.is_some() {
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    /// An answer and the end can be read; a write reports that the peer has reset the connection.
    struct Reset(&'static [u8]);

    impl AsyncRead for Reset {
        fn poll_read(
            mut self: Pin<&mut Self>,
            cx: &mut Context<'_>,
            buf: &mut ReadBuf<'_>,
        ) -> Poll<io::Result<()>> {
            Pin::new(&mut self.0).poll_read(cx, buf)
        }
    }

    impl AsyncWrite for Reset {
        fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, _: &[u8]) -> Poll<io::Result<usize>> {
            Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()))
        }

        fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()))
        }

        fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }
    }

    #[tokio::test]
    async fn what_arrived_before_a_reset_is_read_first() {
        let mut tap = Tap::of_http2(Reset(b"answer"), 64, None);
        tap.write_all(b"acknowledgment").await.unwrap();
        tap.flush().await.unwrap();
        let mut read = Vec::new();
        let error = tap.read_to_end(&mut read).await.unwrap_err();
        assert_eq!((read.as_slice(), error.kind()), (b"answer".as_slice(), io::ErrorKind::ConnectionReset));
        assert_eq!(tap.taps().ended(), Some(io::ErrorKind::ConnectionReset));
        assert_eq!(tap.taps().last_write(), None, "nothing was written");
    }

    /// The same under TLS, which makes an error of the end.
    struct Cut(Reset);

    impl AsyncRead for Cut {
        fn poll_read(
            mut self: Pin<&mut Self>,
            cx: &mut Context<'_>,
            buf: &mut ReadBuf<'_>,
        ) -> Poll<io::Result<()>> {
            if self.0.0.is_empty() {
                return Poll::Ready(Err(io::ErrorKind::UnexpectedEof.into()));
            }
            Pin::new(&mut self.0).poll_read(cx, buf)
        }
    }

    impl AsyncWrite for Cut {
        fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
            Pin::new(&mut self.0).poll_write(cx, buf)
        }

        fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
            Pin::new(&mut self.0).poll_flush(cx)
        }

        fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
            Pin::new(&mut self.0).poll_shutdown(cx)
        }
    }

    #[tokio::test]
    async fn a_reset_that_a_write_ran_into_is_not_a_missing_close_notify() {
        let mut tap = Tap::of_http2(Cut(Reset(b"answer")), 64, None);
        tap.write_all(b"acknowledgment").await.unwrap();
        let mut read = Vec::new();
        let error = tap.read_to_end(&mut read).await.unwrap_err();
        assert_eq!((read.as_slice(), error.kind()), (b"answer".as_slice(), io::ErrorKind::ConnectionReset));
        assert_eq!(tap.taps().ended(), Some(io::ErrorKind::ConnectionReset));
        let mut unharmed = Tap::of_http2(Cut(Reset(b"")), 64, None);
        let error = unharmed.read_to_end(&mut read).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof, "nothing was written");
    }

    #[tokio::test]
    async fn other_streams_report_the_failed_write() {
        let error = Tap::new(Reset(b"answer"), 64).write_all(b"request").await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
    }
}
