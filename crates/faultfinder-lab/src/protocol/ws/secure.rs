//! wss.

use super::basics::ECHO;
use super::case::{Row, Site};
use super::frame::text;
use super::server::{self, Act, status};
use crate::pki::Identity;
use crate::protocol::expectations::{closed_early, reset};
use crate::protocol::http::{Script, trusting};
use crate::{Expect, Lab, LabError, peer};
use faultfinder_taxonomy::{Code, Phase};
use serde_json::{Value, json};
use tokio::io::AsyncReadExt as _;

/// A fault of the TLS handshake.
fn ssl(detail: Value) -> Expect {
    Expect::fault(Code::Ssl, Phase::Tls, detail)
}

pub(super) fn rows() -> Vec<Row> {
    let verify = |name: &str| ssl(json!({ "kind": "verify", "name": name }));
    let wrong_version = || ssl(json!({ "kind": "tls", "name": "wrong_version_number" }));
    let good: Make = |lab| Ok(lab.pki().good().clone());
    vec![
        over_tls("tls-ok", "a text message that comes back over TLS", Expect::pass(), good, ECHO)
            .saying_hello()
            .assert(&["received is hello", "alpn is http/1.1", "certificate expires_in > 1 days"]),
        over_tls(
            "tls-refused-upgrade",
            "403 over TLS",
            super::case::not_opened("Unexpected server response: 403"),
            good,
            Act::Answer(|_| status("403 Forbidden", "", "no")),
        ),
        over_tls(
            "tls-abrupt-fin",
            "the end of the connection over TLS without a close frame",
            super::case::broken("1006"),
            good,
            Act::Reply(Script::new().fin()),
        )
        .saying_hello(),
        over_tls(
            "tls-size",
            "a message beyond the limit over TLS",
            super::case::broken("Received message longer than the maximum supported length"),
            good,
            Act::Reply(Script::new().then(text(vec![b'x'; 1 << 17])).hang()),
        )
        .saying_hello(),
        over_tls(
            "tls-expired",
            "a certificate that has expired",
            verify("CERT_HAS_EXPIRED"),
            |lab| lab.pki().expired(),
            ECHO,
        ),
        over_tls(
            "tls-self-signed",
            "a certificate that signed itself",
            verify("DEPTH_ZERO_SELF_SIGNED_CERT"),
            |lab| lab.pki().self_signed(),
            ECHO,
        ),
        over_tls(
            "tls-wrong-name",
            "a certificate for another name",
            verify("IP_ADDRESS_MISMATCH"),
            |lab| lab.pki().leaf(&["other.lab.test"]),
            ECHO,
        ),
        Row::new("tls-plaintext", "a server without TLS behind a wss URL", wrong_version(), |lab| {
            instead(lab, || Script::new().then("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n").fin())
        }),
        Row::new("tls-fin", "FIN instead of a ServerHello", closed_early(Phase::Tls), |lab| {
            instead(lab, || Script::new().fin())
        }),
        Row::new("tls-rst", "RST instead of a ServerHello", reset(Phase::Tls), |lab| {
            instead(lab, || Script::new().reset())
        }),
    ]
}

/// Makes a certificate.
type Make = fn(&Lab) -> Result<Identity, LabError>;

/// A peer with this certificate that acts like this inside of TLS, and a test that trusts the lab's authority.
fn over_tls(case: &'static str, shows: &'static str, expect: Expect, identity: Make, act: Act) -> Row {
    Row::new(case, shows, expect, move |lab| {
        let (config, act) = (identity(lab)?.server_config(&["http/1.1"])?, act.clone());
        let address = peer::tls(lab, config, move |stream| server::converse(stream, act.clone()))?;
        Ok(Site::new(format!("wss://{address}/feed")).with(trusting(lab)))
    })
}

/// A peer that plays this script once a ClientHello has begun to come.
fn instead(lab: &Lab, script: fn() -> Script) -> Result<Site, LabError> {
    /// A ClientHello comes in one piece of at most this size, or what is left of it is drained.
    const HELLO_BYTES: usize = 16 << 10;
    let address = peer::tcp(lab, move |mut stream| async move {
        let mut hello = vec![0; HELLO_BYTES];
        let _ = stream.read(&mut hello).await;
        script().play(stream).await;
    })?;
    Ok(Site::new(format!("wss://{address}/feed")))
}
