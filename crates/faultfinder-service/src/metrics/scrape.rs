//! All metrics as one text, written when somebody asks for them.

use super::format::Format;
use super::now::Now;
use super::plain::Plain;
use crate::service::Service;
use prometheus_client::encoding::text::{encode_eof, encode_registry};
use prometheus_client::registry::Registry;
use std::fmt::{Error, Write};
use std::sync::Arc;

/// What is counted here, and what others count, as text.
///
/// # Errors
///
/// What is wrong with us: there is no other reason for it to fail.
pub(crate) async fn text(service: &Arc<Service>, format: Format) -> Result<String, String> {
    let _turn = service.metrics().turn.lock().await;
    let now = Now(Arc::clone(service));
    let written = tokio::task::spawn_blocking(move || write(now, format)).await;
    written.map_err(|error| error.to_string())?.map_err(|_| "the metrics cannot be written".to_owned())
}

fn write(now: Now, format: Format) -> Result<String, Error> {
    match format {
        Format::Text => {
            let mut plain = Plain::default();
            write_families(now, &mut plain)?;
            Ok(plain.into_text())
        }
        Format::OpenMetrics => {
            let mut text = String::new();
            write_families(now, &mut text)?;
            encode_eof(&mut text)?;
            Ok(text)
        }
    }
}

fn write_families(now: Now, text: &mut impl Write) -> Result<(), Error> {
    let service = Arc::clone(&now.0);
    let mut registry = Registry::default();
    registry.register_collector(Box::new(now));
    encode_registry(text, &registry)?;
    encode_registry(text, &service.metrics().registry)
}
