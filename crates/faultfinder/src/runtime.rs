//! The only runtime of this process.

use crate::exit::{Failure, Outcome};
use std::future::Future;

/// Runs a command that needs the network in the only runtime of this process.
pub(crate) fn in_runtime(command: impl Future<Output = Outcome>) -> Outcome {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::ourselves("cannot start the runtime", &error))?;
    let outcome = runtime.block_on(command);
    // Peers and probes that are still busy are not needed any more.
    runtime.shutdown_background();
    outcome
}
