//! No handshake at all: nothing listens, the name does not exist, the definition is wrong.

use super::endpoint::{NAME, ssl_peer, trusting};
use crate::protocol::block::resolver;
use crate::protocol::dns;
use crate::protocol::expectations::{invalid, name_missing, refused};
use crate::{Expect, Peer, Scenario, peer};
use faultfinder_taxonomy::{Code, Phase, Protocol};
use serde_json::{Value, json};

pub(super) fn scenarios() -> Vec<Scenario> {
    vec![
        Scenario::new(Protocol::Ssl, "ssl/refused", "nothing listens on the port", refused(), |lab| {
            Ok(ssl_peer(peer::closed_tcp(lab)?, trusting(&[lab.pki().ca_pem()]), &[]))
        }),
        Scenario::new(Protocol::Ssl, "ssl/dns-nxdomain", "the name does not exist", name_missing(), |lab| {
            let resolver = resolver(dns::missing(lab)?);
            Ok(definition(json!({ "host": "missing.lab.test", "port": 443, "resolver": resolver })))
        }),
        Scenario::new(
            Protocol::Ssl,
            "ssl/invalid-host",
            "a label of the name has 64 bytes, one more than a query can carry",
            invalid("EBADNAME", "ssl.host"),
            |_| Ok(definition(json!({ "host": format!("{}.lab.test", "a".repeat(64)), "port": 443 }))),
        ),
        Scenario::new(
            Protocol::Ssl,
            "ssl/client-key-mismatch",
            "the client's certificate and key do not belong together",
            Expect::fault(
                Code::InvalidRequest,
                Phase::Config,
                json!({ "kind": "definition", "name": "ERR_OSSL_X509_KEY_VALUES_MISMATCH" }),
            ),
            |lab| {
                let (one, other) = (lab.pki().client()?, lab.pki().client()?);
                let mut fields = trusting(&[lab.pki().ca_pem()]);
                fields.insert("client_cert".to_owned(), json!(one.certificate_pem()));
                fields.insert("client_key".to_owned(), json!(other.key_pem()));
                Ok(ssl_peer(peer::closed_tcp(lab)?, fields, &[]))
            },
        ),
    ]
}

/// A test that does not get as far as a peer of ours.
fn definition(mut fields: Value) -> Peer {
    if let Some(fields) = fields.as_object_mut() {
        fields.entry("server_name").or_insert_with(|| json!(NAME));
    }
    let target = format!("{}:443", fields.get("host").and_then(Value::as_str).unwrap_or_default());
    Peer::new(target, json!({ "ssl": fields }))
}
