//! A connection to the target, with or without TLS.

use crate::stamped::Stamped;
#[cfg(feature = "tls")]
use crate::tls::{Decrypted, Session, TlsClient, handshake_in_tunnel, handshake_over_tcp};
#[cfg(feature = "tls")]
use crate::wire::{Way, Wire};
#[cfg(feature = "tls")]
use crate::{ClientOptions, Host, Tap, Trace, Vantage};
#[cfg(feature = "tls")]
use faultfinder_taxonomy::{Code, Detail};
use faultfinder_taxonomy::{Fault, Phase};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A connection to the target, with or without TLS.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "closed: it is one or the other")]
pub enum Stream {
    /// TCP.
    Plain(Stamped),
    /// TLS over TCP.
    #[cfg(feature = "tls")]
    Tls(Box<Decrypted<Tap<Stamped>>>),
    /// A tunnel through a proxy, which may itself use TLS.
    #[cfg(feature = "tls")]
    Tunnel(Box<Tunneled>),
    /// TLS over a tunnel.
    #[cfg(feature = "tls")]
    Nested(Box<Decrypted<Tap<Box<dyn Wire>>>>),
}

/// A tunnel, and how it was opened.
#[cfg(feature = "tls")]
#[derive(Debug)]
pub struct Tunneled {
    pub(crate) wire: Box<dyn Wire>,
    pub(crate) way: Box<dyn Way>,
}

#[cfg(feature = "tls")]
impl Stream {
    /// Starts a TLS session on the connection; also returns the protocol that ALPN selected. Data that is needed to
    /// verify the peer is fetched with the `options` of the test.
    ///
    /// # Errors
    ///
    /// Those of [`handshake()`](crate::tls::handshake()); `INTERNAL_ERROR` when there is a session with a target already.
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
            Self::Tunnel(tunnel) => {
                let Tunneled { wire, way } = *tunnel;
                let session =
                    handshake_in_tunnel(vantage, (wire, &*way), host, client, options, trace).await?;
                Ok((Self::Nested(Box::new(Decrypted::new(session.stream))), session.alpn))
            }
            Self::Tls(_) | Self::Nested(_) => {
                let detail = Detail::tls("too_many_layers", None);
                let message = "another layer of TLS is not supported";
                Err(Fault::new(Code::InternalError, Phase::Tls, detail, message))
            }
        }
    }

    /// Whether what is written is encrypted by a session with the peer that reads it.
    #[must_use]
    pub const fn is_encrypted(&self) -> bool {
        matches!(self, Self::Tls(_) | Self::Nested(_))
    }
}

#[cfg(feature = "tls")]
impl From<Session<Stamped>> for Stream {
    fn from(session: Session<Stamped>) -> Self {
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
            Self::Tunnel(tunnel) => {
                let $stream = &mut tunnel.wire;
                $call
            }
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
