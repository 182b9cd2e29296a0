//! The connection under the streams: FIN, RST, and silence.

use super::Greeting;
use super::frame::{INITIAL_WINDOW_SIZE, MAX_CONCURRENT_STREAMS, headers};
use super::streams::half;
use crate::protocol::http::expectations::{closed_early, reset, timeout};
use crate::protocol::http::row::{Row, h2c, h2c_greeting};
use crate::protocol::http::script::Script;
use faultfinder_taxonomy::Phase::{Receive, Send, Wait};
use serde_json::json;

pub(super) fn rows() -> Vec<Row> {
    ends().into_iter().chain(silences()).collect()
}

fn ends() -> Vec<Row> {
    vec![
        h2c("fin-no-response", "FIN instead of an answer", closed_early(Wait), |_| Script::new().fin()),
        h2c("fin-mid-body", "FIN inside the body", closed_early(Receive), |id| half(id).fin()),
        h2c("rst-no-response", "RST instead of an answer", reset(Wait), |_| Script::new().reset()),
        h2c("rst-mid-body", "RST inside the body", reset(Receive), |id| half(id).reset()),
        h2c_greeting("fin-no-settings", "FIN without a word", closed_early(Wait), Greeting::Silent, |_| {
            Script::new().fin()
        }),
    ]
}

fn silences() -> Vec<Row> {
    vec![
        h2c("hang", "no answer", timeout(Wait), |_| Script::new().hang()).impatient(),
        h2c(
            "hang-interim",
            "an interim response, then silence",
            timeout(Wait).saying("but the interim response 103").omitting("first byte"),
            |id| Script::new().then(headers(id, &[(":status", "103")])).hang(),
        )
        .impatient(),
        h2c_greeting(
            "no-settings-hang",
            "a server that never sends SETTINGS",
            timeout(Wait),
            Greeting::Silent,
            |_| Script::new().hang(),
        )
        .impatient(),
        h2c("head-no-end-stream", "a head, and no body", timeout(Receive), |id| {
            Script::new().then(headers(id, &[(":status", "200")])).hang()
        })
        .impatient(),
        h2c("hang-mid-body", "half of a body, then silence", timeout(Receive), |id| half(id).hang())
            .impatient(),
        h2c_greeting(
            "initial-window-0",
            "a server that lets no byte of a body through",
            timeout(Send).saying(
                "the server lets no request out within 1500 ms: its SETTINGS_INITIAL_WINDOW_SIZE is 0",
            ),
            Greeting::settings(&[(INITIAL_WINDOW_SIZE, 0)]),
            |_| Script::new().hang(),
        )
        // Until it has seen our SETTINGS, a client may send 65,535 bytes.
        .with(json!({
            "method": "POST",
            "multipart": [{ "name": "word", "value": "a".repeat(100_000) }],
            "timeout": "1500ms",
        })),
        h2c_greeting(
            "initial-window-0-short",
            "the same for a body that may be on its way when the client learns of it",
            timeout(Send).saying("the server lets no request out"),
            Greeting::settings(&[(INITIAL_WINDOW_SIZE, 0)]),
            |_| Script::new().hang(),
        )
        .with(json!({ "method": "POST", "body": "hello", "timeout": "1500ms" })),
        h2c_greeting(
            "initial-window-0-get",
            "a server that lets no byte of a body through, and a request without one",
            timeout(Wait).saying("the first byte of the response did not arrive"),
            Greeting::settings(&[(INITIAL_WINDOW_SIZE, 0)]),
            |_| Script::new().hang(),
        )
        .impatient(),
        h2c_greeting(
            "max-streams-0",
            "a server that lets no request through",
            timeout(Send).saying(
                "the server lets no request out within 1500 ms: its SETTINGS_MAX_CONCURRENT_STREAMS is 0",
            ),
            Greeting::settings(&[(MAX_CONCURRENT_STREAMS, 0)]),
            |_| Script::new().hang(),
        )
        .impatient(),
        h2c_greeting(
            "max-streams-0-answered",
            "a server that lets no request through, but answers one that was on its way",
            timeout(Receive),
            Greeting::settings(&[(MAX_CONCURRENT_STREAMS, 0)]),
            |id| half(id).hang(),
        )
        .impatient(),
    ]
}
