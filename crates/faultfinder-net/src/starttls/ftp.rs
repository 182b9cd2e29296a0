//! FTP (RFC 4217 section 4).

use super::dialog::{Dialog, reply};
use faultfinder_taxonomy::Fault;

pub(super) async fn ask(dialog: &mut Dialog<'_>) -> Result<(), Fault> {
    // 120: ready in a while.
    let greeting = match reply(dialog).await? {
        (120, _) => reply(dialog).await?.0,
        (greeting, _) => greeting,
    };
    if greeting != 220 {
        return Err(dialog.turned_away());
    }
    dialog.send(b"AUTH TLS\r\n").await?;
    match reply(dialog).await?.0 {
        234 => Ok(()),
        421 => Err(dialog.turned_away()),
        // Unknown, not implemented, not with this parameter.
        500 | 502 | 504 => Err(dialog.not_offered()),
        _ => Err(dialog.refused()),
    }
}
