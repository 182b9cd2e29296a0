//! Names as the host resolves them: name servers that answer in odd ways.

use super::super::block::resolver;
use super::super::dns;
use super::super::names::HOST;
use super::case::serve;
use crate::protocol::expectations::{name_missing, timeout};
use crate::protocol::transport::UDP;
use crate::{Expect, Lab, LabError, Scenario};
use faultfinder_taxonomy::Phase;
use serde_json::json;
use std::net::SocketAddr;

pub(super) fn scenarios() -> Vec<Scenario> {
    vec![
        named(
            "names-edns-formerr",
            "the name server answers FORMERR to questions with EDNS, and without it the address",
            Expect::pass().saying("answers FORMERR to questions with EDNS"),
            |lab| dns::without_edns(lab, Some(1)),
            &["received is ping"],
        ),
        named(
            "names-edns-notimp",
            "the name server answers NOTIMP to questions with EDNS, and without it the address",
            Expect::pass().saying("answers NOTIMP to questions with EDNS"),
            |lab| dns::without_edns(lab, Some(4)),
            &["received is ping"],
        ),
        named(
            "names-edns-dropped",
            "the name server drops questions with EDNS, and answers those without",
            Expect::pass().saying("did not answer with EDNS, and did without"),
            |lab| dns::without_edns(lab, None),
            &["received is ping"],
        ),
        named(
            "names-v6-dropped",
            "the name server does not answer for IPv6 addresses, which costs 50 ms",
            Expect::pass().saying("no answer within 50 ms after the other family's"),
            dns::silent_for_v6,
            &["received is ping", "response_time < 900 ms"],
        ),
        named(
            "names-dangling",
            "the name is an alias of one that does not exist",
            name_missing()
                .saying("NXDOMAIN for gone.elsewhere.test")
                .showing("faultfinder probe dns host.zone.test --server 127.0.0.1"),
            dns::dangling,
            &[],
        ),
        named(
            "names-silent",
            "the name server is silent, and the fault names it with the question and the time",
            timeout(Phase::Resolve).saying("for host.zone.test A and AAAA within 4000 ms"),
            dns::silent,
            &[],
        ),
    ]
}

/// An echo on 127.0.0.1, by a name that this name server knows.
fn named(
    case: &str,
    shows: &'static str,
    expect: Expect,
    names: impl Fn(&Lab) -> Result<SocketAddr, LabError> + Send + Sync + 'static,
    assert: &'static [&'static str],
) -> Scenario {
    UDP.by(case, shows, expect, move |lab| {
        let echo = serve(lab, |heard| async move { heard.answer(&heard.payload).await })?;
        let further =
            json!({ "host": HOST, "resolver": resolver(names(lab)?), "message": "ping", "timeout": "4s" });
        Ok(UDP.test(echo, &further, assert))
    })
}
