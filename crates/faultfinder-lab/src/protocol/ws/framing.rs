//! Frames that break a rule, by the names of the `ws` library.

use super::case::{Row, broken};
use super::frame::{BINARY, CLOSE, CONTINUATION, FIN, PING, RSV1, RSV2, TEXT, close, frame, header};
use super::server::Act;
use crate::protocol::http::Script;

/// Case, what it shows, the rule that is broken, and the bytes.
type Broken = (&'static str, &'static str, &'static str, fn() -> Vec<u8>);

const FRAMES: &[Broken] = &[
    ("masked-frame", "a frame that is masked", "WS_ERR_UNEXPECTED_MASK", || {
        b"\x81\x85\x01\x02\x03\x04hello".to_vec()
    }),
    ("rsv1", "a frame that is marked as compressed", "WS_ERR_UNEXPECTED_RSV_1", || {
        frame(FIN | RSV1 | TEXT, "hello")
    }),
    ("rsv2", "a frame with a reserved bit", "WS_ERR_UNEXPECTED_RSV_2_3", || {
        frame(FIN | RSV2 | TEXT, "hello")
    }),
    ("opcode-3", "a reserved kind of message", "WS_ERR_INVALID_OPCODE", || frame(FIN | 3, "")),
    ("opcode-11", "a reserved kind of control frame", "WS_ERR_INVALID_OPCODE", || frame(FIN | 11, "")),
    ("control-too-long", "a ping of 126 bytes", "WS_ERR_INVALID_CONTROL_PAYLOAD_LENGTH", || {
        frame(FIN | PING, [0; 126])
    }),
    ("control-fragmented", "a ping in fragments", "WS_ERR_EXPECTED_FIN", || frame(PING, "half")),
    ("continuation-first", "a fragment of no message", "WS_ERR_INVALID_OPCODE", || {
        frame(FIN | CONTINUATION, "lo")
    }),
    ("message-in-message", "a message inside another one", "WS_ERR_INVALID_OPCODE", || {
        [frame(TEXT, "hel"), frame(FIN | TEXT, "lo")].concat()
    }),
    ("length-2-63", "a frame that announces 2^63 bytes", "WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH", || {
        header(FIN | BINARY, 1 << 63)
    }),
    ("text-not-utf8", "a text message that is not UTF-8", "WS_ERR_INVALID_UTF8", || {
        frame(FIN | TEXT, [b'o', b'k', 0xff])
    }),
    (
        "text-not-utf8-so-far",
        "a text that cannot become UTF-8 any more, then silence",
        "WS_ERR_INVALID_UTF8",
        || frame(TEXT, [0xed, 0xa0]),
    ),
    ("text-cut-character", "a text message that ends inside a character", "WS_ERR_INVALID_UTF8", || {
        frame(FIN | TEXT, [0xe2, 0x82])
    }),
    ("close-invalid-999", "a close code below all others", "WS_ERR_INVALID_CLOSE_CODE", || close(999, "")),
    ("close-invalid-1005", "a close code that must not be sent", "WS_ERR_INVALID_CLOSE_CODE", || {
        close(1005, "")
    }),
    ("close-invalid-1006", "the close code of a broken connection", "WS_ERR_INVALID_CLOSE_CODE", || {
        close(1006, "")
    }),
    ("close-invalid-1015", "the close code of a failed handshake", "WS_ERR_INVALID_CLOSE_CODE", || {
        close(1015, "")
    }),
    ("close-invalid-2999", "a close code that is reserved", "WS_ERR_INVALID_CLOSE_CODE", || close(2999, "")),
    ("close-invalid-5000", "a close code above all others", "WS_ERR_INVALID_CLOSE_CODE", || close(5000, "")),
    ("close-1-byte", "a close frame with half a code", "WS_ERR_INVALID_CONTROL_PAYLOAD_LENGTH", || {
        frame(FIN | CLOSE, [3])
    }),
    ("close-reason-not-utf8", "a close frame whose reason is not UTF-8", "WS_ERR_INVALID_UTF8", || {
        frame(FIN | CLOSE, [0x03, 0xe8, 0xff])
    }),
    ("http-after-upgrade", "an HTTP answer where frames should be", "WS_ERR_UNEXPECTED_RSV_1", || {
        b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n".to_vec()
    }),
];

pub(super) fn rows() -> Vec<Row> {
    // Every peer says nothing more: the first bad byte has to be enough.
    let row = |&(case, shows, name, bytes): &Broken| {
        Row::acting(case, shows, broken(name), Act::Reply(Script::new().then(bytes()).hang())).saying_hello()
    };
    FRAMES.iter().map(row).collect()
}
