//! Certificates and ALPN over QUIC.

use super::server::{demanding, ok, serve, serve_with, site};
use crate::pki::{Identity, Server};
use crate::protocol::http::expectations::{tls, verify};
use crate::protocol::http::row::{Row, Site};
use crate::{Expect, Lab, LabError};
use faultfinder_taxonomy::{AlertDescription, Code, Phase};
use serde_json::{Value, json};

/// Case, what it shows, the code of verification, and the certificate.
type Bad = (&'static str, &'static str, &'static str, fn(&Lab) -> Result<Identity, LabError>);

const BAD: &[Bad] = &[
    ("tls-expired", "a certificate that has expired", "CERT_HAS_EXPIRED", |lab| lab.pki().expired()),
    ("tls-wrong-address", "a certificate for a name instead of the address", "IP_ADDRESS_MISMATCH", |lab| {
        lab.pki().leaf(&["other.lab.test"])
    }),
    ("tls-self-signed", "a certificate that signed itself", "DEPTH_ZERO_SELF_SIGNED_CERT", |lab| {
        lab.pki().self_signed()
    }),
    ("tls-incomplete", "a chain without the issuer", "UNABLE_TO_VERIFY_LEAF_SIGNATURE", |lab| {
        Ok(lab.pki().good().clone().leaf_only())
    }),
];

pub(super) fn rows() -> Vec<Row> {
    let bad = BAD.iter().map(|&(case, shows, code, identity)| {
        Row::new(format!("http3/{case}"), shows, verify(code), move |lab| {
            Ok(site(lab, serve(lab, &identity(lab)?, |_| ok())?))
        })
    });
    bad.chain(others()).collect()
}

fn others() -> Vec<Row> {
    vec![
        Row::new(
            "http3/tls-wrong-host",
            "a certificate for another name",
            verify("HOSTNAME_MISMATCH"),
            |lab| {
                let port = serve(lab, &lab.pki().leaf(&["other.lab.test"])?, |_| ok())?.port();
                let mut fields = demanding(lab);
                if let Some(fields) = fields.as_object_mut() {
                    fields.insert("resolve".to_owned(), json!({ "shop.lab.test": "127.0.0.1" }));
                }
                Ok(Site::new(format!("https://shop.lab.test:{port}/")).with(fields))
            },
        ),
        Row::new(
            "http3/tls-insecure",
            "an expired certificate that the test accepts",
            Expect::pass().saying("not valid"),
            |lab| {
                let address = serve(lab, &lab.pki().expired()?, |_| ok())?;
                Ok(with_tls(site(lab, address), "insecure", json!(true)))
            },
        )
        .assert(&["status is 200"]),
        Row::new(
            "http3/alpn-other",
            "a QUIC server that does not speak HTTP/3",
            tls("no_application_protocol"),
            |lab| Ok(site(lab, serve_with(lab, lab.pki().server_config(&["doq"])?, |_| ok())?)),
        ),
        Row::new(
            "http3/client-certificate-missing",
            "a server that demands a client certificate",
            alert(116),
            |lab| Ok(site(lab, demanding_certificates(lab)?)),
        ),
        Row::new(
            "http3/client-certificate-ok",
            "a client certificate that is taken",
            Expect::pass(),
            |lab| {
                let client = lab.pki().client()?;
                let site = site(lab, demanding_certificates(lab)?);
                let site = with_tls(site, "client_cert", json!(client.certificate_pem()));
                Ok(with_tls(site, "client_key", json!(client.key_pem())))
            },
        )
        .assert(&["status is 200", "body contains hello"]),
    ]
}

/// A server that demands a client certificate.
fn demanding_certificates(lab: &Lab) -> Result<std::net::SocketAddr, LabError> {
    let server =
        Server::new(lab.pki().good())?.alpn(super::server::ALPN).clients(lab.pki().root(), lab.pki().now());
    serve_with(lab, server.config()?, |_| ok())
}

/// The same with one more TLS setting.
fn with_tls(mut site: Site, field: &str, value: Value) -> Site {
    if let Some(tls) = site.fields.pointer_mut("/tls").and_then(Value::as_object_mut) {
        tls.insert(field.to_owned(), value);
    }
    site
}

/// The peer refused with an alert.
fn alert(number: u8) -> Expect {
    let name = AlertDescription::new(number).name().into_owned();
    Expect::fault(Code::Ssl, Phase::Tls, json!({ "kind": "tls", "name": name, "alert": number }))
}
