//! Where there are no namespaces.

use super::{Facilities, Network, NetworkError};

impl Facilities {
    /// Says that there are no namespaces here.
    #[expect(clippy::unused_async, reason = "the same signature as where there are some")]
    pub async fn look() -> Self {
        Self::none("needs a network namespace, which only Linux has")
    }
}

/// Says that there are no namespaces here.
///
/// # Errors
///
/// Always.
pub async fn run<T, F, Fut>(_network: &Network, _work: F) -> Result<T, NetworkError>
where
    F: FnOnce() -> Fut + Send + 'static,
    Fut: Future<Output = T>,
    T: Send + 'static,
{
    Err(NetworkError::Setup("only Linux has network namespaces".to_owned()))
}
