//! The runtimes that commands run in.

use crate::exit::{Failure, Outcome};
use std::future::Future;
use tokio::runtime::Builder;

/// Runs a command that serves: in a runtime with a thread per processor.
pub(crate) fn in_runtime(command: impl Future<Output = Outcome>) -> Outcome {
    run_in(Builder::new_multi_thread(), command)
}

/// Runs a command that waits for threads of its own: in a runtime on this thread.
pub(crate) fn on_this_thread(command: impl Future<Output = Outcome>) -> Outcome {
    run_in(Builder::new_current_thread(), command)
}

fn run_in(mut builder: Builder, command: impl Future<Output = Outcome>) -> Outcome {
    let runtime = builder
        .enable_all()
        .build()
        .map_err(|error| Failure::ourselves("cannot start the runtime", &error))?;
    let outcome = runtime.block_on(command);
    // Peers and probes that are still busy are not needed any more.
    runtime.shutdown_background();
    outcome
}
