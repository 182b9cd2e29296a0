//! IMAP (RFC 9051 section 6.2.1, RFC 3501 section 6.2.1).

use super::dialog::Dialog;
use faultfinder_taxonomy::Fault;

pub(super) async fn ask(dialog: &mut Dialog<'_>) -> Result<(), Fault> {
    let greeting = dialog.line().await?.to_ascii_uppercase();
    if greeting.starts_with("* BYE") {
        return Err(dialog.turned_away());
    }
    // Clients that are logged in already may not ask for TLS (RFC 9051 section 6.2.1).
    if greeting.starts_with("* PREAUTH") {
        return Err(dialog.refused());
    }
    if !greeting.starts_with("* OK") {
        return Err(dialog.malformed("its greeting is not valid IMAP"));
    }
    dialog.send(b"a1 CAPABILITY\r\n").await?;
    let (_, capabilities) = answer(dialog, "A1 ").await?;
    if !capabilities.iter().flat_map(|line| line.split_ascii_whitespace()).any(|word| word == "STARTTLS") {
        return Err(dialog.not_offered());
    }
    dialog.send(b"a2 STARTTLS\r\n").await?;
    match answer(dialog, "A2 ").await? {
        (status, _) if status.starts_with("OK") => Ok(()),
        _ => Err(dialog.refused()),
    }
}

/// The status of a command, and the lines before it; all in upper case.
async fn answer(dialog: &mut Dialog<'_>, tag: &str) -> Result<(String, Vec<String>), Fault> {
    let mut lines = Vec::new();
    loop {
        let line = dialog.line().await?.to_ascii_uppercase();
        match line.strip_prefix(tag) {
            Some(status) => return Ok((status.to_owned(), lines)),
            None if line.starts_with("* BYE") => return Err(dialog.turned_away()),
            None if line.starts_with('*') => lines.push(line),
            None => return Err(dialog.malformed("its response is not valid IMAP")),
        }
    }
}
