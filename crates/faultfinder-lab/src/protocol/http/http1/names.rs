//! Host names, and what name servers say of them.

use super::answers::ok;
use super::serve;
use crate::peer;
use crate::protocol::block::resolver;
use crate::protocol::dns;
use crate::protocol::http::expectations::{dns as verdict, timeout};
use crate::protocol::http::row::{Row, Site};
use crate::{Expect, LabError};
use faultfinder_taxonomy::Phase;
use serde_json::json;
use std::net::{Ipv4Addr, SocketAddr};

pub(super) fn rows() -> Vec<Row> {
    let failing = |case: &str, shows, rcode, expect| {
        Row::new(format!("http1/{case}"), shows, expect, move |lab| asking(dns::failing(lab, rcode)?))
    };
    vec![
        failing("dns-nxdomain", "a name that does not exist", 3, verdict("NXDOMAIN")),
        failing("dns-nodata", "a name without an address", 0, verdict("NODATA")),
        failing("dns-servfail", "a name server that fails", 2, verdict("SERVFAIL")),
        failing("dns-refused", "a name server that will not say", 5, verdict("REFUSED")),
        Row::new(
            "http1/dns-closed",
            "a port where no name server is",
            verdict("CONNECTION_REFUSED"),
            |lab| asking(peer::closed_udp(lab)?),
        ),
        Row::new(
            "http1/dns-silent",
            "a name server that says nothing, until the resolver gives up",
            verdict("TIMEOUT"),
            |lab| asking(dns::silent(lab)?),
        ),
        Row::new(
            "http1/dns-hang",
            "a name server that says nothing, and the request's time ends first",
            timeout(Phase::Resolve),
            |lab| asking(dns::silent(lab)?),
        )
        .impatient(),
        Row::new("http1/dns-ok", "a name that the lab's name server knows", Expect::pass(), |lab| {
            let server = serve(lab, |_| ok())?;
            let names = dns::address(lab, Ipv4Addr::LOCALHOST)?;
            let site = asking(names)?;
            Ok(Site { url: format!("http://shop.lab.test:{}/", server.port()), ..site })
        })
        .assert(&["status is 200"]),
        Row::new("http1/resolve-override", "a name that the test itself resolves", Expect::pass(), |lab| {
            let server = serve(lab, |_| ok())?;
            Ok(Site::new(format!("http://shop.lab.test:{}/", server.port()))
                .with(json!({ "resolve": { "shop.lab.test": "127.0.0.1" } })))
        })
        .assert(&["status is 200"]),
    ]
}

/// A request for a host that this name server is asked about.
fn asking(names: SocketAddr) -> Result<Site, LabError> {
    Ok(Site::new("http://shop.lab.test/").with(json!({ "resolver": resolver(names) })))
}
