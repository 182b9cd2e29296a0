//! Which records of an answer match the question, and why there may be none.

use super::wire::CLASS_IN;
use super::{Answer, ExtendedError, Query, Record};
use faultfinder_taxonomy::word::RecordType;
use faultfinder_taxonomy::{Code, Detail, Fact, Fault, Phase, ResponseCode};
use std::net::SocketAddr;

/// "Name error" (RFC 1035 section 4.1.1).
const NXDOMAIN: u16 = 3;
/// Longest chain of CNAMEs that is followed.
const CNAME_CHAIN_MAX: usize = 16;

/// Why an answer without an error contains no record that matches the question.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoData {
    /// The answer section is empty.
    Empty,
    /// The server does not have the zone, and refers to others, such as this one.
    Referral(String),
    /// Its records have other types or other names; the first ones, each with its name and type.
    Other(String),
    /// The requested record has this class, which is not that of the Internet.
    Class(u16),
    /// The CNAMEs form a loop.
    Loop(String),
    /// The CNAMEs lead to a name that has no record.
    Dangling(String),
    /// The chain of CNAMEs is longer than `CNAME_CHAIN_MAX`.
    ChainTooLong,
}

impl Answer {
    /// The requested records, after following CNAMEs inside the answer.
    ///
    /// # Errors
    ///
    /// When there are none, and why.
    pub fn selected(&self, query: &Query) -> Result<Vec<&Record>, NoData> {
        let mut name = query.name();
        let mut seen = vec![name];
        loop {
            let owned = |record: &&Record| record.owner.eq_ignore_ascii_case(name);
            let wanted = |record: &&Record| {
                query.record_type() == RecordType::ANY || record.record_type == query.record_type()
            };
            let of_name: Vec<&Record> = self.answers.iter().filter(owned).collect();
            let matching: Vec<&Record> = of_name.iter().copied().filter(wanted).collect();
            let found: Vec<&Record> =
                matching.iter().copied().filter(|record| record.class == CLASS_IN).collect();
            if !found.is_empty() {
                return Ok(found);
            }
            if let Some(other) = matching.first() {
                return Err(NoData::Class(other.class));
            }
            let alias = of_name
                .iter()
                .find(|record| record.record_type == RecordType::CNAME && record.class == CLASS_IN);
            let Some(alias) = alias else {
                return Err(match (self.answers.is_empty(), seen.len()) {
                    (true, _) => self.referral().map_or(NoData::Empty, NoData::Referral),
                    (false, 1) => NoData::Other(self.others()),
                    (false, _) => NoData::Dangling(name.to_owned()),
                });
            };
            name = &alias.value;
            if seen.iter().any(|before| before.eq_ignore_ascii_case(name)) {
                return Err(NoData::Loop(name.to_owned()));
            }
            if seen.len() > CNAME_CHAIN_MAX {
                return Err(NoData::ChainTooLong);
            }
            seen.push(name);
        }
    }

    /// The first records of the answer, each with its name and type.
    fn others(&self) -> String {
        const SHOWN_MAX: usize = 3;
        let shown = self.answers.iter().take(SHOWN_MAX);
        let mut shown: Vec<String> =
            shown.map(|record| format!("{} {}", record.owner, record.record_type)).collect();
        shown.dedup();
        shown.join(", ")
    }

    /// The name servers that the answer refers to: it has no SOA, which a zone without such a record sends (RFC 2308 section
    /// 2.2).
    fn referral(&self) -> Option<String> {
        let of = |kind| self.authorities.iter().filter(move |record| record.record_type == kind);
        let first = of(RecordType::NS).next().filter(|_| !self.flags.contains(&"aa"))?;
        of(RecordType::SOA).next().is_none().then(|| first.value.clone())
    }

    /// The name at the end of the answer's CNAMEs, if there are any: the one that an error is about (RFC 6604 section 3).
    #[must_use]
    pub fn alias_of(&self, query: &Query) -> Option<&str> {
        let mut name = None;
        for _ in 0..CNAME_CHAIN_MAX {
            let owner = name.unwrap_or_else(|| query.name());
            let alias = self.answers.iter().find(|record| {
                record.record_type == RecordType::CNAME
                    && record.class == CLASS_IN
                    && record.owner.eq_ignore_ascii_case(owner)
            });
            match alias {
                Some(alias) => name = Some(alias.value.as_str()),
                None => break,
            }
        }
        name
    }
}

