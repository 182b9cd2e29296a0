//! SMTP (RFC 3207).

use super::dialog::{Dialog, reply};
use faultfinder_taxonomy::Fault;
use std::net::IpAddr;

pub(super) async fn ask(dialog: &mut Dialog<'_>) -> Result<(), Fault> {
    let (greeting, _) = reply(dialog).await?;
    if greeting != 220 {
        return Err(dialog.turned_away());
    }
    dialog.send(format!("EHLO {}\r\n", name(dialog)).as_bytes()).await?;
    let (hello, extensions) = reply(dialog).await?;
    let offers = |line: &String| {
        line.split_ascii_whitespace().next().is_some_and(|word| word.eq_ignore_ascii_case("STARTTLS"))
    };
    // A server that knows only HELO offers no extensions; any other refusal is one of this client.
    if !matches!(hello, 250 | 500 | 502 | 504) {
        return Err(dialog.turned_away());
    }
    if hello != 250 || !extensions.iter().skip(1).any(offers) {
        return Err(dialog.not_offered());
    }
    dialog.send(b"STARTTLS\r\n").await?;
    match reply(dialog).await? {
        (220, _) => Ok(()),
        (421, _) => Err(dialog.turned_away()),
        _ => Err(dialog.refused()),
    }
}

/// The client's name: a client without a name sends its address (RFC 5321 section 4.1.3).
fn name(dialog: &Dialog<'_>) -> String {
    match dialog.own_address() {
        Some(IpAddr::V4(address)) => format!("[{address}]"),
        Some(IpAddr::V6(address)) => format!("[IPv6:{address}]"),
        None => "localhost".to_owned(),
    }
}
