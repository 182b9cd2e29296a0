//! Messages made by hand, so that they can be wrong in any way.

/// A question as it came.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    /// The whole message.
    pub(super) message: &'a [u8],
    /// The question section alone.
    pub(super) question: &'a [u8],
}

/// Owner of a record: a pointer to the question's name.
pub(super) const OWNER: &[u8] = &[0xc0, 0x0c];

pub(super) const A: u16 = 1;
pub(super) const NS: u16 = 2;
pub(super) const CNAME: u16 = 5;
pub(super) const SOA: u16 = 6;
pub(super) const PTR: u16 = 12;
pub(super) const MX: u16 = 15;
pub(super) const TXT: u16 = 16;
pub(super) const AAAA: u16 = 28;
pub(super) const SRV: u16 = 33;
pub(super) const OPT: u16 = 41;
pub(super) const CAA: u16 = 257;

/// Flags of a plain answer: QR, RD, RA.
pub(super) const ANSWER: u16 = 0x8180;
/// The flag that says that the answer is truncated.
pub(super) const TRUNCATED: u16 = 0x0200;

impl<'a> Asked<'a> {
    /// Reads a question; nothing when it is none.
    pub(super) fn read(message: &'a [u8]) -> Option<Self> {
        let mut at = 12;
        loop {
            match *message.get(at)? {
                0 => break,
                length => at += usize::from(length) + 1,
            }
        }
        Some(Self { message, question: message.get(12..at + 5)? })
    }

    /// The type that is asked for.
    pub(super) fn record_type(&self) -> u16 {
        match self.question {
            [.., high, low, _, _] => u16::from_be_bytes([*high, *low]),
            _ => 0,
        }
    }

    /// The id.
    pub(super) fn id(&self) -> [u8; 2] {
        match self.message {
            [high, low, ..] => [*high, *low],
            _ => [0, 0],
        }
    }

    /// Whether it has EDNS: an additional record.
    pub(super) fn has_edns(&self) -> bool {
        self.message.get(11).is_some_and(|count| *count > 0)
    }

    /// An answer with these flags and records in its three sections.
    pub(super) fn reply(&self, flags: u16, sections: [&[Vec<u8>]; 3]) -> Vec<u8> {
        message(self.id(), flags, &[self.question], sections)
    }

    /// An answer with these records in its answer section.
    pub(super) fn answer(&self, records: &[Vec<u8>]) -> Vec<u8> {
        self.reply(ANSWER, [records, &[], &[]])
    }

    /// An answer with this response code and no record.
    pub(super) fn rcode(&self, rcode: u16) -> Vec<u8> {
        self.reply(ANSWER | rcode, [&[], &[], &[]])
    }
}

/// A message.
pub(super) fn message(id: [u8; 2], flags: u16, questions: &[&[u8]], sections: [&[Vec<u8>]; 3]) -> Vec<u8> {
    let mut bytes = id.to_vec();
    bytes.extend_from_slice(&flags.to_be_bytes());
    for count in std::iter::once(questions.len()).chain(sections.map(<[_]>::len)) {
        bytes.extend_from_slice(&u16::try_from(count).unwrap_or(u16::MAX).to_be_bytes());
    }
    bytes.extend(questions.concat());
    bytes.extend(sections.iter().flat_map(|records| records.concat()));
    bytes
}

/// A record of the name that was asked for.
pub(super) fn record(record_type: u16, ttl: u32, data: &[u8]) -> Vec<u8> {
    owned(OWNER, record_type, ttl, data)
}

/// A record with this owner.
pub(super) fn owned(owner: &[u8], record_type: u16, ttl: u32, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len()).unwrap_or(u16::MAX);
    with_length(owner, record_type, ttl, length, data)
}

/// A record whose RDLENGTH says something else than its data.
pub(super) fn with_length(owner: &[u8], record_type: u16, ttl: u32, length: u16, data: &[u8]) -> Vec<u8> {
    let mut bytes = owner.to_vec();
    bytes.extend_from_slice(&record_type.to_be_bytes());
    bytes.extend_from_slice(&1_u16.to_be_bytes());
    bytes.extend_from_slice(&ttl.to_be_bytes());
    bytes.extend_from_slice(&length.to_be_bytes());
    bytes.extend_from_slice(data);
    bytes
}

/// A name without compression.
pub(super) fn name(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for label in text.split('.').filter(|label| !label.is_empty()) {
        bytes.push(u8::try_from(label.len()).unwrap_or(u8::MAX));
        bytes.extend_from_slice(label.as_bytes());
    }
    bytes.push(0);
    bytes
}

/// A text with its length before it.
pub(super) fn text(text: &str) -> Vec<u8> {
    let mut bytes = vec![u8::try_from(text.len()).unwrap_or(u8::MAX)];
    bytes.extend_from_slice(text.as_bytes());
    bytes
}

/// The address that all good answers hold.
pub(super) const ADDRESS: [u8; 4] = [192, 0, 2, 1];

/// A good A record.
pub(super) fn a() -> Vec<u8> {
    record(A, 300, &ADDRESS)
}

/// A good SOA record of the zone `test`.
pub(super) fn soa() -> Vec<u8> {
    let mut data = [name("ns1.zone.test"), name("admin.zone.test")].concat();
    for number in [2_026_010_100_u32, 7200, 3600, 1_209_600, 300] {
        data.extend_from_slice(&number.to_be_bytes());
    }
    owned(&name("test"), SOA, 300, &data)
}
