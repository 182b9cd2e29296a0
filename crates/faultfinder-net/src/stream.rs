//! A connection to the target, with or without TLS.

#[cfg(feature = "tls")]
use crate::tls::{Decrypted, Session, TlsClient, handshake_or_again, handshake_over_tcp};
#[cfg(feature = "tls")]
use crate::{ClientOptions, Host, Tap, Trace, Vantage};
#[cfg(feature = "tls")]
use faultfinder_taxonomy::{Code, Detail};
use faultfinder_taxonomy::{Fault, Phase};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// A connection to the target, with or without TLS.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "closed: it is one or the other")]
pub enum Stream {
    /// TCP.
    Plain(TcpStream),
    /// TLS over TCP.
    #[cfg(feature = "tls")]
    Tls(Box<Decrypted<Tap<TcpStream>>>),
    /// TLS over a tunnel that itself uses TLS (through an HTTPS proxy).
    #[cfg(feature = "tls")]
    Nested(Box<Decrypted<Tap<Decrypted<Tap<TcpStream>>>>>),
}

#[cfg(feature = "tls")]
impl Stream {
    /// Starts a TLS session on the connection; also returns the protocol that ALPN selected. Data that is needed to
    /// verify the peer is fetched with the `options` of the test.
    ///
    /// # Errors
    ///
    /// Those of [`handshake()`]; `INTERNAL_ERROR` when there are already two layers of TLS.
    pub async fn secure(
        self,
        vantage: &Vantage,
        host: &Host,
        client: &TlsClient,
        options: &ClientOptions,
        trace: &mut Trace,
    ) -> Result<(Self, Option<Vec<u8>>), Fault> {
        match self {
            Self::Plain(stream) => {
                let session = handshake_over_tcp(vantage, stream, host, client, options, trace).await?;
                let alpn = session.alpn.clone();
                Ok((session.into(), alpn))
            }
            Self::Tls(stream) => {
                let of_kind = |stream| if let Self::Tls(stream) = stream { Some(*stream) } else { None };
                let session =
                    handshake_or_again(vantage, *stream, of_kind, host, client, options, trace).await?;
                Ok((Self::Nested(Box::new(Decrypted::new(session.stream))), session.alpn))
            }
            Self::Nested(_) => {
                let detail = Detail::tls("too_many_layers", None);
                let message = "a third layer of TLS is not supported";
                Err(Fault::new(Code::InternalError, Phase::Tls, detail, message))
            }
        }
    }
}

#[cfg(feature = "tls")]
impl From<Session<TcpStream>> for Stream {
    fn from(session: Session<TcpStream>) -> Self {
        Self::Tls(Box::new(Decrypted::new(session.stream)))
    }
}

macro_rules! forward {
    ($self:ident, $stream:ident => $call:expr) => {
        match $self.get_mut() {
            Self::Plain($stream) => $call,
            #[cfg(feature = "tls")]
            Self::Tls($stream) => $call,
            #[cfg(feature = "tls")]
            Self::Nested($stream) => $call,
        }
    };
}

impl AsyncRead for Stream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        forward!(self, stream => Pin::new(stream).poll_read(cx, buf))
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        forward!(self, stream => Pin::new(stream).poll_write(cx, buf))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        forward!(self, stream => Pin::new(stream).poll_write_vectored(cx, bufs))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        forward!(self, stream => Pin::new(stream).poll_flush(cx))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        forward!(self, stream => Pin::new(stream).poll_shutdown(cx))
    }
}

/// The fault of a stream's TLS session that ended with this error; nothing when it is not an error of TLS.
#[must_use]
pub fn session_fault(error: &io::Error, phase: Phase) -> Option<Fault> {
    #[cfg(feature = "tls")]
    return crate::tls::failure::session_fault(error, phase);
    #[cfg(not(feature = "tls"))]
    {
        let _ = (error, phase);
        None
    }
}
