//! Greets, reads a request, plays a script. No HTTP library is in it, so nothing is said that a script does not say.

use super::frame::{data, headers};
use super::script::Script;
use crate::peer;
use crate::pki::Identity;
use crate::protocol::http::row::{Row, Site};
use crate::protocol::http::secure::trusting;
use crate::{Expect, Lab, LabError};
use quinn::Connection;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The protocol's name in ALPN.
pub(super) const ALPN: &[&str] = &["h3"];

/// A server with this certificate; its script may depend on how many connections came before.
pub(super) fn serve(
    lab: &Lab,
    identity: &Identity,
    script: impl Fn(usize) -> Script + Send + Sync + 'static,
) -> Result<SocketAddr, LabError> {
    serve_with(lab, identity.server_config(ALPN)?, script)
}

/// A server with this configuration.
pub(super) fn serve_with(
    lab: &Lab,
    config: Arc<rustls::ServerConfig>,
    script: impl Fn(usize) -> Script + Send + Sync + 'static,
) -> Result<SocketAddr, LabError> {
    let count = AtomicUsize::new(0);
    peer::quic(lab, config, move |connection| {
        let script = script(count.fetch_add(1, Ordering::Relaxed));
        async move {
            let _ = converse(connection, script).await;
        }
    })
}

/// One request on a connection.
async fn converse(connection: Connection, script: Script) -> Option<()> {
    let mut control = connection.open_uni().await.ok()?;
    control.write_all(script.control()).await.ok()?;
    let request = connection.accept_bi().await.ok()?;
    script.play(&connection, request).await
}

/// `200` with a short text.
pub(super) fn ok() -> Script {
    Script::new().then(headers(&[(":status", "200"), ("content-type", "text/plain")])).then(data(b"hello"))
}

/// The fields of a request that demands HTTP/3 and trusts the lab.
pub(super) fn demanding(lab: &Lab) -> Value {
    let mut fields = trusting(lab);
    if let Some(fields) = fields.as_object_mut() {
        fields.insert("version".to_owned(), json!("3"));
    }
    fields
}

/// The root of a server, and a request that demands HTTP/3 and trusts the lab.
pub(super) fn site(lab: &Lab, address: SocketAddr) -> Site {
    Site::new(format!("https://{address}/")).with(demanding(lab))
}

/// A server with the lab's good certificate that answers each request with the same script.
pub(super) fn row(case: &str, shows: &'static str, expect: Expect, script: fn() -> Script) -> Row {
    Row::new(format!("http3/{case}"), shows, expect, move |lab| {
        Ok(site(lab, serve(lab, lab.pki().good(), move |_| script())?))
    })
}
