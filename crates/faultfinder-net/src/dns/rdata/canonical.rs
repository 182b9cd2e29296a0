//! The data of a record in canonical form (RFC 4034 section 6.2, as RFC 6840 section 5.1 corrects it).

use crate::dns::malformed::Malformed;
use crate::dns::wire::{Reader, uncompressed};
use faultfinder_taxonomy::word::RecordType;

/// A part of the data of a record.
#[derive(Clone, Copy)]
enum Part {
    /// A fixed number of bytes.
    Bytes(usize),
    /// A name that canonical form converts to lower case.
    Name,
    /// A name that canonical form leaves unchanged.
    NameAsIs,
    /// A text prefixed with its length.
    Text,
}

/// The parts up to and including the last name; everything after it is copied unchanged.
const fn layout(record_type: RecordType) -> &'static [Part] {
    use Part::{Bytes, Name, NameAsIs, Text};
    match record_type.number() {
        // NS MD MF CNAME MB MG MR PTR DNAME
        2 | 3 | 4 | 5 | 7 | 8 | 9 | 12 | 39 => &[Name],
        // SOA MINFO RP
        6 | 14 | 17 => &[Name, Name],
        // MX AFSDB RT KX
        15 | 18 | 21 | 36 => &[Bytes(2), Name],
        // PX
        26 => &[Bytes(2), Name, Name],
        // SRV
        33 => &[Bytes(6), Name],
        // NAPTR
        35 => &[Bytes(4), Text, Text, Text, Name],
        // SIG RRSIG
        24 | 46 => &[Bytes(18), Name],
        // NSEC: RFC 6840 section 5.1 takes it off the list.
        47 => &[NameAsIs],
        _ => &[],
    }
}

/// The data of a record in the form that is signed.
pub(in crate::dns) fn canonical(
    record_type: RecordType,
    data: &mut Reader<'_>,
) -> Result<Vec<u8>, Malformed> {
    let mut bytes = Vec::with_capacity(data.left());
    for part in layout(record_type) {
        match part {
            Part::Bytes(count) => bytes.extend_from_slice(data.take(*count, "the data")?),
            Part::Name => bytes.extend(uncompressed(&data.labels("the name in the data")?.to_lowercase())),
            Part::NameAsIs => bytes.extend(uncompressed(&data.labels("the name in the data")?)),
            Part::Text => {
                let text = data.character_string("a text")?;
                bytes.push(u8::try_from(text.len()).unwrap_or(u8::MAX));
                bytes.extend_from_slice(text);
            }
        }
    }
    bytes.extend_from_slice(data.take(data.left(), "the data")?);
    Ok(bytes)
}