impl NoData {
    fn text(&self, query: &Query) -> String {
        match self {
            Self::Empty => format!("the name exists and has no {} record", query.record_type()),
            Self::Referral(server) => format!(
                "the server does not have the zone of the name: it only refers to other name servers, such as {server}"
            ),
            Self::Other(others) => {
                format!("the answer holds no {} record of the name, only {others}", query.record_type())
            }
            Self::Class(class) => {
                format!("the {} record of the answer has the class {class}, not IN (1)", query.record_type())
            }
            Self::Loop(name) => format!("its CNAMEs form a loop: they come back to {name}"),
            Self::Dangling(name) => {
                format!(
                    "its CNAMEs lead to {name}, for which the answer has no {} record",
                    query.record_type()
                )
            }
            Self::ChainTooLong => format!("more than {CNAME_CHAIN_MAX} CNAMEs follow one another"),
        }
    }
}

/// The fault of an answer with an error as its response code, or without any requested record; nothing when there are
/// records.
#[must_use]
pub fn answer_fault(answer: &Answer, query: &Query, server: SocketAddr) -> Option<Fault> {
    let mut hints = None;
    let (detail, message) = if answer.rcode == ResponseCode::new(0) {
        let why = answer.selected(query).err()?;
        if matches!(why, NoData::Referral(_)) {
            hints = Some(vec![
                "ask a resolver, or a name server of the zone; if this one should have it, it is not set up there".to_owned(),
            ]);
        }
        (Detail::dns("NODATA", "ENODATA"), format!("{query}: {}", why.text(query)))
    } else {
        let mnemonic = answer.rcode.mnemonic();
        let why = match answer.extended_errors() {
            [] => meaning(answer.rcode).to_owned(),
            errors => format!(", {}", joined(errors)),
        };
        // The code is about the end of the chain, not about the name that was asked for.
        let alias = answer.alias_of(query);
        let of =
            alias.map(|alias| format!(" for {alias}, to which the name is an alias")).unwrap_or_default();
        (Detail::rcode(answer.rcode), format!("{query}: {server} answered {mnemonic}{of}{why}"))
    };
    let mut fault = Fault::new(Code::Dns, Phase::Resolve, detail, message)
        .with("server", server.to_string())
        .with("question", query.to_string())
        .with("rcode", answer.rcode.mnemonic().into_owned())
        .with("flags", answer.flags.clone());
    if let Some(hints) = hints {
        fault.hints = hints;
    }
    if let Some(alias) = answer.alias_of(query) {
        if answer.rcode.number() == NXDOMAIN {
            // Nothing is wrong with the spelling of the name itself.
            fault.hints = vec![format!(
                "{} is an alias of {alias}, which does not exist: correct the CNAME record, or add its target",
                query.name()
            )];
        }
        fault = fault.with("alias", alias);
    }
    if let Some(edns) = &answer.edns {
        fault = fault.with("edns", edns.to_fact());
    }
    if !answer.extended_errors().is_empty() {
        let errors = answer.extended_errors().iter().map(ExtendedError::to_fact).collect();
        fault = fault
            .with("extended_errors", Fact::List(errors))
            .with_hint(format!("the server says why: {}", joined(answer.extended_errors())));
    }
    for (name, records) in [("answers", &answer.answers), ("authorities", &answer.authorities)] {
        if !records.is_empty() {
            fault = fault.with(name, presented(records));
        }
    }
    Some(fault)
}

/// Extended errors as one text.
fn joined(errors: &[ExtendedError]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// Maximum number of records of a section in the evidence.
const EVIDENCE_RECORDS_MAX: usize = 20;

fn presented(records: &[Record]) -> Vec<String> {
    let line =
        |record: &Record| format!("{} {} {} {}", record.owner, record.ttl, record.record_type, record.value);
    records.iter().take(EVIDENCE_RECORDS_MAX).map(line).collect()
}

/// The meaning of the common response codes, as the end of a sentence.
fn meaning(rcode: ResponseCode) -> &'static str {
    match rcode.number() {
        1 => " (it did not understand the question)",
        2 => " (it could not find out)",
        3 => " (there is no such name)",
        4 => " (it does not do this kind of question)",
        5 => " (it refuses to answer us)",
        16 => " (it does not speak this version of EDNS)",
        _ => "",
    }
}
