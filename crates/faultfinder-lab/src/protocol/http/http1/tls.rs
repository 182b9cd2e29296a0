//! https.

use super::answers::status;
use crate::peer;
use crate::protocol::http::expectations::{closed_early, reset, tls};
use crate::protocol::http::row::{Row, Site};
use crate::protocol::http::script::Script;
use crate::{Expect, Lab, LabError};
use faultfinder_taxonomy::Phase;
use std::net::SocketAddr;
use tokio::io::AsyncReadExt;

/// Case, what it shows, what a probe must say, and what comes instead of a ServerHello.
type Instead = (&'static str, &'static str, fn() -> Expect, fn() -> Script);

const INSTEAD: &[Instead] = &[
    (
        "tls-plaintext",
        "a server that speaks HTTP where TLS was wanted",
        || tls("wrong_version_number"),
        || status("400 Bad Request").fin(),
    ),
    ("tls-fin", "FIN instead of a ServerHello", || closed_early(Phase::Tls), || Script::new().fin()),
    ("tls-rst", "RST instead of a ServerHello", || reset(Phase::Tls), || Script::new().reset()),
];

pub(super) fn rows() -> Vec<Row> {
    let instead = INSTEAD.iter().map(|&(case, shows, expect, script)| {
        Row::new(format!("http1/{case}"), shows, expect(), move |lab| {
            Ok(Site::new(format!("https://{}/", after_hello(lab, script)?)))
        })
    });
    instead.collect()
}

/// A server that plays this script once a ClientHello has begun to come.
pub(crate) fn after_hello(lab: &Lab, script: fn() -> Script) -> Result<SocketAddr, LabError> {
    /// A ClientHello comes in one piece of at most this size, or what is left of it is drained.
    const HELLO_BYTES: usize = 16 << 10;
    peer::tcp(lab, move |mut stream| async move {
        let mut hello = vec![0; HELLO_BYTES];
        let _ = stream.read(&mut hello).await;
        script().play(stream).await;
    })
}
