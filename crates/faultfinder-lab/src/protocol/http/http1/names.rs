//! Host names: a name server of three lines, and what it says.

use super::answers::ok;
use super::serve;
use crate::peer;
use crate::protocol::http::expectations::{dns, timeout};
use crate::protocol::http::row::{Row, Site};
use crate::{Expect, Lab, LabError};
use faultfinder_taxonomy::Phase;
use hickory_proto::op::{Message, ResponseCode};
use hickory_proto::rr::rdata::A;
use hickory_proto::rr::{RData, Record, RecordType};
use serde_json::json;
use std::net::{Ipv4Addr, SocketAddr};

/// How long the addresses of the lab are valid, in seconds.
const TTL: u32 = 60;
/// The longest question that is read.
const QUESTION_BYTES_MAX: usize = 4096;

pub(super) fn rows() -> Vec<Row> {
    let failing = |case: &str, shows, code, expect| {
        Row::new(format!("http1/{case}"), shows, expect, move |lab| asking(name_server(lab, code, None)?))
    };
    vec![
        failing("dns-nxdomain", "a name that does not exist", ResponseCode::NXDomain, dns("NXDOMAIN")),
        failing("dns-nodata", "a name without an address", ResponseCode::NoError, dns("NODATA")),
        failing("dns-servfail", "a name server that fails", ResponseCode::ServFail, dns("SERVFAIL")),
        failing("dns-refused", "a name server that will not say", ResponseCode::Refused, dns("REFUSED")),
        Row::new("http1/dns-closed", "a port where no name server is", dns("CONNECTION_REFUSED"), |lab| {
            asking(peer::closed_udp(lab)?)
        }),
        Row::new(
            "http1/dns-silent",
            "a name server that says nothing, until the resolver gives up",
            dns("TIMEOUT"),
            |lab| asking(silent(lab)?),
        ),
        Row::new(
            "http1/dns-hang",
            "a name server that says nothing, and the request's time ends first",
            timeout(Phase::Resolve),
            |lab| asking(silent(lab)?),
        )
        .impatient(),
        Row::new("http1/dns-ok", "a name that the lab's name server knows", Expect::pass(), |lab| {
            let server = serve(lab, |_| ok())?;
            let names = name_server(lab, ResponseCode::NoError, Some(Ipv4Addr::LOCALHOST))?;
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
    let resolver = json!({ "resolver": { "server": names.ip(), "port": names.port() } });
    Ok(Site::new("http://shop.lab.test/").with(resolver))
}

/// A socket that reads questions and answers none.
fn silent(lab: &Lab) -> Result<SocketAddr, LabError> {
    let (socket, address) = lab.bind_udp()?;
    lab.spawn(async move {
        let mut question = [0; QUESTION_BYTES_MAX];
        // An ICMP error about an earlier datagram is no reason to stop.
        loop {
            let _ = socket.recv_from(&mut question).await;
        }
    });
    Ok(address)
}

/// A name server that gives every name this response code, and this address, if any.
pub(crate) fn name_server(
    lab: &Lab,
    code: ResponseCode,
    address: Option<Ipv4Addr>,
) -> Result<SocketAddr, LabError> {
    let (socket, local) = lab.bind_udp()?;
    lab.spawn(async move {
        let mut question = [0; QUESTION_BYTES_MAX];
        loop {
            let Ok((count, client)) = socket.recv_from(&mut question).await else { continue };
            let Some(answer) = question.get(..count).and_then(|bytes| reply(bytes, code, address)) else {
                continue;
            };
            let _ = socket.send_to(&answer, client).await;
        }
    });
    Ok(local)
}

/// The answer to one question.
fn reply(question: &[u8], code: ResponseCode, address: Option<Ipv4Addr>) -> Option<Vec<u8>> {
    let asked = Message::from_vec(question).ok()?;
    let mut answer = Message::error_msg(asked.metadata.id, asked.metadata.op_code, code);
    answer.metadata.recursion_desired = asked.metadata.recursion_desired;
    answer.metadata.recursion_available = true;
    for query in asked.queries {
        if let (RecordType::A, Some(address)) = (query.query_type(), address) {
            answer.add_answer(Record::from_rdata(query.name().clone(), TTL, RData::A(A(address))));
        }
        answer.add_query(query);
    }
    answer.to_vec().ok()
}
