//! MySQL and MariaDB: the server's greeting has its capabilities, and the client's reply switches to TLS.

use super::dialog::Dialog;
use faultfinder_taxonomy::Fault;

/// Longest greeting, in bytes; real ones have about a hundred.
const GREETING_BYTES_MAX: usize = 4096;
/// `CLIENT_SSL` in the capabilities.
const CLIENT_SSL: u16 = 0x0800;

pub(super) async fn ask(dialog: &mut Dialog<'_>) -> Result<(), Fault> {
    let head = dialog.bytes(4).await?;
    let [low, middle, high, _number] = head.as_slice() else {
        return Err(dialog.malformed("it sends no greeting"));
    };
    let length = usize::from(*low) | usize::from(*middle) << 8 | usize::from(*high) << 16;
    if length > GREETING_BYTES_MAX {
        return Err(dialog.malformed("its greeting is not valid MySQL"));
    }
    let greeting = dialog.bytes(length).await?;
    match greeting.first() {
        Some(10) => {}
        Some(0xff) => return Err(dialog.turned_away_with(&error(&greeting))),
        _ => return Err(dialog.malformed("its greeting is not valid MySQL")),
    }
    match capabilities(&greeting) {
        Some(capabilities) if capabilities & CLIENT_SSL != 0 => dialog.send(&request()).await,
        Some(_) => Err(dialog.not_offered()),
        None => Err(dialog.malformed("its greeting ends too early")),
    }
}

/// The lower half of the capabilities: after the version's text, the thread's number (4 bytes), the first part of the
/// challenge (8) and a zero.
fn capabilities(greeting: &[u8]) -> Option<u16> {
    let version_end = greeting.iter().skip(1).position(|byte| *byte == 0)? + 1;
    let at = version_end + 1 + 4 + 8 + 1;
    Some(u16::from_le_bytes([*greeting.get(at)?, *greeting.get(at + 1)?]))
}

/// The text of an error: after its marker and number, and the state that newer servers add.
fn error(packet: &[u8]) -> String {
    let text = packet.get(3..).unwrap_or_default();
    let text = match text.first() {
        Some(b'#') => text.get(6..).unwrap_or_default(),
        _ => text,
    };
    String::from_utf8_lossy(text).into_owned()
}

/// SSLRequest: capabilities, longest packet, character set, 23 zeroes; the second packet of the conversation.
fn request() -> Vec<u8> {
    /// `CLIENT_PROTOCOL_41`, `CLIENT_SSL`, `CLIENT_SECURE_CONNECTION`, `CLIENT_PLUGIN_AUTH`.
    const CAPABILITIES: u32 = 0x0200 | 0x0800 | 0x8000 | 0x8_0000;
    const PACKET_BYTES_MAX: u32 = 1 << 24;
    const UTF8MB4: u8 = 45;
    let mut packet = vec![32, 0, 0, 1];
    packet.extend(CAPABILITIES.to_le_bytes());
    packet.extend(PACKET_BYTES_MAX.to_le_bytes());
    packet.push(UTF8MB4);
    packet.extend([0; 23]);
    packet
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capabilities_stand_behind_the_version_and_the_challenge() {
        let mut greeting = b"\x0a8.0.36\0\x01\0\0\0challeng\0".to_vec();
        assert_eq!(capabilities(&greeting), None);
        greeting.extend([0xff, 0xf7]);
        assert_eq!(capabilities(&greeting), Some(0xf7ff));
        assert_eq!(request().len(), 4 + 32);
    }

    #[test]
    fn an_error_is_read_with_and_without_its_state() {
        assert_eq!(error(b"\xff\x69\x04Host blocked"), "Host blocked");
        assert_eq!(error(b"\xff\x69\x04#HY000Host blocked"), "Host blocked");
        assert_eq!(error(b"\xff"), "");
    }
}
