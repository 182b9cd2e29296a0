//! Where there are no namespaces.

use super::{Network, NetworkError};

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
