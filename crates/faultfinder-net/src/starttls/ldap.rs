//! LDAP (RFC 4511 section 4.14).

use super::dialog::{Dialog, TALK_BYTES_MAX};
use faultfinder_taxonomy::Fault;

/// An extended request with the name of StartTLS, 1.3.6.1.4.1.1466.20037, and the message id 1.
const REQUEST: &[u8] = b"\x30\x1d\x02\x01\x01\x77\x18\x80\x161.3.6.1.4.1.1466.20037";
/// The result codes that mean that the operation is not known (RFC 4511 appendix A.2): protocolError,
/// unavailableCriticalExtension.
const UNKNOWN: [u8; 2] = [2, 12];

pub(super) async fn ask(dialog: &mut Dialog<'_>) -> Result<(), Fault> {
    dialog.send(REQUEST).await?;
    let message = message(dialog).await?;
    let Some(Outcome { id, code, diagnostic }) = outcome(&message) else {
        return Err(dialog.malformed("its response is not the result of an extended operation"));
    };
    let words = format!("result code {code} {diagnostic}");
    match code {
        // A message to no request is the notice of disconnection (RFC 4511 section 4.4.1).
        _ if id == [0] => Err(dialog.turned_away_with(words.trim_end())),
        0 => Ok(()),
        code if UNKNOWN.contains(&code) => Err(dialog.not_offered()),
        _ => Err(dialog.refused_with(words.trim_end())),
    }
}

/// The contents of one message.
async fn message(dialog: &mut Dialog<'_>) -> Result<Vec<u8>, Fault> {
    let head = dialog.bytes(2).await?;
    let [0x30, short] = head.as_slice() else {
        return Err(dialog.malformed("its response is not an LDAP message"));
    };
    let length = match short {
        0..=0x7f => usize::from(*short),
        0x81..=0x84 => {
            let bytes = dialog.bytes(usize::from(short & 0x0f)).await?;
            bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte))
        }
        _ => TALK_BYTES_MAX,
    };
    if length >= TALK_BYTES_MAX {
        return Err(dialog.malformed("its response announces more bytes than the limit"));
    }
    dialog.bytes(length).await
}

/// The content of an extended response.
#[derive(Debug, PartialEq, Eq)]
struct Outcome<'m> {
    /// The number of the request's message.
    id: &'m [u8],
    /// The result code.
    code: u8,
    /// The diagnostic message.
    diagnostic: String,
}

fn outcome(message: &[u8]) -> Option<Outcome<'_>> {
    let (id, rest) = element(message, 0x02)?;
    let (response, _) = element(rest, 0x78)?;
    let (code, rest) = element(response, 0x0a)?;
    let (_matched, rest) = element(rest, 0x04)?;
    let (diagnostic, _) = element(rest, 0x04)?;
    match code {
        [code] => {
            let diagnostic = String::from_utf8_lossy(diagnostic).into_owned();
            Some(Outcome { id, code: *code, diagnostic })
        }
        _ => None,
    }
}

/// The content of a BER element with this tag, and the bytes after it.
fn element(bytes: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (found, rest) = bytes.split_first()?;
    let (short, rest) = rest.split_first()?;
    let (length, rest) = match short {
        0..=0x7f => (usize::from(*short), rest),
        0x81..=0x84 => {
            let (bytes, rest) = rest.split_at_checked(usize::from(short & 0x0f))?;
            (bytes.iter().fold(0, |length: usize, byte| length << 8 | usize::from(*byte)), rest)
        }
        _ => return None,
    };
    if *found == tag { rest.split_at_checked(length) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_request_announces_its_own_lengths() {
        let (id, rest) = element(element(REQUEST, 0x30).unwrap().0, 0x02).unwrap();
        let name = element(element(rest, 0x77).unwrap().0, 0x80).unwrap();
        assert_eq!((id, name), (&[1][..], (&b"1.3.6.1.4.1.1466.20037"[..], &[][..])));
    }

    #[test]
    fn a_result_is_read_whatever_form_its_lengths_have() {
        let short = b"\x02\x01\x01\x78\x0a\x0a\x01\x34\x04\x00\x04\x03not";
        let refusal = Outcome { id: &[1], code: 0x34, diagnostic: "not".to_owned() };
        assert_eq!(outcome(short), Some(refusal));
        let long = b"\x02\x01\x01\x78\x84\x00\x00\x00\x07\x0a\x01\x00\x04\x00\x04\x00";
        let success = Outcome { id: &[1], code: 0, diagnostic: String::new() };
        assert_eq!(outcome(long), Some(success));
        for broken in [&short[..8], b"", b"\x02\x01\x01\x61\x07\x0a\x01\x00\x04\x00\x04\x00"] {
            assert_eq!(outcome(broken), None);
        }
    }
}
