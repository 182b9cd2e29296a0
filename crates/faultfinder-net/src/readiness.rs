//! Waiting for a socket's data or error.

use std::io;
use tokio::io::{Interest, Ready};

/// The interest to wait for: `wanted`, or the error alone. tokio's `try_io` takes one at a time, and never calls back
/// for two.
pub(crate) fn answered(ready: Ready, wanted: Interest) -> Interest {
    let answers = match wanted {
        Interest::WRITABLE => ready.is_writable(),
        _ => ready.is_readable(),
    };
    if answers { wanted } else { Interest::ERROR }
}

/// Whether nothing is available yet.
pub(crate) fn is_not_yet<T>(result: &io::Result<T>) -> bool {
    result.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock)
}
