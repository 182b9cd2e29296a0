//! Peers that take too long, each in another phase.

use crate::Expect;
use crate::peer;
use crate::protocol::http::expectations::{overall_timeout, timeout};
use crate::protocol::http::row::{Row, Site, http1};
use crate::protocol::http::script::Script;
use faultfinder_taxonomy::Phase::{Connect, Receive, Tls, Wait};
use serde_json::json;

pub(super) fn rows() -> Vec<Row> {
    waiting().into_iter().chain(receiving()).collect()
}

/// Nothing complete comes.
fn waiting() -> Vec<Row> {
    vec![
        Row::new("http1/connect-hang", "a SYN that nobody answers", timeout(Connect), |lab| {
            Ok(Site::at(peer::full_tcp(lab)?))
        })
        .impatient(),
        Row::new("http1/tls-hang", "a TLS handshake that nobody answers", timeout(Tls), |lab| {
            let address = peer::silent_tcp(lab)?;
            Ok(Site::new(format!("https://{address}/")))
        })
        .impatient(),
        http1("hang", "no answer", timeout(Wait), Script::new().hang()).impatient(),
        http1(
            "hang-mid-headers",
            "half a header block, then silence",
            timeout(Receive)
                .saying("the head of the response is not complete after 1500 ms: 27 bytes so far")
                .showing("HTTP/1.1 200 OK")
                .omitting("first byte"),
            Script::new().then("HTTP/1.1 200 OK\r\nContent-Le").hang(),
        )
        .impatient(),
        http1(
            "slow-headers",
            "a header block of which a byte comes now and then",
            timeout(Receive).saying("the head of the response is not complete"),
            Script::new().then("HTTP/1.1 200 OK\r\nX-Slow: ").forever("a", 50),
        )
        .impatient(),
        http1(
            "100-forever",
            "interim answers and never a final one",
            timeout(Wait),
            Script::new().forever("HTTP/1.1 100 Continue\r\n\r\n", 50),
        )
        .impatient(),
        http1(
            "hang-overall",
            "no answer, and the attempt's time ends first",
            overall_timeout(Wait),
            Script::new().hang(),
        )
        .with(json!({ "overall_timeout": "1500ms" })),
        http1(
            "hang-interim",
            "an interim response, then silence",
            timeout(Wait).saying("but the interim response 103").omitting("first byte"),
            Script::new().then("HTTP/1.1 103 Early Hints\r\n\r\n").hang(),
        )
        .impatient(),
        http1("slow-but-ok", "an answer that takes its time, within what it has", Expect::pass(), ok_late())
            .assert(&["status is 200"]),
    ]
}

/// The body does not end.
fn receiving() -> Vec<Row> {
    vec![
        http1("slow-body", "bytes keep coming: only the total counts", timeout(Receive), slow_body())
            .impatient(),
        http1(
            "hang-mid-body",
            "half of the body, then silence",
            timeout(Receive)
                .saying("status 200, 5 of 10 bytes of the body")
                .showing("hello")
                .showing("\"body_bytes_expected\":10"),
            Script::new().then("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello").hang(),
        )
        .impatient(),
        http1(
            "hang-no-length",
            "a body that nothing but the end of the connection ends, which does not come",
            timeout(Receive).saying("only the end of the connection ends it (RFC 9112 section 6.3)"),
            Script::new().then("HTTP/1.1 200 OK\r\n\r\nhello").hang(),
        )
        .impatient(),
        http1(
            "hang-mid-chunked",
            "one chunk, then silence",
            timeout(Receive).saying("status 200, 5 bytes of the body so far"),
            Script::new().then("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n").hang(),
        )
        .impatient(),
        http1(
            "endless-body",
            "a body that never ends",
            timeout(Receive),
            Script::new()
                .then("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
                .forever(format!("400\r\n{}\r\n", "a".repeat(0x400)), 5),
        )
        .impatient(),
        http1(
            "overall",
            "a slow body, and the attempt's time ends first",
            overall_timeout(Receive),
            slow_body(),
        )
        .with(json!({ "overall_timeout": "1500ms" })),
        http1(
            "overall-longer",
            "a slow body, and the request's time ends first",
            timeout(Receive),
            slow_body(),
        )
        .with(json!({ "timeout": "1500ms", "overall_timeout": "30s" })),
    ]
}

fn slow_body() -> Script {
    Script::new().then("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n").forever("a", 50)
}

fn ok_late() -> Script {
    Script::new().pause(150).then("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")
}
