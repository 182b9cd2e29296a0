//! The rules of HTTP/3 that the library enforces, in words and with the document that has them.

use super::watched::Received;
use faultfinder_net::http3::broken_rule;

/// `H3_MESSAGE_ERROR` (RFC 9114 section 8.1).
pub(super) const MESSAGE_ERROR: u64 = 0x10e;

/// What the peer did wrong, by the code of the error and the library's reason for it. The field that broke a rule is named if it
/// is among the bytes that were kept.
pub(super) fn broken(code: u64, reason: &str, received: &Received) -> String {
    let field = (code == MESSAGE_ERROR).then(|| broken_rule(&received.bytes())).flatten();
    field.unwrap_or_else(|| words(code, reason).to_owned())
}

fn words(code: u64, reason: &str) -> &'static str {
    match code {
        0x101 => "it breaks a rule that has no code of its own (RFC 9114 section 8.1)",
        0x103 => {
            "it opened a stream that it may not open, or a second one of its kind (RFC 9114 section 6.2)"
        }
        0x104 => "it closed a stream that has to stay open (RFC 9114 section 6.2.1)",
        0x105 if reason.contains("without receiving response headers") => {
            "the stream ended without a HEADERS frame (RFC 9114 section 4.1)"
        }
        0x105 if reason.contains("not headers") => "its first frame is not HEADERS (RFC 9114 section 4.1)",
        0x105 if reason.contains("second settings") => {
            "a second SETTINGS frame came on the control stream (RFC 9114 section 7.2.4)"
        }
        0x105 => "a frame came on a stream where it is not allowed (RFC 9114 section 7)",
        0x106 if reason.contains("incomplete") => "the stream ended inside a frame (RFC 9114 section 7.1)",
        0x106 => "the length of a frame is not that of its fields (RFC 9114 section 7.1)",
        0x107 => "it causes more work than is reasonable (RFC 9114 section 10.5)",
        0x108 => "it used the ID of a stream or push wrongly (RFC 9114 sections 5.2 and 7.2)",
        0x109 => "its SETTINGS frame is malformed, or has a setting twice (RFC 9114 section 7.2.4)",
        0x10a => "its control stream does not begin with a SETTINGS frame (RFC 9114 section 6.2.1)",
        MESSAGE_ERROR => "a field of its head or its trailers breaks a rule (RFC 9114 sections 4.2 and 4.3)",
        0x200 => "a field section cannot be decompressed (RFC 9204 section 2.2)",
        0x201 => "its stream of table insertions is malformed (RFC 9204 section 4.2)",
        0x202 => "its stream of acknowledgments is malformed (RFC 9204 section 4.2)",
        _ => "it breaks a rule (RFC 9114)",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_of_a_rule_has_words_with_a_document() {
        for code in (0x101..=0x10f).chain(0x200..=0x202) {
            let words = words(code, "");
            assert!(words.contains("(RFC 9"), "{code:#x}: {words}");
        }
        let nothing = Received::default();
        let unnamed = broken(MESSAGE_ERROR, "Received malformed header", &nothing);
        assert!(unnamed.contains("sections 4.2 and 4.3"), "{unnamed}");
    }
}
