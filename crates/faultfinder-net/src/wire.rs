//! Streams of any kind, and how one is opened once more.

use crate::{ClientOptions, Vantage};
use std::fmt;
use std::pin::Pin;
use tokio::io::{AsyncRead, AsyncWrite};

/// A stream of bytes in both directions, whatever it goes through.
pub trait Wire: AsyncRead + AsyncWrite + Send + Unpin + fmt::Debug {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin + fmt::Debug> Wire for S {}

/// A stream that is being opened; nothing if that fails.
pub(crate) type Opening<'a> = Pin<Box<dyn Future<Output = Option<Box<dyn Wire>>> + Send + 'a>>;

/// How a stream was opened.
pub(crate) trait Way: Send + Sync + fmt::Debug {
    /// Opens another one in the same way. Its phases count for nothing.
    fn again<'a>(&'a self, vantage: &'a Vantage, options: &'a ClientOptions) -> Opening<'a>;
}
