//! Datagrams that come back.

use super::case::serve;
use crate::protocol::expectations::incorrect;
use crate::protocol::transport::UDP;
use crate::{Expect, Scenario};
use serde_json::json;

/// A long answer, of as many bytes as the scenario's assertion says.
const LONG_BYTES: usize = 60_000;
/// The longest answer that IPv4 carries, in bytes.
const LONGEST_BYTES: usize = 65_507;
/// Bytes that are not UTF-8 text, and their form in base64.
const BINARY: (&[u8], &str) = (&[0xe3, 0x00, 0xff, 0xfe], "4wD//g==");

pub(super) fn scenarios() -> Vec<Scenario> {
    vec![
        UDP.scenario(
            "ok-echo",
            "what is sent comes back",
            Expect::pass(),
            json!({ "message": "ping" }),
            &["received is ping", "wait_time < 5 s"],
            |lab| serve(lab, |heard| async move { heard.answer(&heard.payload).await }),
        ),
        UDP.scenario(
            "binary",
            "bytes that are not text are sent unchanged",
            Expect::pass(),
            json!({ "message_base64": BINARY.1 }),
            &["received is understood"],
            |lab| {
                serve(lab, |heard| async move {
                    let answer: &[u8] = if heard.payload == BINARY.0 { b"understood" } else { b"what?" };
                    heard.answer(answer).await;
                })
            },
        ),
        UDP.scenario(
            "empty-question",
            "a test without a message sends an empty datagram",
            Expect::pass(),
            json!({}),
            &["received is 0 bytes came"],
            |lab| {
                serve(lab, |heard| async move {
                    heard.answer(format!("{} bytes came", heard.payload.len()).as_bytes()).await;
                })
            },
        ),
        UDP.scenario(
            "empty-datagram",
            "an empty datagram is an answer",
            Expect::pass(),
            json!({ "message": "ping" }),
            &["received < 1 bytes"],
            |lab| serve(lab, |heard| async move { heard.answer(b"").await }),
        ),
        UDP.scenario(
            "big-60k",
            "a long answer is not cut",
            Expect::pass(),
            json!({ "message": "much, please" }),
            &["received >= 60000 bytes", "received matches ^x+$"],
            |lab| serve(lab, |heard| async move { heard.answer(&vec![b'x'; LONG_BYTES]).await }),
        ),
        UDP.scenario(
            "longest",
            "the longest answer there can be",
            Expect::pass(),
            json!({ "message": "all of it, please" }),
            &["received >= 65507 bytes"],
            |lab| serve(lab, |heard| async move { heard.answer(&vec![b'x'; LONGEST_BYTES]).await }),
        ),
        UDP.scenario(
            "first-of-two",
            "of two answers the first counts",
            Expect::pass(),
            json!({ "message": "ping" }),
            &["received is one"],
            |lab| {
                serve(lab, |heard| async move {
                    heard.answer(b"one").await;
                    heard.answer(b"two").await;
                })
            },
        ),
        UDP.scenario(
            "assert-received",
            "another answer than the one that is asserted",
            incorrect("received"),
            json!({ "message": "ping" }),
            &["received is pong"],
            |lab| serve(lab, |heard| async move { heard.answer(&heard.payload).await }),
        ),
    ]
}
