//! From the bytes of an answer to its content.

use super::malformed::Malformed;
use super::wire::{CLASS_IN, Reader, presentation, uncompressed};
use super::{Edns, ExtendedError, Query, Record, rdata};
use faultfinder_taxonomy::ResponseCode;
use faultfinder_taxonomy::word::RecordType;
use std::fmt;

/// A message that could be decoded, whether it answers the question or not.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Answer {
    /// The response code with its extended bits (RFC 6891 section 6.1.3).
    pub rcode: ResponseCode,
    /// Flags that are set: `aa tc rd ra ad cd`.
    pub flags: Vec<&'static str>,
    /// The answer section.
    pub answers: Vec<Record>,
    /// The authority section.
    pub authorities: Vec<Record>,
    /// The additional section, without the EDNS pseudo-record.
    pub additionals: Vec<Record>,
    /// The EDNS pseudo-record, when there is one.
    pub edns: Option<Edns>,
    /// Why the message does not answer the question that was asked.
    pub mismatch: Option<Mismatch>,
    /// How many bytes follow the last record; they are ignored.
    pub trailing_bytes: usize,
}

/// Why a message does not answer a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mismatch {
    /// Its id is different.
    Id,
    /// It is itself a question (QR=0), or answers another kind of request.
    Kind,
    /// Its question section is not the one that was sent.
    Question,
}

/// Length of a header in bytes (RFC 1035 section 4.1.1).
const HEADER_BYTES: usize = 12;
/// "Format error" (RFC 1035 section 4.1.1).
const FORMERR: u16 = 1;
/// "Not implemented" (RFC 1035 section 4.1.1).
const NOTIMP: u16 = 4;

/// The flags of a header, lowest bit of interest last.
const FLAGS: [(u16, &str); 6] =
    [(0x0400, "aa"), (0x0200, "tc"), (0x0100, "rd"), (0x0080, "ra"), (0x0020, "ad"), (0x0010, "cd")];
const RESPONSE: u16 = 0x8000;
const OPCODE: u16 = 0x7800;
const TRUNCATED: u16 = 0x0200;

/// Decodes a message as the answer to a question. Pure, and bounded by the message's length.
///
/// # Errors
///
/// When it is shorter than a header, or its sections violate RFC 1035 section 4. An answer to another question is not
/// an error: see [`Answer::mismatch`].
pub fn decode(bytes: &[u8], query: &Query) -> Result<Answer, Malformed> {
    let mut reader = Reader::new(bytes);
    if reader.left() < HEADER_BYTES {
        return Err(
            reader.malformed(format!("{} bytes are less than a header of {HEADER_BYTES}", bytes.len()))
        );
    }
    let id = reader.u16("the id")?;
    let bits = reader.u16("the flags")?;
    let mut counts = [0_u16; 4];
    for count in &mut counts {
        *count = reader.u16("a count of the header")?;
    }
    let [questions, answers, authorities, additionals] = counts;
    let rcode = bits & 0x000f;
    let asked_the_same = question_fits(&mut reader, questions, query)?;
    // A server that did not understand the question need not repeat it.
    let question_fits = asked_the_same || (questions == 0 && rcode != 0);
    let mut edns = None;
    let mut section = |count: u16, name: &'static str| section(&mut reader, count, name, &mut edns);
    let answers = section(answers, "answer")?;
    let authorities = section(authorities, "authority")?;
    let additionals = section(additionals, "additional")?;
    let mismatch = if id != query.id() {
        Some(Mismatch::Id)
    } else if bits & RESPONSE == 0 || bits & OPCODE != 0 {
        Some(Mismatch::Kind)
    } else if !question_fits {
        Some(Mismatch::Question)
    } else {
        None
    };
    Ok(Answer {
        rcode: ResponseCode::new(edns.as_ref().map_or(0, Edns::upper_rcode) << 4 | rcode),
        flags: FLAGS.iter().filter(|(bit, _)| bits & bit != 0).map(|(_, name)| *name).collect(),
        answers,
        authorities,
        additionals,
        edns,
        mismatch,
        trailing_bytes: bytes.len() - reader.at(),
    })
}

