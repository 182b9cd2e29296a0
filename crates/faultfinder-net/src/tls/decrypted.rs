//! What a TLS session has decrypted, without loss.

use std::io::{self, Read as _};
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_rustls::client::TlsStream;

/// A TLS session that hands out everything that was decrypted before it reports an error.
///
/// The library reports an alert at once, although data may have come before it in the same segment: a complete response,
/// for example, to which a server adds an alert.
#[derive(Debug)]
pub struct Decrypted<S> {
    stream: TlsStream<S>,
    /// The error that follows the data.
    error: Option<io::Error>,
}

impl<S> Decrypted<S> {
    pub(crate) const fn new(stream: TlsStream<S>) -> Self {
        Self { stream, error: None }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Decrypted<S> {
    /// Hands out data that is decrypted already, or the error when there is none.
    fn before(&mut self, error: io::Error, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let (_, session) = self.stream.get_mut();
        match session.reader().read(buf.initialize_unfilled()) {
            Ok(count) if count > 0 => {
                buf.advance(count);
                self.error = Some(error);
                Poll::Ready(Ok(()))
            }
            _ => Poll::Ready(Err(error)),
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for Decrypted<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if let Some(error) = self.error.take() {
            return self.before(error, buf);
        }
        match Pin::new(&mut self.stream).poll_read(cx, buf) {
            Poll::Ready(Err(error)) => self.before(error, buf),
            polled => polled,
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Decrypted<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
