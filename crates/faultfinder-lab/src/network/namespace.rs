//! The thread, its namespace and its runtime.

use super::router::Router;
use super::setup;
use super::{Network, NetworkError};
use nix::sched::{CloneFlags, unshare};
use tokio::sync::oneshot;

/// Makes a network in a namespace of its own and runs some work in it, in a runtime of its own.
///
/// Every socket that the work makes lives in the namespace, and so does every task that it spawns and every program that
/// it starts. All of them end with it, and the namespace after them.
///
/// # Errors
///
/// When the network cannot be made, or the work ends without a result.
///
/// # Cancel safety
///
/// Dropping it drops the work where it stands.
pub async fn run<T, F, Fut>(network: &Network, work: F) -> Result<T, NetworkError>
where
    F: FnOnce() -> Fut + Send + 'static,
    Fut: Future<Output = T>,
    T: Send + 'static,
{
    let network = network.clone();
    on_thread(move |wanted| {
        enter()?;
        setup::make(&network)?;
        let _router = Router::start(&network)?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| NetworkError::Setup(format!("no runtime: {error}")))?;
        runtime.block_on(async {
            tokio::select! {
                done = work() => Ok(done),
                () = wanted.closed() => Err(NetworkError::Ended),
            }
        })
    })
    .await
}

/// Runs something on a thread of its own, and tells it when nobody wants the result any more.
async fn on_thread<T: Send + 'static>(
    work: impl FnOnce(&mut oneshot::Sender<Result<T, NetworkError>>) -> Result<T, NetworkError> + Send + 'static,
) -> Result<T, NetworkError> {
    let (mut done, result) = oneshot::channel();
    std::thread::Builder::new()
        .name("network".to_owned())
        .spawn(move || {
            let outcome = work(&mut done);
            // The caller may have gone.
            let _ = done.send(outcome);
        })
        .map_err(|error| NetworkError::Setup(format!("no thread: {error}")))?;
    result.await.unwrap_or(Err(NetworkError::Ended))
}

/// Moves the calling thread, and it alone, into a new network namespace.
fn enter() -> Result<(), NetworkError> {
    unshare(CloneFlags::CLONE_NEWNET).map_err(|errno| {
        NetworkError::Setup(match errno {
            nix::errno::Errno::EPERM => {
                "needs the right to make a network namespace (root, or CAP_SYS_ADMIN and CAP_NET_ADMIN)"
                    .to_owned()
            }
            other => format!("no network namespace: {}", other.desc()),
        })
    })
}
