//! POP3 (RFC 2595 section 4, RFC 2449).

use super::dialog::Dialog;
use faultfinder_taxonomy::Fault;

pub(super) async fn ask(dialog: &mut Dialog<'_>) -> Result<(), Fault> {
    if !is_ok(dialog).await? {
        return Err(dialog.turned_away());
    }
    dialog.send(b"CAPA\r\n").await?;
    // A server that does not know CAPA may support STLS all the same.
    if is_ok(dialog).await? && !offers(dialog).await? {
        return Err(dialog.not_offered());
    }
    dialog.send(b"STLS\r\n").await?;
    if is_ok(dialog).await? { Ok(()) } else { Err(dialog.refused()) }
}

async fn is_ok(dialog: &mut Dialog<'_>) -> Result<bool, Fault> {
    let line = dialog.line().await?;
    if line.starts_with("+OK") {
        Ok(true)
    } else if line.starts_with("-ERR") {
        Ok(false)
    } else {
        Err(dialog.malformed("its response is not valid POP3"))
    }
}

/// Whether STLS is in the list of capabilities, which ends with a dot.
async fn offers(dialog: &mut Dialog<'_>) -> Result<bool, Fault> {
    let mut offered = false;
    loop {
        let line = dialog.line().await?;
        if line == "." {
            return Ok(offered);
        }
        offered |= line.eq_ignore_ascii_case("STLS");
    }
}
