//! The EDNS pseudo-record (RFC 6891) and extended errors (RFC 8914).

use super::malformed::Malformed;
use super::wire::{Reader, hex};
use faultfinder_taxonomy::{ExtendedErrorCode, Fact};

/// The content of an EDNS pseudo-record.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Edns {
    /// The largest answer or question over UDP that its sender accepts, in bytes.
    pub payload: u16,
    /// The version of EDNS.
    pub version: u8,
    /// Whether signatures are requested (DO), or were provided.
    pub dnssec_ok: bool,
    /// Its options by number, in order, except extended errors.
    pub options: Vec<(u16, Vec<u8>)>,
    /// The server's explanation of its answer.
    pub errors: Vec<ExtendedError>,
    upper_rcode: u16,
}

/// An extended error.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExtendedError {
    /// Its code.
    pub code: ExtendedErrorCode,
    /// The server's own text; often empty.
    pub text: String,
}

/// The option that carries an extended error (RFC 8914 section 2).
const EXTENDED_ERROR: u16 = 15;
/// Maximum number of options that are kept; a message can hold more, but none needs them.
const OPTIONS_MAX: usize = 64;
/// Maximum number of characters kept of the server's own text.
const TEXT_CHARS_MAX: usize = 512;

impl Edns {
    /// Reads what follows the type of the pseudo-record.
    pub(super) fn read(class: u16, ttl: u32, data: &mut Reader<'_>) -> Result<Self, Malformed> {
        let [upper, version, flags, _] = ttl.to_be_bytes();
        let mut edns = Self {
            payload: class,
            version,
            dnssec_ok: flags & 0x80 != 0,
            options: Vec::new(),
            errors: Vec::new(),
            upper_rcode: u16::from(upper),
        };
        while data.left() > 0 {
            let code = data.u16("the code of an EDNS option")?;
            let length = data.u16("the length of an EDNS option")?;
            let mut option = data.part(usize::from(length), "an EDNS option")?;
            if edns.options.len() + edns.errors.len() >= OPTIONS_MAX {
                continue;
            }
            if code == EXTENDED_ERROR {
                edns.errors.push(ExtendedError::read(&mut option)?);
            } else {
                edns.options.push((code, option.take(option.left(), "an EDNS option")?.to_vec()));
            }
        }
        Ok(edns)
    }

    /// The upper eight bits of the response code (RFC 6891 section 6.1.3).
    pub(super) const fn upper_rcode(&self) -> u16 {
        self.upper_rcode
    }

    /// The same for evidence and results, without the extended errors.
    #[must_use]
    pub fn to_fact(&self) -> Fact {
        let option =
            |(code, data): &(u16, Vec<u8>)| Fact::map([("code", (*code).into()), ("data", hex(data).into())]);
        Fact::map([
            ("payload", self.payload.into()),
            ("version", self.version.into()),
            ("dnssec_ok", self.dnssec_ok.into()),
            ("options", Fact::List(self.options.iter().map(option).collect())),
        ])
    }
}

impl ExtendedError {
    fn read(option: &mut Reader<'_>) -> Result<Self, Malformed> {
        let code = ExtendedErrorCode::new(option.u16("the code of an extended error")?);
        let text = String::from_utf8_lossy(option.take(option.left(), "the text of an extended error")?);
        // RFC 8914 section 2: senders may end the text with a zero byte.
        let text = text.trim_end_matches('\0').chars().filter(|char| !char.is_control());
        Ok(Self { code, text: text.take(TEXT_CHARS_MAX).collect() })
    }

    /// The same for evidence and results.
    #[must_use]
    pub fn to_fact(&self) -> Fact {
        Fact::map([
            ("code", self.code.number().into()),
            ("name", self.code.name().as_ref().into()),
            ("text", self.text.as_str().into()),
        ])
    }
}

impl std::fmt::Display for ExtendedError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.code.name())?;
        if self.text.is_empty() { Ok(()) } else { write!(f, ": {}", self.text) }
    }
}
