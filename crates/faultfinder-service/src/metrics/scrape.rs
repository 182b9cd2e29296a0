//! All metrics as one text, written when somebody asks for them.

use super::now::Now;
use crate::service::Service;
use prometheus_client::encoding::text::{encode_eof, encode_registry};
use prometheus_client::registry::Registry;
use std::sync::Arc;

/// What is counted here, and what others count, as text.
///
/// # Errors
///
/// What is wrong with us: there is no other reason for it to fail.
pub(crate) async fn text(service: &Arc<Service>) -> Result<String, String> {
    let _turn = service.metrics().turn.lock().await;
    let now = Now(Arc::clone(service));
    let written = tokio::task::spawn_blocking(move || write(now)).await;
    written.map_err(|error| error.to_string())?.map_err(|_| "the metrics cannot be written".to_owned())
}

fn write(now: Now) -> Result<String, std::fmt::Error> {
    let service = Arc::clone(&now.0);
    let mut registry = Registry::default();
    registry.register_collector(Box::new(now));
    let mut text = String::new();
    encode_registry(&mut text, &registry)?;
    encode_registry(&mut text, &service.metrics().registry)?;
    encode_eof(&mut text)?;
    Ok(text)
}
