//! The EDNS pseudo-record (RFC 6891) and extended errors (RFC 8914).

use super::malformed::Malformed;
use super::wire::{Reader, hex};
use faultfinder_taxonomy::{ExtendedErrorCode, Fact};

/// What an EDNS pseudo-record says.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Edns {
    /// How large an answer or question over UDP its sender takes, in bytes.
    pub payload: u16,
    /// The version of EDNS.
    pub version: u8,
    /// Whether signatures are wanted (DO), or were given.
    pub dnssec_ok: bool,
    /// Its options by number, in order, extended errors aside.
    pub options: Vec<(u16, Vec<u8>)>,
    /// What the server says of why it answers as it does.
    pub errors: Vec<ExtendedError>,
    upper_rcode: u16,
}

/// An extended error.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExtendedError {
    /// Its code.
    pub code: ExtendedErrorCode,
    /// The server's own words; often none.
    pub text: String,
}

/// The option that carries an extended error (RFC 8914 section 2).
const EXTENDED_ERROR: u16 = 15;
/// How many options are kept; a message has room for more, none has use for them.
const OPTIONS_MAX: usize = 64;
/// How many characters of a server's own words are kept.
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
