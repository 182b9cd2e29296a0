//! PostgreSQL: SSLRequest, a startup message with a special version number, answered with one byte.

use super::dialog::Dialog;
use faultfinder_taxonomy::Fault;

/// Length 8, code 80877103.
const REQUEST: [u8; 8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];
/// Maximum number of bytes that are read of an error message.
const ERROR_BYTES_MAX: usize = 4096;

pub(super) async fn ask(dialog: &mut Dialog<'_>) -> Result<(), Fault> {
    dialog.send(&REQUEST).await?;
    match dialog.bytes(1).await?.as_slice() {
        b"S" => Ok(()),
        b"N" => Err(dialog.not_offered()),
        b"E" => Err(refusal(dialog).await?),
        _ => Err(dialog.malformed("its response is neither S nor N")),
    }
}

/// An ErrorResponse: a length that includes itself, then fields of a letter and a text each; `M` is the message.
/// Servers of the second version of the protocol sent only a text.
async fn refusal(dialog: &mut Dialog<'_>) -> Result<Fault, Fault> {
    let length = dialog.bytes(4).await?;
    let length = length.iter().fold(0, |length: usize, byte| length << 8 | usize::from(*byte));
    let Some(length) = length.checked_sub(4).filter(|length| *length <= ERROR_BYTES_MAX) else {
        return Ok(dialog.turned_away());
    };
    let fields = dialog.bytes(length).await?;
    let message = fields.split(|byte| *byte == 0).find_map(|field| field.strip_prefix(b"M"));
    Ok(dialog.turned_away_with(&String::from_utf8_lossy(message.unwrap_or_default())))
}
