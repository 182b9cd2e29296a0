//! Origins that offer HTTP/3 by `alt-svc` (RFC 7838).

use super::server::{ok, serve};
use crate::protocol::http::expectations::{definition, refused, verify};
use crate::protocol::http::http1;
use crate::protocol::http::row::{Row, Site};
use crate::protocol::http::script::Script;
use crate::protocol::http::secure::trusting;
use crate::{Expect, Lab, LabError, peer};
use faultfinder_taxonomy::Code;
use serde_json::json;

pub(super) fn rows() -> Vec<Row> {
    vec![
        Row::new(
            "http3/discover-ok",
            "an origin that offers HTTP/3, and keeps its word",
            Expect::pass(),
            |lab| {
                let port = serve(lab, lab.pki().good(), |_| ok())?.port();
                origin(lab, &format!("h3-29=\":1\", h3=\":{port}\"; ma=60"))
            },
        )
        .assert(&[
            "status is 200",
            "alpn is h3",
            "body contains hello",
            "redirect_time does not exist",
        ]),
        Row::new(
            "http3/discover-none",
            "an origin that does not offer HTTP/3",
            Expect::pass().saying("does not offer HTTP/3"),
            |lab| origin(lab, "clear"),
        )
        .assert(&["status is 200", "alpn is http/1.1"]),
        Row::new(
            "http3/discover-refused",
            "an origin that offers HTTP/3 where nobody listens",
            refused(),
            |lab| {
                let port = peer::closed_udp(lab)?.port();
                origin(lab, &format!("h3=\":{port}\""))
            },
        ),
        Row::new(
            "http3/discover-expired",
            "an alternative whose certificate has expired",
            verify("CERT_HAS_EXPIRED"),
            |lab| {
                let port = serve(lab, &lab.pki().expired()?, |_| ok())?.port();
                origin(lab, &format!("h3=\"localhost:{port}\""))
            },
        ),
        Row::new(
            "http3/discover-post",
            "a request that must not be sent twice",
            definition(Code::InvalidRequest, "ERR_INVALID_PROTOCOL"),
            |lab| {
                let mut site = origin(lab, "clear")?;
                if let Some(fields) = site.fields.as_object_mut() {
                    fields.insert("method".to_owned(), json!("POST"));
                }
                Ok(site)
            },
        ),
    ]
}

/// An origin over TCP with this offer, and a request that takes it up.
fn origin(lab: &Lab, offer: &str) -> Result<Site, LabError> {
    let answer = format!("HTTP/1.1 200 OK\r\nalt-svc: {offer}\r\ncontent-length: 5\r\n\r\nhello");
    let address = peer::tls(lab, lab.pki().server_config(&["http/1.1"])?, move |stream| {
        let answer = answer.clone();
        async move {
            http1::converse(stream, &move |_: &http1::Request| Script::new().then(answer.clone())).await;
        }
    })?;
    let mut fields = trusting(lab);
    if let Some(fields) = fields.as_object_mut() {
        fields.insert("version".to_owned(), json!("discover"));
        fields.insert("resolve".to_owned(), json!({ "localhost": "127.0.0.1" }));
    }
    Ok(Site::new(format!("https://{address}/")).with(fields))
}
