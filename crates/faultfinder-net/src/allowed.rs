//! What an HTTP/2 server lets a client send, from its SETTINGS and WINDOW_UPDATE frames (RFC 9113 sections 5.1.2 and 6.9).
//!
//! A server can allow no stream at all, or no byte of a body. A client that has not read its SETTINGS yet may send all the
//! same, but the server need not take it: nothing is known to have arrived.

use crate::frame::{HEADER_BYTES, SETTINGS, WINDOW_UPDATE};

/// Settings (RFC 9113 section 6.5.2).
const MAX_CONCURRENT_STREAMS: u16 = 3;
const INITIAL_WINDOW_SIZE: u16 = 4;
/// Length of one setting.
const SETTING_BYTES: usize = 6;

/// What the server has said last. Without a word it allows what RFC 9113 says by default.
#[derive(Debug, Default, Clone)]
pub(crate) struct Allowed {
    allows_no_stream: bool,
    /// Whether streams begin with an empty window.
    allows_no_body: bool,
    /// The latest stream whose window the server has opened.
    opened: u32,
    /// Whether the frame that passes now is SETTINGS.
    is_settings: bool,
    /// The setting that passes now, as far as it has passed.
    setting: [u8; SETTING_BYTES],
    setting_bytes: usize,
}

impl Allowed {
    /// A frame of the server begins.
    pub(crate) fn begin(&mut self, header: &[u8; HEADER_BYTES]) {
        let [_, _, _, kind, _, a, b, c, d] = *header;
        (self.is_settings, self.setting_bytes) = (kind == SETTINGS, 0);
        if kind == WINDOW_UPDATE {
            self.opened = self.opened.max(u32::from_be_bytes([a & 0x7f, b, c, d]));
        }
    }

    /// A part of the frame's payload passes.
    pub(crate) fn payload(&mut self, bytes: &[u8]) {
        if !self.is_settings {
            return;
        }
        for byte in bytes {
            if let Some(place) = self.setting.get_mut(self.setting_bytes) {
                *place = *byte;
            }
            self.setting_bytes += 1;
            if self.setting_bytes == SETTING_BYTES {
                self.setting_bytes = 0;
                let [a, b, value @ ..] = self.setting;
                match u16::from_be_bytes([a, b]) {
                    MAX_CONCURRENT_STREAMS => self.allows_no_stream = value == [0; 4],
                    INITIAL_WINDOW_SIZE => self.allows_no_body = value == [0; 4],
                    _ => {}
                }
            }
        }
    }

    /// The setting by which the server lets no request out, if there is one. `with_body` is the stream of a request that has
    /// a body.
    #[cfg(feature = "http")]
    pub(crate) fn obstacle(&self, with_body: Option<u32>) -> Option<&'static str> {
        if self.allows_no_stream {
            return Some("SETTINGS_MAX_CONCURRENT_STREAMS is 0");
        }
        let is_closed = self.allows_no_body && with_body.is_some_and(|stream| self.opened < stream);
        is_closed.then_some("SETTINGS_INITIAL_WINDOW_SIZE is 0")
    }
}

#[cfg(all(test, feature = "http"))]
mod tests {
    use super::*;

    /// What a server allows after frames of these types, on these streams, with these payloads.
    fn after(frames: &[(u8, u8, &[u8])]) -> Allowed {
        let mut allowed = Allowed::default();
        for (kind, stream, payload) in frames {
            allowed.begin(&[0, 0, 0, *kind, 0, 0, 0, 0, *stream]);
            for byte in *payload {
                allowed.payload(&[*byte]);
            }
        }
        allowed
    }

    #[test]
    fn a_server_that_lets_nothing_out_is_known_by_its_settings() {
        const NO_STREAM: &[u8] = &[0, 3, 0, 0, 0, 0];
        const NO_BODY: &[u8] = &[0, 4, 0, 0, 0, 0];
        const BOTH_OPEN: &[u8] = &[0, 3, 0, 0, 0, 1, 0, 4, 0, 0, 1, 0];
        let (streams, window) =
            (Some("SETTINGS_MAX_CONCURRENT_STREAMS is 0"), Some("SETTINGS_INITIAL_WINDOW_SIZE is 0"));
        assert_eq!(after(&[]).obstacle(Some(1)), None);
        assert_eq!(after(&[(SETTINGS, 0, NO_STREAM)]).obstacle(None), streams);
        assert_eq!(after(&[(SETTINGS, 0, NO_BODY)]).obstacle(Some(1)), window);
        assert_eq!(after(&[(SETTINGS, 0, NO_BODY)]).obstacle(None), None, "there is no body");
        assert_eq!(after(&[(SETTINGS, 0, NO_BODY), (SETTINGS, 0, &[])]).obstacle(Some(1)), window);
        assert_eq!(after(&[(SETTINGS, 0, NO_BODY), (SETTINGS, 0, BOTH_OPEN)]).obstacle(Some(1)), None);
        assert_eq!(after(&[(SETTINGS, 0, &[NO_BODY, NO_STREAM].concat())]).obstacle(None), streams);
        let grown: &[u8] = &[0, 0, 0, 9];
        assert_eq!(after(&[(SETTINGS, 0, NO_BODY), (WINDOW_UPDATE, 1, grown)]).obstacle(Some(1)), None);
        assert_eq!(after(&[(SETTINGS, 0, NO_BODY), (WINDOW_UPDATE, 1, grown)]).obstacle(Some(3)), window);
        // That of the connection opens no stream's.
        assert_eq!(after(&[(SETTINGS, 0, NO_BODY), (WINDOW_UPDATE, 0, grown)]).obstacle(Some(1)), window);
        // Bytes of other frames are not settings.
        assert_eq!(after(&[(6, 0, NO_STREAM)]).obstacle(None), None);
    }
}
