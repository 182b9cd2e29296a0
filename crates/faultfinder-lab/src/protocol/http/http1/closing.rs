//! FIN and RST at the wrong moment.

use crate::Expect;
use crate::protocol::http::expectations::{closed_early, malformed, reset};
use crate::protocol::http::row::{Row, http1};
use crate::protocol::http::script::Script;
use faultfinder_taxonomy::Phase::{Receive, Wait};

/// Case, what it shows, what a probe must say, and the bytes before the FIN.
type Cut = (&'static str, &'static str, fn() -> Expect, &'static str);

const FIN: &[Cut] = &[
    ("fin-no-bytes", "FIN instead of an answer", || closed_early(Wait), ""),
    ("fin-mid-status-line", "FIN inside the first line", || closed_early(Wait), "HTTP/1.1 20"),
    (
        "fin-mid-headers",
        "FIN inside the header block: incomplete, not malformed",
        || closed_early(Wait),
        "HTTP/1.1 200 OK\r\nContent-Le",
    ),
    (
        "fin-before-length-0",
        "a head, no byte of the body, FIN",
        || closed_early(Receive).saying("status 200, 0 of 10 bytes of the body"),
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n",
    ),
    (
        "fin-before-length",
        "FIN after half of the body",
        || closed_early(Receive).saying("status 200, 5 of 10 bytes of the body").showing("hello"),
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello",
    ),
    (
        "fin-mid-chunk",
        "FIN inside a chunk",
        || closed_early(Receive),
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\nhello",
    ),
    (
        "missing-final-chunk",
        "FIN before the chunk that ends the body",
        || closed_early(Receive),
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
    ),
    (
        "fin-mid-trailers",
        "FIN inside the trailer section",
        || closed_early(Receive),
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-Check",
    ),
    (
        "malformed-then-fin",
        "nonsense, then FIN: the nonsense came first",
        || malformed("HPE_INVALID_HEADER_TOKEN"),
        "HTTP/1.1 200 OK\r\nX A: 1\r\n",
    ),
];

const RST: &[Cut] = &[
    ("rst-no-bytes", "RST instead of an answer", || reset(Wait), ""),
    ("rst-mid-headers", "RST inside the header block", || reset(Wait), "HTTP/1.1 200 OK\r\nContent-Le"),
    (
        "rst-mid-body",
        "RST inside the body",
        || reset(Receive).saying("status 200, 5 of 10 bytes of the body"),
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello",
    ),
    (
        "rst-mid-chunked",
        "RST between two chunks",
        || reset(Receive),
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
    ),
    (
        "rst-until-close",
        "RST where FIN would end the body",
        || reset(Receive),
        "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello",
    ),
];

pub(super) fn rows() -> Vec<Row> {
    let fin = FIN
        .iter()
        .map(|&(case, shows, expect, bytes)| http1(case, shows, expect(), Script::new().then(bytes).fin()));
    let rst = RST
        .iter()
        .map(|&(case, shows, expect, bytes)| http1(case, shows, expect(), Script::new().then(bytes).reset()));
    fin.chain(rst).collect()
}
