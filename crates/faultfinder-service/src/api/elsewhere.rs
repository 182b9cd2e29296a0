//! What a client sends and takes long to read is read on threads of its own.

use super::context::Actor;
use super::problem::Problem;
use crate::service::Service;
use crate::workers::TooMuch;

/// When to try again whether one's own work has been done, in seconds.
const AGAIN_SECONDS: u64 = 1;

/// Has work done for a client, in its turn, on so many bytes that it sent.
///
/// # Errors
///
/// 429 when as much of this client's work waits as may, and what the work says.
pub(crate) async fn elsewhere<T: Send + 'static>(
    service: &Service,
    client: &Actor,
    bytes: usize,
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    match service.workers().run(&client.id, bytes, work).await {
        Ok(Some(done)) => done,
        Ok(None) => Err(Problem::internal("work for a client panicked")),
        Err(TooMuch) => {
            Err(Problem::throttled("This token has too many definitions that are being read.", AGAIN_SECONDS))
        }
    }
}
