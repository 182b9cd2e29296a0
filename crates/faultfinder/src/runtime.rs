//! The runtimes that commands run in.

use crate::exit::{Failure, Outcome};
use std::future::Future;

/// Runs a command that serves: in a runtime with a thread per processor.
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

/// Runs a command that waits for threads of its own: in a runtime on this thread.
pub(crate) fn on_this_thread(command: impl Future<Output = Outcome>) -> Outcome {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::ourselves("cannot start the runtime", &error))?;
    let outcome = runtime.block_on(command);
    runtime.shutdown_background();
    outcome
}