/// Whether a message has the id of a question, as far as it is long enough to have one.
pub(super) fn has_id(bytes: &[u8], query: &Query) -> bool {
    bytes.get(..2).is_none_or(|id| id == query.id().to_be_bytes())
}

/// Whether a message that may be truncated anywhere is marked as truncated and answers the question.
pub(super) fn is_truncated(bytes: &[u8], query: &Query) -> bool {
    let mut reader = Reader::new(bytes);
    let mut head = || {
        let id = reader.u16("the id")?;
        let bits = reader.u16("the flags")?;
        if id != query.id() || bits & (RESPONSE | OPCODE | TRUNCATED) != (RESPONSE | TRUNCATED) {
            return Ok(false);
        }
        let questions = reader.u16("the count of questions")?;
        reader.take(6, "the other counts")?;
        question_fits(&mut reader, questions, query)
    };
    head().unwrap_or(false)
}

/// Reads the question section; returns whether it is exactly the question that was asked, ignoring case.
fn question_fits(reader: &mut Reader<'_>, count: u16, query: &Query) -> Result<bool, Malformed> {
    let mut fits = count == 1;
    for _ in 0..count {
        let name = reader.name("the name of the question")?;
        let record_type = reader.u16("the type of the question")?;
        let class = reader.u16("the class of the question")?;
        fits &= name.eq_ignore_ascii_case(query.name())
            && record_type == query.record_type().number()
            && class == CLASS_IN;
    }
    Ok(fits)
}

/// Reads one section and extracts an EDNS pseudo-record.
fn section(
    reader: &mut Reader<'_>,
    count: u16,
    name: &'static str,
    edns: &mut Option<Edns>,
) -> Result<Vec<Record>, Malformed> {
    let mut records = Vec::new();
    for index in 1..=count {
        // Written only where something is malformed: there are six of them for each record.
        let what = |part: &'static str| {
            fmt::from_fn(move |f| write!(f, "{part} of record {index} of {count} in the {name} section"))
        };
        let owner = reader.labels(what("the owner"))?;
        let record_type = RecordType::new(reader.u16(what("the type"))?);
        let class = reader.u16(what("the class"))?;
        let ttl = reader.u32(what("the TTL"))?;
        let length = reader.u16(what("the RDLENGTH"))?;
        let mut data = reader.part(usize::from(length), what("the data"))?;
        if record_type == RecordType::OPT {
            *edns = Some(Edns::read(class, ttl, &mut data)?);
            continue;
        }
        let canonical = rdata::canonical(record_type, &mut data.clone())?;
        let (value, address) = rdata::read(record_type, &mut data)?;
        //= RFC 2181 §8
        //# Implementations should treat TTL values received with the most significant bit set as if the entire value
        //# received was zero.
        let ttl = if ttl > i32::MAX.unsigned_abs() { 0 } else { ttl };
        records.push(Record {
            owner: presentation(owner.iter()),
            record_type,
            class,
            ttl,
            value,
            owner_wire: uncompressed(&owner.to_lowercase()),
            data: canonical,
            address,
        });
    }
    Ok(records)
}

impl Answer {
    /// The server's explanation of its answer.
    #[must_use]
    pub fn extended_errors(&self) -> &[ExtendedError] {
        self.edns.as_ref().map(|edns| edns.errors.as_slice()).unwrap_or_default()
    }

    /// Whether the server says that it does not support EDNS: `FORMERR` or `NOTIMP` in an answer without EDNS, as servers
    /// from before EDNS answer (RFC 6891 section 7).
    #[must_use]
    pub fn rejects_edns(&self, query: &Query) -> bool {
        is_rejection_of_edns(self.rcode) && self.edns.is_none() && query.has_edns()
    }

    /// Whether the server truncated the answer.
    #[must_use]
    pub fn is_truncated(&self) -> bool {
        self.flags.contains(&"tc")
    }
}

/// Whether servers from before EDNS answer with this code to a question with EDNS (RFC 6891 section 7).
#[must_use]
pub const fn is_rejection_of_edns(rcode: ResponseCode) -> bool {
    matches!(rcode.number(), FORMERR | NOTIMP)
}

impl Mismatch {
    /// The problem, as a sentence fragment.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Id => "another id",
            Self::Kind => "not an answer (QR=0 or another opcode)",
            Self::Question => "another question",
        }
    }
}
